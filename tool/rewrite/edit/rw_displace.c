/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_displace.c - pointers that are moved in front of their object.
 *
 * Arrays whose first index is not 0 are reached through a pointer that points
 * elsewhere: Fortran translated to C does `--x; a -= 1 + lda;` with its
 * parameters, Numerical Recipes return `v - lo`, tables that double keep
 * `block - size` in a list.  ISO C knows no such pointer (6.5.6p8), all
 * compilers do; and no collector finds an object by it.
 *
 * So where a pointer that only a local variable or a call's result has is moved
 * down,
 *
 *  - what it was is stored in a volatile variable of the function, a holder:
 *    as long as the function runs the frame has a word that points into the
 *    object.  This costs a store, and in a loop the loop's being vectorized;
 *    there rw_keep.c keeps what is moved, and only the results of calls have
 *    holders;
 *  - if the new value is stored in memory, or returned, or made of a call's
 *    result and an argument, the runtime is asked whether it has left the
 *    object (__escc_displaced).  If so, that lives until it is freed, as what
 *    is printed does (rw_print.c).  Pointers in memory that are moved down
 *    where they are count, too.
 *
 * Nearly all subtractions stay in their object, and most are of constants: the
 * structure round a member, the top of a stack, the character before.  So a
 * constant counts only for a call's result, and, for the holder alone, where
 * elements have more than a byte; `++` and `--` only outside of loops.
 *
 * A local whose address is taken or that moved is in memory and is left alone,
 * as are functions with OpenMP directives, which may ask for the sharing of
 * each variable.
 */
#include "rw_passes.h"
#include "rw_shade.h"

#include "util/arena.h"

/* What a function does with one of its locals. */
struct displaced_local {
    bool fresh;                 /* is given a call's result */
    bool leaves;                /* is returned, or stored in memory */
};

/* ---- what is displaced --------------------------------------------------- */

static bool is_object_pointer(const struct type *type)
{
    return type && type->kind == T_POINTER &&
        type->target->kind != T_FUNCTION;
}

/* The local that is read or written, if nothing but the function's own frame
 * has its value. */
static struct symbol *plain_local(struct node *n)
{
    n = node_strip(n);
    struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    if (!s || (s->kind != S_VARIABLE && s->kind != S_PARAMETER) ||
        !s->is_local || s->address_taken || s->rewrite ||
        s->has_asm_register || s->type->qualifiers & Q_VOLATILE ||
        !is_object_pointer(s->type))
        return NULL;
    return s;
}

static bool is_negative(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT || n->kind == N_CAST)
        n = n->kids[0];
    return (n->flags & NODE_CONSTANT && n->value < 0) ||
        (n->kind == N_UNARY && n->op == '-');
}

/* `p + i` or `p - i`. */
static bool is_step(const struct node *n)
{
    return n->kind == N_BINARY && (n->op == '+' || n->op == '-') &&
        is_object_pointer(n->type) && is_object_pointer(n->kids[0]->type);
}

static bool moves_down(int op, const struct node *by)
{
    return op == '-' || (op == '+' && is_negative(by));
}

/* A chain `p - i + j …`, with casts in between. */
struct chain {
    struct node *root;          /* p */
    bool down;                  /* something is subtracted */
    bool constant;              /* nothing but constants is */
};

static struct chain chain_of(struct node *top)
{
    struct chain chain = {.root = top, .constant = true};
    for (;;) {
        struct node *n = chain.root;
        if (is_step(n)) {
            if (moves_down(n->op, n->kids[1])) {
                chain.down = true;
                chain.constant &= (n->kids[1]->flags & NODE_CONSTANT) != 0;
            }
        } else if (!(n->kind == N_PAREN || n->kind == N_CONVERT ||
                     n->kind == N_CAST) ||
                   !is_object_pointer(n->kids[0]->type)) {
            return chain;
        }
        chain.root = n->kids[0];
    }
}

static bool is_top(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && (up->kind == N_PAREN || up->kind == N_CONVERT ||
                  up->kind == N_CAST) && is_object_pointer(up->type)) {
        n = up;
        up = up->parent;
    }
    return !(up && is_step(up) && up->kids[0] == n);
}

