/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_forget.c - locals in which the address of a freed block is left:
 *
 *     free(p);        __escc_free(p),(void)(p=(void*)__escc_nothing);
 *
 * A collection that finds p in the frame keeps the block, whatever free means.
 * Compilers that optimise give a variable's place to another as soon as nobody
 * reads it; without optimization it has the place as long as the function
 * runs, which for main is for ever.  So this is for these only.
 *
 * [inv.forget]  Nothing reads the variable after the call, in any order in
 * which the function may run: it is the last name of it in the text, and only
 * what stands behind it runs after it.  Not so where
 *   - a loop goes round the call that does not go round the declaration, too:
 *     else each round has a variable of its own;
 *   - a goto behind it leads in front of it, or one leads nobody knows where;
 *   - a call returns twice, or a context is entered again, in this unit;
 *   - it is an operand in a statement expression: what is evaluated after it
 *     may stand in front of it.
 * Nobody else reads it either: its address is not taken, no directive or
 * assembly has it, it is not volatile, and it has not moved to the heap.  That
 * C lets nobody use the address of a block that was freed is not relied upon:
 * programs compare it.
 */
#include "rw_passes.h"

#include "rw_moved.h"
#include "util/arena.h"

#include <string.h>

static bool is_free(const struct node *call)
{
    bool checked;
    const char *name = rw_library_callee(call, &checked);
    return name && strcmp(name, "free") == 0 && call->kid_count == 2;
}

/* Whether only its name leads to it, and it may be stored to. */
static bool is_plain(const struct symbol *s)
{
    enum { OTHERS = Q_CONST | Q_VOLATILE | Q_ATOMIC };
    return (s->kind == S_VARIABLE || s->kind == S_PARAMETER) && s->is_local &&
           s->declaration && *s->name && s->type->kind == T_POINTER &&
           !(s->type->qualifiers & OTHERS) && !s->rewrite &&
           !s->address_taken && !s->in_asm && !s->in_pragma && !s->is_shared &&
           !s->has_cleanup && !s->has_asm_register && !s->unfollowed;
}

/* [inv.forget], but for jumps. */
static bool is_last(const struct node *call, const struct node *use)
{
    const struct symbol *s = use->symbol;
    if (s->last_use != use)
        return false;
    for (const struct node *n = call->parent; n; n = n->parent) {
        bool is_loop = n->kind == N_FOR || n->kind == N_WHILE ||
                       n->kind == N_DO;
        if (n->kind == N_STMT_EXPR)
            return false;
        if (!is_loop)
            continue;
        const struct node *body = rw_loop_body((struct node *)n);
        if (s->declaration->begin < body->begin ||
            s->declaration->end > body->end)
            return false;
    }
    return true;
}

void rw_forget(struct rewrite *r, struct node *call)
{
    if (!r->forgets || r->unit->has_setjmp || !is_free(call) ||
        !call->parent || call->parent->kind != N_EXPR_STMT)
        return;
    const struct node *use = node_strip(call->kids[1]);
    if (use->kind != N_REF || (use->flags & NODE_MACRO) || !use->symbol ||
        !is_plain(use->symbol) || !is_last(call, use) ||
        rw_jumps_over(r, call))
        return;
    edits_after(&r->edits, call->end,
                arena_printf(",(void)(%s=(void*)__escc_nothing)",
                             use->symbol->name));
    r->forgot = true;
}
