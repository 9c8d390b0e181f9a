/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_call.c - flows of calls and atomics.
 *
 * Each argument that may hold a pointer gets a location; what the callee does
 * with it is added as flows between the arguments, the heap and the result:
 *
 *   - functions of the unit: a struct esc_call is left for esc.c, which
 *     applies the callee's tag, again whenever that has grown;
 *   - library functions: the tag from libc.tags, at once; likewise what a file
 *     of the user's says of a function (-fescc-tags);
 *   - functions of other units: each argument flows to the atoms of its
 *     place [inv.esc.atom], and through gates to the result [inv.esc.gate],
 *     which also comes from the heap;
 *   - all others: every argument flows to the heap, the result comes from
 *     there.
 *
 * A call through a pointer is one of each of the pointer's targets, if these
 * are known (esc_targets.c); what only the program knows (esc_slots.h) is as
 * another unit's function.
 */
#include "esc_build.h"

#include "esc_names.h"
#include "esc_parts.h"

#include <string.h>

/* What is stored into the objects that a pointer leads to: `level` 1 those it
 * points to, 2 those behind. */
static void flow_into_content(struct esc_graph *graph,
                              struct esc_location *pointer, int level,
                              struct esc_location *from, int derefs,
                              const struct esc_note *notes)
{
    esc_graph_flow(graph, esc_graph_store(graph, pointer, level > 1), from,
                   derefs, notes);
}

static void flow_into_contents(struct esc_graph *graph,
                               struct esc_location *pointer,
                               struct esc_location *from, int derefs,
                               const struct esc_note *notes)
{
    for (int level = 1; level <= ESC_CONTENT_LEVELS; level++)
        flow_into_content(graph, pointer, level, from, derefs, notes);
}

/* What the callee keeps if others do. */
static void flow_into_atoms(struct esc_graph *graph, const struct esc_tag *tag,
                            const struct symbol *callee, int parameter,
                            struct esc_location *argument,
                            const struct esc_note *notes)
{
    for (int level = 0; level < ESC_ATOM_LEVELS; level++)
        if (*esc_tag_kept(tag, parameter, level))
            esc_graph_flow(graph, esc_graph_atom(graph, callee, parameter,
                                                 level),
                           argument, level, notes);
}

/* What the callee returns if others do: as if it were kept, for the result is
 * that of several calls. */
static void returned_by_others(struct esc_graph *graph,
                               const struct esc_tag *tag,
                               const struct symbol *callee, int parameter,
                               struct esc_location *argument,
                               const struct esc_note *notes)
{
    for (int level = 0; level < ESC_RETURN_LEVELS; level++)
        if (*esc_tag_kept(tag, parameter, ESC_RETURNED + level))
            esc_graph_flow(graph,
                           esc_graph_atom(graph, callee, parameter,
                                          ESC_RETURNED + level),
                           argument, level, notes);
}

bool esc_apply_tag(struct esc_graph *graph, const struct esc_tag *tag,
                   const struct symbol *callee,
                   struct esc_location *const *arguments, int argument_count,
                   struct esc_location *result, const struct esc_note *notes)
{
    unsigned before = graph->edge_count;
    for (int i = 0; i < argument_count; i++) {
        int from = esc_tag_parameter(tag, i);
        if (!arguments[i] || from < 0)
            continue;
        if (tag->to_heap[from] != ESC_NO_FLOW)
            esc_graph_flow(graph, graph->heap, arguments[i],
                           tag->to_heap[from], notes);
        flow_into_atoms(graph, tag, callee, from, arguments[i], notes);
        returned_by_others(graph, tag, callee, from, arguments[i], notes);
        if (result && tag->to_result[from] != ESC_NO_FLOW)
            esc_graph_flow(graph, result, arguments[i],
                           tag->to_result[from], notes);
        for (int j = 0; j < argument_count; j++) {
            int to = esc_tag_parameter(tag, j);
            if (!arguments[j] || to < 0)
                continue;
            for (int level = 1; level <= ESC_CONTENT_LEVELS; level++) {
                int derefs = *esc_tag_content(tag, to, level, from);
                if (derefs != ESC_NO_FLOW)
                    flow_into_content(graph, arguments[j], level,
                                      arguments[i], derefs, notes);
                if (*esc_tag_content_unknown(tag, to, level))
                    flow_into_content(graph, arguments[j], level,
                                      graph->heap, -1, notes);
            }
        }
    }
    if (result && tag->result_unknown)
        esc_graph_flow(graph, result, graph->heap, -1, notes);
    return graph->edge_count != before;
}

