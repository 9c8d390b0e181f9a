/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_finding.c - findings out of the solved graphs.
 *
 * A parameter that escapes with its value gives two findings, one as an
 * object that moves and one as a value that leaks.  A leak that is no shorter
 * than the one to the heap is left out: the latter says all there is to say.
 */
#include "esc_finding.h"

#include "esc_build.h"
#include "esc_explain.h"

struct finder {
    struct esc_explainer *explainer;
    const struct esc *esc;
    const struct esc_function *function;
    struct esc_findings *findings;
};

static struct esc_object object_of(const struct finder *f,
                                   const struct esc_location *l)
{
    return esc_explain_object(f->function, l);
}

static struct esc_flow flow_of(const struct finder *f,
                               const struct esc_path *path,
                               const struct esc_location *to, int derefs)
{
    return esc_explain(f->explainer, f->function, path, to, derefs);
}

/* How the address of a location gets to what outlives it, or may. */
static struct esc_flow escape_of(const struct finder *f,
                                 const struct esc_location *l)
{
    const struct esc_path *path =
        l->escapes || !l->conditions.count ? &l->path
                                           : &l->conditions.items[0].path;
    return path->count
           ? flow_of(f, path, path->steps[path->count - 1].to, -1)
           : (struct esc_flow){0};
}

static struct esc_finding *add(const struct finder *f,
                               enum esc_finding_kind kind,
                               const struct esc_location *l, uint32_t begin,
                               uint32_t end)
{
    struct esc_finding finding = {
        .kind = kind, .function = f->function->symbol,
        .about = object_of(f, l), .begin = begin,
        .place = unit_place(f->esc->unit, begin),
        .end = unit_place(f->esc->unit, end)};
    vec_push(f->findings, finding);
    return &vec_last(f->findings);
}

static struct esc_finding *add_named(const struct finder *f,
                                     enum esc_finding_kind kind,
                                     const struct esc_location *l)
{
    return add(f, kind, l, l->symbol->name_begin, l->symbol->name_end);
}

static void set_flow(struct esc_finding *finding, struct esc_flow flow)
{
    finding->flow = flow;
    finding->why = esc_explain_why(&flow, &finding->by);
}

/* ---- conditions ---------------------------------------------------------- */

struct dependence {
    const struct esc *esc;
    struct map seen;            /* conditions, functions */
    VEC_TYPE(dependence_todo, const struct esc_conditions *) todo;
    VEC_TYPE(functions, const struct symbol *) functions;
};

static bool is_new(struct dependence *d, const void *key)
{
    if (map_get(&d->seen, key))
        return false;
    map_put(&d->seen, key, (void *)(uintptr_t)key);
    return true;
}

static void add_conditions(struct dependence *d,
                           const struct esc_conditions *conditions)
{
    if (conditions->count && is_new(d, conditions))
        vec_push(&d->todo, conditions);
}

static void add_root(struct dependence *d, const struct esc_location *root)
{
    if (root->kind != LOC_ATOM) {
        add_conditions(d, &root->conditions);
        return;
    }
    const struct esc_function *f = map_get(&d->esc->functions, root->callee);
    if (!f) {
        if (is_new(d, root->callee))
            vec_push(&d->functions, root->callee);
        return;
    }
    int level = root->level < ESC_RETURNED ? 0 : ESC_RETURNED;
    for (; level <= root->level; level++)
        add_conditions(d, &f->graph->kept[root->parameter * ESC_LEVELS +
                                          level]);
}

/* The functions of other units on which the conditions depend, in the order in
 * which they are found. */
static void find_dependence(const struct finder *f,
                            struct esc_finding *finding,
                            const struct esc_conditions *conditions)
{
    struct dependence d = {.esc = f->esc};
    add_conditions(&d, conditions);
    for (size_t next = 0; next < d.todo.count; next++)
        for (size_t i = 0; i < d.todo.items[next]->count; i++)
            add_root(&d, d.todo.items[next]->items[i].root);
    finding->unless = d.functions.items;
    finding->unless_count = (int)d.functions.count;
    map_free(&d.seen);
    vec_free(&d.todo);
}

/* ---- variables and allocations ------------------------------------------- */

static void find_variable(const struct finder *f,
                          const struct esc_location *l)
{
    const struct symbol *symbol = l->symbol;
    enum esc_finding_kind kind = esc_verdict(f->esc, symbol);
    bool literal = object_of(f, l).kind == ESC_OBJECT_LITERAL;
    if (kind == ESC_DOES_NOT_ESCAPE && !symbol->address_taken)
        return;
    f->findings->taken++;
    if (kind == ESC_DOES_NOT_ESCAPE && !literal)
        return;
    struct esc_finding *finding =
        literal ? add(f, kind, l, symbol->declaration->begin,
                      symbol->declaration->end)
                : add_named(f, kind, l);
    if (kind == ESC_KEPT_UNFOLLOWED)
        finding->named = unit_place(f->esc->unit, symbol->unfollowed);
    if (kind != ESC_DOES_NOT_ESCAPE)
        set_flow(finding, escape_of(f, l));
    if (kind == ESC_DECIDED_AT_LOAD)
        find_dependence(f, finding, &l->conditions);
}

