/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc.c - escape analysis: read this first.
 *
 * The question: may the address of a local be used after the local is dead?
 * Then the local must live on the heap ("moved to heap: x").  The method is
 * that of Go's compiler, with C's lifetimes and with what C programs need on
 * top.
 *
 *   1. Each function becomes a graph (esc_build.c, esc_expr.c, esc_call.c;
 *      esc_graph.h).  Nodes are *locations*: variables, allocations, the
 *      result, and the heap, which stands for everything outside.  An edge
 *      `p <- x, -1` says that p may hold x's address; `p <- q, 0` that it may
 *      hold q's value; `p <- q, 1` that it may hold what q points to.  Order,
 *      conditions and most members are ignored.
 *
 *   2. The solver (esc_solve.c) walks from every location backwards and
 *      finds whose addresses reach it.  If the location that holds the
 *      address lives longer than what it points to, the latter escapes.
 *
 *   3. What a function does with its parameters is its *tag* (esc_tags.h):
 *      "parameter 0 flows to the result", "what parameter 1 points to flows
 *      to the heap", "parameter 1 is stored into what parameter 0 points
 *      to".  Callers use the tag instead of the body.
 *
 *      A call with constants is one of what the function does then
 *      (esc_special.c).
 *
 *      What depends on functions of other units is decided when the program
 *      is loaded: esc_facts.c writes down of what, and what it says of this
 *      unit's functions.
 *
 *   4. Therefore functions are solved bottom-up: batches are the strongly
 *      connected components of the call graph.  In a batch all tags start
 *      with "nothing leaks" and are solved again until none changes;
 *      [inv.esc.monotone] makes that end.  Go connects the arguments of
 *      recursive calls with the parameters directly; iterating keeps the
 *      activations apart and is as cheap, because batches are small.
 *
 * Five helpers look at the whole unit first: esc_prov.c finds the integers
 * that may hold addresses, esc_words.c the memory that may hold such integers,
 * esc_parts.c the narrow and floating values that may be pieces of pointers,
 * esc_targets.c the functions behind pointers (esc_private.c the structures
 * that it may follow, and of which esc_members.c tells members apart),
 * esc_compared.c the statics that hold an address only to measure.  Library
 * functions have their tags in libc.tags.  A definition in the unit counts as
 * what will run unless it is weak: symbols of a shared library that somebody
 * interposes are not considered.
 *
 * Where this differs from Go, in C's favour: a store through a pointer flows
 * to the pointer's targets if these are known, not to the heap; parameters
 * can be stored into each other's content (`*out = p`) without escaping;
 * lifetimes are blocks, not loops.
 *
 * What stays in its frame even if its address escapes:
 *   - what cannot move: va_list, cleanup, register variables, and what
 *     its declaration keeps from becoming a pointer (tree_decl.c);
 *   - locals of signal handlers: the allocator must not be entered there;
 *   - what the program names where it cannot be rewritten (tree_account.c);
 *   - a scalar that the program names only once, to take its address: such a
 *     local is a probe for the position of the stack;
 *   - what the user keeps there, because the program scans its own stack:
 *     ESCC_ON_STACK (<escc/attr.h>), -fescc-locals=none.
 *
 * Keeping a local in its frame never changes a valid program.  A wrong "does
 * not escape" costs the promise that no dangling pointer exists, not the
 * meaning of a program; a wrong "escapes" costs an allocation.
 */
#include "esc.h"

#include "esc_build.h"
#include "esc_compared.h"
#include "esc_facts.h"
#include "esc_names.h"
#include "esc_parts.h"
#include "esc_promote.h"
#include "esc_query.h"
#include "esc_solve.h"
#include "esc_special.h"
#include "esc_words.h"

#include <string.h>

/* ---- batches ------------------------------------------------------------- */

/* Of a function. */
struct visited {
    int order, low;             /* Tarjan's numbers; 0: not seen */
    bool on_stack;
};

