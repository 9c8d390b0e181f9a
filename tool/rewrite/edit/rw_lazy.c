/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_lazy.c - moved locals whose object is made where it is used first.
 *
 * A block with a moved local often does not come to it: a case that needs a
 * buffer only for a long record, a function that returns at once if there is
 * nothing to do.  An object that was made at the declaration would be garbage
 * then.  (In sqlite3's OP_Column that is 31 million of 46.)  So the pointer is
 * null at first, and each use makes the object if there is none:
 *
 *     struct sqlite3_value (*p)=0;
 *     … (*__extension__({if(!p)p=__escc_new(…);p;})) …
 *
 * [inv.lazy]  There is one object for each time that the declaration is
 * passed, with the same address in all of its uses, as if it had been made
 * there: whatever is evaluated first makes it, and what a compiler does not
 * evaluate (sizeof) makes none.  Two uses may be operands of one expression,
 * which C lets a compiler evaluate alternately; but a statement expression it
 * evaluates as a whole, as it does a call (and gcc's -Wsequence-point knows
 * that).  The pointer is a local of the function that nobody else has.  So not
 * where its value may be that of an earlier time, or another thread's: a unit
 * with setjmp, where what changed after that call is lost; OpenMP directives.
 * A local with an initialiser is used by its declaration, one of variable size
 * by its bounds, and one with a holder (rw_plan.c) has it made by jumps.
 *
 * The rest is about what it costs: a test for each use, which loops would
 * repeat and which keeps compilers from making vectors of them.  So there are
 * few uses, none in a loop that does not go round the declaration, too, and
 * none of them is certain to be reached.
 */
#include "rw_moved.h"
#include "rw_passes.h"

enum { MOST_USES = 8 };

struct torn_search {
    const struct rewrite *rewrite;
    bool found;
};

/* Nothing is made in statements during which the thread is not to be stopped
 * (rw_torn.c). */
static bool look_for_torn(struct node *n, void *context)
{
    struct torn_search *search = context;
    search->found = search->found ||
                    map_get(&search->rewrite->torn_statements, n);
    return !search->found;
}

static bool is_torn(const struct rewrite *r, const struct node *block)
{
    struct torn_search search = {r, false};
    node_walk((struct node *)block, look_for_torn, &search);
    return search.found;
}

/* ---- is it worth it? ----------------------------------------------------- */

struct search {
    const struct symbol *symbol;
    const struct node *block;   /* that declares it */
    bool may_be_left;           /* before the statement that is looked at */
    unsigned uses;
    bool fits;
};

static bool is_loop(const struct node *n)
{
    return n->kind == N_WHILE || n->kind == N_DO || n->kind == N_FOR;
}

/* Whether the parent may not come to it. */
static bool is_choice(const struct node *parent, const struct node *n)
{
    switch (parent->kind) {
    case N_IF:
    case N_SWITCH:
    case N_CONDITIONAL:
    case N_LOGICAL:
        return parent->kids[0] != n;
    default:
        return false;
    }
}

static bool look_at_use(struct node *n, void *context)
{
    struct search *search = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind != N_REF || n->symbol != search->symbol)
        return true;
    bool is_certain = !search->may_be_left;
    for (; n != search->block; n = n->parent) {
        search->fits = search->fits && !is_loop(n) && n->kind != N_OTHER_EXPR;
        is_certain = is_certain && !is_choice(n->parent, n);
    }
    search->uses++;
    search->fits = search->fits && !is_certain;
    return true;
}

static bool look_for_exit(struct node *n, void *context)
{
    bool *found = context;
    *found = *found || n->kind == N_RETURN || n->kind == N_GOTO ||
             n->kind == N_BREAK || n->kind == N_CONTINUE;
    return !*found;
}

static bool is_worth_it(const struct symbol *symbol)
{
    const struct node *block = symbol->block;
    struct search search = {.symbol = symbol, .block = block, .fits = true};
    for (int i = 0; i < block->kid_count; i++) {
        struct node *kid = block->kids[i];
        if (kid->end <= symbol->declaration->begin)
            continue;
        node_walk(kid, look_at_use, &search);
        node_walk(kid, look_for_exit, &search.may_be_left);
    }
    return search.fits && search.uses > 0 && search.uses <= MOST_USES;
}

bool rw_is_lazy(const struct rewrite *r, const struct moved *m)
{
    const struct symbol *symbol = m->symbol;
    const struct node *variable = symbol->declaration, *block = symbol->block;
    if (!r->lazy || r->check_escapes || r->unit->has_setjmp || m->holder ||
        variable->kind != N_VAR || variable->kids[0] || !block ||
        block->kind != N_BLOCK || variable->parent->parent != block)
        return false;
    if (symbol->type->size < 0 || symbol->type->variably_modified ||
        symbol->infers_type || symbol->in_pragma || symbol->is_shared ||
        symbol->in_asm || unit_has_openmp(r->unit, r->body) ||
        is_torn(r, block))
        return false;
    return is_worth_it(symbol);
}
