/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_keep.c - KEEP: pointers that optimisers hide while loops run.
 *
 * A compiler may keep only `p - 8*off` in a register and run `p[i - off]`
 * through a whole loop with it, calls included: no register or stack word
 * points into the object any more, and a scan of the stack does not see it.
 * KEEP(p), an empty asm statement with p as operand, makes the compiler keep
 * p itself (or the object's address in p's stack slot) until then.
 *
 * What is guaranteed: while a loop runs that indexes a local pointer or does
 * arithmetic on it, some word of the frame points into (or at most one past
 * the end of) the object, from the loop's head to its end,
 *
 *  - if the loop does not change the pointer: by KEEP(p) after the loop;
 *  - if the loop only moves it (`p++`, `p += n`), with `for (p = a; …)` and
 *    `for (T *p = a; …)` too: by a copy made before the first pass and kept
 *    after the loop, for the pointer stays in its object;
 *  - if the loop assigns it, or moves it and may be entered by a jump, or sets
 *    it first where another is declared (`for (T *e = (p = a) + n; …)`): by
 *    KEEP(p) at the start of each pass and after the loop.
 *
 * [inv.keep.pragma]  Nothing stands between a loop and a pragma about it
 * (`#pragma GCC ivdep`, `#pragma omp for`): the brace that opens in front of
 * the loop opens in front of the pragma.  A loop that OpenMP distributes must
 * keep the form of its parentheses, and a nest of collapsed ones its form:
 * copies taken there, and KEEPs inside the nest, are left out.
 *
 * [inv.keep.set]  A KEEP reads no local that may have no value yet, unless the
 * original may do so, too: gcc would warn of it, and a register holds what was
 * in it before.  A pointer whose value nobody reads from the loop's head on
 * before it is set again [inv.dead] is a null pointer there.
 *
 * Only the last form stands inside the loop, where it would stop a compiler
 * from vectorizing it.  Not covered: pointers reached through memory (a load
 * gives them back), address-taken and moved locals (their slot holds them),
 * and straight-line code, in which no case was found with either back end.
 *
 * [inv.keep.whole]  While its block runs, a local record or array that may
 * hold a pointer in parts narrower than one (`struct { int n; char b[8]; }`,
 * `unsigned h[2]`, a union of a pointer and two halves) is in memory, as its
 * type says.  A compiler may else take it apart, by members or as it is
 * passed, and hold the parts in registers: none of them is an address.  Its
 * own address, handed to an empty asm statement where it is declared, lets
 * each call read it.  Not covered: values that never are a variable's,
 * `f(g(), h())`.
 */
#include "rw_passes.h"

#include "util/arena.h"
#include "util/vec.h"

#include <string.h>

enum change { UNCHANGED, STEPPED, ASSIGNED };

struct kept {
    struct symbol *symbol;
    enum change change;
    bool derived;               /* indexed, or arithmetic is done on it */
    bool set_by_init;           /* for (p = a; …) or for (T *p = a; …) */
};

struct loop {
    struct node *node;
    struct { VEC(struct kept); } pointers;
    const struct node *init;    /* of the `for`, or NULL */
    bool in_init;
    struct loop_pragmas pragmas;
};

/* ---- what to keep -------------------------------------------------------- */

/* Is the loop one of several that OpenMP makes one? */
static bool is_in_collapsed(const struct rewrite *r, const struct node *n)
{
    for (n = n->parent; n && (n->kind == N_BLOCK || n->kind == N_FOR);
         n = n->parent)
        if (n->kind == N_FOR && rw_loop_pragmas(r, n).collapsed)
            return true;
    return false;
}

static struct kept *kept_of(struct loop *loop, struct symbol *symbol)
{
    for (size_t i = 0; i < loop->pointers.count; i++)
        if (loop->pointers.items[i].symbol == symbol)
            return &loop->pointers.items[i];
    struct kept kept = {.symbol = symbol};
    vec_push(&loop->pointers, kept);
    return &vec_last(&loop->pointers);
}

/* The local that an expression reads or an lvalue names, if KEEP may name it
 * where the loop begins. */
static struct symbol *candidate(const struct loop *loop, struct node *n)
{
    n = node_strip(n);
    struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    if (!s || (s->kind != S_VARIABLE && s->kind != S_PARAMETER) ||
        !s->is_local || s->address_taken || s->rewrite ||
        s->has_asm_register || s->type->kind != T_POINTER ||
        s->type->qualifiers & Q_VOLATILE ||
        !s->declaration)
        return NULL;
    bool inside = s->declaration->begin >= loop->node->begin &&
        s->declaration->end <= loop->node->end;
    if (inside && (!loop->init || s->declaration->parent != loop->init))
        return NULL;
    return s;
}

