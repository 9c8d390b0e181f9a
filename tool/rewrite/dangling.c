/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dangling.c - see dangling.h.
 *
 * [inv.dangling]  gcc looks for stores of a local's address backwards from the
 * end of its function, and no further than a call that it cannot see through,
 * since there the address may be taken away again (-Wdangling-pointer).  So
 * there is nothing to see of a local of a function's outermost block if on each
 * way out of that function such a call is the last of calls and stores of
 * pointers.  What cannot be told counts as a store, but not that of what is
 * certainly no local's address.  A function of the unit may be a part of the
 * one that calls it: its end counts there.
 *
 * Of a local of an inner block gcc also follows pointers that are used behind
 * the block.  There are none if its address is only passed to functions and
 * stored where that is not the function's, and the block ends with a call,
 * too.
 */
#include "dangling.h"

#include "escape/esc_finding.h"
#include "front/tree.h"
#include "util/map.h"

/* What comes last on the ways through a part of a function. */
enum last {
    NEITHER,                /* on one of them at least there is neither */
    CALL,                   /* on each */
    STORE                   /* perhaps */
};

static enum last last_of(struct node *n);

static bool is_local_place(struct node *place)
{
    place = node_unparenthesize(place);
    while (place->kind == N_MEMBER ||
           (place->kind == N_INDEX && place->kids[0]->kind == N_DECAY))
        place = node_unparenthesize(place->kind == N_MEMBER
                                        ? place->kids[0]
                                        : place->kids[0]->kids[0]);
    return place->kind == N_REF && place->symbol->is_local;
}

static bool is_arithmetic(const struct type *type)
{
    return type->kind != T_POINTER && type->kind != T_RECORD &&
           type->kind != T_ARRAY;
}

static enum last last_of_function(struct node *function);

/* A call of which gcc sees no more than that it is one. */
static enum last last_of_call(struct node *n)
{
    const struct symbol *callee = node_callee(n);
    if (!callee || callee->is_noreturn)
        return CALL;
    if (callee->definition)
        return last_of_function(callee->definition);
    return callee->is_known || callee->is_builtin || callee->is_pure ? NEITHER
                                                                     : CALL;
}

static bool is_opaque_call(struct node *n)
{
    const struct symbol *callee = n->kind == N_CALL ? node_callee(n) : NULL;
    return n->kind == N_CALL &&
           (!callee || (!callee->definition && !callee->is_known &&
                           !callee->is_builtin && !callee->is_pure));
}

/* No value that could be a local's address. */
static bool is_no_local_address(struct node *n)
{
    struct node *from = node_strip(n);
    switch (from->kind) {
    case N_REF:
        return from->symbol->kind == S_FUNCTION;
    case N_STRING:
    case N_NUMBER:
        return true;
    case N_CALL:
        return is_opaque_call(from);
    case N_ADDRESS:
        from = node_unparenthesize(from->kids[0]);
        return from->kind == N_REF && !from->symbol->is_local;
    default:
        return from->flags & (NODE_CONSTANT | NODE_NULL_POINTER);
    }
}

/* Of parts that are evaluated one after the other. */
static enum last last_in_turn(struct node *const *parts, int count)
{
    enum last last = NEITHER;
    for (int i = count - 1; i >= 0 && last == NEITHER; i--)
        last = last_of(parts[i]);
    return last;
}

/* Of parts of an expression, whose order is not known. */
static enum last last_of_all(struct node *const *parts, int count)
{
    enum last last = NEITHER;
    for (int i = 0; i < count; i++) {
        enum last one = last_of(parts[i]);
        last = one > last ? one : last;
    }
    return last;
}

/* Of the first part and of the ways behind it; `all`: there are no others. */
static enum last last_of_ways(struct node *first, struct node *const *ways,
                              int count, bool all)
{
    bool all_call = all;
    for (int i = 0; i < count; i++) {
        enum last last = last_of(ways[i]);
        if (last == STORE)
            return STORE;
        all_call &= last == CALL;
    }
    return all_call ? CALL : last_of(first);
}

static enum last last_of_assignment(struct node *n)
{
    enum last value = last_of_all(n->kids, n->kid_count);
    if (is_local_place(n->kids[0]) || is_arithmetic(n->type))
        return value;
    bool sets = n->kind == N_ASSIGN && n->type->kind == T_POINTER;
    return sets && is_no_local_address(n->kids[1]) ? value : STORE;
}

