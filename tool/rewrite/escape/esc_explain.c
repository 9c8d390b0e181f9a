/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_explain.c - see esc_explain.h.
 *
 * Steps between locations become steps between objects: a temporary is no
 * place that a reader knows, so what leads into one is joined with what leads
 * on from there.
 *
 * A call that a value does not come back from is the end of the graph's path,
 * not of the explanation: what the callee does with the parameter is in the
 * callee's graph, if it is of the unit.  Only the last step of a flow can be
 * such a call, so explanations are chains; one that comes back to itself
 * (recursion) is cut there.
 */
#include "esc_explain.h"

#include "util/diag.h"

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

struct esc_object esc_explain_object(const struct esc_function *f,
                                     const struct esc_location *l)
{
    struct esc_object object = {
        .symbol = l->member ? l->member->symbol : l->symbol,
        .call = l->node};
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
        object.symbol = f->graph->parameters[l->parameter]->symbol;
        break;
    case LOC_ALLOCATION:
        object.kind = ESC_OBJECT_ALLOCATION;
        break;
    case LOC_ATOM:
        object.kind = ESC_OBJECT_KEPT;
        object.symbol = l->callee;
        break;
    default:
        object.kind = !object.symbol ? ESC_OBJECT_ARGUMENTS
                      : is_literal(object.symbol) ? ESC_OBJECT_LITERAL
                      : ESC_OBJECT_VARIABLE;
        break;
    }
    return object;
}

/* ---- calls --------------------------------------------------------------- */

struct known_flow {
    struct esc_flow flow;
    bool done;                  /* false: it is being explained */
};

static bool within(const struct node *outer, uint32_t begin, uint32_t end)
{
    return outer->begin <= begin && end <= outer->end;
}

struct naming {
    const struct symbol *symbol;
    bool found;
};

static bool names(struct node *n, void *context)
{
    struct naming *naming = context;
    naming->found |= n->kind == N_REF && n->symbol == naming->symbol;
    return !naming->found;
}

/* The number of the call's argument through which the step's value gets into
 * it, the cause in front of the call being `inner`; -1: not found. */
static int argument_of(const struct node *call, const struct esc_object *from,
                       const struct node *inner)
{
    if (!inner)
        inner = from->call;
    for (int i = 1; i < call->kid_count; i++) {
        struct naming naming = {.symbol = from->symbol};
        if (inner)
            naming.found = within(call->kids[i], inner->begin, inner->end);
        else if (from->symbol)
            node_walk(call->kids[i], names, &naming);
        if (naming.found)
            return i - 1;
    }
    return -1;
}

const struct esc_leak *esc_explain_leak(const struct esc_function *f,
                                        int parameter,
                                        enum esc_location_kind to)
{
    const struct esc_leaks *leaks = &f->graph->leaks;
    for (size_t i = leaks->count; i-- > 0;) {
        const struct esc_location *root = leaks->items[i].root;
        if (leaks->items[i].parameter->parameter == parameter &&
            (to == LOC_HEAP ? root->escapes : root->kind == to))
            return &leaks->items[i];
    }
    return NULL;
}

/* The explanation of a path of another function, made once. */
static const struct esc_flow *flow_inside(struct esc_explainer *e,
                                          const struct esc_function *f,
                                          const struct esc_path *path,
                                          const struct esc_location *to,
                                          int derefs)
{
    struct known_flow *known = map_get(&e->flows, path);
    if (!known) {
        known = arena_new(struct known_flow);
        map_put(&e->flows, path, known);
        known->flow = esc_explain(e, f, path, to, derefs);
        known->done = true;
    }
    return known->done ? &known->flow : NULL;
}

/* How an argument of the function gets out of it, or may (`kept`). */
static const struct esc_flow *parameter_flow(struct esc_explainer *e,
                                             const struct esc_function *f,
                                             int argument, bool kept)
{
    int parameter = esc_tag_parameter(f->tag, argument);
    if (parameter < 0)
        return NULL;
    const struct esc_leak *leak =
        kept ? NULL : esc_explain_leak(f, parameter, LOC_HEAP);
    if (leak)
        return flow_inside(e, f, &leak->path, leak->root, leak->derefs);
    for (int level = 0; kept && level < ESC_LEVELS; level++) {
        const struct esc_conditions *conditions =
            &f->graph->kept[parameter * ESC_LEVELS + level];
        if (conditions->count)
            return flow_inside(e, f, &conditions->items[0].path,
                               conditions->items[0].root,
                               level % ESC_RETURNED);
    }
    return NULL;
}

