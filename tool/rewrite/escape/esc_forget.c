/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_forget.c - see esc_forget.h.
 *
 * Follows the statements that come after the call, outwards to the function's
 * end, and asks of each whether it reads the variable or gives it a new value.
 * Where a loop is round the call, both the next pass and what comes behind the
 * loop are followed.  A statement that may be left by a jump before the
 * variable has a new value ends the search: the answer is no.
 *
 * What is not in a loop comes after in the text if it comes after in time,
 * since no goto leads back.  So if no mention stands behind the call, the
 * variable is forgotten, whatever jumps there are.
 */
#include "esc_forget.h"

/* What becomes of the variable while a statement runs to its end. */
enum fate {
    PASSES,                     /* nothing, and control comes to the end */
    FORGOTTEN,                  /* it has a new value or went out of use */
    READ                        /* it may be read, or control may go on
                                   elsewhere */
};

struct use {
    const struct symbol *symbol;
    uint32_t from;              /* only what begins here or later */
    bool found;
};

static bool find_use(struct node *n, void *context)
{
    struct use *m = context;
    if (n->kind == N_REF && n->symbol == m->symbol && n->begin >= m->from &&
        !(n->flags & NODE_UNEVALUATED))
        m->found = true;
    return !m->found;
}

static bool mentions_from(const struct node *n, const struct symbol *s,
                          uint32_t from)
{
    struct use m = {s, from, false};
    if (n)
        node_walk((struct node *)n, find_use, &m);
    return m.found;
}

static bool mentions(const struct node *n, const struct symbol *s)
{
    return mentions_from(n, s, 0);
}

/* ---- jumps --------------------------------------------------------------- */

static bool is_loop(const struct node *n)
{
    return n->kind == N_FOR || n->kind == N_WHILE || n->kind == N_DO;
}

/* The statement that break or continue leaves. */
static const struct node *left_by(const struct node *jump)
{
    const struct node *n = jump->parent;
    while (n && !is_loop(n) && (jump->kind != N_BREAK || n->kind != N_SWITCH))
        n = n->parent;
    return n;
}

struct leaving {
    const struct node *statement;
    bool found;
};

static bool find_leaving(struct node *n, void *context)
{
    struct leaving *l = context;
    const struct node *outer;
    switch (n->kind) {
    case N_GOTO: case N_GOTO_COMPUTED: case N_ASM:
        l->found = true;
        break;
    case N_BREAK: case N_CONTINUE:
        outer = left_by(n);
        l->found |= !outer || outer->begin < l->statement->begin ||
                    outer->end > l->statement->end;
        break;
    default:
        break;
    }
    return !l->found;
}

/* Whether control may leave the statement, but for the function's end, other
 * than at its end. */
static bool jumps_out(const struct node *n)
{
    struct leaving l = {n, false};
    node_walk((struct node *)n, find_leaving, &l);
    return l.found;
}

/* ---- statements ---------------------------------------------------------- */

static const struct node *plain(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT || n->kind == N_CAST ||
           n->kind == N_LOAD)
        n = n->kids[0];
    return n;
}

/* Whether the expression gives it a new value before it reads it. */
static bool assigns(const struct node *n, const struct symbol *s)
{
    n = plain(n);
    switch (n->kind) {
    case N_ASSIGN: {
        const struct node *to = plain(n->kids[0]);
        return to->kind == N_REF && to->symbol == s &&
               !mentions(n->kids[1], s);
    }
    case N_UNARY: case N_LOGICAL: case N_COMMA: case N_CONDITIONAL:
        return assigns(n->kids[0], s);
    case N_BINARY:
        return assigns(n->kids[0], s) && !mentions(n->kids[1], s);
    default:
        return false;
    }
}

static enum fate fate_in(const struct node *n, const struct symbol *s);

static enum fate fate_in_block(const struct node *block, int first,
                               const struct symbol *s)
{
    for (int i = first; i < block->kid_count; i++) {
        enum fate fate = fate_in(block->kids[i], s);
        if (fate != PASSES)
            return fate;
    }
    return PASSES;
}

static enum fate fate_in_if(const struct node *n, const struct symbol *s)
{
    if (assigns(n->kids[0], s))
        return FORGOTTEN;
    if (mentions(n->kids[0], s))
        return READ;
    enum fate then = fate_in(n->kids[1], s);
    enum fate otherwise = n->kid_count > 2 && n->kids[2]
        ? fate_in(n->kids[2], s) : PASSES;
    if (then == READ || otherwise == READ)
        return READ;
    return then == FORGOTTEN && otherwise == FORGOTTEN ? FORGOTTEN : PASSES;
}