static enum last last_of(struct node *n)
{
    if (!n || n->flags & NODE_UNEVALUATED)
        return NEITHER;
    switch (n->kind) {
    case N_CALL:
        return last_of_all(n->kids, n->kid_count) == STORE ? STORE
                                                           : last_of_call(n);
    case N_ASSIGN:
    case N_COMPOUND_ASSIGN:
        return last_of_assignment(n);
    case N_BLOCK:
    case N_COMMA:
        return last_in_turn(n->kids, n->kid_count);
    case N_IF:
    case N_CONDITIONAL:
        return last_of_ways(n->kids[0], n->kids + 1, 2, true);
    case N_LOGICAL:
        return last_of_ways(n->kids[0], n->kids + 1, 1, false);
    case N_WHILE:
    case N_SWITCH:
    case N_FOR:
        /* through the body not at all, or from its middle */
        return last_of_all(n->kids, n->kid_count) == STORE ? STORE : NEITHER;
    case N_DO:
    case N_CASE:
    case N_DEFAULT:
    case N_ASM:
    case N_ATOMIC:
    case N_OTHER_EXPR:
    case N_STMT_EXPR:
        return last_of_all(n->kids, n->kid_count) == NEITHER ? NEITHER : STORE;
    case N_LABEL:
        return STORE;
    case N_RETURN:
    case N_GOTO:
        return CALL;            /* a way of its own */
    default:
        return last_of_all(n->kids, n->kid_count);
    }
}

/* ---- ways out ------------------------------------------------------------ */

enum { DEEPEST_WAY = 16 };

struct way {
    struct node *function;
    const struct symbol *label;
    int depth;
    enum last entry;            /* of one that begins with the function */
    enum last worst, least;
};

static enum last last_before(struct node *n, struct way *way);

static bool look_at_goto(struct node *n, void *context)
{
    struct way *way = context;
    if (n->kind == N_GOTO_COMPUTED)
        way->worst = STORE;
    if (n->kind != N_GOTO || n->symbol != way->label)
        return true;
    struct way other = {.function = way->function, .depth = way->depth + 1,
                        .entry = way->entry};
    enum last last = last_before(n, &other);
    way->worst = last > way->worst ? last : way->worst;
    return true;
}

/* On the ways through all `goto`s to the label. */
static enum last last_before_label(struct node *label, struct way *way)
{
    struct way gotos = {.function = way->function, .label = label->symbol,
                        .depth = way->depth, .entry = way->entry};
    if (way->depth == DEEPEST_WAY)
        return STORE;
    node_walk(way->function, look_at_goto, &gotos);
    return gotos.worst;
}

/* Of a block's first statements. */
static enum last last_of_first(struct node *block, int count, struct way *way)
{
    enum last last = NEITHER;
    for (int i = count - 1; i >= 0 && last == NEITHER; i--) {
        struct node *n = block->kids[i];
        if (n->kind == N_BREAK || n->kind == N_CONTINUE)
            return CALL;        /* nothing goes on behind these */
        if (n->kind != N_LABEL) {
            last = last_of(n);
            continue;
        }
        last = last_of(n->kids[0]);
        if (last == NEITHER && last_before_label(n, way) == STORE)
            last = STORE;
    }
    return last;
}

static int index_of(const struct node *n)
{
    int i = 0;
    while (n->parent->kids[i] != n)
        i++;
    return i;
}

/* On the ways that lead to a statement. */
static enum last last_before(struct node *n, struct way *way)
{
    enum last last = NEITHER;
    for (; last == NEITHER; n = n->parent) {
        struct node *up = n->parent;
        switch (up->kind) {
        case N_FUNCTION:
            return way->entry;
        case N_BLOCK:
            if (up->parent->kind != N_SWITCH)
                last = last_of_first(up, index_of(n), way);
            break;
        case N_IF:
            last = last_of(up->kids[0]);
            break;
        case N_WHILE:
        case N_DO:
        case N_FOR:
        case N_SWITCH:
            if (last_of_all(up->kids, up->kid_count) == STORE)
                return STORE;
            break;
        case N_CASE:
        case N_DEFAULT:
            break;              /* of a switch, whose parts all count */
        case N_LABEL:
            last = last_before_label(up, way) == STORE ? STORE : NEITHER;
            break;
        default:
            return STORE;
        }
    }
    return last;
}

static bool look_at_return(struct node *n, void *context)
{
    struct way *way = context;
    if (n->kind != N_RETURN)
        return true;
    enum last last = last_of(n->kids[0]);
    if (last == NEITHER)
        last = last_before(n, way);
    way->worst = last > way->worst ? last : way->worst;
    way->least = last < way->least ? last : way->least;
    return true;
}

/* On all ways out of a function. */
static struct way ends_of(struct node *function, enum last entry)
{
    struct way way = {.function = function, .entry = entry, .least = STORE};
    struct node *body = function->kids[function->kid_count - 1];
    node_walk(body, look_at_return, &way);
    enum last end = last_of_first(body, body->kid_count, &way);
    if (end == NEITHER)
        end = entry;
    way.worst = end > way.worst ? end : way.worst;
    way.least = end < way.least ? end : way.least;
    return way;
}

