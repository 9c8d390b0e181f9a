/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_uses.c - facts about symbols that need the whole tree: how often they
 * are named, whether their address is taken, whether setjmp is called, whether
 * OpenMP's threads may share them.
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
        case N_PAREN: case N_MEMBER: case N_UNARY: case N_DECAY:
            n = n->kids[0];
            break;
        case N_INDEX:
            n = n->kids[0];
            if (n->kind != N_DECAY && n->kind != N_PAREN &&
                !(n->type && n->type->kind == T_VECTOR))
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

bool node_is_called(const struct node *n)
{
    for (const struct node *up = n->parent; up; n = up, up = up->parent) {
        switch (up->kind) {
        case N_CALL:
            return up->kids[0] == n;
        case N_PAREN: case N_DECAY: case N_DEREF: case N_ADDRESS:
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
    if (!node_is_called(n))
        s->function_address_taken = true;
    if (s->returns_twice)
        u->has_setjmp = true;
    u->names_warning |= s->warns_if_called;
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

static bool is_inside(const struct node *n, const struct node *outer)
{
    return outer && outer->begin <= n->begin && n->end <= outer->end;
}

/* Whether nothing behind this arm of an `if` runs after it. */
static bool ends_function(const struct node *arm)
{
    if (arm->kind == N_BLOCK && arm->kid_count)
        arm = arm->kids[arm->kid_count - 1];
    return arm && arm->kind == N_RETURN;
}

/* Whether only one of two nodes runs: they are in the two arms of a condition,
 * or the first is in an arm that ends the function.  To ask this of
 * neighbours in the text is to ask it of all: what stands between two nodes of
 * an arm is in the arm. */
static bool exclude_each_other(const struct node *first,
                               const struct node *second)
{
    const struct node *n, *up;
    for (n = second; (up = n->parent); n = up)
        if ((up->kind == N_IF || up->kind == N_CONDITIONAL) &&
            up->kids[2] == n && is_inside(first, up->kids[1]))
            return true;
    for (n = first; (up = n->parent); n = up)
        if (up->kind == N_IF && up->kids[0] != n && ends_function(n) &&
            !is_inside(second, n))
            return true;
    return false;
}

static bool is_operand_of_address(const struct node *n)
{
    do
        n = n->parent;
    while (n && n->kind == N_PAREN);
    return n && n->kind == N_ADDRESS;
}

static void use_symbol(struct symbol *s, const struct node *n)
{
    if (s->use_count++ && !s->used_twice && s->kind == S_VARIABLE)
        s->used_twice = !is_operand_of_address(s->last_use) ||
                        !is_operand_of_address(n) ||
                        !exclude_each_other(s->last_use, n);
    s->last_use = n;
}

static bool use(struct node *n, void *context)
{
    if (n->flags & NODE_UNEVALUATED)
        return true;
    switch (n->kind) {
    case N_REF:
        if (n->symbol)
            use_symbol(n->symbol, n);
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

/* ---- OpenMP -------------------------------------------------------------- */

/* While looking for the statement of a directive, and then in it. */
struct sharing {
    struct directive directive;
    uint32_t at;                    /* where its statement begins */
    const struct node *statement;
};

static bool share(struct node *n, void *context)
{
    const struct sharing *sharing = context;
    struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    if (!s || !s->is_local || !s->declaration ||
        (s->declaration->begin >= sharing->statement->begin &&
            s->declaration->end <= sharing->statement->end))
        return true;
    s->is_shared = true;
    /* A task gets a copy of what is no shared variable of the code round it;
     * a pointer in its place would be copied without what it points to. */
    s->in_pragma |= sharing->directive.copies;
    return true;
}

/* The heads of a distributed loop, and of those directly inside that it may
 * be collapsed with, have a form, and their variables are each thread's own. */
static void keep_heads(const struct node *n)
{
    while (n && n->kind == N_FOR) {
        if (n->kids[0] && n->kids[0]->kind == N_ASSIGN)
            n->kids[0]->flags |= NODE_OMP_FIXED;
        n = n->kids[3];
        if (n->kind == N_BLOCK)
            n = n->kid_count ? n->kids[0] : NULL;
    }
}

/* ---- `omp atomic` -------------------------------------------------------- */

struct named { const struct symbol *symbol; bool found; };

static bool find_mention(struct node *n, void *context)
{
    struct named *named = context;
    named->found |= n->kind == N_REF && n->symbol == named->symbol;
    return true;
}

static const struct symbol *first_name(const struct node *n)
{
    while (n->kind != N_REF && n->kid_count)
        n = n->kids[0];
    return n->kind == N_REF ? n->symbol : NULL;
}

struct fixing { struct node *assignment; };

/* Whether a left side of the statement stands in the right side, too: then it
 * is `x = x + e` or the `v = x` of a capture. */
static bool fix_if_named(struct node *n, void *context)
{
    struct fixing *fixing = context;
    if (n->kind != N_ASSIGN && n->kind != N_COMPOUND_ASSIGN &&
        n->kind != N_INCDEC)
        return true;
    struct named named = {first_name(n->kids[0]), false};
    if (named.symbol)
        node_walk(fixing->assignment->kids[1], find_mention, &named);
    if (named.found || !named.symbol)
        fixing->assignment->flags |= NODE_OMP_FIXED;
    return true;
}

static bool keep_form(struct node *n, void *context)
{
    const struct sharing *sharing = context;
    if (n->kind != N_ASSIGN && n->kind != N_COMPOUND_ASSIGN)
        return true;
    struct fixing fixing = {n};
    n->flags |= NODE_OMP_FORM;
    if (sharing->directive.reads)
        n->flags |= NODE_OMP_FIXED;
    else if (n->kind == N_ASSIGN)
        node_walk((struct node *)sharing->statement, fix_if_named, &fixing);
    return true;
}

static bool find_statement(struct node *n, void *context)
{
    struct sharing *sharing = context;
    uint32_t at = sharing->at;
    bool is_statement = (n->kind >= N_BLOCK && n->kind <= N_ASM) ||
        n->kind == N_DECL;
    if (sharing->statement || n->end <= at ||
        (n->begin > at && n->kind != N_UNIT))
        return false;
    if (n->begin == at && is_statement)
        sharing->statement = n;
    return true;
}

/* Whether a directive is in the function, or about it (`declare simd`). */
static bool has_directive(const struct front *f, const struct symbol *function)
{
    const struct node *n = function ? function->definition : NULL;
    return !n || unit_has_openmp(f->unit, n) ||
           unit_openmp_about(f->unit, n);
}

/* Words of directives are names of locals where these are. */
static void forget_namesakes(struct front *f)
{
    struct unit *u = f->unit;
    for (int i = 0; i < u->symbol_count; i++) {
        struct symbol *s = u->symbols[i];
        if (s->in_pragma && s->is_local && !has_directive(f, s->function))
            s->in_pragma = s->is_given_in_pragma = false;
    }
}

/* Which threads run a directive's statement is known to the compiler only:
 * all locals from outside of it may be shared.  That a variable is named by
 * the directive (`private`, `firstprivate`) changes nothing: a barrier too
 * many is no fault. */
void tree_find_shared(struct front *f)
{
    forget_namesakes(f);
    for (size_t i = 0; i < f->directives.count; i++) {
        struct sharing sharing = {.directive = f->directives.items[i],
                                  .at = f->unit->openmp[i].statement};
        node_walk(f->unit->root, find_statement, &sharing);
        if (!sharing.statement)
            continue;
        node_walk((struct node *)sharing.statement, share, &sharing);
        keep_heads(sharing.statement);
        if (sharing.directive.atomic)
            node_walk((struct node *)sharing.statement, keep_form, &sharing);
    }
}