static void derive(struct loop *loop, struct node *pointer)
{
    struct symbol *symbol = candidate(loop, pointer);
    if (symbol)
        kept_of(loop, symbol)->derived = true;
}

static void change(struct loop *loop, struct node *lvalue, enum change how)
{
    struct symbol *symbol = candidate(loop, lvalue);
    if (!symbol)
        return;
    struct kept *kept = kept_of(loop, symbol);
    if (loop->in_init && how == ASSIGNED)
        kept->set_by_init = true;
    else if (how > kept->change)
        kept->change = how;
    kept->derived |= how == STEPPED;
}

static void look_at(struct loop *loop, struct node *n)
{
    switch (n->kind) {
    case N_INDEX:
        derive(loop, n->kids[0]);
        break;
    case N_BINARY:
        if (n->op == '+' || n->op == '-') {
            derive(loop, n->kids[0]);
            derive(loop, n->kids[1]);
        }
        break;
    case N_INCDEC:
    case N_COMPOUND_ASSIGN:
        change(loop, n->kids[0], STEPPED);
        break;
    case N_ASSIGN:
        change(loop, n->kids[0], ASSIGNED);
        break;
    case N_VAR:
        if (loop->init && n->parent == loop->init && n->symbol &&
            n->symbol->type->kind == T_POINTER && n->kids[0] &&
            n->kids[0]->kind != N_INIT_LIST && !n->symbol->rewrite &&
            !n->symbol->address_taken)
            kept_of(loop, n->symbol)->set_by_init = true;
        break;
    default:
        break;
    }
}

static bool look(struct node *n, void *context)
{
    struct loop *loop = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    look_at(loop, n);
    return true;
}

/* ---- edits --------------------------------------------------------------- */

/* A register: for an operand that may be in memory clang makes a slot of its
 * own and stores the pointer to it, and as long as the function runs that slot
 * keeps an object which nobody uses. */
static const char *keep_text(const char *name)
{
    return arena_printf("__asm__ volatile(\"\"::\"r\"(%s));", name);
}

static bool declared_in(const struct loop *loop, const struct symbol *symbol)
{
    return loop->init && symbol->declaration->parent == loop->init;
}

/* A copy is due of what init sets, where none can be taken. */
static bool is_set_beside(const struct loop *loop, const struct kept *kept)
{
    return kept->change == STEPPED && kept->set_by_init &&
        loop->init->kind == N_DECL && !declared_in(loop, kept->symbol);
}

/* The copy of a pointer that init sets, taken there. */
static void capture_in_init(struct rewrite *r, struct loop *loop,
                            const struct symbol *symbol, const char *copy)
{
    if (!declared_in(loop, symbol)) {
        edits_after(&r->edits, loop->init->end,
                    arena_printf(",%s=(void*)%s", copy, symbol->name));
        return;
    }
    struct node *init = symbol->declaration->kids[0];
    edits_before(&r->edits, init->begin,
                 arena_printf("(__typeof__(%s))(%s=(void*)(", symbol->name,
                              copy));
    edits_after(&r->edits, init->end, "))");
}

static void keep_one(struct rewrite *r, struct loop *loop,
                     const struct kept *kept, struct strbuf *before,
                     struct strbuf *inside, struct strbuf *after)
{
    const char *name = kept->symbol->name;
    bool local = declared_in(loop, kept->symbol);
    if (kept->change == ASSIGNED) {
        if (!local && !loop->pragmas.omp &&
            rw_is_dead_before(r, loop->node, kept->symbol)) {
            const char *null = arena_printf("__escc_k%u", ++r->serial);
            strbuf_printf(before, "void*%s=0;%s=%s;", null, name, null);
        }
        strbuf_puts(inside, keep_text(name));
        if (!local)
            strbuf_puts(after, keep_text(name));
        return;
    }
    if (kept->change == UNCHANGED && !local) {
        strbuf_puts(after, keep_text(name));
        return;
    }
    if (kept->set_by_init && loop->pragmas.omp)
        return;
    const char *copy = arena_printf("__escc_k%u", ++r->serial);
    if (kept->set_by_init) {
        strbuf_printf(before, "void*%s=0;", copy);
        capture_in_init(r, loop, kept->symbol, copy);
    } else {
        strbuf_printf(before, "void*%s=(void*)%s;", copy, name);
    }
    strbuf_puts(after, keep_text(copy));
}