/* ---- where the value goes ------------------------------------------------ */

/* An ARGUMENT may be stored by who is called. */
enum destination { NOWHERE, FRAME, ARGUMENT, MEMORY };

/* Whether the value of `n` is that of its parent, too. */
static bool hands_up(const struct node *up, const struct node *n)
{
    switch (up->kind) {
    case N_PAREN:
    case N_CONVERT:
    case N_CAST:
        return true;
    case N_CONDITIONAL:
        return up->kids[0] != n;
    case N_COMMA:
        return up->kids[1] == n;
    default:
        return false;
    }
}

static enum destination destination_of(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && hands_up(up, n)) {
        n = up;
        up = up->parent;
    }
    switch (up ? up->kind : N_UNIT) {
    case N_ASSIGN:
        if (up->kids[1] != n)
            return NOWHERE;
        return rw_is_private(up->kids[0]) ? FRAME : MEMORY;
    case N_VAR:
        if (!up->symbol->is_local)
            return NOWHERE;
        return up->symbol->address_taken || up->symbol->rewrite ? MEMORY
                                                                : FRAME;
    case N_CALL:
        return ARGUMENT;
    case N_RETURN:
    case N_ATOMIC:
    case N_INIT_ITEM:
        return MEMORY;
    default:
        return NOWHERE;
    }
}

/* ---- the function's locals ----------------------------------------------- */

static struct displaced_local *local_of(struct rewrite *r,
                                        struct symbol *symbol)
{
    struct displaced_local *local = map_get(&r->displaced, symbol);
    if (!local) {
        local = arena_new(struct displaced_local);
        *local = (struct displaced_local){0};
        map_put(&r->displaced, symbol, local);
    }
    return local;
}

static void note_value(struct rewrite *r, struct node *lvalue,
                       struct symbol *symbol, struct node *value)
{
    if (!symbol && lvalue)
        symbol = plain_local(lvalue);
    if (symbol && node_strip(value)->kind == N_CALL)
        local_of(r, symbol)->fresh = true;
}

static bool look(struct node *n, void *context)
{
    struct rewrite *r = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_VAR && n->kids[0] && n->symbol->is_local)
        note_value(r, NULL, n->symbol, n->kids[0]);
    else if (n->kind == N_ASSIGN)
        note_value(r, n->kids[0], NULL, n->kids[1]);
    else if (n->kind == N_REF && plain_local(n)) {
        const struct node *value = n;
        while (value->parent && value->parent->kind == N_LOAD)
            value = value->parent;
        if (destination_of(value) == MEMORY)
            local_of(r, n->symbol)->leaves = true;
    }
    return true;
}

static struct displaced_local *knowledge_of(struct rewrite *r,
                                            struct symbol *symbol)
{
    if (r->displaced_in != r->function) {
        r->displaced_in = r->function;
        node_walk(r->body, look, r);
    }
    return local_of(r, symbol);
}

/* ---- edits --------------------------------------------------------------- */

/* Declares a holder.  Its address escapes: the frame is there, too, while what
 * is called last runs. */
static const char *new_holder(struct rewrite *r)
{
    const char *holder = arena_printf("__escc_b%u", ++r->serial);
    edits_entry(&r->edits, rw_block_entry(r, r->body),
                arena_printf("const volatile void*volatile %s "
                             "__attribute__((__unused__));"
                             "__asm__ volatile(\"\"::\"r\"(&%s));", holder,
                             holder));
    return holder;
}

/* Has `holder` point to what the root of a chain is. */
static void hold_root(struct rewrite *r, struct node *root,
                      const char *holder)
{
    unsigned serial = ++r->serial;
    edits_before(&r->edits, root->begin,
                 arena_printf("__extension__({__auto_type __escc_v%u=(",
                              serial));
    edits_after(&r->edits, root->end,
                arena_printf(");%s=__escc_v%u;__escc_v%u;})", holder, serial,
                             serial));
    rw_wrap(r, root);
}