/* Whether something can be said about a call of `callee`, and what. */
static bool explain_callee(struct esc_explainer *e, struct esc_cause *cause,
                           const struct symbol *callee, int argument,
                           bool kept)
{
    const struct esc_function *f = map_get(&e->esc->functions, callee);
    bool slot = esc_slot_of_symbol(e->esc->slots, callee);
    const struct esc_tag *tag = slot ? NULL : esc_known_tag(callee);
    cause->callee = callee;
    if (f && f->graph && esc_runs_here(callee)) {
        cause->inside = parameter_flow(e, f, argument, kept);
        if (cause->inside)
            cause->callee_kind = ESC_CALLEE_HERE;
    } else if (tag) {
        int parameter = esc_tag_parameter(tag, argument);
        if (parameter >= 0 && tag->to_heap[parameter] != ESC_NO_FLOW)
            cause->callee_kind = esc_library_tag(callee) ? ESC_CALLEE_LIBRARY
                                                         : ESC_CALLEE_STATED;
    } else {
        cause->callee_kind = ESC_CALLEE_OTHER;
    }
    return cause->callee_kind != ESC_CALLEE_NONE;
}

/* Whether the callee is a function of the unit that stores the argument in what
 * another one leads to. */
static bool explain_store(struct esc_explainer *e, struct esc_cause *cause,
                          const struct symbol *callee, int argument)
{
    const struct esc_function *f = map_get(&e->esc->functions, callee);
    if (!f || !f->graph || !esc_runs_here(callee))
        return false;
    int parameter = esc_tag_parameter(f->tag, argument);
    const struct esc_leak *leak =
        parameter < 0 ? NULL : esc_explain_leak(f, parameter, LOC_CONTENT);
    if (!leak)
        return false;
    cause->callee = callee;
    cause->inside = flow_inside(e, f, &leak->path, leak->root, leak->derefs);
    if (cause->inside)
        cause->callee_kind = ESC_CALLEE_HERE;
    return cause->inside;
}

static void explain_pointer(struct esc_explainer *e, struct esc_cause *cause,
                            int argument)
{
    struct esc_pointed all = {0};
    esc_pointers_all(e->esc->pointers, cause->where->kids[0], &all);
    size_t count = all.unknown ? 0 : all.functions.count;
    bool explained = false;
    for (size_t i = 0; i < count && !explained; i++)
        explained = explain_callee(e, cause, all.functions.items[i], argument,
                                   false);
    for (size_t i = 0; i < count && !explained; i++)
        explained = explain_store(e, cause, all.functions.items[i], argument);
    if (!count)
        cause->callee_kind = ESC_CALLEE_POINTER;
    esc_pointed_free(&all);
}

/* The value is stored in a member, which keeps it: who finds it there. */
static void explain_member(struct esc_explainer *e, struct esc_cause *cause)
{
    const struct node *n = cause->where;
    if (n->kind == N_ASSIGN || n->kind == N_COMPOUND_ASSIGN)
        n = node_unparenthesize(n->kids[0]);
    const struct esc_function *stored = esc_member(e->esc->members, n);
    const struct esc_member *member = stored ? stored->found : NULL;
    const struct esc_function *keeper = member && member->root
        ? map_get(&e->esc->functions, member->keeper) : NULL;
    if (!keeper)
        return;
    cause->callee = keeper->symbol;
    cause->inside = flow_inside(e, keeper, &member->path, member->root,
                                member->derefs);
    if (cause->inside)
        cause->callee_kind = ESC_CALLEE_HERE;
}

/* The last cause of a step to something that is not the function's, or lives
 * longer in it. */
static void explain_call(struct esc_explainer *e,
                         const struct esc_flow_step *step)
{
    struct esc_cause *cause = &step->causes[step->cause_count - 1];
    const struct node *call = cause->where;
    bool kept = step->to.kind == ESC_OBJECT_KEPT;
    bool here = step->to.kind == ESC_OBJECT_CONTENT ||  /* no unknown code */
                step->to.kind == ESC_OBJECT_VARIABLE;
    if (cause->reason == ESC_BY_ASSIGN &&
        step->to.kind == ESC_OBJECT_HEAP)
        explain_member(e, cause);
    if (cause->reason != ESC_BY_ARGUMENT || call->kind != N_CALL ||
        !(kept || here || step->to.kind == ESC_OBJECT_HEAP))
        return;
    int argument = argument_of(
        call, &step->from,
        step->cause_count > 1 ? cause[-1].where : NULL);
    const struct symbol *special = map_get(&e->esc->special_calls, call);
    const struct symbol *callee = kept ? step->to.symbol
                                  : special ? special : node_callee(call);
    if (!callee && !here)
        explain_pointer(e, cause, argument);
    if (!callee || argument < 0)
        return;
    bool explained =
        !here && explain_callee(e, cause, callee, argument, kept);
    if (!explained && !kept)
        explain_store(e, cause, callee, argument);
}