/* As a part of another one.  One that is asked for while it is looked at calls
 * itself, and that is not followed. */
static enum last last_of_function(struct node *function)
{
    static struct map known;    /* to a place in `results` */
    static enum last results[] = {NEITHER, CALL, STORE};
    enum last *result = map_get(&known, function);
    if (result)
        return *result;
    map_put(&known, function, &results[STORE]);
    struct way way = ends_of(function, NEITHER);
    enum last last = way.worst == STORE ? STORE : way.least;
    map_put(&known, function, &results[last]);
    return last;
}

/* [inv.dangling] That the function begins is no store. */
static bool ends_with_calls(struct node *function)
{
    return ends_of(function, CALL).worst != STORE;
}

/* ---- inner blocks -------------------------------------------------------- */

struct block_search {
    const struct symbol *local;
    bool passed_on;             /* its address gets to a variable, perhaps */
};

/* The value that an address becomes, and what takes that. */
static bool is_passed_on(struct node *n)
{
    while (n->parent->kind == N_PAREN || n->parent->kind == N_CONVERT ||
           n->parent->kind == N_CAST)
        n = n->parent;
    struct node *taker = n->parent;
    if (taker->kind == N_ASSIGN)
        return taker->kids[1] != n || is_local_place(taker->kids[0]) ||
               taker->parent->kind != N_EXPR_STMT;
    return taker->kind != N_CALL || taker->kids[0] == n ||
           (!is_opaque_call(taker) && taker->type->kind == T_POINTER);
}

static bool look_at_address(struct node *n, void *context)
{
    struct block_search *search = context;
    if (n->kind != N_REF || n->symbol != search->local)
        return true;
    struct node *place = n;
    for (;;) {
        struct node *up = place->parent;
        if (up->kind == N_DECAY && up->parent->kind == N_INDEX)
            place = up->parent;
        else if (up->kind == N_MEMBER || up->kind == N_PAREN)
            place = up;
        else
            break;
    }
    if (place->parent->kind == N_ADDRESS || place->parent->kind == N_DECAY)
        search->passed_on |= is_passed_on(place->parent);
    return true;
}

static bool look_at_leaving(struct node *n, void *context)
{
    bool *leaves = context;
    *leaves |= n->kind == N_BREAK || n->kind == N_CONTINUE ||
               n->kind == N_GOTO || n->kind == N_GOTO_COMPUTED ||
               n->kind == N_LABEL || n->kind == N_CASE ||
               n->kind == N_DEFAULT;
    return !*leaves;
}

/* A local of an inner block that is not to be seen behind it. */
static bool is_gone_with_block(const struct symbol *local)
{
    struct node *block = local->block;
    struct block_search search = {.local = local};
    struct way way = {.function = node_function(block), .entry = CALL};
    bool leaves = false;
    if (block->kind != N_BLOCK || !way.function)
        return false;
    node_walk(block, look_at_leaving, &leaves);
    node_walk(block, look_at_address, &search);
    return !leaves && !search.passed_on &&
           last_of_first(block, block->kid_count, &way) == CALL;
}

static bool is_of_function(const struct symbol *local)
{
    return local->kind == S_PARAMETER ||
           (local->block && local->block->parent &&
               local->block->parent->kind == N_FUNCTION);
}

static bool is_seen_to_its_end(const struct esc_finding *f)
{
    const struct symbol *local = f->about.symbol;
    return local && (is_of_function(local) ||
                        (f->about.kind == ESC_OBJECT_VARIABLE &&
                            local->block && is_gone_with_block(local)));
}

static bool may_warn_of(const struct esc_finding *f, bool stored)
{
    bool is_local = f->about.kind == ESC_OBJECT_VARIABLE ||
                    f->about.kind == ESC_OBJECT_LITERAL;
    if (!is_local || f->kind != ESC_ESCAPES)
        return false;
    if (f->why == ESC_WHY_RETURNED || f->why == ESC_WHY_UNKNOWN)
        return true;
    if (!stored || (f->why != ESC_WHY_STORED && f->why != ESC_WHY_OUTLIVED))
        return false;
    return !f->function->definition || !is_seen_to_its_end(f) ||
           !ends_with_calls(f->function->definition);
}

bool hides_dangling(const struct esc *esc, bool stored)
{
    struct esc_findings findings = {0};
    bool hides = false;
    esc_find(esc, &findings);
    for (size_t i = 0; i < findings.count && !hides; i++)
        hides = may_warn_of(&findings.items[i], stored);
    vec_free(&findings);
    return hides;
}