static void insert(struct rewrite *r, struct node *loop, uint32_t begin,
                   const char *before, const char *inside, const char *after)
{
    /* [inv.keep.pragma] */
    edits_before(&r->edits, begin, arena_printf("{%s", before));
    edits_after(&r->edits, rw_statement_end(r, loop),
                arena_printf("%s}", after));
    if (*inside)
        rw_enter_loop(r, loop, inside);
}

/* `do … while (0)`, of a macro. */
static bool is_no_loop(const struct node *n)
{
    return n->kind == N_DO && n->kids[1] &&
           n->kids[1]->flags & NODE_CONSTANT && n->kids[1]->value == 0;
}

/* An enclosing loop keeps it already, as it does not assign it. */
static bool kept_outside(const struct node *loop, struct symbol *symbol)
{
    for (struct node *outer = node_loop(loop); outer;
         outer = node_loop(outer)) {
        if (is_no_loop(outer))
            continue;
        if (symbol->declaration->begin >= outer->begin &&
            symbol->declaration->end <= outer->end)
            return false;
        struct loop l = {.node = outer};
        node_walk(outer, look, &l);
        const struct kept *kept = kept_of(&l, symbol);
        bool covers = kept->derived && kept->change != ASSIGNED;
        vec_free(&l.pointers);
        if (covers)
            return true;
    }
    return false;
}

void rw_keep(struct rewrite *r, struct node *n)
{
    /* [inv.barrier.unoptimized] */
    if (r->unoptimized || is_in_collapsed(r, n) || is_no_loop(n))
        return;
    struct loop loop = {.node = n, .pragmas = rw_loop_pragmas(r, n)};
    if (n->kind == N_FOR && n->kids[0]) {
        loop.init = n->kids[0];
        loop.in_init = true;
        node_walk(n->kids[0], look, &loop);
        loop.in_init = false;
    }
    for (int i = n->kind == N_FOR ? 1 : 0; i < n->kid_count; i++)
        if (n->kids[i])
            node_walk(n->kids[i], look, &loop);
    struct strbuf before = {0}, inside = {0}, after = {0};
    bool jumps = rw_is_entered_by_jump(n);
    for (size_t i = 0; i < loop.pointers.count; i++) {
        struct kept *kept = &loop.pointers.items[i];
        if ((jumps && (kept->change == STEPPED || kept->set_by_init)) ||
            is_set_beside(&loop, kept))
            kept->change = ASSIGNED;        /* past a copy's making */
        if (kept->derived && !kept_outside(n, kept->symbol))
            keep_one(r, &loop, kept, &before, &inside, &after);
    }
    if (before.bytes || inside.bytes || after.bytes)
        insert(r, n, loop.pragmas.begin,
               before.bytes ? arena_strdup(before.text) : "",
               inside.bytes ? arena_strdup(inside.text) : "",
               after.bytes ? arena_strdup(after.text) : "");
    vec_free(&loop.pointers);
    strbuf_free(&before);
    strbuf_free(&inside);
    strbuf_free(&after);
}

/* ---- pointers in pieces -------------------------------------------------- */

static bool is_in_pieces(struct rewrite *r, const struct symbol *s)
{
    return !r->unoptimized && s && s->is_local && !s->rewrite &&
        s->name_begin < s->name_end && s->storage != ST_REGISTER &&
        !s->has_asm_register && !r->function->is_naked &&
        esc_holds_in_pieces(r->esc, s) &&
        !unit_has_openmp(r->unit, r->body);
}

static const char *whole_text(struct rewrite *r, const struct symbol *s)
{
    return arena_printf("__extension__ char __escc_k%u __attribute__(("
                        "__unused__))=__extension__({__asm__ volatile("
                        "\"\"::\"r\"(&%s));(char)0;});", ++r->serial,
                        s->name);
}

void rw_keep_parameters(struct rewrite *r, const struct node *function)
{
    for (int i = 0; i < function->kid_count - 1; i++) {
        const struct symbol *s = function->kids[i]->symbol;
        if (is_in_pieces(r, s))
            edits_entry(&r->edits, rw_block_entry(r, r->body),
                        whole_text(r, s));
    }
}

void rw_keep_whole(struct rewrite *r, const struct node *variable)
{
    if (r->function && !(variable->flags & (NODE_MACRO | NODE_UNEVALUATED)) &&
        is_in_pieces(r, variable->symbol))
        rw_behind_declaration(r, variable, whole_text(r, variable->symbol));
}
