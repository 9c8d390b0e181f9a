/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_graph.c - see esc_graph.h.
 *
 * A parameter p points to memory that the function does not own.  Two
 * locations stand for it, wired so that a walk needs no special case:
 *
 *     p        <- &content1       p points to content1,
 *     content1 <- &content2       which holds pointers to content2,
 *     content2 <- &content2       which holds pointers into itself.
 *
 * The heap holds pointers into itself in the same way.
 */
#include "esc_graph.h"

enum {
    /* Calls within calls, `f(g(h(&x)))`, are rarely deeper. */
    MOST_JOINED = 4,
    /* Of one atom, in one function: a root for each level of what a call is
     * given that the result is handed on to. */
    MOST_JOINTS = 256,
    /* Of all atoms: where variables get the results of many calls of each other
     * there are as many as ways through four of these. */
    MOST_JOINTS_IN_ALL = 8192
};

struct esc_graph *esc_graph_new(int parameter_count)
{
    struct esc_graph *graph = arena_new(struct esc_graph);
    graph->parameter_count = parameter_count;
    graph->parameters =
        arena_array(struct esc_location *, parameter_count + 1);
    graph->atoms = arena_new(struct map);
    graph->kept = arena_array(struct esc_conditions,
                              parameter_count * ESC_LEVELS);
    graph->heap = esc_graph_add(graph, LOC_HEAP, NULL);
    graph->heap->escapes = true;
    esc_graph_flow(graph, graph->heap, graph->heap, -1, NULL);
    graph->result = esc_graph_add(graph, LOC_RESULT, NULL);
    graph->released = esc_graph_add(graph, LOC_TEMPORARY, NULL);
    graph->numbers = esc_graph_add(graph, LOC_TEMPORARY, NULL);
    esc_graph_release(graph, graph->numbers, 0);
    return graph;
}

struct esc_location *esc_graph_add(struct esc_graph *graph,
                                   enum esc_location_kind kind,
                                   struct esc_scope *scope)
{
    struct esc_location *location = arena_new(struct esc_location);
    location->kind = kind;
    location->index = (int)graph->locations.count;
    location->scope = scope;
    location->loop_depth = scope ? scope->loop_depth : 0;
    location->parameter = -1;
    vec_push(&graph->locations, location);
    return location;
}

struct esc_location *esc_graph_parameter(struct esc_graph *graph, int number,
                                         struct esc_scope *scope)
{
    struct esc_location *parameter =
        esc_graph_add(graph, LOC_VARIABLE, scope);
    struct esc_location *above = parameter;
    parameter->parameter = number;
    graph->parameters[number] = parameter;
    for (int i = 0; i < ESC_CONTENT_LEVELS; i++) {
        struct esc_location *content =
            esc_graph_add(graph, LOC_CONTENT, NULL);
        content->parameter = number;
        content->level = i + 1;
        parameter->content[i] = content;
        esc_graph_flow(graph, above, content, -1, NULL);
        above = content;
    }
    esc_graph_flow(graph, above, above, -1, NULL);
    return parameter;
}

struct esc_location *esc_graph_store(struct esc_graph *graph,
                                     struct esc_location *pointer, bool deep)
{
    if (!pointer->store[deep]) {
        struct esc_location *store = esc_graph_add(graph, LOC_STORE, NULL);
        store->pointer = pointer;
        store->deep = deep;
        pointer->store[deep] = store;
    }
    return pointer->store[deep];
}

struct esc_location *esc_graph_read(struct esc_graph *graph,
                                    struct esc_location *pointer,
                                    struct esc_member *member,
                                    struct esc_location *outside)
{
    struct esc_location *found = esc_graph_add(graph, LOC_TEMPORARY, NULL);
    found->pointer = pointer;
    found->member = member;
    found->outside = outside;
    return found;
}

struct esc_location *esc_graph_write(struct esc_graph *graph,
                                     struct esc_location *pointer,
                                     struct esc_member *member)
{
    struct esc_location *store = esc_graph_add(graph, LOC_STORE, NULL);
    store->pointer = pointer;
    store->member = member;
    return store;
}

