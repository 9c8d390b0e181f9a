/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_solve.c - from flows to decisions.
 *
 * Two analyses take turns until neither finds anything new.
 *
 * **Targets** (esc_points.c): what is stored through pointers flows into what
 * these may point to, and what is found in members comes from there.
 *
 * **The walk** (walk_one) is Go's: from each root along the flows backwards,
 * with the least number of dereferences to each location (Bellman-Ford,
 * since -1 edges exist).  A location found with -1 has its address in the
 * root; if the root outlives it, it escapes.  Dereferences are counted from
 * zero again behind an address: whoever holds &x can read x.
 *
 * A root with conditions, or an atom, outlives others only if one of its
 * conditions is true [inv.esc.atom].  What the walk from it finds gets it as a
 * condition, unless it found the address in something else that has the root
 * as a condition: the walk from there is the one that says so.
 *
 * Lifetimes are C's, not Go's: an automatic object dies with its block, and a
 * backward goto inside the block keeps it, so blocks alone decide about
 * locals.  Loop depth decides about allocations, whose object is a new one
 * with each pass.
 *
 * What a search or a walk notes about a location stands in an array of its
 * own, by the location's index; one is as long as the graph was when solving
 * began, and grows with what solving adds: parts of objects, and joints, to
 * which nothing but walks comes.
 */
#include "esc_solve.h"

#include "esc_points.h"

#include <string.h>

enum {
    /* What depends on more than so many other things at once is not worth a
     * decision, and the table of a generated unit should not be one of all
     * pairs. */
    MOST_CONDITIONS = 64,
    /* Beyond so many a joint counts as the first atom in it, which is true
     * whenever it is [inv.esc.joint]: what one call returns may be given to
     * many others. */
    MOST_WITH_JOINTS = 56,
    /* From an argument to the variables that it comes from. */
    MOST_LOOKED_THROUGH = 3
};

VEC_TYPE(esc_targets, struct esc_location *);

/* ---- the walk ------------------------------------------------------------ */

static bool is_inside(const struct esc_scope *inner,
                      const struct esc_scope *outer)
{
    if (inner == outer)
        return false;
    for (; inner; inner = inner->parent)
        if (inner == outer)
            return true;
    return false;
}

static bool outlives_in_function(const struct esc_location *root,
                                 const struct esc_location *location)
{
    if (!root->scope || !location->scope)
        return false;
    if (location->kind == LOC_ALLOCATION)
        return root->loop_depth < location->loop_depth;
    return is_inside(location->scope, root->scope);
}

/* Whether pointers kept in `root` can be used after `location` is dead. */
static bool outlives(const struct esc_location *root,
                     const struct esc_location *location)
{
    if (root->escapes || root->kind == LOC_RESULT ||
        root->kind == LOC_CONTENT)
        return true;
    if (root->kind == LOC_ATOM)
        return false;
    return outlives_in_function(root, location);
}

/* The same if the root's conditions are true. */
static bool may_outlive(const struct esc_location *root,
                        const struct esc_location *location)
{
    return !root->scope || root->kind != LOC_ATOM ||
           outlives_in_function(root, location);
}

/* How the walk came to a location.  Trails are never changed, so that they
 * end at the root even if flows go round in circles. */
struct trail {
    struct esc_step step;
    int next;                   /* towards the root; -1: this led there */
};

/* Of a location. */
struct reached {
    unsigned walk;              /* the one that reached it last */
    int derefs, trail;          /* how that did */
    bool queued;                /* in `roots`, to be walked from */
    bool behind;                /* something that has the root as a
                                   condition */
};

struct walk {
    struct esc_graph *graph;
    struct esc_tag *tag;
    struct reached *reached;
    size_t reached_count;
    unsigned number;            /* of the current walk; the first is 1 */
    bool tag_changed, escaped;
    struct esc_targets roots, todo;
    struct esc_targets gates;   /* that the current walk came to */
    VEC_TYPE(trails, struct trail) trails;      /* of the current walk */
};