/* ---- calls --------------------------------------------------------------- */

struct call {
    const struct node *node;            /* NULL: through a pointer */
    const struct symbol *callee;        /* NULL: unknown */
    const struct type *type;            /* as which it is called; NULL: the
                                           callee's own */
    const struct esc_tag *tag;          /* NULL: not in the library */
    struct esc_location **arguments;
    int argument_count;
    struct esc_location *result;
    const struct esc_note *notes;
};

static struct esc_location *argument(struct esc_builder *b,
                                     const struct node *n)
{
    if (!esc_carries(b, n)) {
        esc_discard(b, n);
        return NULL;
    }
    return esc_evaluate(b, n);
}

static void add_call(struct esc_builder *b, const struct call *from)
{
    struct esc_call *call = arena_new(struct esc_call);
    bool direct = from->node && node_callee(from->node) == from->callee;
    *call = (struct esc_call){
        .callee = from->callee, .arguments = from->arguments,
        .argument_count = from->argument_count, .result = from->result,
        .notes = from->notes, .scope = b->scope,
        .node = direct ? from->node : NULL};
    vec_push(&b->function->calls, call);
    struct esc_function *target =
        map_get(b->context->functions, from->callee);
    vec_push(&b->function->callees, target);
}

/* Whether the unit's definition is what will run. */
static bool is_of_unit(const struct esc_builder *b,
                       const struct symbol *callee)
{
    const struct esc_function *function =
        callee ? map_get(b->context->functions, callee) : NULL;
    return function && !callee->is_weak && !callee->is_naked &&
           !function->ambiguous;
}

/* Everything may happen to the arguments, and anything may come back. */
static void unknown_call(struct esc_builder *b, const struct call *call)
{
    struct esc_location *heap = b->graph->heap;
    for (int i = 0; i < call->argument_count; i++)
        if (call->arguments[i])
            esc_graph_flow(b->graph, heap, call->arguments[i], 0,
                           call->notes);
    if (call->result)
        esc_graph_flow(b->graph, call->result, heap, -1, call->notes);
}

/* Whether the program knows when it is loaded what the function does: it is
 * another unit's, called by its name, and its name is what the linker sees. */
static bool is_decidable(const struct esc_builder *b, const struct call *call)
{
    const struct symbol *callee = call->callee;
    return call->node && callee && node_callee(call->node) == callee &&
           !callee->definition && !callee->is_library &&
           esc_is_linked_by_name(b->context->names, callee);
}

/* The call without the arguments for parameters that are declared not to
 * escape.  Such a function keeps no pointer to the object, but may keep what
 * the object leads to, store there what it likes, and return one argument if it
 * says which. */
static struct call without_promised(struct esc_builder *b,
                                    const struct call *call)
{
    struct call rest = *call;
    uint64_t promised = call->callee ? call->callee->noescape_parameters : 0;
    if (!promised)
        return rest;
    rest.arguments =
        arena_array(struct esc_location *, call->argument_count);
    for (int i = 0; i < call->argument_count; i++) {
        struct esc_location *argument = call->arguments[i];
        bool stays = call->callee->asserted_result ||
                     (i < 64 && promised >> i & 1);
        if (!argument || !stays) {
            rest.arguments[i] = argument;
            continue;
        }
        esc_graph_flow(b->graph, b->graph->heap, argument, 1, call->notes);
        flow_into_contents(b->graph, argument, b->graph->heap, -1,
                           call->notes);
        if (call->result && call->callee->asserted_result == i + 1)
            esc_graph_flow(b->graph, call->result, argument, 0, call->notes);
    }
    return rest;
}