/* Asks about the value of `n`, whose text is put between two others. */
static void ask(struct rewrite *r, struct node *n, const char *first,
                const char *base)
{
    unsigned serial = ++r->serial;
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({%s__auto_type __escc_v%u=(",
                              first, serial));
    edits_after(&r->edits, n->end,
                arena_printf(");__escc_displaced((const void*)%s,"
                             "(const void*)__escc_v%u);__escc_v%u;})", base,
                             serial, serial));
    rw_wrap(r, n);
}

static bool has_bytes(const struct type *pointer)
{
    return pointer->target->size <= 1;
}

static bool is_excepted(struct rewrite *r)
{
    return !r->function || unit_has_openmp(r->unit, r->body);
}

void rw_displace(struct rewrite *r, struct node *n)
{
    if (!is_step(n) || !is_top(n))
        return;
    struct chain chain = chain_of(n);
    enum destination destination = destination_of(n);
    struct symbol *local = plain_local(chain.root);
    bool call = node_strip(chain.root)->kind == N_CALL;
    if (!chain.down || destination == NOWHERE || !(local || call) ||
        chain.root->flags & NODE_MACRO || is_excepted(r))
        return;
    bool fresh = call || knowledge_of(r, local)->fresh;
    bool loop = node_loop(n);
    bool asks = destination == ARGUMENT ? fresh && !chain.constant
        : destination == MEMORY && (fresh || !chain.constant);
    if (!asks && !fresh &&
        (loop || (chain.constant && has_bytes(chain.root->type))))
        return;
    const char *holder = new_holder(r);
    if (asks)
        ask(r, n, "", holder);
    hold_root(r, chain.root, holder);
}

/* `p -= i` of a local. */
static void step_local(struct rewrite *r, struct node *n,
                       struct symbol *symbol, bool constant)
{
    const struct displaced_local *local = knowledge_of(r, symbol);
    bool asks = local->leaves && (local->fresh || !constant);
    bool bytes = has_bytes(symbol->type);
    if (node_loop(n) ? !local->fresh || constant : constant && bytes)
        return;
    const char *holder = new_holder(r);
    const char *hold = arena_printf("%s=%s", holder, symbol->name);
    if (asks) {
        ask(r, n, arena_printf("%s;", hold), holder);
        return;
    }
    edits_before(&r->edits, n->begin, arena_printf("(%s,", hold));
    edits_after(&r->edits, n->end, ")");
}

/* The same of a pointer in memory: `lvalue -= i` becomes
 * `({ auto s = &(lvalue); auto b = *s; auto v = (*s -= i); …; v; })`. */
static void step_memory(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0];
    unsigned serial = ++r->serial;
    edits_before(&r->edits, n->begin,
                 arena_printf("__extension__({__auto_type __escc_s%u=&(",
                              serial));
    edits_after(&r->edits, left->end,
                arena_printf(");const volatile void*__escc_b%u=*__escc_s%u;"
                             "__auto_type __escc_v%u=(*__escc_s%u", serial,
                             serial, serial, serial));
    edits_after(&r->edits, n->end,
                arena_printf(");__escc_displaced((const void*)__escc_b%u,"
                             "(const void*)__escc_v%u);__escc_v%u;})", serial,
                             serial, serial));
    rw_wrap(r, n);
}

void rw_displace_in_place(struct rewrite *r, struct node *n)
{
    struct node *left = n->kids[0];
    bool step = n->kind == N_INCDEC, constant = true;
    if (!is_object_pointer(left->type))
        return;
    if (step ? n->op != OP_PRE_DEC && n->op != OP_POST_DEC
             : !moves_down(n->op, n->kids[1]))
        return;
    if (!step)
        constant = (n->kids[1]->flags & NODE_CONSTANT) != 0;
    struct symbol *local = plain_local(left);
    if (local && !is_excepted(r))
        step_local(r, n, local, constant);
    else if (!local && !constant && !is_excepted(r) &&
             !rw_has_no_address(left) && !rw_is_private(left) &&
             rw_compound_kind(r, n) == SHADE_NONE)
        step_memory(r, n);
}