struct batches {
    struct esc *esc;
    struct visited *visited;    /* by the function's index */
    int next_order;
    VEC_TYPE(esc_function_stack, struct esc_function *) stack;
};

/* The call of an allocator: a new object, with pointers to anything in it
 * (what the allocator was given to put there has escaped)
 * [inv.esc.allocator]. */
static void apply_allocation(struct esc_function *f, struct esc_call *call)
{
    struct esc_graph *graph = f->graph;
    call->object = esc_graph_add(graph, LOC_ALLOCATION, call->scope);
    call->object->node = call->node;
    vec_push(&f->allocations, call->object);
    esc_graph_flow(graph, call->object, graph->heap, -1, call->notes);
    if (call->result)
        esc_graph_flow(graph, call->result, call->object, -1, call->notes);
}

static void solve_batch(struct esc *, struct esc_function **batch,
                        size_t count);

/* The function that the call runs, solved: where its arguments are constants
 * perhaps another one than it was taken for [inv.esc.special]. */
static struct esc_function *callee_of(struct esc *esc,
                                      const struct esc_function *f,
                                      struct esc_call *call)
{
    struct esc_function *callee = map_get(&esc->functions, call->callee);
    bool is_new;
    if (call->applied == callee->tag_version || call->applied)
        return callee;
    struct esc_function *special =
        esc_specialize(esc, f, call, callee, &is_new);
    if (!special)
        return callee;
    if (is_new)
        solve_batch(esc, &special, 1);
    call->callee = special->symbol;
    if (!f->general)
        map_put(&esc->special_calls, call->node, special->symbol);
    return special;
}

/* Flows of calls whose tags have grown since the last time. */
static bool apply_calls(struct esc *esc, struct esc_function *f)
{
    bool any = false;
    for (size_t i = 0; i < f->calls.count; i++) {
        struct esc_call *call = f->calls.items[i];
        struct esc_function *callee = callee_of(esc, f, call);
        if (call->applied == callee->tag_version)
            continue;
        call->applied = callee->tag_version;
        any |= esc_apply_tag(f->graph, callee->tag, call->callee,
                             call->arguments, call->argument_count,
                             call->result, call->notes);
        if (callee->tag->allocates == ESC_ALLOCATES_RESULT && call->node &&
            !call->object) {
            apply_allocation(f, call);
            any = true;
        }
    }
    return any;
}

/* [inv.esc.allocator]  a function that returns what it allocates, `xmalloc`,
 * is an allocator to its callers, solved later: each call
 * makes an object of its own.  Not decided about recursive functions, whose
 * tags may only grow while they are solved [inv.esc.monotone]. */
static void find_allocator(struct esc_function *f)
{
    const struct type *type = f->symbol->type;
    if (f->general && f->general->tag->allocates != ESC_ALLOCATES_RESULT)
        return;                 /* esc_is_own knows of no other */
    for (size_t i = 0; i < f->callees.count; i++)
        if (f->callees.items[i] == f)
            return;
    if (!type_is_pointer(type->target) || !esc_returns_new(f->graph))
        return;
    f->tag->allocates = ESC_ALLOCATES_RESULT;
    f->tag->result_unknown = false;
}

/* Whether the tag changed. */
static bool solve(struct esc *esc, struct esc_function *f)
{
    bool changed = esc_solve(f->graph, f->tag);
    f->tag_version += changed;
    f->told_members = esc_members_told(f);
    esc_members_solved(esc, f);
    return changed;
}

static void solve_batch(struct esc *esc, struct esc_function **batch,
                        size_t count)
{
    bool changed;
    do {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            struct esc_function *f = batch[i];
            if (!apply_calls(esc, f) && f->is_solved)
                continue;
            f->is_solved = true;
            changed |= solve(esc, f);
        }
    } while (changed);
    if (count == 1)
        find_allocator(batch[0]);
    for (size_t i = 0; i < count; i++) {
        batch[i]->in_batch = count;
        vec_push(&esc->solved, batch[i]);
    }
}

