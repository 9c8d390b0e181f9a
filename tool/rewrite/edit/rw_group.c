/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_group.c - stores in a row: one test of the flag behind the last.
 *
 *     p->next = v; p->count = 0; p->prev = w;    becomes
 *     __extension__({__auto_type t1 = (v); __auto_type s1 = &(p->next);
 *       *s1 = t1; p->count = 0; __auto_type t2 = (w);
 *       __auto_type s2 = &(p->prev); *s2 = t2; check of t1 and t2});
 *
 * [inv.group]  until the test every value that was stored is held in a
 * register or on the stack [inv.window], as with a single store: all are
 * operands of the test.  Behind the first store of a group nothing is called
 * and nothing is jumped to, so that the test is reached, and soon; what stands
 * there may read and overwrite the slots.
 *
 * A group is a run of statements of one block that are assignments or change
 * nothing that has a barrier.  Its statements are read as in rw_barrier.c,
 * which writes their texts.
 */
#include "rw_check.h"
#include "rw_passes.h"
#include "rw_stores.h"

#include "util/arena.h"

struct contents {
    const struct node *whole;
    bool unfit;
};

/* Code that may be long under way, or stores for which there is another form
 * of barrier. */
static bool find_unfit(struct node *n, void *context)
{
    struct contents *contents = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    contents->unfit |= (n->flags & NODE_MACRO) != 0;
    switch (n->kind) {
    case N_CALL: case N_ATOMIC: case N_ASM: case N_STMT_EXPR: case N_VA_ARG:
    case N_OTHER_EXPR:
        contents->unfit = true;
        break;
    case N_ASSIGN: case N_COMPOUND_ASSIGN:
        contents->unfit |= n != contents->whole;
        break;
    default:
        break;
    }
    return !contents->unfit;
}

static bool is_fit(struct node *n)
{
    struct contents contents = {n, false};
    node_walk(n, find_unfit, &contents);
    return !contents.unfit;
}

enum part { ENDS_GROUP, NEUTRAL, STORE };

/* Other text is put round it, or it is a directive's. */
static bool is_taken(const struct rewrite *r, const struct node *statement)
{
    return map_get(&r->torn_statements, statement) ||
        rw_loop_pragmas(r, statement).begin != statement->begin;
}

static bool is_store(const struct rewrite *r, const struct node *statement)
{
    struct node *n = statement && statement->kind == N_EXPR_STMT
        ? statement->kids[0] : NULL;
    return n && n->kind == N_ASSIGN && !(n->flags & NODE_MACRO) &&
        node_value_unused(n) && rw_store_form(r, n) == STORE_WORD &&
        !is_taken(r, statement);
}

/* What a statement is to a group that has begun. */
static enum part part_of(const struct rewrite *r, struct node *statement)
{
    if (statement && statement->kind == N_EMPTY)
        return NEUTRAL;
    if (!statement || statement->kind != N_EXPR_STMT ||
        is_taken(r, statement))
        return ENDS_GROUP;
    struct node *n = node_unparenthesize(statement->kids[0]);
    if (!is_fit(n))
        return ENDS_GROUP;
    if (n->kind == N_COMPOUND_ASSIGN)
        return rw_compound_is_plain(r, n) ? NEUTRAL : ENDS_GROUP;
    if (n->kind != N_ASSIGN || rw_store_form(r, n) == STORE_PLAIN)
        return NEUTRAL;
    return is_store(r, statement) ? STORE : ENDS_GROUP;
}

static void begin_group(struct rewrite *r, struct node **statements,
                        int first, int last)
{
    struct store_group *group = arena_new(struct store_group);
    group->first = statements[first]->kids[0];
    group->last = statements[last]->kids[0];
    for (int i = first; i <= last; i++) {
        if (statements[i]->kind != N_EXPR_STMT)
            continue;
        rw_wrap(r, statements[i]->kids[0]);
        if (is_store(r, statements[i]))
            map_put(&r->groups, statements[i]->kids[0], group);
    }
}

void rw_group(struct rewrite *r, struct node *block)
{
    /* [inv.barrier.unoptimized] */
    if (r->unoptimized)
        return;
    for (int i = 0; i < block->kid_count; i++) {
        int last = i, stores = 1;
        if (!is_store(r, block->kids[i]))
            continue;
        for (int k = i + 1; k < block->kid_count && stores < GROUP_STORES;
             k++) {
            enum part part = part_of(r, block->kids[k]);
            if (part == ENDS_GROUP)
                break;
            if (part == STORE) {
                stores++;
                last = k;
            }
        }
        if (stores > 1)
            begin_group(r, block->kids, i, last);
        i = last;
    }
}
