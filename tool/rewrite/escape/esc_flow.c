/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_flow.c - finds exchanges of pieces in one function.
 *
 * A copy leaves its source whole: `*d++ = *s++` can be stopped anywhere.  An
 * exchange, a rotation or a reversal has to put a piece aside while something
 * else is stored where it was, so it has a local that is *held*: set from a
 * piece in memory, and stored in memory as a piece only after another store
 * of a piece.  That is what is looked for, with a forward walk in the order
 * of evaluation.  Of each local one knows
 *
 *      NONE    it holds nothing that was read as a piece
 *      FRESH   it does, and no other piece was stored since
 *      HELD    one was
 *
 * and where it was read.  Where ways join the greater holds; loops are walked
 * until nothing changes; what a jump takes along joins behind every loop and
 * switch that follows, and behind labels all that is held is HELD.
 *
 * Moving by copy and erase (`*d = *s; *s = 0`) is an exchange too: a store of
 * no piece through the variable that led to the source.
 *
 * Not followed (docs/limits.md): pieces that another function reads, holds or
 * stores one at a time, and those taken out of a local by shifts.
 */
#include "esc_torn.h"

#include <string.h>

enum state { NONE, FRESH, HELD };

struct local {
    const struct symbol *symbol;
    enum state state;
    struct node *read;          /* the innermost node with all reads */
    const struct symbol *leader;
};

VEC_TYPE(locals, struct local);

struct walk {
    const struct esc_pieces *pieces;
    struct esc_exchanges *out;
    struct locals locals;
    struct locals jumped;       /* the join of what jumps took along */
    struct locals *entry;       /* of the innermost switch */
    /* The last copy from one place in memory to another. */
    struct node *copy;
    const struct symbol *copy_leader;
};

struct node *esc_common(struct node *a, struct node *b)
{
    if (!a || !b)
        return a ? a : b;
    for (struct node *up = a; up; up = up->parent)
        for (struct node *n = b; n; n = n->parent)
            if (n == up)
                return up;
    return a;
}

/* ---- sets of locals ------------------------------------------------------ */

static struct local *local_of(struct locals *locals,
                              const struct symbol *symbol)
{
    for (size_t i = 0; i < locals->count; i++)
        if (locals->items[i].symbol == symbol)
            return &locals->items[i];
    struct local local = {.symbol = symbol};
    vec_push(locals, local);
    return &vec_last(locals);
}

static struct locals copy_of(const struct locals *locals)
{
    struct locals copy = {0};
    for (size_t i = 0; i < locals->count; i++)
        vec_push(&copy, locals->items[i]);
    return copy;
}

/* Returns whether `to` changed. */
static bool join(struct locals *to, const struct locals *from)
{
    bool changed = false;
    for (size_t i = 0; i < from->count; i++) {
        const struct local *other = &from->items[i];
        if (other->state == NONE)
            continue;
        struct local *local = local_of(to, other->symbol);
        struct node *read = local->state == NONE
            ? other->read : esc_common(local->read, other->read);
        changed |= other->state > local->state || read != local->read;
        if (other->state > local->state)
            local->state = other->state;
        local->read = read;
        local->leader = other->leader;
    }
    return changed;
}

/* ---- values -------------------------------------------------------------- */

struct value {
    bool direct;                /* a piece in memory is read */
    enum state state;           /* of the locals that are read */
    struct node *read;
    const struct symbol *leader;
};

static void read_value(struct walk *, struct node *, struct value *);

static void read_lvalue(struct walk *w, struct node *lvalue,
                        struct value *value)
{
    const struct symbol *symbol = esc_local_of(lvalue);
    if (symbol) {
        const struct local *local = local_of(&w->locals, symbol);
        if (local->state == NONE)
            return;
        if (local->state > value->state)
            value->state = local->state;
        value->read = esc_common(value->read, local->read);
        value->leader = local->leader;
    } else if (esc_is_piece(w->pieces, lvalue)) {
        value->direct = true;
        value->leader = esc_leader_of(lvalue);
    }
}

