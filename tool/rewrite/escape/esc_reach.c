/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_reach.c - see esc_reach.h. */
#include "esc_reach.h"

#include "esc_tags.h"

#include <string.h>

struct esc_reach esc_reach_new(const struct esc_graph *graph)
{
    struct esc_reach r = {.graph = graph};
    size_t bytes = graph->locations.count * sizeof *r.notes;
    r.notes = memset(util_malloc(bytes), 0, bytes);
    return r;
}

void esc_reach_free(struct esc_reach *r)
{
    free(r->notes);
    vec_free(&r->todo);
}

static void reach_to(struct esc_reach *r, const struct esc_location *l,
                     int derefs)
{
    bool seen = r->notes[l->index].walk == r->walk;
    if (derefs > ESC_MOST_DEREFS)
        derefs = ESC_MOST_DEREFS;
    if (seen && r->notes[l->index].derefs <= derefs)
        return;
    r->notes[l->index].walk = r->walk;
    r->notes[l->index].derefs = derefs;
    vec_push(&r->todo, l);
}

void esc_reach_from(struct esc_reach *r, const struct esc_location *root)
{
    r->walk++;
    reach_to(r, root, 0);
    while (r->todo.count) {
        const struct esc_location *l = vec_pop(&r->todo);
        int derefs = r->notes[l->index].derefs;
        for (size_t i = 0; i < l->count; i++) {
            const struct esc_edge *edge = &l->items[i];
            if ((r->through_escaped || !edge->source->escapes) &&
                edge->source->kind != LOC_CONTENT)
                reach_to(r, edge->source,
                         (derefs < 0 ? 0 : derefs) + edge->derefs);
        }
    }
}
