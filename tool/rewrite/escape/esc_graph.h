/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_graph.h - locations and the flows between them, for one function.
 *
 * The graph knows nothing of C's syntax: esc_build.c makes it, esc_solve.c
 * reads it, unit tests make theirs by hand.  Nodes of the tree appear only as
 * opaque positions for explanations.
 *
 * [inv.esc.derefs]  an edge `d <- s` with derefs n says that the value of d
 * may become the value of s dereferenced n times; -1 says: the address of s.
 * No edge has less than -1: `&&x` does not exist without a location between.
 *
 * [inv.esc.atom]  a function g of another unit may keep its argument j, so
 * that it outlives the call, or not; what a unit cannot know the program does
 * when it is loaded.  An argument flows to an atom as it is, K(g, j, 0), and
 * to others dereferenced, K(g, j, 1) and K(g, j, 2).  If an atom is true,
 * pointers kept there outlive everything; if it is not, they are forgotten
 * when the call is over.  So nothing escapes to an atom: what has its address
 * there gets a *condition*.  What is kept in an object with a condition, has
 * that object as a condition.
 *
 * [inv.esc.gate]  what `g` returns may be its argument.  The argument flows to
 * the result through a *gate*, a temporary of its own for each call.  No walk
 * goes through one.  If a root reaches it that outlives the function, then what
 * the argument holds flows to the gate's atom, as if g kept it.  If the root is
 * the result, the flow is to a second location of the same atom, and parameters
 * that it finds are not kept but returned on under that condition.
 *
 * [inv.esc.joint]  if the root that reaches a gate has conditions, or is an
 * atom, both must be true for the argument to outlive the call: that g returns
 * it, and that the root is kept.  So the flow is to a *joint* of the two, an
 * atom of its own that is true if they are.  If the root is a variable in a
 * scope around the call, the joint is one of that scope: true if g returns the
 * argument, and then only what is in a scope within dies before.  A walk from
 * a joint that reaches further gates makes joints of joints.  To leave one of
 * the two out makes it true more often, which is right as well; so a joint of
 * many ends there, and one that comes back to its own gate is joined with
 * nothing new: to such a root the gate is open.  What a root has itself, it
 * keeps whether g returns it or not; so no joint is made where the root has
 * all that comes to the gate, and a walk from a joint leaves out what either of
 * those that it joins comes to.  Without that the joints of calls whose results
 * go to one variable (`p = f(p); p = g(p); ...`) are as many as ways through
 * them.
 *
 * [inv.esc.member]  what is found in a member that only its name leads to,
 * in an object that is not the function's, is one of the things that
 * functions of the unit have stored there, by its name [inv.member].  If
 * the function keeps it, it is that *member* which keeps them, as a
 * function keeps its parameter; each store is a call of it, besides being a
 * store.  So who reads a member and keeps it keeps nothing of the others.
 * If the function returns it, its caller knows more: for the result it is
 * what the object has. But if functions only return what it leads to,
 * callers need not be told.  The links of lists are not followed so:
 * functions that put lists together and take them apart get their elements,
 * and those of one list would be kept with those of the others.
 *
 * Results are exact both ways: what has no condition and does not escape may
 * stay in its frame; what has some may if they are all false.
 */
#ifndef ESCC_ESC_GRAPH_H
#define ESCC_ESC_GRAPH_H

#include "esc_reason.h"

#include "util/map.h"
#include "util/vec.h"

#include <stdbool.h>

struct node;
struct symbol;
struct esc_tag;

/* A region of the source whose automatic objects die together: a block, the
 * body of a loop or of an `if` even without braces (C11 6.8.4, 6.8.5). */
struct esc_scope {
    struct esc_scope *parent;       /* NULL: the function's outermost */
    int loop_depth;                 /* loops around, 1 for a function body */
    const struct node *block;       /* the N_BLOCK that it is, or NULL */
};

/* Why a flow exists: a list from the innermost expression outwards. */
struct esc_note {
    const struct esc_note *next;
    const struct node *where;
    enum esc_reason reason;
};

enum esc_location_kind {
    /* Everything that is not this function's: globals, objects behind
     * unknown pointers, what unknown code keeps.  One a graph. */
    LOC_HEAP,
    LOC_RESULT,         /* what the function returns */
    LOC_VARIABLE,       /* a local, a parameter, a compound literal */
    LOC_CONTENT,        /* memory that a parameter points to (level 1), or
                           that is reached from there (level 2) */
    LOC_ALLOCATION,     /* the object made by one call of an allocator */
    LOC_STORE,          /* what is stored through `pointer` */
    LOC_TEMPORARY,      /* a value in an expression; holds no memory */
    LOC_ATOM            /* what a function may keep of an argument: whether
                           it does is not known here [inv.esc.atom]; or a
                           joint */
};

