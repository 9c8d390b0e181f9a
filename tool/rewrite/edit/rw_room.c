/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_room.c - room for a moved local in its own frame.
 *
 * Where nothing collects (a library built with escc in a program that was
 * not, runtime/alloc/mguest.c) nobody would free a moved local.  There it
 * lives as long as C says: in the frame, where C has it.  So each moved local
 * keeps its room in the frame, and __escc_new gets its address and returns it,
 * or a new object of the heap.
 *
 *     char __escc_r4[8] __attribute__((__aligned__(8)));
 *     struct node *(*list) = __escc_new(8, 8, &site, __escc_r4);
 *
 * Nothing has to be given back then, so nothing can be given back too early
 * or never: not at a return or a goto, not by a longjmp (of the program's,
 * which we do not see), not when threads end, coroutines are dropped, stacks
 * are switched, copied away and restored with the local in them.  A function
 * pays one more argument and a frame as large as in C.  The collector finds
 * in unused room what it finds in any uninitialised array: words that mean
 * nothing any more.
 *
 * [inv.room.scope]  The room is declared in the local's own block, or in one
 * round it: where its pointer is set, `__escc_rN` is in scope, and it lives at
 * least as long as the local.  It has no initialiser, so that jumps past its
 * declaration do no harm.  One room serves all entries of the block: of a
 * local there is one at a time in a call of its function.
 * [inv.room.threads]  A room outside of the local's own block is not used in a
 * function with OpenMP directives: the block between may be a region, run by
 * several threads.  Such a local has no room; it comes from the heap and, where
 * nothing collects, stays.
 *
 * A parameter has a room of its own: one whose address went to __escc_new
 * would keep what the caller passed for as long as the call lasts, a list that
 * the function walks along and forgets, say.
 *
 * A variable length array has a bound that is only known behind its own
 * declarator; the rest of the declaration, which may name it, comes after two
 * further declarators of ours:
 *
 *     int (*a)[n] = 0, *__escc_r5[…], *__escc_u5 = (a = new(…, r5), 0), *p;
 *
 * Its room is one word long where it is not needed (__escc_room).  One with an
 * initialiser, which such declarators cannot stand in, has none: an array of
 * pointers to arrays of variable length, say.  Nor has one whose specifiers do
 * something, which they would do again for each declarator.
 */
#include "rw_moved.h"
#include "rw_passes.h"

#include "util/arena.h"

#include <string.h>

enum { DEFAULT_ALIGNMENT = 16, WORD_BYTES = 8 };

/* NULL: none is suitable. */
static const struct node *block_for(const struct rewrite *r,
                                    const struct moved *m)
{
    const struct symbol *symbol = m->symbol;
    if (symbol->kind == S_PARAMETER)
        return r->body;
    const struct node *own = symbol->block ? symbol->block
                                           : node_block(symbol->declaration);
    /* [inv.room.scope] */
    const struct node *block = m->holder_in_function ? r->body : own;
    while (block && block->kind != N_BLOCK)
        block = node_block(block);
    bool literal = symbol->declaration->kind == N_COMPOUND_LITERAL;
    if (block && (block != own || literal) && r->has_openmp)
        return NULL;            /* [inv.room.threads] */
    return block;
}

/* The collector looks for words where words are.  A buffer of bytes may hold
 * one that was copied there, and on the heap it is aligned. */
static int64_t least_alignment(const struct rewrite *r,
                               const struct symbol *symbol)
{
    return esc_decision(r->esc, symbol) >= 0 &&
        symbol->type->size >= WORD_BYTES ? WORD_BYTES : 1;
}

static long long alignment_of(const struct symbol *symbol, int64_t least)
{
    int64_t alignment = symbol->type->alignment > symbol->alignment
        ? symbol->type->alignment : symbol->alignment;
    return alignment > least ? alignment : least;
}

static bool find_action(struct node *n, void *found)
{
    switch (n->kind) {
    case N_CALL: case N_ATOMIC: case N_ASM: case N_STMT_EXPR: case N_VA_ARG:
    case N_ASSIGN: case N_COMPOUND_ASSIGN: case N_INCDEC: case N_OTHER_EXPR:
        *(bool *)found |= !(n->flags & NODE_UNEVALUATED);
        break;
    default:
        break;
    }
    return !(n->flags & NODE_UNEVALUATED);
}

/* `typeof(rows[next()]) x` calls next for each declarator. */
static bool acts_in_specifiers(const struct node *declaration)
{
    bool acts = false;
    for (int i = 0; i < declaration->type_part_count; i++)
        if (declaration->type_parts[i]->begin <
            declaration->symbol->name_begin)
            node_walk(declaration->type_parts[i], find_action, &acts);
    return acts;
}

const char *rw_room(struct rewrite *r, const struct symbol *symbol)
{
    struct moved *m = symbol->rewrite;
    const struct type *type = symbol->type;
    if (!m->room && type->size < 0) {
        const struct node *declaration = symbol->declaration;
        bool has_value =
            declaration->kind != N_VAR || declaration->kids[0];
        if (type->variably_modified && !has_value &&
            !acts_in_specifiers(declaration))
            m->room = ++r->serial;
    } else if (!m->room) {
        const struct node *block = block_for(r, m);
        if (!block)
            return "0";
        m->room = ++r->serial;
        edits_entry(&r->edits, rw_block_entry(r, block),
                    arena_printf("char __escc_r%u[%lld] __attribute__(("
                                 "__aligned__(%lld)));", m->room,
                                 (long long)(type->size ? type->size : 1),
                                 alignment_of(symbol,
                                              least_alignment(r, symbol))));
    }
    return m->room ? arena_printf("__escc_r%u", m->room) : "0";
}

const char *rw_variable_room(const struct symbol *symbol, const char *pointer,
                             const char *object)
{
    const struct moved *m = symbol->rewrite;
    return arena_printf("0,*__escc_r%u[__escc_room(sizeof(*%s))/%d+1]"
                        " __attribute__((__aligned__(%lld))),*__escc_u%u="
                        "(%s=%s,(void*)0)",
                        m->room, pointer, WORD_BYTES,
                        alignment_of(symbol, DEFAULT_ALIGNMENT), m->room,
                        pointer, object);
}
