/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dangling.c - see dangling.h.
 *
 * [inv.dangling]  gcc looks for stores of a local's address backwards from the
 * end of its function, and no further than a call that it cannot see through,
 * since there the address may be taken away again (-Wdangling-pointer).  So
 * there is nothing to see of a local of a function's outermost block if on each
 * way out of that function such a call is the last of calls and stores of
 * pointers.  What cannot be told counts as a store.
 */
#include "dangling.h"

#include "escape/esc_finding.h"
#include "front/tree.h"

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

/* A call of which gcc sees no more than that it is one. */
static enum last last_of_call(struct node *n)
{
    const struct symbol *callee = node_callee(n);
    if (!callee || callee->is_noreturn)
        return CALL;
    if (callee->definition)
        return STORE;
    return callee->is_known || callee->is_builtin ? NEITHER : CALL;
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
    /* The result of a call is none of the local's address to gcc. */
    struct node *from = node_strip(n->kids[1]);
    return from->kind == N_CALL && last_of_call(from) == CALL ? CALL : STORE;
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
    enum last worst;
};

static enum last last_before(struct node *n, struct way *way);

static bool look_at_goto(struct node *n, void *context)
{
    struct way *way = context;
    if (n->kind == N_GOTO_COMPUTED)
        way->worst = STORE;
    if (n->kind != N_GOTO || n->symbol != way->label)
        return true;
    struct way other = {way->function, NULL, way->depth + 1, NEITHER};
    enum last last = last_before(n, &other);
    way->worst = last > way->worst ? last : way->worst;
    return true;
}

/* On the ways through all `goto`s to the label. */
static enum last last_before_label(struct node *label, struct way *way)
{
    struct way gotos = {way->function, label->symbol, way->depth, NEITHER};
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

/* On the ways that lead to a statement.  CALL, too, if the function begins
 * without a store. */
static enum last last_before(struct node *n, struct way *way)
{
    enum last last = NEITHER;
    for (; last == NEITHER; n = n->parent) {
        struct node *up = n->parent;
        switch (up->kind) {
        case N_FUNCTION:
            return CALL;
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
    return true;
}

/* [inv.dangling] */
static bool ends_with_calls(struct node *function)
{
    struct way way = {.function = function};
    struct node *body = function->kids[function->kid_count - 1];
    node_walk(body, look_at_return, &way);
    return way.worst != STORE &&
           last_of_first(body, body->kid_count, &way) != STORE;
}

static bool is_of_function(const struct symbol *local)
{
    return local->kind == S_PARAMETER ||
           (local->block && local->block->parent &&
               local->block->parent->kind == N_FUNCTION);
}

static bool may_warn_of(const struct esc_finding *f)
{
    bool is_local = f->about.kind == ESC_OBJECT_VARIABLE ||
                    f->about.kind == ESC_OBJECT_LITERAL;
    if (!is_local || f->kind != ESC_ESCAPES)
        return false;
    if (f->why == ESC_WHY_RETURNED || f->why == ESC_WHY_UNKNOWN)
        return true;
    if (f->why != ESC_WHY_STORED && f->why != ESC_WHY_OUTLIVED)
        return false;
    return !f->about.symbol || !is_of_function(f->about.symbol) ||
           !f->function->definition ||
           !ends_with_calls(f->function->definition);
}

bool hides_dangling(const struct esc *esc)
{
    struct esc_findings findings = {0};
    bool hides = false;
    esc_find(esc, &findings);
    for (size_t i = 0; i < findings.count && !hides; i++)
        hides = may_warn_of(&findings.items[i]);
    vec_free(&findings);
    return hides;
}