static void enqueue_root(struct walk *w, struct esc_location *root)
{
    if (w->reached[root->index].queued)
        return;
    w->reached[root->index].queued = true;
    vec_push(&w->roots, root);
}

/* How `location` flows to the root of this walk. */
static struct esc_path path_of(struct walk *w,
                               const struct esc_location *location)
{
    struct esc_path path = {0};
    int first = w->reached[location->index].trail, i = 0;
    for (int t = first; t >= 0; t = w->trails.items[t].next)
        path.count++;
    path.steps = arena_array(struct esc_step, path.count);
    for (int t = first; t >= 0; t = w->trails.items[t].next)
        path.steps[i++] = w->trails.items[t].step;
    return path;
}

/* False: there are too many. */
static bool add_condition(struct walk *w, struct esc_conditions *conditions,
                          struct esc_location *root,
                          const struct esc_location *l)
{
    if (conditions->count >= MOST_WITH_JOINTS && root->joined[0])
        root = root->joined[0];
    for (size_t i = conditions->count; i-- > 0;)
        if (conditions->items[i].root == root)
            return true;
    if (conditions->count == MOST_CONDITIONS)
        return false;
    struct esc_condition condition = {root, path_of(w, l)};
    vec_push(conditions, condition);
    return true;
}

static bool is_given(const struct esc_location *l)
{
    return l->kind == LOC_VARIABLE && (l->parameter >= 0 || l->member);
}

/* What is found in a member gets to the root, which outlives the function. */
static void leak_member(struct walk *w, const struct esc_location *root,
                        const struct esc_location *l, int derefs)
{
    struct esc_member *member = l->member;
    if (root->kind == LOC_RESULT && !derefs) {
        w->escaped |= !member->is_returned;
        member->changed |= !member->is_returned;
        member->is_returned = true;
        return;
    }
    if (!esc_tag_lower(&member->tag->to_heap[0], derefs))
        return;
    member->changed = true;
    member->keeper = l->callee;
    member->root = root;
    member->derefs = derefs;
    member->path = path_of(w, l);
}

static void found_leak(struct walk *w, const struct esc_location *root,
                       struct esc_location *parameter, int derefs,
                       signed char *slot)
{
    if (!esc_tag_lower(slot, derefs))
        return;
    w->tag_changed = true;
    struct esc_leak found = {parameter, root, derefs, path_of(w, parameter)};
    vec_push(&w->graph->leaks, found);
}

/* Values at `derefs` dereferences of a parameter reach the root. */
static void leak(struct walk *w, const struct esc_location *root,
                 struct esc_location *parameter, int derefs)
{
    int from = parameter->parameter;
    signed char *slot;
    if (parameter->member) {
        leak_member(w, root, parameter, derefs);
        return;
    }
    if (root->escapes)
        slot = &w->tag->to_heap[from];
    else if (root->kind == LOC_RESULT)
        slot = &w->tag->to_result[from];
    else if (root->kind == LOC_CONTENT)
        slot = esc_tag_content(w->tag, root->parameter, root->level, from);
    else
        return;
    found_leak(w, root, parameter, derefs, slot);
}

/* The same, if the root's conditions are true. */
static void leak_conditionally(struct walk *w, struct esc_location *root,
                               struct esc_location *parameter, int derefs)
{
    struct esc_member *member = parameter->member;
    struct esc_tag *tag = member ? member->tag : w->tag;
    int from = member ? 0 : parameter->parameter;
    bool returned = root->returned_on && !member;
    int levels = returned ? ESC_RETURN_LEVELS : ESC_ATOM_LEVELS;
    int level = (derefs < levels ? derefs : levels - 1) +
                (returned ? ESC_RETURNED : 0);
    signed char always = tag->to_heap[from];
    bool *kept = esc_tag_kept(tag, from, level);
    if (always != ESC_NO_FLOW && always <= derefs)
        return;
    if (!add_condition(w, &(member ? member->kept : w->graph->kept)
                              [from * ESC_LEVELS + level],
                       root, parameter)) {
        leak(w, w->graph->heap, parameter, derefs);
        return;
    }
    if (!*kept)
        *(member ? &member->changed : &w->tag_changed) = *kept = true;
}

