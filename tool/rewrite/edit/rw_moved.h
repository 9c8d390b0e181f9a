/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_moved.h - locals that move to the heap: what rw_plan.c, rw_local.c,
 * rw_room.c and rw_literal.c know of each other. */
#ifndef ESCC_RW_MOVED_H
#define ESCC_RW_MOVED_H

#include "rw_shared.h"

/* How a moved local, parameter or compound literal is reached. */
struct moved {
    struct symbol *symbol;
    /* A variable's declarator declares this pointer in its place,
     * `__escc_pN_x`; NULL for parameters and literals. */
    const char *pointer;
    /* 0: the pointer is to the object, made at the declaration.  Else the
     * pointer `__escc_hN` holds it. */
    unsigned holder;
    bool holder_in_function;    /* hN is declared at the function's entry */
    bool allocate_at_start;     /* and set there too (computed goto) */
    bool lazy;                  /* the object is made by uses (rw_lazy.c) */
    const char *object;         /* if so: what makes it */
    unsigned room;              /* `__escc_rN` (rw_room.c), or 0 */
    unsigned kept;              /* how often the name of a parameter stands
                                   for itself in the output */
    struct moved *next;
};

/* The first label of `switch` n, from the one with this index in the function
 * on, or NULL; the first by which it leads into the block from outside of it
 * (rw_plan.c). */
const struct node *rw_case_of(const struct rewrite *, const struct node *n,
                              size_t *index);
const struct node *rw_case_into(const struct rewrite *, const struct node *n,
                                const struct node *block, size_t *index);
/* Whether a goto leads into the block from outside of it (rw_plan.c). */
bool rw_goto_enters(const struct rewrite *, const struct node *n,
                    const struct node *block);

/* Whether a block may be entered elsewhere than at its beginning, or left for a
 * place that is not known (rw_plan.c). */
bool rw_is_jumped_into(const struct rewrite *, const struct node *block);
/* Whether a goto behind `n` leads in front of it, or one to a place that is not
 * known (rw_plan.c). */
bool rw_jumps_over(const struct rewrite *, const struct node *n);
/* The variables, parameters and compound literals of the function. */
size_t rw_object_count(const struct rewrite *);
struct symbol *rw_object(const struct rewrite *, size_t index);

/* Whether the object of a variable without a holder is made where it is used
 * first (rw_lazy.c). */
bool rw_is_lazy(const struct rewrite *, const struct moved *);

/* Inserts the bound into `[]` in [begin, end); false if there is none
 * (rw_local.c). */
bool rw_insert_bound(struct rewrite *, const struct type *, uint32_t begin,
                     uint32_t end);
/* C text that allocates the symbol's object; `pointer` is an expression of
 * type pointer to it, or NULL where there is none. */
const char *rw_new_text(struct rewrite *, const struct symbol *,
                        const struct node *place, const char *pointer);

/* An expression for the room that a moved symbol has in its frame, "0" if it
 * has none; declares it if need be (rw_room.c). */
const char *rw_room(struct rewrite *, const struct symbol *);
/* What stands behind the `=` of a moved variable length array, which is
 * declared as `pointer`: declarators of its room and of what sets the pointer
 * to `object`, which is made in it. */
const char *rw_variable_room(const struct symbol *, const char *pointer,
                             const char *object);

#endif