static void read_value(struct walk *w, struct node *n, struct value *value)
{
    switch (n->kind) {
    case N_LOAD:
        read_lvalue(w, n->kids[0], value);
        break;
    case N_PAREN: case N_CONVERT: case N_CAST:
    case N_COMPOUND_LITERAL: case N_INIT_ITEM:
        read_value(w, n->kids[0], value);
        break;
    case N_COMMA: case N_ASSIGN:
        read_value(w, n->kids[1], value);
        break;
    case N_CONDITIONAL:
        if (n->kids[1])
            read_value(w, n->kids[1], value);
        read_value(w, n->kids[2], value);
        break;
    case N_BINARY:
        if (n->op == '|' || n->op == '&' || n->op == '^' || n->op == OP_SHL ||
            n->op == OP_SHR) {
            read_value(w, n->kids[0], value);
            read_value(w, n->kids[1], value);
        }
        break;
    case N_INIT_LIST:
        for (int i = 0; i < n->kid_count; i++)
            read_value(w, n->kids[i], value);
        break;
    default:
        break;
    }
}

/* ---- stores -------------------------------------------------------------- */

static void store_in_local(struct walk *w, const struct symbol *symbol,
                           struct node *store, const struct value *value)
{
    struct local *local = local_of(&w->locals, symbol);
    if (value->direct) {
        local->read = local->state != NONE && type_is_aggregate(symbol->type)
            ? esc_common(local->read, store) : store;
        local->state = FRESH;
        local->leader = value->leader;
    } else if (value->state != NONE) {
        local->state = value->state;
        local->read = value->read;
        local->leader = value->leader;
    } else if (!type_is_aggregate(symbol->type)) {
        local->state = NONE;
    }
}

static void found(struct walk *w, struct node *from, struct node *to)
{
    struct esc_exchange exchange = {from, to};
    for (size_t i = 0; i < w->out->count; i++)
        if (w->out->items[i].from == from && w->out->items[i].to == to)
            return;
    vec_push(w->out, exchange);
}

/* Whatever else is in a local has to wait for longer. */
static void hold(struct walk *w, const struct symbol *leader)
{
    for (size_t i = 0; i < w->locals.count; i++) {
        struct local *local = &w->locals.items[i];
        if (local->state == FRESH && (!leader || local->leader == leader))
            local->state = HELD;
    }
}

static void store_piece(struct walk *w, struct node *store,
                        struct node *lvalue, const struct value *value)
{
    if (!value->direct && value->state == NONE) {
        const struct symbol *leader = esc_leader_of(lvalue);
        if (!leader)
            return;
        if (w->copy && leader == w->copy_leader)
            found(w, w->copy, store);
        hold(w, leader);
        return;
    }
    if (value->state == HELD)
        found(w, value->read, store);
    if (value->direct) {
        w->copy = store;
        w->copy_leader = value->leader;
    }
    hold(w, NULL);
}

static void store(struct walk *w, struct node *n, struct node *lvalue,
                  struct node *right)
{
    struct value value = {0};
    const struct symbol *symbol = esc_local_of(lvalue);
    read_value(w, right, &value);
    if (symbol)
        store_in_local(w, symbol, n, &value);
    else if (esc_is_piece(w->pieces, lvalue))
        store_piece(w, n, lvalue, &value);
}

/* ---- the walk ------------------------------------------------------------ */

static void walk(struct walk *, struct node *);

static void walk_branches(struct walk *w, struct node *then,
                          struct node *otherwise)
{
    struct locals before = copy_of(&w->locals);
    if (then)
        walk(w, then);
    struct locals after = w->locals;
    w->locals = before;
    if (otherwise)
        walk(w, otherwise);
    join(&w->locals, &after);
    vec_free(&after);
}

