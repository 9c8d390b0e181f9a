/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_uses.c - facts about symbols that need the whole tree: how often they
 * are named, whether their address is taken, whether setjmp is called.
 *
 * Only evaluated uses count; sizeof x and typeof(&x) take no address.
 */
#include "front.h"
#include "tree_expr.h"

#include <string.h>

/* The variable or compound literal whose object contains the one that the
 * lvalue designates; NULL if it is reached through a pointer. */
static struct symbol *object_of(const struct node *n)
{
    while (n) {
        switch (n->kind) {
        case N_REF: case N_COMPOUND_LITERAL:
            return n->symbol;
        case N_PAREN: case N_MEMBER: case N_UNARY: case N_GENERIC:
        case N_CHOOSE: case N_DECAY:
            n = n->kids[0];
            break;
        case N_INDEX:
            n = n->kids[0];
            if (n->kind != N_DECAY && n->kind != N_PAREN
                && !(n->type && n->type->kind == T_VECTOR))
                return NULL;
            break;
        default:
            return NULL;
        }
    }
    return NULL;
}

static void take_address(const struct node *lvalue)
{
    struct symbol *s = object_of(lvalue);
    if (s && (s->kind == S_VARIABLE || s->kind == S_PARAMETER))
        s->address_taken = true;
}

static bool is_indexed_directly(const struct node *decay)
{
    const struct node *up = decay->parent, *n = decay;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    return up && up->kind == N_INDEX && up->kids[0] == n;
}

/* Whether a function named here is called directly. */
static bool is_called(const struct node *n)
{
    for (const struct node *up = n->parent; up; n = up, up = up->parent) {
        switch (up->kind) {
        case N_CALL:
            return up->kids[0] == n;
        case N_PAREN: case N_DECAY: case N_DEREF: case N_ADDRESS:
        case N_GENERIC: case N_CHOOSE:
            break;
        default:
            return false;
        }
    }
    return false;
}

static void use_function(struct unit *u, const struct node *n)
{
    struct symbol *s = n->symbol;
    if (!is_called(n))
        s->function_address_taken = true;
    if (s->returns_twice)
        u->has_setjmp = true;
}

/* Operands that the assembler may get the address of. */
static void use_asm(const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++)
        if (strpbrk(n->asm_->constraints[i], "moVXgp<>QA")) {
            struct symbol *s = object_of(n->kids[i]);
            take_address(n->kids[i]);
            if (s)
                s->in_asm = true;
        }
}

static bool use(struct node *n, void *context)
{
    if (n->flags & NODE_UNEVALUATED)
        return true;
    switch (n->kind) {
    case N_REF:
        if (n->symbol)
            n->symbol->use_count++;
        if (n->symbol && n->symbol->kind == S_FUNCTION)
            use_function(context, n);
        break;
    case N_ADDRESS:
        take_address(n->kids[0]);
        break;
    case N_DECAY:
        if (!is_indexed_directly(n))
            take_address(n->kids[0]);
        break;
    case N_ASM:
        use_asm(n);
        break;
    default:
        break;
    }
    return true;
}

void tree_count_uses(struct unit *u)
{
    node_walk(u->root, use, u);
}
