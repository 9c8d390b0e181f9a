/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_build.h - from the tree of one function to its graph of flows.
 *
 * Shared by esc_build.c (functions, statements), esc_expr.c and esc_call.c;
 * esc.c sees only esc_build_function and the structs that it fills in.
 */
#ifndef ESCC_ESC_BUILD_H
#define ESCC_ESC_BUILD_H

#include "esc_finding.h"
#include "esc_graph.h"
#include "esc_prov.h"
#include "esc_query.h"
#include "esc_targets.h"

#include "util/map.h"

VEC_TYPE(esc_location_vec, struct esc_location *);

/* One call of a function whose tag is not known when the graph is built:
 * one of this unit. */
struct esc_call {
    const struct symbol *callee;
    struct esc_location **arguments;    /* NULL: carries no pointer */
    int argument_count;
    struct esc_location *result;        /* or NULL */
    const struct esc_note *notes;
    struct esc_scope *scope;
    const struct node *node;            /* N_CALL; NULL: through a pointer */
    struct esc_location *object;        /* that it allocates, or NULL */
    unsigned applied;                   /* version of the tag, see esc.c */
};

/* A direct call of the library's free or realloc. */
struct esc_free {
    const struct node *node;
    struct esc_location *argument;
    bool renews;                /* realloc: the result may be the argument */
};

/* One function definition of the unit. */
struct esc_function {
    struct symbol *symbol;
    int index;                          /* in esc->all */
    struct node *node;                  /* N_FUNCTION */
    struct esc_graph *graph;            /* NULL until it is built */
    struct esc_tag *tag;
    unsigned tag_version;               /* grows with the tag; 1: first */
    VEC_TYPE(esc_calls, struct esc_call *) calls;
    struct esc_location_vec variables;  /* with a symbol */
    struct esc_location_vec allocations;
    struct esc_location_vec members;    /* what it finds in them, one each */
    size_t told_members;                /* esc_members_told, when it was solved
                                           last */

    VEC_TYPE(esc_callees, struct esc_function *) callees;
    VEC_TYPE(esc_frees, struct esc_free) frees;
    bool is_signal_handler;
    bool jumps_back;                    /* a goto leads to a label above it, or
                                           where it leads is not known */
    bool calls_unknown;                 /* a call may lead to a function that
                                           is not the unit's: once solved,
                                           also by way of others */
    bool is_recursive;                  /* it may call itself, as far as the
                                           unit shows */
    size_t in_batch;                    /* functions that are solved with it,
                                           itself included */
    int64_t promoted_bytes;             /* in the frames of it and of those
                                           that it calls (esc_promote.c) */
    bool ambiguous;                     /* the unit defines it twice */
    bool has_openmp;
    struct esc_member *found;           /* of one that stands for a member */
    /* Of one where parameters have known values (symbol -> int64_t), and the
     * function that it is in all other calls [inv.esc.special]; or NULL. */
    const struct map *constants;
    const struct esc_function *general;
    bool is_solved;                     /* once, at least */
};

struct esc_build_context {
    const struct esc_options *options;
    const struct esc_prov *prov;
    const struct esc_pointers *pointers;
    struct map *functions;      /* struct symbol -> struct esc_function */
    const struct map *compared; /* statics that keep nothing in use */
    const struct map *names;    /* esc_names.h */
    const struct esc_private *private;
    struct esc_members *members;
};

/* Where a value goes: `to` gets the value dereferenced `derefs` times.  `to`
 * NULL: nowhere, the expression is only looked at for its effects. */
struct esc_hole {
    struct esc_location *to;
    int derefs;
    const struct esc_note *notes;
};

/* A resolved lvalue: the variable `base` itself (derefs 0), or what the
 * pointer in `base` points to (derefs 1). */
struct esc_place {
    struct esc_location *base;
    int derefs;
};

struct esc_builder {
    const struct esc_build_context *context;
    struct esc_function *function;
    struct esc_graph *graph;
    struct esc_scope *scope;
    struct map looping_labels;          /* symbol -> itself */
};

struct esc_specials;

/* The analysis of one unit; esc.h's handle. */
struct esc {
    const struct unit *unit;
    struct esc_build_context context;
    struct esc_specials *specials;
    struct map special_calls;           /* N_CALL -> the special function's
                                           symbol, in functions' whole graphs */
    struct esc_options options;
    struct esc_prov *prov;
    struct esc_private *private;
    struct esc_members *members;
    struct esc_slots *slots;
    struct esc_pointers *pointers;
    struct map functions;               /* symbol -> struct esc_function */
    VEC_TYPE(esc_functions, struct esc_function *) all;
    struct map allocations;             /* call -> struct esc_location */
    /* Callees first, the functions of a batch side by side. */
    VEC_TYPE(esc_solved, struct esc_function *) solved;
    struct map promoted;                /* call -> struct esc_promoted */
    struct map frees;                   /* call of free or realloc ->
                                           struct esc_freed */
    struct map unpromoted;              /* call -> why it is not */
    struct map reused;                  /* call of free -> its function, if
                                           nobody has the address then */
    struct map reusing;                 /* call that allocates -> such a call
                                           of free, which gets the block */
    struct map *names;                  /* esc_names.h */
    const struct map *compared;         /* esc_compared.h */
    const struct esc_facts *facts;
};

