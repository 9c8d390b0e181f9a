/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_finding.c - findings out of the solved graphs.
 *
 * A parameter that escapes with its value gives two findings, one as an
 * object that moves and one as a value that leaks.  A leak that is no shorter
 * than the one to the heap is left out: the latter says all there is to say.
 *
 * Steps between locations become steps between objects: a temporary is no
 * place that a reader knows, so what leads into one is joined with what leads
 * on from there.
 */
#include "esc_finding.h"

#include "esc_build.h"

#include "util/diag.h"

struct finder {
    const struct esc *esc;
    const struct esc_function *function;
    struct esc_findings *findings;
};

/* ---- objects and flows --------------------------------------------------- */

static bool is_literal(const struct symbol *symbol)
{
    return symbol->declaration &&
           symbol->declaration->kind == N_COMPOUND_LITERAL;
}

static bool is_between(const struct esc_location *l)
{
    return l->kind == LOC_TEMPORARY || l->kind == LOC_STORE;
}

static struct esc_object object_of(const struct finder *f,
                                   const struct esc_location *l)
{
    struct esc_object object = {.symbol = l->symbol, .call = l->node};
    diag_check(!is_between(l));
    switch (l->kind) {
    case LOC_HEAP:
        object.kind = ESC_OBJECT_HEAP;
        break;
    case LOC_RESULT:
        object.kind = ESC_OBJECT_RESULT;
        break;
    case LOC_CONTENT:
        object.kind = ESC_OBJECT_CONTENT;
        object.symbol = f->function->graph->parameters[l->parameter]->symbol;
        break;
    case LOC_ALLOCATION:
        object.kind = ESC_OBJECT_ALLOCATION;
        break;
    case LOC_ATOM:
        object.kind = ESC_OBJECT_KEPT;
        object.symbol = l->callee;
        break;
    default:
        object.kind = !l->symbol ? ESC_OBJECT_ARGUMENTS
                      : is_literal(l->symbol) ? ESC_OBJECT_LITERAL
                      : ESC_OBJECT_VARIABLE;
        break;
    }
    return object;
}

static void add_causes(const struct finder *f, struct esc_flow_step *step,
                       const struct esc_step *steps, int count)
{
    int causes = 0;
    for (int i = 0; i < count; i++)
        for (const struct esc_note *n = steps[i].notes; n; n = n->next)
            causes++;
    step->causes = arena_array(struct esc_cause, causes);
    for (int i = 0; i < count; i++)
        for (const struct esc_note *n = steps[i].notes; n; n = n->next)
            step->causes[step->cause_count++] = (struct esc_cause){
                n->reason, n->where,
                unit_place(f->esc->unit, n->where->begin)};
}

/* One step for `count` of them that lead through temporaries. */
static struct esc_flow_step join(const struct finder *f,
                                 const struct esc_step *steps, int count)
{
    struct esc_flow_step step = {
        .from = object_of(f, steps[0].from),
        .to = object_of(f, steps[count - 1].to), .derefs = steps[0].derefs};
    for (int i = 1; i < count; i++)     /* anew behind an address */
        step.derefs = (step.derefs < 0 && steps[i].derefs < 0
                       ? 0 : step.derefs) + steps[i].derefs;
    add_causes(f, &step, steps, count);
    return step;
}

static struct esc_flow flow_of(const struct finder *f,
                               const struct esc_path *path,
                               const struct esc_location *to, int derefs)
{
    struct esc_flow flow = {
        .to = object_of(f, to), .derefs = derefs,
        .steps = arena_array(struct esc_flow_step, path->count)};
    for (int i = 0, next; i < path->count; i = next) {
        for (next = i + 1;
             next < path->count && is_between(path->steps[next - 1].to);)
            next++;
        flow.steps[flow.step_count++] =
            join(f, path->steps + i, next - i);
    }
    return flow;
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
                               const struct esc_location *l, uint32_t offset)
{
    struct esc_finding finding = {
        .kind = kind, .function = f->function->symbol,
        .about = object_of(f, l),
        .place = unit_place(f->esc->unit, offset)};
    vec_push(f->findings, finding);
    return &vec_last(f->findings);
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
    for (int level = 0; level <= root->level; level++)
        add_conditions(d, &f->graph->kept[root->parameter * ESC_ATOM_LEVELS
                                          + level]);
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
    bool literal = is_literal(symbol);
    if (kind == ESC_DOES_NOT_ESCAPE && !(literal && symbol->address_taken))
        return;
    struct esc_finding *finding = add(
        f, kind, l, literal ? symbol->declaration->begin
                            : symbol->name_begin);
    if (kind == ESC_KEPT_UNFOLLOWED)
        finding->named = unit_place(f->esc->unit, symbol->unfollowed);
    if (kind != ESC_DOES_NOT_ESCAPE)
        finding->flow = escape_of(f, l);
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
    struct esc_finding *finding = add(f, kind, l, l->node->begin);
    if (escapes)
        finding->flow = escape_of(f, l);
}

/* ---- parameters ---------------------------------------------------------- */

/* The flow that gave a tag's entry. */
static const struct esc_leak *leak_to(const struct finder *f, int parameter,
                                      enum esc_location_kind kind)
{
    const struct esc_leaks *leaks = &f->function->graph->leaks;
    for (size_t i = leaks->count; i-- > 0;) {
        const struct esc_location *root = leaks->items[i].root;
        if (leaks->items[i].parameter->parameter == parameter &&
            (kind == LOC_HEAP ? root->escapes : root->kind == kind))
            return &leaks->items[i];
    }
    return NULL;
}

static void add_leak(const struct finder *f, enum esc_finding_kind kind,
                     int parameter, const struct esc_location *to,
                     int derefs)
{
    const struct esc_location *l = f->function->graph->parameters[parameter];
    struct esc_finding *finding = add(f, kind, l, l->symbol->name_begin);
    const struct esc_leak *leak = leak_to(f, parameter, to->kind);
    finding->to = object_of(f, to);
    finding->derefs = derefs;
    if (leak)
        finding->flow = flow_of(f, &leak->path, leak->root, leak->derefs);
}

/* The parameter, or what it leads to, is kept if other functions do: unless
 * it is in any case. */
static void find_kept(const struct finder *f, int i, int level)
{
    const struct esc_location *l = f->function->graph->parameters[i];
    const struct esc_conditions *kept =
        &f->function->graph->kept[i * ESC_ATOM_LEVELS + level];
    int always = f->function->tag->to_heap[i];
    if (!kept->count || (always != ESC_NO_FLOW && always <= level))
        return;
    const struct esc_location *root = kept->items[0].root;
    struct esc_finding *finding =
        add(f, ESC_LEAKS_TO_HEAP, l, l->symbol->name_begin);
    finding->to = object_of(f, root);
    finding->derefs = level;
    finding->flow = flow_of(f, &kept->items[0].path, root, level);
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
    find_kept(f, i, 0);
    if (!graph->kept[i * ESC_ATOM_LEVELS].count)
        find_kept(f, i, 1);
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
        add(f, ESC_DOES_NOT_ESCAPE, l, l->symbol->name_begin);
}

void esc_find(const struct esc *esc, struct esc_findings *findings)
{
    for (size_t i = 0; i < esc->all.count; i++) {
        const struct esc_function *function = esc->all.items[i];
        struct finder f = {esc, function, findings};
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
}