/* ---- flows --------------------------------------------------------------- */

static void add_causes(struct esc_explainer *e, struct esc_flow_step *step,
                       const struct esc_step *steps, int count)
{
    const struct unit *unit = e->esc->unit;
    int causes = 0;
    for (int i = 0; i < count; i++)
        for (const struct esc_note *n = steps[i].notes; n; n = n->next)
            causes++;
    step->causes = arena_array(struct esc_cause, causes);
    for (int i = 0; i < count; i++)
        for (const struct esc_note *n = steps[i].notes; n; n = n->next)
            step->causes[step->cause_count++] = (struct esc_cause){
                .reason = n->reason, .where = n->where,
                .place = unit_place(unit, n->where->begin),
                .end = unit_place(unit, n->where->end)};
    if (causes)
        explain_call(e, step);
}

/* One step for `count` of them that lead through temporaries. */
static struct esc_flow_step join(struct esc_explainer *e,
                                 const struct esc_function *f,
                                 const struct esc_step *steps, int count)
{
    struct esc_flow_step step = {
        .from = esc_explain_object(f, steps[0].from),
        .to = esc_explain_object(f, steps[count - 1].to),
        .derefs = steps[0].derefs};
    for (int i = 1; i < count; i++)     /* anew behind an address */
        step.derefs = (step.derefs < 0 && steps[i].derefs < 0
                       ? 0 : step.derefs) + steps[i].derefs;
    add_causes(e, &step, steps, count);
    return step;
}

struct esc_flow esc_explain(struct esc_explainer *e,
                            const struct esc_function *f,
                            const struct esc_path *path,
                            const struct esc_location *to, int derefs)
{
    struct esc_flow flow = {
        .to = esc_explain_object(f, to), .derefs = derefs,
        .steps = arena_array(struct esc_flow_step, path->count)};
    for (int i = 0, next; i < path->count; i = next) {
        for (next = i + 1;
             next < path->count && is_between(path->steps[next - 1].to);)
            next++;
        flow.steps[flow.step_count++] =
            join(e, f, path->steps + i, next - i);
    }
    return flow;
}

/* ---- why ----------------------------------------------------------------- */

static enum esc_why why_of_object(const struct esc_object *to)
{
    switch (to->kind) {
    case ESC_OBJECT_HEAP: case ESC_OBJECT_CONTENT:
        return ESC_WHY_STORED;
    case ESC_OBJECT_RESULT:
        return ESC_WHY_RETURNED;
    case ESC_OBJECT_KEPT:
        return ESC_WHY_OTHER_UNIT;
    case ESC_OBJECT_NONE:
        return ESC_WHY_UNKNOWN;
    default:
        return ESC_WHY_OUTLIVED;
    }
}

static enum esc_why why_of_cause(const struct esc_cause *cause,
                                 const struct esc_object *to)
{
    switch (cause->callee_kind) {
    case ESC_CALLEE_OTHER:
        return ESC_WHY_OTHER_UNIT;
    case ESC_CALLEE_POINTER:
        return ESC_WHY_POINTER;
    case ESC_CALLEE_LIBRARY:
        return ESC_WHY_LIBRARY;
    case ESC_CALLEE_STATED:
        return ESC_WHY_STATED;
    case ESC_CALLEE_NONE: case ESC_CALLEE_HERE:
        break;
    }
    if (cause->reason == ESC_BY_ASM)
        return ESC_WHY_ASM;
    return cause->reason == ESC_BY_UNKNOWN ? ESC_WHY_CONSTRUCT
                                           : why_of_object(to);
}

enum esc_why esc_explain_why(const struct esc_flow *flow,
                             const struct symbol **by)
{
    *by = NULL;
    while (flow->step_count) {
        const struct esc_flow_step *step = &flow->steps[flow->step_count - 1];
        if (!step->cause_count)
            break;
        const struct esc_cause *cause = &step->causes[step->cause_count - 1];
        if (cause->callee_kind == ESC_CALLEE_HERE &&
            step->to.kind != ESC_OBJECT_VARIABLE) {
            flow = cause->inside;
            continue;
        }
        *by = cause->callee_kind ? cause->callee : NULL;
        return why_of_cause(cause, &step->to);
    }
    return why_of_object(&flow->to);
}
