/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_torn.c - statements during which the thread is not to be stopped.
 *
 * Where words are exchanged in pieces (esc_torn.c) no barrier helps: between
 * two pieces neither word is in memory.  Such statements stand between an
 * increment and a decrement of __escc_tls.torn, and while that is not 0 the
 * thread answers no handshake (runtime/thread/mhandshake.c, [inv.torn]).
 *
 * The decrement must not be missed, so where control may leave by a jump it
 * is the cleanup of a variable: of one in a pair of braces round a single
 * statement, else of one that lives to the end of the block, if the block can
 * be entered at its beginning only and nothing after the statements takes
 * long.  Elsewhere it is written out, without braces: what the statements
 * declare is used behind them.  Statements that a label or a case of an outer
 * switch lets control into are left alone.
 *
 * A handler of a signal that leaves by siglongjmp finds the counter put aside
 * (runtime/thread/msignal.c).  The statements contain no call that could jump.
 */
#include "rw_check.h"
#include "rw_passes.h"

#include "escape/esc_torn.h"
#include "util/arena.h"

/* ---- brackets ------------------------------------------------------------ */

static const char *variable_text(struct rewrite *r)
{
    return arena_printf("__extension__ char __escc_c%u __attribute__(("
                        "__unused__,__cleanup__(__escc_mended)))="
                        "__extension__({" RW_TEAR "(char)0;});", ++r->serial);
}

/* A whole function's body may have labels: its beginning is its only
 * entrance. */
static bool is_body(const struct rewrite *r, const struct esc_torn *t)
{
    return t->block == r->body && t->first == 0 &&
        t->last == t->block->kid_count - 1;
}

static bool is_declaration(const struct node *n)
{
    return n->kind == N_DECL;
}

/* The statement's value is that of a statement expression. */
static bool is_value(const struct node *n)
{
    const struct node *block = n->parent;
    return n->kind == N_EXPR_STMT && block->kind == N_BLOCK && block->parent &&
        block->parent->kind == N_STMT_EXPR &&
        block->kids[block->kid_count - 1] == n;
}

static void bracket(struct rewrite *r, const struct esc_torn *t)
{
    struct node *first = esc_torn_first(t), *last = esc_torn_last(t);
    struct esc_jumps jumps = esc_find_jumps(r->body, first, last);
    uint32_t begin = rw_loop_begin(r, first);
    uint32_t end = rw_statement_end(r, last);
    if (is_body(r, t)) {
        edits_entry(&r->edits, rw_block_entry(r, t->block),
                    variable_text(r));
    } else if (jumps.enters) {
        return;
    } else if (first == last && !is_declaration(first) &&
               !is_value(last)) {
        edits_before(&r->edits, begin,
                     arena_printf("{%s", variable_text(r)));
        edits_after(&r->edits, end, "}");
    } else if (!jumps.leaves && !is_value(last)) {
        edits_before(&r->edits, begin, RW_TEAR);
        edits_after(&r->edits, end, RW_MEND);
    } else {
        struct node *rest = t->block->kids[t->block->kid_count - 1];
        if (esc_find_jumps(r->body, first, rest).enters)
            return;
        /* Behind a label clang takes no __extension__ of a declaration. */
        edits_before(&r->edits, begin,
                     arena_printf(";%s", variable_text(r)));
    }
    r->torn = true;
}

void rw_align_buffer(struct rewrite *r, const struct node *variable)
{
    const struct symbol *s = variable->symbol;
    if (!rw_is_word_buffer(s) ||
        variable->flags & (NODE_MACRO | NODE_UNEVALUATED))
        return;
    edits_after(&r->edits, s->declarator_end,
                " __attribute__((__aligned__(8)))");
}

static struct node *key_of(const struct esc_torn *t)
{
    return t->block->kind == N_BLOCK ? t->block->kids[t->first] : t->block;
}

void rw_torn_find(struct rewrite *r)
{
    struct esc_torn_list list = {0};
    esc_find_torn(r->unit, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct esc_torn *t = arena_new(struct esc_torn);
        *t = list.items[i];
        map_put(&r->torn_statements, key_of(t), t);
    }
    vec_free(&list);
}

void rw_torn(struct rewrite *r, struct node *n)
{
    const struct esc_torn *t = map_get(&r->torn_statements, n);
    if (t)
        bracket(r, t);
}
