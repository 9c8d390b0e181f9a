/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_reach.h - what a location holds once its function is solved.
 *
 * As the solver's walk finds it (esc_solve.c), but also through gates, and to
 * all that has not escaped, or, if that is asked for, to that, too.
 */
#ifndef ESCC_ESC_REACH_H
#define ESCC_ESC_REACH_H

#include "esc_graph.h"

struct esc_reach {
    const struct esc_graph *graph;
    struct { unsigned walk; int derefs; } *notes;   /* by location */
    unsigned walk;
    bool through_escaped;       /* also what flows through that */
    VEC_TYPE(esc_reach_todo, const struct esc_location *) todo;
};

/* Of a graph that does not grow any more; to be freed. */
struct esc_reach esc_reach_new(const struct esc_graph *);
void esc_reach_free(struct esc_reach *);

/* Finds all that the location's value leads to, and forgets what was found
 * before. */
void esc_reach_from(struct esc_reach *, const struct esc_location *root);

/* Whether the location was found. */
static inline bool esc_is_reached(const struct esc_reach *r,
                                  const struct esc_location *l)
{
    return r->notes[l->index].walk == r->walk;
}

/* Whether the address of the object was found. */
static inline bool esc_is_held(const struct esc_reach *r,
                               const struct esc_location *object)
{
    return esc_is_reached(r, object) && r->notes[object->index].derefs < 0;
}

#endif