/* A copy of bytes through `char *` is a copy of bytes to a unit that does not
 * know what is there [inv.parts.copy]. */
static bool hides_pointers(const struct esc_builder *b, const struct node *n)
{
    const struct type *type = n->type;
    return type_is_pointer(type) && type->target &&
           esc_parts_is_piece(type->target) &&
           esc_parts_lead_to(esc_prov_parts(b->context->prov), n);
}

static const struct type *function_type(const struct call *call)
{
    return call->type ? call->type : call->callee->type;
}

static int slots_of_argument(const struct call *call, int i)
{
    const struct type *type = function_type(call);
    const struct type *parameter =
        type->has_prototype && i < type->parameter_count
        ? type->parameters[i] : NULL;
    return esc_slots(parameter || !call->node
                     ? parameter : call->node->kids[i + 1]->type);
}

static struct esc_location *returned_atom(struct esc_graph *graph,
                                          const struct symbol *callee,
                                          int parameter, int level)
{
    struct esc_location *atom =
        esc_graph_atom(graph, callee, parameter, ESC_RETURNED + level);
    if (!atom->onward) {
        struct esc_location *onward = esc_graph_add(graph, LOC_ATOM, NULL);
        onward->callee = callee;
        onward->parameter = parameter;
        onward->level = atom->level;
        onward->returned_on = true;
        atom->onward = onward;
    }
    return atom;
}

/* What comes back goes through a gate [inv.esc.gate].  A result that is no
 * pointer to the caller is not followed: as if it were kept. */
static void may_be_returned(struct esc_builder *b, const struct call *call,
                            struct esc_location *argument, int slot)
{
    struct esc_graph *graph = b->graph;
    bool pointer = type_is_pointer(function_type(call)->target);
    for (int level = 0; level < ESC_RETURN_LEVELS; level++) {
        struct esc_location *atom = returned_atom(graph, call->callee, slot,
                                                  level);
        if (pointer && !call->result)
            continue;
        struct esc_location *to = atom;
        if (pointer) {
            to = esc_new_temporary(b);
            to->scope = b->scope;
            to->gate = atom;
            esc_graph_flow(graph, call->result, to, 0, call->notes);
        }
        esc_graph_flow(graph, to, argument, level, call->notes);
    }
}

/* What another unit does with the argument in the words from `slot` on. */
static void unknown_argument(struct esc_builder *b, const struct call *call,
                             int i, int slot)
{
    struct esc_graph *graph = b->graph;
    const struct node *n = call->node ? call->node->kids[i + 1] : NULL;
    struct esc_location *argument = call->arguments[i];
    int words = slots_of_argument(call, i);
    if (n && n->type && esc_parts_is_piece(n->type)) {
        esc_graph_flow(graph, graph->heap, argument, 0, call->notes);
        return;
    }
    for (int word = 0; word < words; word++) {
        for (int level = 0; level < ESC_ATOM_LEVELS; level++)
            esc_graph_flow(graph,
                           esc_graph_atom(graph, call->callee, slot + word,
                                          level),
                           argument, level, call->notes);
        may_be_returned(b, call, argument, slot + word);
    }
    if (n && hides_pointers(b, n))
        esc_graph_flow(graph, graph->heap, argument, 1, call->notes);
}

/* The arguments are kept, or not; anything may come back, and be stored in
 * them [inv.esc.external]. */
static void decidable_call(struct esc_builder *b, const struct call *call)
{
    int slot = 0;
    for (int i = 0; i < call->argument_count; i++) {
        if (call->arguments[i])
            unknown_argument(b, call, i, slot);
        slot += slots_of_argument(call, i);
    }
    if (call->result)
        esc_graph_flow(b->graph, call->result, b->graph->heap, -1,
                       call->notes);
}

/* Nothing is kept: arguments may come back, what they point to may have got
 * pointers to the heap; `mixes`: and pointers to each other. */
