/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_points.c - what pointers may point to, and what follows from that.
 *
 * Go lets everything that is stored through a pointer flow to the heap.  In C
 * that would move most locals: out-parameters, `*p = &x`, lists on the stack.
 * So the pointer's targets are searched first, and the stored value flows into
 * these.  The search follows (location, dereferences) pairs exactly up to
 * STATES - 1 dereferences and stops at memory that is not the function's own:
 * what was stored there and is read back is covered by what that memory stands
 * for, because an address that was stored there has escaped already.
 *
 * [inv.esc.external]  a value read from the heap, from a parameter's content
 * or from an object that escapes points to the heap or to that parameter's
 * content, never only to a local that did not escape.  From an object with
 * conditions, it may point to the heap as well as to what was stored there.
 *
 * What is found in a member of an object (`outside`) is resolved likewise
 * [inv.esc.member].  If the object is the function's own, it is what was stored
 * there by the member's name, and what is in the object but was not stored by
 * the name of another; if not, it is what the member has.
 */
#include "esc_points.h"

#include "esc_solve.h"

#include <string.h>

enum {
    /* Dereference counts 0 … STATES - 2 are exact, the last one means "that
     * many or more".  Chains in real programs (`a->b->c->d = x`) have up to
     * four. */
    STATES = 6
};

/* ---- targets of stores --------------------------------------------------- */

struct search_state { struct esc_location *location; int derefs; };

VEC_TYPE(esc_targets, struct esc_location *);

/* Of a location; a generation is that of the search which wrote it last. */
struct seen {
    unsigned target;            /* generation: it is a target */
    unsigned passed;            /* generation of `states` */
    unsigned states;            /* bit N: reached with N dereferences */
};

struct search {
    struct esc_graph *graph;
    struct seen *seen;
    size_t seen_count;
    unsigned generation;        /* of this search; the first is 1 */
    struct esc_targets *targets;
    VEC_TYPE(search_states, struct search_state) todo;
};

void *esc_notes_on(const struct esc_graph *graph, size_t bytes_each)
{
    size_t bytes = graph->locations.count * bytes_each;
    return memset(util_malloc(bytes), 0, bytes);
}

struct search *esc_search_new(struct esc_graph *graph)
{
    struct search *s = util_malloc(sizeof *s);
    *s = (struct search){.graph = graph,
                         .seen = esc_notes_on(graph, sizeof(struct seen)),
                         .seen_count = graph->locations.count};
    return s;
}

void *esc_notes_room(const struct esc_location *l, void *notes, size_t *count,
                     size_t bytes)
{
    size_t before = *count;
    if ((size_t)l->index < before)
        return notes;
    *count = (size_t)l->index * 2;
    notes = util_realloc(notes, *count * bytes);
    memset((char *)notes + before * bytes, 0, (*count - before) * bytes);
    return notes;
}

void esc_search_free(struct search *s)
{
    free(s->seen);
    vec_free(&s->todo);
    free(s);
}

/* A new search, whose results are added to `targets`. */
static void search_begin(struct search *s, struct esc_targets *targets)
{
    s->generation++;
    s->targets = targets;
}

static void add_target(struct search *s, struct esc_location *target)
{
    struct seen *seen = &s->seen[target->index];
    if (seen->target == s->generation)
        return;
    seen->target = s->generation;
    vec_push(s->targets, target);
}

static void add_state(struct search *s, struct esc_location *location,
                      int derefs)
{
    if (derefs < 0) {
        add_target(s, location);
        return;
    }
    if (derefs >= STATES)
        derefs = STATES - 1;
    if (location->escapes || location->conditions.count)
        add_target(s, s->graph->heap);  /* [inv.esc.external] */
    if (location->escapes)
        return;
    if (location->kind == LOC_CONTENT) {
        struct esc_location *parameter =
            s->graph->parameters[location->parameter];
        add_target(s, parameter->content[ESC_CONTENT_LEVELS - 1]);
        return;
    }
    struct seen *seen = &s->seen[location->index];
    if (seen->passed != s->generation) {
        seen->passed = s->generation;
        seen->states = 0;
    }
    if (seen->states & 1u << derefs)
        return;
    seen->states |= 1u << derefs;
    struct search_state state = {location, derefs};
    vec_push(&s->todo, state);
}

static void search_run(struct search *s)
{
    while (s->todo.count) {
        struct search_state state = vec_pop(&s->todo);
        struct esc_location *l = state.location;
        for (size_t i = 0; i < l->count; i++) {
            struct esc_edge *edge = &l->items[i];
            if (edge->roots == ESC_MEMBERS)
                continue;
            add_state(s, edge->source, state.derefs + edge->derefs);
            /* "That many or more": one less may still be that many. */
            if (state.derefs == STATES - 1 && edge->derefs < 0)
                add_state(s, edge->source, state.derefs);
        }
    }
}

/* Adds the locations that `pointer` may point to; the heap stands for
 * everything unknown. */
static void points_to(struct search *s, struct esc_location *pointer,
                      struct esc_targets *targets)
{
    search_begin(s, targets);
    add_state(s, pointer, 0);
    search_run(s);
}