static enum fate fate_in(const struct node *n, const struct symbol *s)
{
    bool mentioned = mentions(n, s);
    if (n->kind == N_RETURN)
        return mentioned ? READ : FORGOTTEN;
    if (!mentioned && !jumps_out(n))
        return n->kind == N_BLOCK ? fate_in_block(n, 0, s) : PASSES;
    if (n->kind == N_BLOCK)
        return fate_in_block(n, 0, s);
    if (n->kind == N_IF)
        return fate_in_if(n, s);
    if (n->kind == N_EXPR_STMT && mentioned && assigns(n->kids[0], s))
        return FORGOTTEN;
    return READ;
}

/* ---- outwards ------------------------------------------------------------ */

struct search {
    const struct symbol *symbol;
    const struct node *at;      /* has just been left at its end */
};

/* Whether the loop, whose body is left at its end, reads it in the next
 * pass. */
static bool is_read_again(const struct node *loop, const struct symbol *s)
{
    const struct node *body = loop->kids[loop->kind == N_DO    ? 0
                                         : loop->kind == N_FOR ? 3 : 1];
    for (int i = loop->kind == N_FOR ? 1 : 0; i < loop->kid_count; i++)
        if (loop->kids[i] != body && mentions(loop->kids[i], s))
            return true;
    return fate_in(body, s) != FORGOTTEN;
}

static bool is_no_loop(const struct node *n)
{
    return n->kind == N_DO && n->kids[1]->flags & NODE_CONSTANT &&
           !n->kids[1]->value;
}

static int index_of(const struct node *parent, const struct node *kid)
{
    int i = 0;
    while (parent->kids[i] != kid)
        i++;
    return i;
}

/* Goes on behind the rest of the block.  False: that reads it. */
static bool pass_block(struct search *s, const struct node *block, bool *done)
{
    int i = index_of(block, s->at) + 1;
    for (; i < block->kid_count; i++) {
        const struct node *next = block->kids[i];
        if (next->kind == N_BREAK || next->kind == N_CONTINUE) {
            const struct node *outer = left_by(next);
            if (!outer)
                return false;
            if (next->kind == N_CONTINUE && !is_no_loop(outer) &&
                (s->symbol->block == outer || !s->symbol->block ||
                    s->symbol->block->begin < outer->begin) &&
                is_read_again(outer, s->symbol))
                return false;
            s->at = outer;
            return true;
        }
        enum fate fate = fate_in(next, s->symbol);
        if (fate == READ)
            return false;
        *done = fate == FORGOTTEN;
        if (*done)
            return true;
    }
    s->at = block;
    return true;
}

/* One step outwards; false: it may be read. */
static bool step(struct search *s, bool *done)
{
    const struct node *parent = s->at->parent;
    switch (parent->kind) {
    case N_BLOCK:
        return pass_block(s, parent, done);
    case N_WHILE: case N_DO: case N_FOR:
        if (!is_no_loop(parent) && is_read_again(parent, s->symbol))
            return false;
        break;
    case N_COMMA:
        if (parent->kids[0] == s->at) {
            *done = assigns(parent->kids[1], s->symbol);
            if (!*done && mentions(parent->kids[1], s->symbol))
                return false;
        }
        break;
    case N_IF: case N_SWITCH:
        if (parent->kids[0] == s->at)
            return false;
        break;
    case N_CASE: case N_DEFAULT: case N_LABEL: case N_EXPR_STMT:
    case N_PAREN: case N_CONVERT: case N_CAST:
        break;
    default:
        return false;
    }
    s->at = parent;
    return true;
}

/* Whether a loop is between the node and the end of the variable's scope,
 * which may be that of a loop's head. */
static bool is_in_loop(const struct node *n, const struct symbol *s)
{
    for (; n && n != s->block; n = n->parent)
        if (is_loop(n) && !is_no_loop(n))
            return true;
    return n && is_loop(n);
}

bool esc_is_forgotten(const struct node *call, const struct symbol *symbol)
{
    struct search s = {symbol, call};
    bool done = false;
    if (!is_in_loop(call, symbol) &&
        !mentions_from(node_function(call), symbol, call->end))
        return true;
    while (!done && s.at != symbol->block && s.at->kind != N_FUNCTION &&
           s.at->parent->kind != N_FUNCTION)
        if (!step(&s, &done))
            return false;
    return true;
}