/* The root may hold a pointer to the heap or to what will be moved there. */
static void leak_unknown(struct walk *w, const struct esc_location *root)
{
    bool *slot;
    if (root->escapes)
        return;
    if (root->kind == LOC_RESULT)
        slot = &w->tag->result_unknown;
    else if (root->kind == LOC_CONTENT)
        slot = esc_tag_content_unknown(w->tag, root->parameter, root->level);
    else
        return;
    if (!*slot)
        w->tag_changed = *slot = true;
}

static bool is_for(const struct esc_edge *edge,
                   const struct esc_location *root,
                   const struct esc_location *found)
{
    if (edge->roots == ESC_ALL_ROOTS)
        return true;
    bool told = root->kind == LOC_RESULT && found->member->is_returned;
    if (edge->roots == ESC_OBJECTS)
        return told;
    return root->escapes || root->kind == LOC_CONTENT ||
           esc_is_conditional(root) || (root->kind == LOC_RESULT && !told);
}

static void walk_edges(struct walk *w, const struct esc_location *root,
                       struct esc_location *l, int base, bool behind)
{
    w->graph->steps += l->count;
    for (size_t i = 0; i < l->count; i++) {
        struct esc_edge *edge = &l->items[i];
        struct esc_location *source = edge->source;
        int derefs = base + edge->derefs;
        if (!is_for(edge, root, l))
            continue;
        if (source->escapes) {
            leak_unknown(w, root);
            continue;           /* it is a root of its own */
        }
        if (source->conditions.count)
            leak_unknown(w, root);      /* [inv.esc.external] */
        if (source->kind == LOC_CONTENT)
            continue;           /* likewise */
        if (source == root)
            continue;           /* nothing new behind it */
        if (derefs > ESC_MOST_DEREFS)
            derefs = ESC_MOST_DEREFS;
        struct reached *before = &w->reached[source->index];
        bool seen = before->walk == w->number;
        if (seen && before->derefs <= derefs &&
            (before->derefs < derefs || !before->behind || behind))
            continue;
        struct trail trail = {{l, source, edge->derefs, edge->notes},
                              w->reached[l->index].trail};
        *before = (struct reached){w->number, derefs, (int)w->trails.count,
                                   before->queued, behind};
        vec_push(&w->trails, trail);
        vec_push(&w->todo, source);
    }
}

static void mark_escaped(struct walk *w, struct esc_location *l,
                         struct esc_path path)
{
    l->escapes = true;
    w->escaped = true;
    l->path = path;
    vec_free(&l->conditions);
    enqueue_root(w, l);
}

static void escape(struct walk *w, struct esc_location *l)
{
    mark_escaped(w, l, path_of(w, l));
    if (l->whole && !l->whole->escapes)
        mark_escaped(w, l->whole, l->path);
}

static bool can_escape(const struct esc_location *l)
{
    return !l->escapes &&
           (l->kind == LOC_VARIABLE || l->kind == LOC_ALLOCATION);
}

/* `l`, or what it is a part of, has the root as a condition; `found` is what
 * the walk came to.  False: it has too many. */
static bool add_to(struct walk *w, struct esc_location *l,
                   struct esc_location *root,
                   const struct esc_location *found)
{
    bool first = !l->conditions.count;
    if (!add_condition(w, &l->conditions, root, found))
        return false;
    if (first) {
        w->escaped = true;      /* stores: [inv.esc.external] */
        enqueue_root(w, l);
    }
    return true;
}