struct esc_location *esc_graph_part(struct esc_graph *graph,
                                    struct esc_location *object,
                                    struct esc_member *member)
{
    struct esc_location *part = object->parts;
    while (part && part->member != member)
        part = part->next_part;
    if (part)
        return part;
    part = esc_graph_add(graph, LOC_TEMPORARY, NULL);
    part->member = member;
    part->part_of = object;
    part->next_part = object->parts;
    object->parts = part;
    esc_graph_flow(graph, object, part, 0, NULL);
    return part;
}

struct esc_location *esc_graph_atom(struct esc_graph *graph,
                                    const struct symbol *callee,
                                    int parameter, int level)
{
    struct esc_location *first = map_get(graph->atoms, callee);
    for (struct esc_location *l = first; l; l = l->next_atom)
        if (l->parameter == parameter && l->level == level)
            return l;
    struct esc_location *atom = esc_graph_add(graph, LOC_ATOM, NULL);
    atom->callee = callee;
    atom->parameter = parameter;
    atom->level = level;
    atom->next_atom = first;
    map_put(graph->atoms, callee, atom);
    return atom;
}

bool esc_graph_has_joined(const struct esc_location *root,
                          const struct esc_location *atom)
{
    if (root->joined_atoms == MOST_JOINED)
        return true;
    for (; root->joined[1]; root = root->joined[1])
        if (root->joined[0] == atom)
            return true;
    return root == atom;
}

struct esc_location *esc_graph_joint(struct esc_graph *graph,
                                     struct esc_location *atom,
                                     struct esc_location *root, bool scoped)
{
    struct esc_scope *scope =
        scoped || root->kind == LOC_ATOM ? root->scope : NULL;
    int count = 0;
    if (esc_graph_has_joined(root, atom))
        return root;
    for (struct esc_location *l = atom->joints; l; l = l->next_atom, count++)
        if (l->joined[1] == root && l->scope == scope)
            return l;
    if (count == MOST_JOINTS || graph->joint_count == MOST_JOINTS_IN_ALL)
        return atom;
    graph->joint_count++;
    struct esc_location *joint = esc_graph_add(graph, LOC_ATOM, scope);
    joint->loop_depth = root->loop_depth;
    joint->callee = atom->callee;
    joint->parameter = atom->parameter;
    joint->level = atom->level;
    joint->joined[0] = atom;
    joint->joined[1] = root;
    joint->joined_atoms = 1 + (root->joined_atoms ? root->joined_atoms : 1);
    joint->next_atom = atom->joints;
    return atom->joints = joint;
}

bool esc_graph_needs_both(const struct esc_location *joint)
{
    return joint->joined[1]->kind == LOC_ATOM || !joint->scope;
}

/* There may be thousands, and one more than once does no harm. */
void esc_graph_release(struct esc_graph *graph, struct esc_location *from,
                       int derefs)
{
    struct esc_edge edge = {.source = from, .derefs = derefs};
    if (from)
        vec_push(graph->released, edge);
}

static bool add_edge(struct esc_graph *graph, struct esc_location *to,
                     struct esc_location *from, int derefs,
                     const struct esc_note *notes, enum esc_roots roots)
{
    if (to == from && derefs == 0)
        return false;
    /* The heap has thousands of flows, most from a location's only one. */
    for (size_t i = from->flows ? to->count : 0; i-- > 0;)
        if (to->items[i].source == from && to->items[i].derefs == derefs &&
            to->items[i].roots == roots)
            return false;
    from->flows = true;
    struct esc_edge edge = {from, derefs, notes, roots};
    vec_push(to, edge);
    graph->edge_count++;
    return true;
}

bool esc_graph_flow(struct esc_graph *graph, struct esc_location *to,
                    struct esc_location *from, int derefs,
                    const struct esc_note *notes)
{
    return add_edge(graph, to, from, derefs, notes, ESC_ALL_ROOTS);
}

bool esc_graph_flow_for(struct esc_graph *graph, enum esc_roots roots,
                        struct esc_location *to, struct esc_location *from,
                        int derefs)
{
    return add_edge(graph, to, from, derefs, NULL, roots);
}
