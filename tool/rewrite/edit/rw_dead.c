/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_dead.c - does anybody read what a local holds where a loop begins?
 *
 * [inv.dead]  The answer is no only if a value is set on every way from the
 * loop's head to a reading of the local.  Of a way no more is known than the
 * statements on it in their order: what a branch or an inner loop may do, it
 * may not do; what is set behind something that could be left (by `break`,
 * `continue`, `goto`) is set for what follows in that block, and perhaps
 * elsewhere.  A `goto` may lead to any label of the function, a return of
 * setjmp anywhere, and what a cleanup attribute does comes after all.
 */
#include "rw_passes.h"

#include <string.h>

/* What a part does with the local first. */
enum first {
    NOTHING,
    MAY_SET,                    /* and reads it, if at all, behind that */
    SETS,                       /* if all of it is passed */
    READS                       /* perhaps */
};

static enum first first_of(struct node *n, const struct symbol *symbol);

static bool names(const struct symbol *symbol, struct node *n)
{
    return n && first_of(n, symbol) != NOTHING;
}

static bool find_leaving(struct node *n, void *context)
{
    bool *leaves = context;
    *leaves |= n->kind == N_BREAK || n->kind == N_CONTINUE ||
               n->kind == N_GOTO || n->kind == N_GOTO_COMPUTED ||
               n->kind == N_ASM;
    return !*leaves;
}

/* Whether something behind it may go on without what follows. */
static bool may_be_left(struct node *n)
{
    bool leaves = false;
    if (n)
        node_walk(n, find_leaving, &leaves);
    return leaves;
}

static enum first worse(enum first a, enum first b)
{
    return a > b ? a : b;
}

/* In this order.  Where one can be left what follows is passed, or not. */
static enum first first_in_turn(struct node *const *kids, int count,
                                const struct symbol *symbol)
{
    enum first first = NOTHING;
    bool left = false;
    for (int i = 0; i < count && first < SETS; i++) {
        first = worse(first, first_of(kids[i], symbol));
        left = left || may_be_left(kids[i]);
    }
    return first == SETS && left ? MAY_SET : first;
}

/* In any order: reading counts. */
static enum first first_of_any(struct node *const *kids, int count,
                               const struct symbol *symbol)
{
    enum first first = NOTHING;
    for (int i = 0; i < count; i++)
        first = worse(first, first_of(kids[i], symbol));
    return first;
}

/* One of them or, if one is not there, none. */
static enum first first_of_either(struct node *const *kids, int count,
                                  const struct symbol *symbol)
{
    enum first worst = NOTHING, least = SETS;
    for (int i = 0; i < count; i++) {
        enum first one = first_of(kids[i], symbol);
        worst = worse(worst, one);
        least = one < least ? one : least;
    }
    return worst == SETS && least != SETS ? MAY_SET : worst;
}

/* Behind what is certain perhaps the rest, of which nothing is certain. */
static enum first and_perhaps(enum first certain, enum first rest)
{
    return certain >= SETS ? certain
         : worse(certain, rest == SETS ? MAY_SET : rest);
}

static enum first first_of_loop(struct node *n, const struct symbol *symbol)
{
    enum first body = first_of(rw_loop_body(n), symbol);
    if (n->kind == N_DO)
        return body != SETS && names(symbol, n->kids[1]) ? READS : body;
    int heads = n->kind == N_FOR ? 2 : 1;
    enum first head = first_in_turn(n->kids, heads, symbol);
    bool step_reads = n->kind == N_FOR && body != SETS &&
                      names(symbol, n->kids[2]);
    return and_perhaps(head, step_reads ? READS : body);
}

/* What an evaluation does with the local first. */
static enum first first_of(struct node *n, const struct symbol *symbol)
{
    if (!n || n->flags & NODE_UNEVALUATED)
        return NOTHING;
    enum first first;
    if (first_of_any(n->type_parts, n->type_part_count, symbol) != NOTHING)
        return READS;
    switch (n->kind) {
    case N_REF:
        return n->symbol == symbol ? READS : NOTHING;
    case N_ASSIGN:
        if (node_unparenthesize(n->kids[0])->symbol != symbol)
            return first_of_any(n->kids, n->kid_count, symbol);
        first = first_of(n->kids[1], symbol);
        return first == NOTHING ? SETS : first;
    case N_BLOCK:
    case N_COMMA:
    case N_DECL:
        return first_in_turn(n->kids, n->kid_count, symbol);
    case N_RETURN:
        first = first_of(n->kids[0], symbol);
        return first == READS ? READS : SETS;   /* nothing is behind it */
    case N_IF:
    case N_CONDITIONAL:
        first = first_of(n->kids[0], symbol);
        return and_perhaps(first, READS) != READS ? first
             : worse(first, first_of_either(n->kids + 1, 2, symbol));
    case N_LOGICAL:
        return and_perhaps(first_of(n->kids[0], symbol),
                           first_of(n->kids[1], symbol));
    case N_SWITCH:
        first = first_of(n->kids[0], symbol);
        return first >= SETS || !names(symbol, n->kids[1]) ? first : READS;
    case N_WHILE:
    case N_FOR:
    case N_DO:
        return first_of_loop(n, symbol);
    default:
        return first_of_any(n->kids, n->kid_count, symbol);
    }
}