enum { ESC_CONTENT_LEVELS = 2 };

/* Which roots an edge is for: of two that stand for one flow. */
enum esc_roots {
    ESC_ALL_ROOTS,
    ESC_MEMBERS,                    /* from what a member has */
    ESC_OBJECTS                     /* from an object that has the member: for
                                       callers, and who looks for pointers */
};

struct esc_edge {
    struct esc_location *source;
    int derefs;                     /* [inv.esc.derefs] */
    const struct esc_note *notes;
    enum esc_roots roots;
};

struct esc_location;

/* One step of an explanation: `to = <derefs> from`. */
struct esc_step {
    const struct esc_location *to, *from;
    int derefs;
    const struct esc_note *notes;
};

struct esc_path {
    struct esc_step *steps;         /* from the source to the root */
    int count;
};

/* "If pointers kept in `root` outlive the call, so must this": [inv.esc.atom].
 * The root is an atom, or a variable or allocation with conditions itself. */
struct esc_condition {
    struct esc_location *root;
    struct esc_path path;
};
VEC_TYPE(esc_conditions, struct esc_condition);

/* What the functions that read a member do with what they find there
 * [inv.esc.member]. */
struct esc_member {
    const struct symbol *symbol;    /* as what it is called */
    struct esc_tag *tag;            /* with one parameter */
    struct esc_conditions *kept;    /* by level, as a graph's */
    bool is_link;                   /* it leads to structures of the same: it
                                       keeps nothing, the object does */
    bool is_returned;               /* what is found there is the result of a
                                       function */
    bool changed;                   /* that or the tag, since it was reset */
    /* How a function keeps it whatever others do: the path in that one's
     * graph; root NULL: none does. */
    const struct symbol *keeper;
    const struct esc_location *root;
    struct esc_path path;
    int derefs;
};

struct esc_location {
    enum esc_location_kind kind;
    int index;                      /* in graph->locations, and in what
                                       others know about locations */
    struct symbol *symbol;          /* LOC_VARIABLE, or NULL */
    const struct node *node;        /* LOC_ALLOCATION: the call */
    struct esc_scope *scope;        /* NULL: does not outlive anything */
    int loop_depth;                 /* of its declaration or its call */
    bool in_frame;                  /* LOC_ALLOCATION: alloca */
    /* Number of the parameter that this is or whose content this is;
     * -1: neither.  A variadic function has one more than it names: the
     * arguments that va_arg reads. */
    int parameter;
    int level;                      /* LOC_CONTENT: 1 or 2 */
    /* LOC_ATOM: the function; `parameter` counts its parameters (one of the
     * unit) or the words of its arguments (esc_slots), `level` is how deep it
     * goes, or from ESC_RETURNED on what is returned. */
    const struct symbol *callee;
    struct esc_location *next_atom; /* of the same function */
    struct esc_location *content[ESC_CONTENT_LEVELS];   /* of a parameter */
    struct esc_location *pointer;   /* LOC_STORE: what is stored through;
                                       or `outside` */
    /* LOC_TEMPORARY: what flows through it does so if this atom is true, which
     * is of what a function returns [inv.esc.gate]; or NULL. */
    struct esc_location *gate;
    /* LOC_ATOM of a gate: the location of the same atom for what is returned
     * on; and that it is this one. */
    struct esc_location *onward;
    bool returned_on;
    /* LOC_ATOM of a gate: its joints, by `next_atom`.  Of a joint: the atom
     * and the root that it joins, `callee` and the like as the atom's; and how
     * many atoms there are in it.  One of a scope has that, and the root's
     * loop depth [inv.esc.joint]. */
    struct esc_location *joints;
    struct esc_location *joined[2];
    int joined_atoms;
    /* LOC_VARIABLE: what is found in this member of others' objects, by the
     * function `callee`.  LOC_STORE: in which member of its targets; or NULL.
     * LOC_TEMPORARY: what was stored in it by its name, of `part_of`; or what
     * is found there. */
    struct esc_member *member;
    struct esc_location *part_of;
    /* The parts of an object, by this. */
    struct esc_location *parts, *next_part;
    /* LOC_TEMPORARY: what is found in `member` of what `pointer` points to, in
     * objects that are not the function's this; or NULL. */
    struct esc_location *outside;
    bool deep;                      /* LOC_STORE: into what the pointer's
                                       targets point to, not into these */
    /* LOC_STORE: for stores through this location. */
    struct esc_location *store[ESC_CONTENT_LEVELS];

    VEC(struct esc_edge);           /* flows into this location */
    bool flows;                     /* it flows to some location itself */

    bool escapes;                   /* its address may outlive it */
    struct esc_path path;           /* how; empty unless it escapes */
    struct esc_conditions conditions;   /* unless it escapes: its address may
                                       outlive it if one of them is true */
    /* LOC_VARIABLE: the variable of which this is a part that it points to;
     * both are in its frame, or both move [inv.split].  And that part. */
    struct esc_location *whole, *members;
    int decision;                   /* from 1: its row of locals, and its
                                       decision byte (esc_facts.c); 0: none */
};