static void trusted_call(struct esc_builder *b, const struct call *call,
                         bool mixes)
{
    struct esc_graph *graph = b->graph;
    struct esc_location *all = esc_new_temporary(b);
    esc_graph_flow(graph, all, graph->heap, -1, call->notes);
    for (int i = 0; i < call->argument_count; i++) {
        struct esc_location *argument = call->arguments[i];
        if (!argument)
            continue;
        esc_graph_flow(graph, all, argument, 0, call->notes);
        flow_into_contents(graph, argument, mixes ? all : graph->heap,
                           mixes ? 0 : -1, call->notes);
    }
    if (call->result)
        esc_graph_flow(graph, call->result, all, 0, call->notes);
}

void esc_note_handler(struct esc_builder *b, const struct node *n)
{
    struct esc_symbols targets = {0};
    if (n)
        esc_pointers_seen(b->context->pointers, n, &targets);
    for (size_t i = 0; i < targets.count; i++) {
        struct esc_function *function =
            map_get(b->context->functions, targets.items[i]);
        if (function)
            function->is_signal_handler = true;
    }
    vec_free(&targets);
}

static void effects(struct esc_builder *b, const struct call *call);

/* Registers and stack slots are the parameters that the callee says, whatever
 * the caller's type calls them; only what takes more than one, or is of
 * another kind, shifts the others. */
static bool is_one_word(const struct type *type)
{
    return type && type->kind != T_RECORD && type->kind != T_COMPLEX &&
           type->kind != T_VECTOR && type->size <= 8;
}

/* Whether argument N of the call is parameter N of the function: not if one
 * passes a structure and the other its members, by a cast of the pointer. */
static bool fits(const struct node *call, const struct symbol *target)
{
    for (int i = 1; i < call->kid_count; i++) {
        const struct symbol *parameter = esc_parameter(target, i);
        const struct type *to = parameter ? parameter->type : NULL;
        const struct type *from = call->kids[i]->type;
        if (to && from && to->unqualified != from->unqualified &&
            !(is_one_word(to) && is_one_word(from)))
            return false;
    }
    return true;
}

/* A call through a pointer of a function of the unit's or the library's. */
static void call_target(struct esc_builder *b, const struct call *call,
                        const struct symbol *target)
{
    struct call one = *call;
    one.callee = target;
    one.tag = esc_known_tag(target);
    one.node = NULL;
    if (call->node && !fits(call->node, target))
        unknown_call(b, &one);
    else
        effects(b, &one);
}

/* Of one that a slot holds: as of another unit's function. */
static void call_slot(struct esc_builder *b, const struct call *call,
                      const struct esc_slot *slot, const struct type *type)
{
    struct call one = *call;
    one.callee = slot->symbol;
    one.type = type;
    esc_lend(b, NULL, NULL, false, one.arguments, one.argument_count);
    decidable_call(b, &one);
}

/* A call through a pointer: of all its targets if they are known. */
static void call_pointer(struct esc_builder *b, const struct call *call,
                         const struct node *pointer)
{
    struct esc_pointed all = {0};
    esc_pointers_all(b->context->pointers, pointer, &all);
    bool known = !all.unknown && all.functions.count + all.slots.count &&
                 (!all.slots.count || !b->context->options->unknown_stays);
    if (!known) {
        struct call unknown = *call;
        unknown.callee = NULL;
        unknown.tag = NULL;
        unknown.node = NULL;
        effects(b, &unknown);
    }
    for (size_t i = 0; known && i < all.functions.count; i++)
        call_target(b, call, all.functions.items[i]);
    for (size_t i = 0; known && i < all.slots.count; i++)
        call_slot(b, call, all.slots.items[i], pointer->type->target);
    esc_pointed_free(&all);
}

/* A library function calls back one of its arguments. */
static void called_back(struct esc_builder *b, const struct call *call)
{
    const struct esc_tag *tag = call->tag;
    if (tag->callback < 0 || tag->callback >= call->argument_count)
        return;
    struct call back = {.notes = call->notes,
                        .argument_count = tag->callback_count};
    back.arguments =
        arena_array(struct esc_location *, tag->callback_count);
    for (int i = 0; i < tag->callback_count; i++) {
        int gets = tag->callback_gets[i];
        if (gets == ESC_LIBRARY_POINTER) {
            back.arguments[i] = esc_new_temporary(b);
            esc_graph_flow(b->graph, back.arguments[i], b->graph->heap, -1,
                           call->notes);
        } else if (gets < call->argument_count) {
            back.arguments[i] = call->arguments[gets];
        }
    }
    call_pointer(b, &back, call->node->kids[1 + tag->callback]);
}