/* Tarjan's algorithm: components come out callees first. */
static void visit(struct batches *b, struct esc_function *f)
{
    struct visited *ours = &b->visited[f->index];
    ours->order = ours->low = ++b->next_order;
    ours->on_stack = true;
    vec_push(&b->stack, f);
    for (size_t i = 0; i < f->callees.count; i++) {
        struct esc_function *callee = f->callees.items[i];
        const struct visited *theirs = &b->visited[callee->index];
        if (!theirs->order)
            visit(b, callee);
        if (theirs->on_stack && theirs->low < ours->low)
            ours->low = theirs->low;
    }
    if (ours->low != ours->order)
        return;
    size_t first = b->stack.count;
    do {
        first--;
        b->visited[b->stack.items[first]->index].on_stack = false;
    } while (b->stack.items[first] != f);
    solve_batch(b->esc, b->stack.items + first, b->stack.count - first);
    b->stack.count = first;
}

/* [inv.esc.monotone] holds for what was an allocator, too: if it is none, what
 * it returns may be anything, also what was allocated. */
static void check_allocator(struct esc_function *f)
{
    struct esc_tag *tag = f->tag;
    if (tag->allocates != ESC_ALLOCATES_RESULT)
        return;
    tag->result_unknown = !esc_returns_new(f->graph);
    if (tag->result_unknown) {
        tag->allocates = ESC_ALLOCATES_NOTHING;
        f->tag_version++;
    }
}

/* What functions do with what they find in members is known when all are
 * solved; those that store there are solved again, and if some return it those
 * that find it. */
static void solve_members(struct esc *esc)
{
    bool changed;
    do {
        changed = false;
        for (size_t i = 0; i < esc->solved.count; i++) {
            struct esc_function *f = esc->solved.items[i];
            if (!apply_calls(esc, f) &&
                f->told_members == esc_members_told(f))
                continue;
            solve(esc, f);
            check_allocator(f);
            changed = true;
        }
    } while (changed);
}

static void solve_all(struct esc *esc)
{
    struct batches batches = {
        .esc = esc, .visited = arena_array(struct visited, esc->all.count)};
    for (size_t i = 0; i < esc->all.count; i++)
        if (!batches.visited[i].order)
            visit(&batches, esc->all.items[i]);
    vec_free(&batches.stack);
}

/* ---- the analysis of a unit ---------------------------------------------- */

static bool collect_function(struct node *n, void *context)
{
    struct esc *esc = context;
    if (n->kind == N_FUNCTION) {
        struct esc_function *f = arena_new(struct esc_function);
        /* GNU: an `extern inline` definition and the real one. */
        struct esc_function *other = map_get(&esc->functions, n->symbol);
        f->symbol = n->symbol;
        f->node = n;
        f->has_openmp = unit_has_openmp(esc->unit, n);
        if (other)
            other->ambiguous = true;
        else
            map_put(&esc->functions, n->symbol, f);
        f->index = (int)esc->all.count;
        vec_push(&esc->all, f);
    }
    return n->kind == N_UNIT;
}

static void build_all(struct esc *esc)
{
    esc->context = (struct esc_build_context){
        &esc->options, esc->prov, esc->pointers, &esc->functions,
        esc->compared, esc->names, esc->private, esc->members};
    for (size_t i = 0; i < esc->all.count; i++) {
        struct esc_function *f = esc->all.items[i];
        esc_build_function(&esc->context, f);
        for (size_t a = 0; a < f->allocations.count; a++)
            if (!f->allocations.items[a]->in_frame)
                map_put(&esc->allocations, f->allocations.items[a]->node,
                        f->allocations.items[a]);
    }
}