/* A parameter's value, dereferenced, reaches a root that lives longer than
 * the call. */
struct esc_leak {
    const struct esc_location *parameter, *root;
    int derefs;
    struct esc_path path;
};

/* How deep an atom goes: the argument itself, what it leads to by one
 * dereference or more, by two or more. */
enum { ESC_ATOM_LEVELS = 3 };

/* Those of what is returned follow: the argument itself, and what it leads
 * to. */
enum { ESC_RETURNED = ESC_ATOM_LEVELS, ESC_RETURN_LEVELS = 2,
       ESC_LEVELS = ESC_RETURNED + ESC_RETURN_LEVELS };

struct esc_graph {
    VEC_TYPE(esc_locations, struct esc_location *) locations;
    struct esc_location *heap, *result;
    /* A temporary: an object whose address gets here may be freed, or made
     * larger, or have its address compared later.  No edge leads from it. */
    struct esc_location *released;
    /* A temporary: the memory that pointers made of numbers lead to.  What is
     * stored there gets to `released`, too. */
    struct esc_location *numbers;
    struct esc_location **parameters;
    int parameter_count;            /* with the one for variadic arguments */
    VEC_TYPE(esc_leaks, struct esc_leak) leaks; /* later ones have fewer
                                       dereferences than earlier ones */
    unsigned edge_count;
    int joint_count;
    unsigned long steps;            /* flows that walks looked at: what solving
                                       has cost */
    struct map *atoms;              /* function -> its first LOC_ATOM */
    /* [parameter * ESC_LEVELS + level]: what lets the parameter, or what it
     * leads to, outlive the call, or be returned. */
    struct esc_conditions *kept;
};

/* A graph with heap, result and nothing else; `parameter_count` parameters
 * are to be added with esc_graph_parameter.  Lives as long as the process. */
struct esc_graph *esc_graph_new(int parameter_count);

struct esc_location *esc_graph_add(struct esc_graph *,
                                   enum esc_location_kind,
                                   struct esc_scope *);

/* Adds parameter `number` and its content. */
struct esc_location *esc_graph_parameter(struct esc_graph *, int number,
                                         struct esc_scope *);

/* The location for values stored through the pointers that `pointer` holds;
 * `deep`: into anything reachable from their targets. */
struct esc_location *esc_graph_store(struct esc_graph *,
                                     struct esc_location *pointer, bool deep);

/* A temporary with what is found in a member of what `pointer` points to; in
 * others' objects `outside`. */
struct esc_location *esc_graph_read(struct esc_graph *,
                                    struct esc_location *pointer,
                                    struct esc_member *,
                                    struct esc_location *outside);
/* The location for values stored in that member of what it points to. */
struct esc_location *esc_graph_write(struct esc_graph *,
                                     struct esc_location *pointer,
                                     struct esc_member *);
/* What is stored in the member of an object, by its name; the object has
 * that. */
struct esc_location *esc_graph_part(struct esc_graph *,
                                    struct esc_location *object,
                                    struct esc_member *);

/* What the function may keep of an argument; made at the first question. */
struct esc_location *esc_graph_atom(struct esc_graph *,
                                    const struct symbol *callee,
                                    int parameter, int level);

/* The joint of a gate's atom and a root; made at the first question.  Where
 * there are too many, the atom [inv.esc.joint].  `scoped`: of the scope of the
 * root, a variable. */
struct esc_location *esc_graph_joint(struct esc_graph *,
                                     struct esc_location *atom,
                                     struct esc_location *root, bool scoped);

/* Whether the joint is the root itself: it has the atom, or has enough. */
bool esc_graph_has_joined(const struct esc_location *root,
                          const struct esc_location *atom);

/* Whether a joint is true only if the root that it joins is. */
bool esc_graph_needs_both(const struct esc_location *joint);

/* Adds a flow to `released`; the location may be NULL. */
void esc_graph_release(struct esc_graph *, struct esc_location *from,
                       int derefs);

/* Whether its address or value may outlive the call if others keep it. */
static inline bool esc_is_conditional(const struct esc_location *l)
{
    return !l->escapes && (l->kind == LOC_ATOM || l->conditions.count);
}

/* Adds the flow `to <- from`; false if the same flow was there already. */
bool esc_graph_flow(struct esc_graph *, struct esc_location *to,
                    struct esc_location *from, int derefs,
                    const struct esc_note *notes);

/* The same, for some roots. */
bool esc_graph_flow_for(struct esc_graph *, enum esc_roots,
                        struct esc_location *to, struct esc_location *from,
                        int derefs);

#endif