static void allocate(struct esc_builder *b, const struct call *call)
{
    const struct esc_tag *tag = call->tag;
    struct esc_graph *graph = b->graph;
    if (tag->allocates == ESC_ALLOCATES_NOTHING)
        return;
    struct esc_location *object =
        esc_graph_add(graph, LOC_ALLOCATION, b->scope);
    object->node = call->notes->where;
    if (tag->allocates == ESC_ALLOCATES_FRAME) {
        object->in_frame = true;
        object->loop_depth = 0;         /* lives until the function ends */
    }
    if (call->node)
        vec_push(&b->function->allocations, object);
    if (tag->allocates == ESC_ALLOCATES_ARGUMENT) {
        struct esc_location *to =
            tag->allocated_argument < call->argument_count
            ? call->arguments[tag->allocated_argument] : NULL;
        if (to)
            flow_into_content(graph, to, 1, object, -1, call->notes);
        return;
    }
    if (tag->allocates == ESC_REALLOCATES && call->argument_count &&
        call->arguments[0])
        esc_graph_flow(graph, object, call->arguments[0], 1, call->notes);
    if (call->result)           /* which has a note of its own */
        esc_graph_flow(graph, call->result, object, -1, NULL);
}

/* An unknown builtin of the compiler keeps nothing, but may move pointers
 * between its operands and its result (vector loads, gathers). */
static bool is_plain_builtin(const struct symbol *callee)
{
    return !strncmp(callee->name, "__builtin_", 10);
}

/* gcc's <stdatomic.h> has atomic_flag by these, which clang takes for its own
 * as well.  They set a byte: nothing flows. */
static bool is_flag_builtin(const struct symbol *callee)
{
    return strcmp(callee->name, "__atomic_clear") == 0 ||
           strcmp(callee->name, "__atomic_test_and_set") == 0;
}

static bool is_pointer_to_constant(const struct type *function, int i)
{
    if (i >= function->parameter_count)
        return false;
    const struct type *type = function->parameters[i];
    return type_is_pointer(type) && type->target &&
           type->target->qualifiers & Q_CONST;
}

/* Whoever replaced the function when the program was linked may store
 * pointers where the library's stores none [inv.library.replaced]; so may one
 * of which a file of the user's says otherwise. */
static void replacement_stores(struct esc_builder *b, const struct call *call)
{
    struct esc_graph *graph = b->graph;
    for (int i = 0; i < call->argument_count; i++) {
        struct esc_location *argument = call->arguments[i];
        if (!argument || is_pointer_to_constant(call->callee->type, i))
            continue;
        flow_into_contents(graph, argument, graph->heap, -1, call->notes);
    }
}

static void effects(struct esc_builder *b, const struct call *call)
{
    esc_lend(b, call->node, call->callee, is_of_unit(b, call->callee),
             call->arguments, call->argument_count);
    if (is_of_unit(b, call->callee)) {
        add_call(b, call);
    } else if (call->tag) {
        esc_apply_tag(b->graph, call->tag, call->callee, call->arguments,
                      call->argument_count, call->result, call->notes);
        allocate(b, call);
        if (!library_reserves(call->callee->name) ||
            !esc_library_tag(call->callee))
            replacement_stores(b, call);
        if (call->node)
            called_back(b, call);
        if (call->node && call->tag->handler >= 0 &&
            call->tag->handler + 1 < call->node->kid_count)
            esc_note_handler(b, call->node->kids[1 + call->tag->handler]);
    } else if (call->callee && is_flag_builtin(call->callee)) {
        return;
    } else if (call->callee && is_plain_builtin(call->callee)) {
        trusted_call(b, call, true);
    } else if (b->context->options->unknown_stays) {
        trusted_call(b, call, false);
    } else {
        struct call rest = without_promised(b, call);
        if (is_decidable(b, call))
            decidable_call(b, &rest);
        else
            unknown_call(b, &rest);
    }
}