/* ---- ways ---------------------------------------------------------------- */

static int index_in(const struct node *parent, const struct node *n)
{
    int i = 0;
    while (i < parent->kid_count && parent->kids[i] != n)
        i++;
    return i;
}

static bool is_loop(const struct node *n)
{
    return n->kind == N_WHILE || n->kind == N_DO || n->kind == N_FOR;
}

/* From the loop's head on: all that a pass does. */
static bool is_read_in_pass(struct node *loop, const struct symbol *symbol)
{
    return first_of_loop(loop, symbol) == READS;
}

/* Behind a statement, to the end of the function. */
static bool is_read_behind(struct node *n, const struct symbol *symbol)
{
    bool left = false;
    for (; n->parent && n->kind != N_FUNCTION; n = n->parent) {
        struct node *up = n->parent;
        if (is_loop(up) && is_read_in_pass(up, symbol))
            return true;
        if ((up->kind == N_FOR && names(symbol, up->kids[2])) ||
            ((up->kind == N_SWITCH || up->kind == N_DO) &&
                names(symbol, up->kids[1])))
            return true;
        for (int i = up->kind == N_BLOCK ? index_in(up, n) + 1
                                         : up->kid_count;
             i < up->kid_count; i++) {
            enum first one = first_of(up->kids[i], symbol);
            left = left || may_be_left(up->kids[i]);
            if (one == READS || (one == SETS && !left))
                return one == READS;
            if (one == SETS)
                break;
        }
        if (up->kind == N_STMT_EXPR)
            return true;        /* in the middle of an expression */
    }
    return false;
}

struct label_search {
    const struct symbol *symbol;
    bool is_read;               /* behind one of the labels */
};

static bool look_at_label(struct node *n, void *context)
{
    struct label_search *search = context;
    if (n->kind == N_GOTO_COMPUTED || n->kind == N_LABEL_ADDRESS)
        search->is_read = true;
    if (n->kind == N_LABEL)
        search->is_read = search->is_read ||
            first_of(n, search->symbol) == READS ||
            is_read_behind(n, search->symbol);
    return !search->is_read;
}

bool rw_is_dead_before(const struct rewrite *r, struct node *loop,
                       const struct symbol *symbol)
{
    struct node *function = node_function(loop);
    if (!function || r->unit->has_setjmp || symbol->has_cleanup ||
        symbol->unfollowed ||
        unit_has_openmp(r->unit, function) ||
        is_read_in_pass(loop, symbol) || is_read_behind(loop, symbol))
        return false;
    struct label_search search = {symbol, false};
    node_walk(function, look_at_label, &search);
    return !search.is_read;
}

/* ---- jumps into a loop --------------------------------------------------- */

struct jump_search {
    const struct node *loop;
    const struct symbol *label;
    bool found;
};

static bool is_inside(const struct node *n, const struct node *loop)
{
    return n->begin >= loop->begin && n->end <= loop->end;
}

static bool look_at_goto(struct node *n, void *context)
{
    struct jump_search *search = context;
    search->found |= n->kind == N_GOTO && n->symbol == search->label &&
                     !is_inside(n, search->loop);
    search->found |= n->kind == N_GOTO_COMPUTED || n->kind == N_ASM;
    return !search->found;
}

static bool is_case_of_outer(const struct node *n, const struct node *loop)
{
    if (n->kind != N_CASE && n->kind != N_DEFAULT)
        return false;
    while (n != loop && n->kind != N_SWITCH)
        n = n->parent;
    return n == loop;
}

static bool look_for_entry(struct node *n, void *context)
{
    struct jump_search *search = context;
    search->found |= is_case_of_outer(n, search->loop);
    if (n->kind == N_LABEL && !search->found) {
        search->label = n->symbol;
        node_walk(node_function(search->loop), look_at_goto, search);
    }
    return !search->found;
}

bool rw_is_entered_by_jump(struct node *loop)
{
    struct jump_search search = {.loop = loop};
    if (node_function(loop))
        node_walk(rw_loop_body(loop), look_for_entry, &search);
    return search.found;
}