/* The root, which is conditional, was found to hold the value of l after
 * `base` dereferences, or its address.  Whether l has the root as a
 * condition. */
static bool depends(struct walk *w, struct esc_location *root,
                    struct esc_location *l, int base, bool address)
{
    if (is_given(l) && may_outlive(root, l))
        leak_conditionally(w, root, l, base);
    if (!address || l == root || !can_escape(l) || !may_outlive(root, l))
        return false;
    if (!add_to(w, l, root, l) ||
        (l->whole && l->whole != root && !l->whole->escapes &&
            !add_to(w, l->whole, root, l))) {
        escape(w, l);
        return false;
    }
    return true;
}

/* Whether pointers kept in the root can be used when the function has ended,
 * whatever others do. */
static bool outlives_function(const struct esc_location *root)
{
    return root->escapes ||
           (root->kind != LOC_ATOM &&
               (root->kind != LOC_VARIABLE || !root->scope));
}

/* The location, which may be new, can be walked from. */
static void make_room(struct walk *w, const struct esc_location *l)
{
    w->reached = esc_notes_room(l, w->reached, &w->reached_count,
                                sizeof *w->reached);
}

/* Whether the root has the location's value after so many dereferences: the
 * walk came there, or to all that the value comes from. */
static bool has_reached(const struct walk *w, const struct esc_location *l,
                        int derefs, int depth)
{
    const struct reached *r = &w->reached[l->index];
    if (r->walk == w->number && r->derefs <= derefs)
        return true;
    if (derefs < 0 || depth == MOST_LOOKED_THROUGH || l->gate || is_given(l) ||
        (l->kind != LOC_TEMPORARY && l->kind != LOC_VARIABLE))
        return false;
    for (size_t i = 0; i < l->count; i++) {
        const struct esc_edge *edge = &l->items[i];
        const struct esc_location *source = edge->source;
        if (source->escapes || source->kind == LOC_CONTENT)
            continue;           /* roots of their own */
        if (edge->roots != ESC_ALL_ROOTS ||
            !has_reached(w, source, derefs + edge->derefs, depth + 1))
            return false;
    }
    return true;
}

/* Whether what comes to the location comes to the root, even if it is a gate:
 * a joint of the two would be the root. */
static bool is_open(const struct esc_location *root,
                    const struct esc_location *l)
{
    return !l->gate || esc_graph_has_joined(root, l->gate);
}

/* What comes to the gate flows on from there; `reached`: but for what the root
 * has itself [inv.esc.joint]. */
static void flow_on(struct walk *w, struct esc_location *to,
                    const struct esc_location *gate, int base, bool reached)
{
    make_room(w, to);
    for (size_t i = 0; i < gate->count; i++) {
        const struct esc_edge *edge = &gate->items[i];
        int derefs = base + edge->derefs;
        if (derefs > ESC_MOST_DEREFS)
            derefs = ESC_MOST_DEREFS;
        if (reached && has_reached(w, edge->source, derefs, 0))
            continue;
        if (!esc_graph_flow(w->graph, to, edge->source, derefs, edge->notes))
            continue;
        enqueue_root(w, to);
    }
}

/* Whether the root has all itself that comes to the gate. */
static bool is_idle(const struct walk *w, const struct esc_location *gate,
                    int base)
{
    for (size_t i = 0; i < gate->count; i++)
        if (!has_reached(w, gate->items[i].source,
                         base + gate->items[i].derefs, 0))
            return false;
    return true;
}