/* va_start, va_copy, va_end: whether this was one. */
static bool variable_arguments(struct esc_builder *b,
                               const struct symbol *callee,
                               const struct node *n)
{
    if (!callee || !is_plain_builtin(callee) || n->kid_count < 2)
        return false;
    const char *name = callee->name + 10;
    bool start = !strcmp(name, "va_start") || !strcmp(name, "c23_va_start") ||
                 !strcmp(name, "stdarg_start");
    bool copy = !strcmp(name, "va_copy");
    if (!start && !copy && strcmp(name, "va_end"))
        return false;
    struct esc_hole list =
        esc_store(b, esc_place(b, node_strip(n->kids[1])));
    list = esc_noted(list, n, ESC_BY_ASSIGN);
    struct esc_location *rest =
        b->graph->parameter_count
        ? b->graph->parameters[b->graph->parameter_count - 1] : NULL;
    if (start && rest && b->function->tag->variadic)
        esc_flow(b, esc_shift(list, -1), rest);
    if (copy && n->kid_count > 2)
        esc_value(b, list, n->kids[2]);
    return true;
}

void esc_build_call(struct esc_builder *b, struct esc_hole hole,
                    const struct node *n)
{
    const struct symbol *callee = node_callee(n);
    if (variable_arguments(b, callee, n))
        return;
    struct call call = {.node = n, .callee = callee};
    if (!callee)
        esc_discard(b, n->kids[0]);
    call.tag = esc_known_tag(callee);
    call.argument_count = n->kid_count - 1;
    call.arguments =
        arena_array(struct esc_location *, call.argument_count);
    for (int i = 0; i < call.argument_count; i++)
        call.arguments[i] = argument(b, n->kids[i + 1]);
    if (hole.to)
        call.result = esc_new_temporary(b);
    call.notes = esc_noted(esc_into(b->graph->heap), n,
                           ESC_BY_ARGUMENT).notes;
    bool fitting = callee && fits(n, callee);
    if (fitting)
        effects(b, &call);
    else if (callee)
        unknown_call(b, &call);
    else
        call_pointer(b, &call, n->kids[0]);
    b->function->calls_unknown |= !fitting;
    esc_flow(b, esc_noted(hole, n, ESC_BY_RESULT), call.result);
}

/* ---- atomics ------------------------------------------------------------- */

static bool same_target(const struct type *a, const struct type *b)
{
    return type_is_pointer(a) && type_is_pointer(b) && a->target &&
           b->target &&
           a->target->unqualified == b->target->unqualified;
}

/* What the object is compared with before another value is exchanged for it
 * does not get there: if it is the same, it was there. */
static bool is_compared(const struct node *n, int i)
{
    return i == 1 && n->text && strstr(n->text, "_compare_");
}

/* The first operand points to the object.  An operand of the same pointer
 * type points to a value that is read or written (`__atomic_load(p, &r)`,
 * the expected value of a compare-exchange); the others are values. */
void esc_build_atomic(struct esc_builder *b, struct esc_hole hole,
                      const struct node *n)
{
    if (!n->kid_count)
        return;
    const struct esc_note *notes =
        esc_noted(esc_into(b->graph->heap), n, ESC_BY_ASSIGN).notes;
    struct esc_graph *graph = b->graph;
    struct esc_location *object = esc_evaluate(b, n->kids[0]);
    struct esc_location *stored = esc_graph_store(graph, object, false);
    for (int i = 1; i < n->kid_count; i++) {
        struct esc_location *operand = argument(b, n->kids[i]);
        if (!operand)
            continue;
        bool is_pointer = same_target(n->kids[0]->type, n->kids[i]->type);
        if (!is_compared(n, i))
            esc_graph_flow(graph, stored, operand, is_pointer, notes);
        if (is_pointer)
            flow_into_content(graph, operand, 1, object, 1, notes);
    }
    esc_flow(b, esc_noted(esc_shift(hole, 1), n, ESC_BY_INDIRECTION), object);
}