/* Replaces the targets by what is reachable from them by at least one more
 * dereference. */
static void go_deeper(struct search *s, struct esc_targets *targets)
{
    struct esc_targets reached = {0};
    search_begin(s, &reached);
    for (size_t i = 0; i < targets->count; i++)
        add_state(s, targets->items[i], 0);
    search_run(s);
    for (size_t i = 0; i < reached.count; i++) {
        add_state(s, reached.items[i], 0);
        search_run(s);
    }
    vec_free(targets);
    *targets = reached;
}

/* Whether all that the object has flows to it: one of the function's, and no
 * parameter. */
static bool has_parts(const struct esc_location *object)
{
    return object->kind == LOC_ALLOCATION ||
           (object->kind == LOC_VARIABLE && object->parameter < 0);
}

static struct esc_location *part_of(struct search *s,
                                    struct esc_location *object,
                                    struct esc_member *member)
{
    struct esc_location *part = esc_graph_part(s->graph, object, member);
    s->seen = esc_notes_room(part, s->seen, &s->seen_count, sizeof *s->seen);
    return part;
}

static void resolve_store(struct search *s, struct esc_location *store)
{
    struct esc_targets targets = {0};
    points_to(s, store->pointer, &targets);
    if (store->deep)
        go_deeper(s, &targets);
    for (size_t t = 0; t < targets.count; t++) {
        struct esc_location *to = targets.items[t];
        if (store->member && has_parts(to))
            to = part_of(s, to, store->member);
        esc_graph_flow(s->graph, to, store, 0, NULL);
    }
    vec_free(&targets);
}

/* What is found in the member of an object of the function's. */
static void read_part(struct esc_graph *graph, struct esc_location *found,
                      struct esc_location *object)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct esc_edge *edge = &object->items[i];
        const struct esc_location *source = edge->source;
        if (source->part_of == object &&
            source->member != found->member)
            continue;
        esc_graph_flow(graph, found, edge->source, edge->derefs,
                       edge->notes);
    }
    if (object->escapes || object->conditions.count)
        esc_graph_flow(graph, found, graph->heap, -1, NULL);
}

/* The same of an object that is not. */
static void read_outside(struct esc_graph *graph, struct esc_location *found)
{
    if (found->member->is_link) {
        esc_graph_flow(graph, found, found->pointer, 1, NULL);
        return;
    }
    esc_graph_flow_for(graph, ESC_MEMBERS, found, found->outside, 0);
    esc_graph_flow_for(graph, ESC_OBJECTS, found, found->pointer, 1);
}

static void resolve_read(struct search *s, struct esc_location *found)
{
    struct esc_targets targets = {0};
    points_to(s, found->pointer, &targets);
    for (size_t t = 0; t < targets.count; t++) {
        struct esc_location *target = targets.items[t];
        if (has_parts(target))
            read_part(s->graph, found, target);
        else if (target->kind == LOC_CONTENT)
            read_outside(s->graph, found);
        else
            esc_graph_flow(s->graph, found, target, 0, NULL);
    }
    vec_free(&targets);
}

void esc_resolve(struct search *s)
{
    struct esc_graph *graph = s->graph;
    unsigned round;
    do {
        round = graph->edge_count;
        for (size_t i = 0; i < graph->locations.count; i++) {
            struct esc_location *l = graph->locations.items[i];
            if (l->kind == LOC_STORE && l->count)
                resolve_store(s, l);
            else if (l->outside)
                resolve_read(s, l);
        }
    } while (graph->edge_count != round);
}

/* ---- allocators ---------------------------------------------------------- */

/* Whether the value of an edge may point to one of the objects. */
static bool edge_reaches(struct search *s, const struct esc_edge *edge,
                         const struct esc_targets *objects)
{
    struct esc_targets targets = {0};
    bool found = false;
    search_begin(s, &targets);
    add_state(s, edge->source, edge->derefs);
    search_run(s);
    for (size_t t = 0; t < targets.count; t++)
        for (size_t i = 0; i < objects->count; i++)
            found |= targets.items[t] == objects->items[i];
    vec_free(&targets);
    return found;
}

static bool is_shared(struct search *s, const struct esc_targets *objects)
{
    const struct esc_graph *graph = s->graph;
    for (size_t i = 0; i < graph->locations.count; i++) {
        struct esc_location *l = graph->locations.items[i];
        if (!l->escapes && l->kind != LOC_CONTENT && !esc_is_conditional(l))
            continue;
        for (size_t e = 0; e < l->count; e++)
            if (edge_reaches(s, &l->items[e], objects))
                return true;
    }
    return false;
}

bool esc_returns_new(struct esc_graph *graph)
{
    struct search *s = esc_search_new(graph);
    struct esc_targets objects = {0};
    points_to(s, graph->result, &objects);
    bool all_new = objects.count > 0;
    for (size_t i = 0; i < objects.count; i++)
        all_new &= objects.items[i]->kind == LOC_ALLOCATION &&
                   !objects.items[i]->in_frame;
    all_new = all_new && !is_shared(s, &objects);
    esc_search_free(s);
    vec_free(&objects);
    return all_new;
}