/* A loop's parts in the order of a pass.  Three passes take a piece through
 * FRESH to HELD from any local to another that a loop of that form can reach;
 * then the rest is given up on, on the safe side, by the joins. */
static void walk_loop(struct walk *w, struct node *first, struct node *second,
                      struct node *third)
{
    enum { PASSES = 3 };
    for (int pass = 0; pass < PASSES; pass++) {
        struct locals before = copy_of(&w->locals);
        struct node *parts[] = {first, second, third};
        for (int i = 0; i < 3; i++)
            if (parts[i])
                walk(w, parts[i]);
        join(&w->locals, &w->jumped);
        bool changed = join(&before, &w->locals);
        vec_free(&w->locals);
        w->locals = before;
        if (!changed)
            break;
    }
}

static void walk_switch(struct walk *w, struct node *n)
{
    walk(w, n->kids[0]);
    struct locals entry = copy_of(&w->locals), *outer = w->entry;
    w->entry = &entry;
    walk(w, n->kids[1]);
    w->entry = outer;
    join(&w->locals, &entry);
    join(&w->locals, &w->jumped);
    vec_free(&entry);
}

static void walk_kids(struct walk *w, struct node *n)
{
    for (int i = 0; i < n->kid_count; i++)
        if (n->kids[i])
            walk(w, n->kids[i]);
}

static void walk(struct walk *w, struct node *n)
{
    if (n->flags & NODE_UNEVALUATED)
        return;
    switch (n->kind) {
    case N_IF: case N_CONDITIONAL:
        walk(w, n->kids[0]);
        walk_branches(w, n->kids[1], n->kids[2]);
        break;
    case N_LOGICAL:
        walk(w, n->kids[0]);
        walk_branches(w, n->kids[1], NULL);
        break;
    case N_WHILE:
        walk_loop(w, n->kids[0], n->kids[1], NULL);
        break;
    case N_DO:
        walk_loop(w, n->kids[0], n->kids[1], NULL);
        break;
    case N_FOR:
        if (n->kids[0])
            walk(w, n->kids[0]);
        walk_loop(w, n->kids[1], n->kids[3], n->kids[2]);
        break;
    case N_SWITCH:
        walk_switch(w, n);
        break;
    case N_CASE: case N_DEFAULT:
        if (w->entry)
            join(&w->locals, w->entry);
        walk_kids(w, n);
        break;
    case N_LABEL:
        join(&w->locals, &w->jumped);
        hold(w, NULL);
        walk_kids(w, n);
        break;
    case N_BREAK: case N_CONTINUE: case N_GOTO: case N_GOTO_COMPUTED:
        walk_kids(w, n);
        join(&w->jumped, &w->locals);
        break;
    case N_ASSIGN:
        walk(w, n->kids[1]);
        walk(w, n->kids[0]);
        store(w, n, n->kids[0], n->kids[1]);
        break;
    case N_VAR:
        walk_kids(w, n);
        if (n->kids[0] && n->symbol->is_local) {
            struct value value = {0};
            read_value(w, n->kids[0], &value);
            store_in_local(w, n->symbol, n, &value);
        }
        break;
    default:
        walk_kids(w, n);
        break;
    }
}

/* Most functions store no piece. */
static bool find_store(struct node *n, void *context)
{
    struct walk *w = context;
    if (n->flags & NODE_UNEVALUATED || w->copy)
        return false;
    if (n->kind == N_ASSIGN && !esc_local_of(n->kids[0]) &&
        esc_is_piece(w->pieces, n->kids[0]))
        w->copy = n;
    return true;
}

void esc_find_exchanges(const struct esc_pieces *pieces,
                        struct node *function, struct esc_exchanges *out)
{
    struct walk w = {.pieces = pieces, .out = out};
    struct node *body = function->kids[function->kid_count - 1];
    node_walk(body, find_store, &w);
    if (!w.copy)
        return;
    w.copy = NULL;
    walk(&w, body);
    vec_free(&w.locals);
    vec_free(&w.jumped);
}