/* Of a local, a parameter or a compound literal: ESC_ESCAPES or
 * ESC_DECIDED_AT_LOAD if it moves, else ESC_DOES_NOT_ESCAPE or an
 * ESC_KEPT_…. */
enum esc_finding_kind esc_verdict(const struct esc *, const struct symbol *);

extern const struct esc_hole esc_nowhere;

/* ---- esc_build.c --------------------------------------------------------- */

/* Builds graph, tag, calls and variables of a function.  Calls of functions
 * of the unit have no effect yet. */
void esc_build_function(const struct esc_build_context *,
                        struct esc_function *);

struct esc_location *esc_new_temporary(struct esc_builder *);
/* Of a variable, parameter or compound literal; the heap for what is not
 * automatic, but a temporary for a static that only measures. */
struct esc_location *esc_variable(struct esc_builder *, struct symbol *);
void esc_block(struct esc_builder *, const struct node *block,
               struct esc_hole value);
/* Evaluates what a type in the node's text evaluates: bounds of arrays. */
void esc_type_parts(struct esc_builder *, const struct node *);

/* ---- esc_expr.c ---------------------------------------------------------- */

/* The hole for the value's `derefs` dereferences more. */
struct esc_hole esc_shift(struct esc_hole, int derefs);
struct esc_hole esc_noted(struct esc_hole, const struct node *where,
                          enum esc_reason);
struct esc_hole esc_into(struct esc_location *);
/* The value of `location` flows into the hole. */
void esc_flow(struct esc_builder *, struct esc_hole, struct esc_location *);

/* The value of an expression flows into the hole. */
void esc_value(struct esc_builder *, struct esc_hole, const struct node *);
void esc_discard(struct esc_builder *, const struct node *);
/* A temporary with the value of an expression. */
struct esc_location *esc_evaluate(struct esc_builder *, const struct node *);
struct esc_place esc_place(struct esc_builder *, const struct node *lvalue);
/* The hole for what is stored to a place. */
struct esc_hole esc_store(struct esc_builder *, struct esc_place);
/* Whether the expression's value may hold a pointer. */
bool esc_carries(const struct esc_builder *, const struct node *);
/* Marks the functions of this unit that `function` may be as signal
 * handlers. */
void esc_note_handler(struct esc_builder *, const struct node *function);

/* ---- esc_members.c ------------------------------------------------------- */

/* The members that only names lead to, each of which stands for a function
 * [inv.esc.member].  `functions`: where these are to be found. */
struct esc_members *esc_members_new(const struct esc_private *,
                                    struct map *functions);

/* The one that an expression or an initialiser names; else NULL. */
struct esc_function *esc_member(struct esc_members *, const struct node *);
/* What is found in the member at the place flows into the hole. */
void esc_member_read(struct esc_builder *, struct esc_hole,
                     struct esc_function *member, struct esc_place);
/* The hole for what is stored in the member at the place. */
struct esc_hole esc_member_hole(struct esc_builder *,
                                struct esc_function *member, struct esc_place);
/* The value is stored in the member, wherever that is. */
void esc_member_store(struct esc_builder *, struct esc_function *member,
                      struct esc_location *value, const struct esc_note *);
/* The hole is for the object of which an initialiser gives the member its
 * value. */
void esc_member_init(struct esc_builder *, struct esc_hole,
                     struct esc_function *member, struct esc_location *value);
/* Grows if callers must be told more of what the function finds in members. */
size_t esc_members_told(const struct esc_function *);
/* After a function was solved: notes for those who store in them which members'
 * tags have changed. */
void esc_members_solved(const struct esc *, const struct esc_function *);

/* ---- esc_lend.c ---------------------------------------------------------- */

/* Notes what a call may do to objects that their function wants to have in its
 * frame: `node` is NULL for one through a pointer, `here` says that the callee
 * is known and this unit's. */
void esc_lend(struct esc_builder *, const struct node *node,
              const struct symbol *callee, bool here,
              struct esc_location *const *arguments, int argument_count);
/* The name of a function of the C library without what compilers and fortified
 * headers put round it: `memcpy` of `__builtin___memcpy_chk`. */
const char *esc_plain_name(const struct symbol *callee);

/* ---- esc_asm.c ----------------------------------------------------------- */

void esc_build_asm(struct esc_builder *, const struct node *);

/* ---- esc_call.c ---------------------------------------------------------- */

void esc_build_call(struct esc_builder *, struct esc_hole,
                    const struct node *call);
void esc_build_atomic(struct esc_builder *, struct esc_hole,
                      const struct node *);

/* Adds the flows of one call of a function with this tag (`callee` is only
 * needed for one of the unit); false if there was
 * nothing new. */
bool esc_apply_tag(struct esc_graph *, const struct esc_tag *,
                   const struct symbol *callee,
                   struct esc_location *const *arguments, int argument_count,
                   struct esc_location *result, const struct esc_note *);

#endif
