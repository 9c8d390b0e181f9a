/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_literal.c - compound literals whose address is used.
 *
 * A compound literal lives as long as the block that it stands in.  Two kinds
 * need an object of another making:
 *
 *  - one that moves to the heap: a new object each time it is evaluated,
 *        (*({ __typeof__(T) t = {…}; __typeof__(t) *n = new; copy; n; }))
 *    or, where its block may evaluate it twice by a goto back (C keeps the
 *    object then), the object of a holder (rw_plan.c);
 *  - one in user text that gets a statement expression put round it, which
 *    would end its life too early [inv.rw.literals]: bytes declared at the
 *    entry of its block.
 *
 * The type name and the initialiser stay where they are, so a literal may
 * define its own struct.  The bytes have no type of their own for the program
 * to see but that of what is copied in; they are only used as that.
 */
#include "rw_check.h"
#include "rw_moved.h"
#include "rw_passes.h"

#include "util/arena.h"

static const char *store_text(struct rewrite *r, struct node *literal,
                              const char *pointer, const char *value)
{
    enum shade_kind kind =
        rw_shade_kind(r, literal->type, literal->kids[0]);
    const char *check = kind == SHADE_NONE ? ""
        : rw_check_text(r, arena_printf("*%s", pointer), kind, value);
    return arena_printf("%s%s", rw_copy_text("__builtin_memcpy", pointer,
                                             value), check);
}

/* `storage`: an expression for the object's address. */
static void replace(struct rewrite *r, struct node *literal,
                    const char *storage, const char *value,
                    const char *object)
{
    struct node *list = literal->kids[0];
    const char *text = r->unit->text;
    uint32_t close = list->begin;       /* one past the type's `)` */
    while (close > literal->begin && text[close - 1] != ')')
        close--;
    edits_before(&r->edits, literal->begin,
                 "(*__extension__({__typeof__");
    rw_insert_bound(r, literal->type, literal->begin, close);
    edits_after(&r->edits, close, arena_printf(" %s=", value));
    edits_after(&r->edits, literal->end,
                arena_printf(";__typeof__(%s)*%s=(void*)%s;%s%s%s;}))", value,
                             object, storage,
                             rw_frame_text(r, literal->symbol, object,
                                           arena_printf("sizeof(*%s)",
                                                        object)),
                             store_text(r, literal, object, value), object));
    rw_wrap(r, literal);
}

void rw_literal(struct rewrite *r, struct node *literal)
{
    const struct symbol *symbol = literal->symbol;
    const struct type *type = literal->type;
    if (!symbol || !symbol->is_local || type->size < 0)
        return;
    const struct moved *m = symbol->rewrite;
    if (!m && (!symbol->address_taken || !r->wrapped))
        return;
    unsigned serial = ++r->serial;
    const char *value = arena_printf("__escc_t%u", serial);
    const char *object = arena_printf("__escc_n%u", serial);
    const char *storage;
    if (m && m->holder) {
        storage = arena_printf("__escc_h%u", m->holder);
    } else if (m) {
        storage = rw_new_text(r, symbol, literal, NULL);
    } else {
        storage = arena_printf("__escc_c%u", serial);
        struct node *block = node_block(literal);
        while (block->kind != N_BLOCK)
            block = node_block(block);
        edits_entry(&r->edits, rw_block_entry(r, block),
                    arena_printf("char %s[%lld] __attribute__(("
                                 "__aligned__(%lld)));", storage,
                                 (long long)(type->size ? type->size : 1),
                                 (long long)type->alignment));
    }
    replace(r, literal, storage, value, object);
}
