/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_finding.h - what the analysis has to say, as data.
 *
 * One finding is one decision about one object of one function: what it is,
 * where it stands in the text, and the flow that led to it.  It holds nodes,
 * symbols and places of the tree and nothing of the graph, so that whoever
 * shows it (report/) needs neither the graph nor the solver.  No words are
 * chosen here.
 */
#ifndef ESCC_ESC_FINDING_H
#define ESCC_ESC_FINDING_H

#include "esc.h"
#include "esc_reason.h"
#include "esc_sites.h"

#include "util/vec.h"

enum esc_finding_kind {
    /* Of a local whose address is taken, an allocation, a compound literal:
     * it does not outlive its frame.  What this says of an allocation is what
     * was proven; where the object is, `is_promoted` says.  Of a
     * parameter: neither it nor what it points to outlives the call. */
    ESC_DOES_NOT_ESCAPE,
    /* It may outlive its frame and is on the heap: a local moves there. */
    ESC_ESCAPES,
    /* The same, unless functions of other units keep nothing: of a local.  The
     * program decides when it is loaded. */
    ESC_DECIDED_AT_LOAD,

    /* It may outlive its frame and stays there nevertheless: */
    ESC_KEPT_FIXED,             /* it cannot move */
    ESC_KEPT_IN_HANDLER,        /* it is a signal handler's */
    ESC_KEPT_AS_PROBE,          /* it is named only for its address */
    ESC_KEPT_UNFOLLOWED,        /* [inv.account]; `named` says where */
    ESC_KEPT_BY_MARK,           /* ESCC_ON_STACK */
    ESC_KEPT_BY_OPTION,         /* -fescc-locals=none */

    /* Of a parameter: its value, or what that leads to after `derefs`
     * dereferences, gets to `to`. */
    ESC_LEAKS_TO_HEAP,
    ESC_LEAKS_TO_RESULT,
    ESC_LEAKS_TO_CONTENT        /* to what a parameter points to */
};

enum esc_object_kind {
    ESC_OBJECT_NONE,
    ESC_OBJECT_HEAP,            /* all that is not this function's */
    ESC_OBJECT_RESULT,          /* what the function returns */
    ESC_OBJECT_VARIABLE,        /* `symbol`: a local or a parameter */
    ESC_OBJECT_LITERAL,         /* `symbol`, of a compound literal */
    ESC_OBJECT_ARGUMENTS,       /* those that have no parameter */
    ESC_OBJECT_CONTENT,         /* what the parameter `symbol` points to;
                                   NULL: what such arguments do */
    ESC_OBJECT_ALLOCATION,      /* what `call` makes */
    ESC_OBJECT_KEPT             /* what the function `symbol` may keep of its
                                   arguments */
};

/* An object as the reader of the program knows it. */
struct esc_object {
    enum esc_object_kind kind;
    const struct symbol *symbol;
    const struct node *call;
};

/* What is known of the function that a call gives a value to. */
enum esc_callee_kind {
    ESC_CALLEE_NONE,            /* there is nothing to say */
    ESC_CALLEE_HERE,            /* this unit's: `inside` goes on there */
    ESC_CALLEE_OTHER,           /* another unit's: unknown */
    ESC_CALLEE_POINTER,         /* behind a pointer: unknown */
    ESC_CALLEE_LIBRARY,         /* the C library's */
    ESC_CALLEE_STATED           /* a file of -fescc-tags says so */
};

/* The expression or declaration that makes a value flow. */
struct esc_cause {
    enum esc_reason reason;
    const struct node *where;
    struct place place, end;    /* where it begins and ends */
    /* Of a call that the value does not leave again: */
    enum esc_callee_kind callee_kind;
    const struct symbol *callee;        /* or NULL */
    const struct esc_flow *inside;      /* ESC_CALLEE_HERE: how the callee's
                                   parameter gets out */
};

/* `to` gets the value of `from` dereferenced `derefs` times; -1: its
 * address. */
struct esc_flow_step {
    struct esc_object from, to;
    int derefs;
    struct esc_cause *causes;   /* from the inside of expressions outwards */
    int cause_count;
};

/* From the finding's object, step by step, to one that lives longer.  Without
 * steps: the object itself is that one. */
struct esc_flow {
    struct esc_object to;       /* ESC_OBJECT_NONE: no flow was recorded */
    int derefs;                 /* of all steps together; -1: the address */
    struct esc_flow_step *steps;
    int step_count;
};

/* The last cause of a flow, calls of this unit's functions followed to their
 * end: what the program would have to do otherwise. */
enum esc_why {
    ESC_WHY_UNKNOWN,            /* no flow was recorded */
    ESC_WHY_STORED,             /* in memory that is not the function's */
    ESC_WHY_OUTLIVED,           /* in an object that lives longer */
    ESC_WHY_RETURNED,
    ESC_WHY_OTHER_UNIT,         /* passed to a function of another unit, */
    ESC_WHY_POINTER,            /* to one behind a pointer, */
    ESC_WHY_LIBRARY,            /* to one of the C library that keeps it */
    ESC_WHY_STATED,             /* to one that -fescc-tags tells of */
    ESC_WHY_ASM,
    ESC_WHY_CONSTRUCT,          /* of which nothing is known */
    ESC_WHYS
};

struct esc_finding {
    enum esc_finding_kind kind;
    const struct symbol *function;
    struct esc_object about;
    bool is_promoted;           /* an allocation that is in the frame */
    bool is_demanded;           /* it is to be there */
    const char *unpromoted;     /* esc_unpromoted; or NULL */
    const struct node *reusing; /* a call of free after which its memory is
                                   reused at once, and where that is; or
                                   NULL */
    struct place reusing_place, reusing_end;
    struct place place;         /* of the name in the declarator; else of the
                                   expression's begin */
    struct place end;           /* of the same */
    uint32_t begin;             /* the offset of `place` in the text */
    enum esc_why why;           /* of the flow */
    const struct symbol *by;    /* the function that keeps it, or NULL */
    struct place named;         /* ESC_KEPT_UNFOLLOWED */
    struct esc_object to;       /* ESC_LEAKS_… */
    int derefs;                 /* ESC_LEAKS_…: the least */
    struct esc_flow flow;
    /* ESC_DECIDED_AT_LOAD, and of ESC_LEAKS_TO_HEAP what is not certain: the
     * functions of other units on which it depends. */
    const struct symbol **unless;
    int unless_count;
};

struct esc_findings {
    VEC(struct esc_finding);
    /* Locals of the user's functions whose address is taken or that have a
     * finding for another reason, parameters and compound literals with
     * them; allocations have a finding each. */
    unsigned taken;
    struct esc_sites sites;     /* empty until esc_find_sites was called */
};

/* Adds every decision about the user's functions (not those of system
 * headers), function by function in the order of the text.  What they point
 * to lives as long as the process. */
void esc_find(const struct esc *, struct esc_findings *);

#endif