static void find_allocation(const struct finder *f,
                            const struct esc_location *l)
{
    if (l->in_frame && !l->escapes)
        return;
    bool escapes = l->escapes || l->conditions.count;
    enum esc_finding_kind kind = !escapes ? ESC_DOES_NOT_ESCAPE
                                 : l->in_frame ? ESC_KEPT_FIXED
                                 : ESC_ESCAPES;
    struct esc_finding *finding =
        add(f, kind, l, l->node->begin, l->node->end);
    finding->is_promoted = !!esc_promoted(f->esc, l->node);
    finding->is_demanded = esc_is_demanded(l->node);
    finding->unpromoted = esc_unpromoted(f->esc, l->node);
    finding->reusing = esc_reusing(f->esc, l->node);
    if (finding->reusing) {
        const struct unit *unit = f->esc->unit;
        finding->reusing_place = unit_place(unit, finding->reusing->begin);
        finding->reusing_end = unit_place(unit, finding->reusing->end);
    }
    if (escapes)
        set_flow(finding, escape_of(f, l));
}

/* ---- parameters ---------------------------------------------------------- */

static void add_leak(const struct finder *f, enum esc_finding_kind kind,
                     int parameter, const struct esc_location *to,
                     int derefs)
{
    const struct esc_location *l = f->function->graph->parameters[parameter];
    struct esc_finding *finding = add_named(f, kind, l);
    const struct esc_leak *leak = esc_explain_leak(
        f->function, parameter, to->kind);
    finding->to = object_of(f, to);
    finding->derefs = derefs;
    if (leak)
        set_flow(finding,
                 flow_of(f, &leak->path, leak->root, leak->derefs));
}

/* The parameter, or what it leads to, is kept if other functions do: unless
 * it is in any case. */
static void find_kept(const struct finder *f, int i, int level)
{
    const struct esc_location *l = f->function->graph->parameters[i];
    const struct esc_conditions *kept =
        &f->function->graph->kept[i * ESC_LEVELS + level];
    int derefs = level < ESC_RETURNED ? level : level - ESC_RETURNED;
    int always = f->function->tag->to_heap[i];
    if (!kept->count || (always != ESC_NO_FLOW && always <= derefs))
        return;
    const struct esc_location *root = kept->items[0].root;
    struct esc_finding *finding = add_named(f, ESC_LEAKS_TO_HEAP, l);
    finding->to = object_of(f, root);
    finding->derefs = derefs;
    set_flow(finding, flow_of(f, &kept->items[0].path, root, derefs));
    find_dependence(f, finding, kept);
}

/* A flow is worth a finding only if it is shorter than the one to the heap. */
static bool is_news(int derefs, int heap)
{
    return derefs != ESC_NO_FLOW && (heap == ESC_NO_FLOW || derefs < heap);
}

/* Least dereferences with which parameter `from` gets into what parameter
 * `to` points to, at any level. */
static int content_derefs(const struct esc_tag *tag, int to, int from)
{
    signed char derefs = ESC_NO_FLOW;
    for (int level = 1; level <= ESC_CONTENT_LEVELS; level++) {
        int found = *esc_tag_content(tag, to, level, from);
        if (found != ESC_NO_FLOW)
            esc_tag_lower(&derefs, found);
    }
    return derefs;
}

static void find_parameter(const struct finder *f, int i)
{
    const struct esc_graph *graph = f->function->graph;
    const struct esc_tag *tag = f->function->tag;
    const struct esc_location *l = graph->parameters[i];
    size_t before = f->findings->count;
    if (!l->symbol || !*l->symbol->name || !type_has_pointer(l->symbol->type))
        return;
    if (tag->to_heap[i] != ESC_NO_FLOW)
        add_leak(f, ESC_LEAKS_TO_HEAP, i, graph->heap, tag->to_heap[i]);
    int level = 0;
    while (level < ESC_LEVELS - 1 &&
           !graph->kept[i * ESC_LEVELS + level].count)
        level++;
    find_kept(f, i, level);
    if (is_news(tag->to_result[i], tag->to_heap[i]))
        add_leak(f, ESC_LEAKS_TO_RESULT, i, graph->result,
                 tag->to_result[i]);
    for (int to = 0; to < tag->parameter_count; to++) {
        int derefs = content_derefs(tag, to, i);
        /* `p->a = p->b` takes nothing out of p's reach. */
        if (is_news(derefs, tag->to_heap[i]) && !(to == i && derefs > 0))
            add_leak(f, ESC_LEAKS_TO_CONTENT, i,
                     graph->parameters[to]->content[0], derefs);
    }
    if (f->findings->count == before)
        add_named(f, ESC_DOES_NOT_ESCAPE, l);
}

void esc_find(const struct esc *esc, struct esc_findings *findings)
{
    struct esc_explainer explainer = {.esc = esc};
    for (size_t i = 0; i < esc->all.count; i++) {
        const struct esc_function *function = esc->all.items[i];
        struct finder f = {&explainer, esc, function, findings};
        if (function->node->flags & NODE_SYSTEM ||
            unit_place(esc->unit, function->node->begin).system)
            continue;
        for (int p = 0; p < function->graph->parameter_count; p++)
            find_parameter(&f, p);
        for (size_t v = 0; v < function->variables.count; v++)
            find_variable(&f, function->variables.items[v]);
        for (size_t a = 0; a < function->allocations.count; a++)
            find_allocation(&f, function->allocations.items[a]);
    }
    map_free(&explainer.flows);
}