/* The walk came to the gate [inv.esc.gate], [inv.esc.joint]. */
static void open_gate(struct walk *w, struct esc_location *root,
                      const struct esc_location *gate)
{
    struct esc_location *atom = gate->gate;
    int derefs = w->reached[gate->index].derefs;
    int base = derefs < 0 ? 0 : derefs;
    if (root->kind == LOC_RESULT) {
        flow_on(w, atom->onward, gate, base, false);
        return;
    }
    if (is_idle(w, gate, base))
        return;
    if (outlives_function(root)) {
        flow_on(w, atom, gate, base, true);
        return;
    }
    if (esc_is_conditional(root))
        flow_on(w, esc_graph_joint(w->graph, atom, root, false), gate, base,
                true);
    if (root->kind == LOC_VARIABLE &&
        (!gate->scope || is_inside(gate->scope, root->scope)))
        flow_on(w, esc_graph_joint(w->graph, atom, root, true), gate, base,
                true);
}

static void enter(struct walk *w, struct esc_location *root)
{
    struct reached *start = &w->reached[root->index];
    start->walk = w->number;
    start->derefs = 0;
    start->trail = -1;
    start->behind = false;
    vec_push(&w->todo, root);
}

/* Notes what a walk from the root comes to, so that one from a joint of it
 * leaves that out [inv.esc.joint]. */
static void note_reached(struct walk *w, struct esc_location *root)
{
    enter(w, root);
    while (w->todo.count) {
        struct esc_location *l = vec_pop(&w->todo);
        int derefs = w->reached[l->index].derefs;
        if (is_open(root, l))
            walk_edges(w, root, l, derefs < 0 ? 0 : derefs, false);
    }
}

static void start_walk(struct walk *w, struct esc_location *root)
{
    w->number++;
    w->trails.count = 0;
    w->gates.count = 0;
    for (struct esc_location *j = root; j->joined[0]; j = j->joined[1]) {
        note_reached(w, j->joined[0]);
        note_reached(w, j->joined[1]);
    }
    enter(w, root);
}

static void walk_one(struct walk *w, struct esc_location *root)
{
    start_walk(w, root);
    while (w->todo.count) {
        struct esc_location *l = vec_pop(&w->todo);
        int derefs = w->reached[l->index].derefs;
        bool address = derefs < 0;
        /* Behind an address counting starts anew: `root = &l; l = x` puts
         * x's value within reach of the root, not x's address. */
        int base = address ? 0 : derefs;
        bool behind = w->reached[l->index].behind;
        if (outlives(root, l)) {
            if (is_given(l))
                leak(w, root, l, base);
            if (address && l->kind != LOC_TEMPORARY)
                leak_unknown(w, root);
            if (address && can_escape(l)) {
                escape(w, l);
                continue;
            }
        }
        if (esc_is_conditional(root) && !behind)
            behind = depends(w, root, l, base, address);
        if (is_open(root, l))
            walk_edges(w, root, l, base, behind);
        else if (!behind)
            vec_push(&w->gates, l);
    }
    for (size_t i = 0; i < w->gates.count; i++)
        open_gate(w, root, w->gates.items[i]);
}

static bool is_root(const struct esc_location *l)
{
    return l->kind != LOC_STORE && l->kind != LOC_TEMPORARY && l->count;
}

bool esc_solve(struct esc_graph *graph, struct esc_tag *tag)
{
    struct search *s = esc_search_new(graph);
    struct walk w = {.graph = graph, .tag = tag,
                     .reached = esc_notes_on(graph, sizeof(struct reached)),
                     .reached_count = graph->locations.count};
    do {
        esc_resolve(s);
        make_room(&w, vec_last(&graph->locations));
        w.escaped = false;
        for (size_t i = 0; i < graph->locations.count; i++)
            if (is_root(graph->locations.items[i]))
                enqueue_root(&w, graph->locations.items[i]);
        for (size_t i = 0; i < w.roots.count; i++) {
            w.reached[w.roots.items[i]->index].queued = false;
            walk_one(&w, w.roots.items[i]);
        }
        w.roots.count = 0;
    } while (w.escaped);
    esc_search_free(s);
    free(w.reached);
    vec_free(&w.roots);
    vec_free(&w.todo);
    vec_free(&w.gates);
    vec_free(&w.trails);
    return w.tag_changed;
}