struct esc *esc_analyze(const struct unit *unit,
                        const struct esc_options *options)
{
    struct esc *esc = arena_new(struct esc);
    esc->unit = unit;
    esc->options = *options;
    esc->names = esc_names_new(unit);
    esc->prov = esc_prov_new(unit);
    esc->private = esc_private_new(unit, esc->names);
    esc->members = esc_members_new(esc->private, &esc->functions);
    esc->slots = esc_slots_new(unit);
    esc->pointers = esc_pointers_new(unit, esc->private, esc->names,
                                     esc->slots);
    esc_slots_collect(esc->slots, esc->pointers, esc->private, esc->names);
    esc->specials = esc_specials_new();
    esc->compared = esc_compared_find(unit, options->alone);
    node_walk(unit->root, collect_function, esc);
    build_all(esc);
    solve_all(esc);
    solve_members(esc);
    esc_promote_all(esc);
    esc->facts = esc_facts_make(esc);
    return esc;
}

/* ---- answers ------------------------------------------------------------- */

/* The program's own definition of what compilers call unasked and the runtime
 * calls, too: making an object there would call it again. */
static bool is_memory_function(const struct symbol *function)
{
    static const char *const names[] = {
        "memcpy", "memmove", "memset", "memcmp", "bcopy", "bzero", "mempcpy",
        "strlen"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (function && function->storage != ST_STATIC &&
            strcmp(function->name, names[i]) == 0)
            return true;
    return false;
}

static bool can_move(const struct symbol *symbol)
{
    if (is_memory_function(symbol->function))
        return false;
    return (symbol->kind == S_VARIABLE || symbol->kind == S_PARAMETER) &&
           symbol->is_local && !symbol->is_thread_local &&
           symbol->storage != ST_REGISTER && !symbol->is_va_list &&
           !symbol->has_cleanup && !symbol->has_asm_register &&
           !symbol->in_pragma && !symbol->stays &&
           /* else its names are not accounted for [inv.account] */
           (symbol->address_taken || !*symbol->name) &&
           symbol->type->kind != T_VA_LIST &&
           symbol->type->kind != T_FUNCTION;
}

/* Named once on each way through the function, for its address, and never
 * initialised: nobody reads or writes it by name.  Only scalars: a structure
 * that is filled in and linked somewhere by the one function that gets its
 * address looks the same. */
static bool is_stack_probe(const struct symbol *symbol)
{
    const struct node *declaration = symbol->declaration;
    return symbol->kind == S_VARIABLE && symbol->address_taken &&
           !symbol->used_twice && !symbol->in_asm &&
           type_is_scalar(symbol->type) &&
           declaration && declaration->kind == N_VAR &&
           !declaration->kids[0];
}

/* Whether the program decides about one with conditions.  Its frame must have
 * room for it: one whose size is not known here has none, nor has every one
 * where statements may be other threads' [inv.room.threads]. */
static bool is_decided(const struct esc *esc, const struct symbol *symbol,
                       const struct esc_function *function)
{
    return esc->options.locals == ESC_LOCALS_ESCAPING &&
           symbol->type->size >= 0 && function && !function->has_openmp;
}

enum esc_finding_kind esc_verdict(const struct esc *esc,
                                  const struct symbol *symbol)
{
    const struct esc_location *location = symbol->escape;
    bool depends = location && !location->escapes &&
                   location->conditions.count;
    bool escapes = location && (location->escapes || depends);
    bool wanted = esc->options.locals == ESC_LOCALS_ALL
                  ? symbol->address_taken : escapes;
    if (!wanted || !can_move(symbol) || !symbol->function)
        return escapes ? ESC_KEPT_FIXED : ESC_DOES_NOT_ESCAPE;
    if (symbol->on_stack)
        return ESC_KEPT_BY_MARK;
    if (esc->options.locals == ESC_LOCALS_NONE)
        return ESC_KEPT_BY_OPTION;
    if (symbol->unfollowed)
        return ESC_KEPT_UNFOLLOWED;
    const struct esc_function *function =
        map_get(&esc->functions, symbol->function);
    if (function && function->is_signal_handler)
        return ESC_KEPT_IN_HANDLER;
    if (is_stack_probe(symbol))
        return ESC_KEPT_AS_PROBE;
    return depends && is_decided(esc, symbol, function) ? ESC_DECIDED_AT_LOAD
                                                        : ESC_ESCAPES;
}

bool esc_is_moved(const struct esc *esc, const struct symbol *symbol)
{
    enum esc_finding_kind verdict = esc_verdict(esc, symbol);
    return verdict == ESC_ESCAPES || verdict == ESC_DECIDED_AT_LOAD;
}

bool esc_stays(const struct esc *esc, const struct symbol *symbol)
{
    return symbol->function && !is_memory_function(symbol->function) &&
           !symbol->is_va_list && symbol->type->kind != T_VA_LIST &&
           symbol->escape &&
           esc_verdict(esc, symbol) == ESC_DOES_NOT_ESCAPE;
}

bool esc_only_measures(const struct esc *esc, const struct symbol *symbol)
{
    return map_get(esc->compared, symbol);
}

bool esc_is_own(const struct esc *esc, const struct node *call)
{
    const struct esc_location *object = map_get(&esc->allocations, call);
    const struct node *function = node_function(call);
    const struct esc_function *f =
        function ? map_get(&esc->functions, function->symbol) : NULL;
    return !object || !object->escapes ||
           (f && f->tag->allocates == ESC_ALLOCATES_RESULT);
}

int esc_decision(const struct esc *esc, const struct symbol *symbol)
{
    (void)esc;
    const struct esc_location *location = symbol->escape;
    return location ? location->decision - 1 : -1;
}

const struct esc_facts *esc_facts(const struct esc *esc)
{
    return esc->facts;
}

bool esc_stores_no_pointer(const struct esc *esc, const struct node *call)
{
    const struct esc_location *object = map_get(&esc->allocations, call);
    return object && !object->count &&
           !esc_parts_overwrite(esc_prov_parts(esc->prov), call);
}

bool esc_is_plain(const struct esc *esc, const struct node *call)
{
    return esc_words_is_plain(esc_prov_words(esc->prov), call);
}

bool esc_leads_to_plain(const struct esc *esc, const struct node *pointer)
{
    return esc_words_lead_to_plain(esc_prov_words(esc->prov), pointer);
}

bool esc_may_carry_pointer(const struct esc *esc,
                           const struct node *expression)
{
    if (esc_parts_is_piece(expression->type))
        return esc_parts_carry(esc_prov_parts(esc->prov), expression, true);
    return esc_prov_may_carry(esc->prov, expression);
}

bool esc_leads_to_pointers(const struct esc *esc, const struct node *pointer)
{
    return esc_parts_lead_to(esc_prov_parts(esc->prov), pointer);
}

bool esc_may_hold_pointer(const struct esc *esc, const struct type *type)
{
    const struct type *element = esc_element(type);
    return type_may_hold_pointer(type) &&
           (element->kind != T_RECORD ||
               esc_words_in_record(esc_prov_words(esc->prov),
                                   element->record));
}

bool esc_holds_in_pieces(const struct esc *esc, const struct symbol *local)
{
    return esc_parts_in_pieces(esc_prov_parts(esc->prov), local);
}

bool esc_are_numbers(const struct esc *esc, const struct node *pointer)
{
    while (pointer->kind == N_CONVERT || pointer->kind == N_PAREN ||
           pointer->kind == N_CAST)
        pointer = pointer->kids[0];
    const struct type *type = pointer->type;
    if (!type || type->kind != T_POINTER)
        return false;
    const struct type *to = esc_element(type->target);
    return type_is_integer(to) && to->size >= 8 &&
           !esc_words_lead_to(esc_prov_words(esc->prov), pointer);
}
