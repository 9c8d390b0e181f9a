/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_reuse.c - frees after which nobody has the address.
 *
 * To the runtime a free means nothing, for the program may go on to use the
 * object.  Where that is not so, its memory can be reused at once
 * (mfree.c, [inv.reuse]).  A valid program never uses what it has freed; so
 * what is proven here keeps escc's promise to those that are not, that nothing
 * which can be reached changes under their hands.
 *
 * [inv.reuse.alone]  the call is a statement, `free(v)`, and
 *
 *   - v is a local variable whose address is never taken.  Its every value is
 *     null or what a call in this function has just allocated, and it has one
 *     before the call: so the argument is the start of such an object, or
 *     null;
 *   - none of these objects escapes, and nobody was given its address who may
 *     free it or make a number of it [inv.promote.release];
 *   - every other variable from which the object can be reached, by any number
 *     of dereferences, is out of scope at the call, or is not read any more
 *     (esc_forget.c); nor is v;
 *   - every other call of free that may get the object is such a call, too: so
 *     none comes after another with the same object.  None of realloc may get
 *     it.
 *
 * What a call has allocated is the library's, or that of a function of the
 * unit which returns new objects [inv.esc.allocator]; the latter, too, has not
 * given the address to anybody who may free it or make a number of it.
 */
#define _GNU_SOURCE
#include "esc_reuse.h"

#include "esc.h"
#include "esc_forget.h"
#include "esc_promote.h"
#include "esc_reach.h"

#include <string.h>

/* A call of free that may be one. */
struct freeing {
    const struct node *call;
    const struct esc_location *argument;
    const struct symbol *variable;
    bool dropped;
};

VEC_TYPE(freeings, struct freeing);

/* Functions that return the result of functions that … */
enum { MOST_WRAPPERS = 8 };

/* ---- the call ------------------------------------------------------------ */

/* Whether nothing else of a full expression is evaluated behind the call but
 * what stands behind a comma. */
static bool is_statement(const struct node *call)
{
    const struct node *n = call->parent;
    while (n->kind == N_COMMA || n->kind == N_PAREN || n->kind == N_CAST ||
           n->kind == N_CONVERT)
        n = n->parent;
    if (n->kind != N_EXPR_STMT)
        return false;
    while (n && n->kind != N_STMT_EXPR)
        n = n->parent;
    return !n;
}

static bool is_plain_variable(const struct symbol *s)
{
    const struct type *type = s->type;
    return s->is_local && !s->address_taken && !s->has_cleanup &&
           !s->has_asm_register && !s->in_pragma && !s->unfollowed &&
           !s->in_asm && !s->is_thread_local && s->block &&
           !((esc_element(type)->qualifiers | type->qualifiers) &
             (Q_VOLATILE | Q_ATOMIC));
}

static const struct symbol *variable_of(const struct node *argument)
{
    const struct node *n = node_strip((struct node *)argument);
    const struct symbol *s = n->kind == N_REF ? n->symbol : NULL;
    return s && s->kind == S_VARIABLE && type_is_pointer(s->type) &&
           is_plain_variable(s) ? s : NULL;
}

/* ---- values -------------------------------------------------------------- */

/* What is known of a variable's values. */
struct values {
    const struct esc_function *function;
    const struct symbol *symbol;
    VEC_TYPE(esc_objects, const struct esc_location *) objects;
    uint32_t given;             /* where its first value is given for certain */
    bool known;
};

static void add_value(struct values *v, const struct node *value)
{
    if (value->flags & NODE_NULL_POINTER)
        return;
    const struct node *n = node_strip((struct node *)value);
    bool found = false;
    for (size_t i = 0; i < v->function->allocations.count; i++) {
        const struct esc_location *l = v->function->allocations.items[i];
        if (n->kind != N_CALL || l->node != n)
            continue;
        vec_push(&v->objects, l);
        found = true;
    }
    v->known &= found;
}

/* Whether a part of an expression is evaluated whenever the whole is. */
static bool is_surely_evaluated(const struct node *part)
{
    switch (part->parent->kind) {
    case N_PAREN: case N_CONVERT: case N_CAST: case N_UNARY: case N_BINARY:
    case N_ASSIGN: case N_COMMA:
        return true;
    case N_LOGICAL: case N_CONDITIONAL:
        return part == part->parent->kids[0];
    default:
        return false;
    }
}

/* Whether a statement of the block of the variable begins with the
 * assignment, or is it. */
static bool gives(const struct node *assignment, const struct symbol *s)
{
    const struct node *n = assignment;
    while (is_surely_evaluated(n))
        n = n->parent;
    return (n->parent->kind == N_EXPR_STMT ||
            (n->parent->kind == N_IF && n == n->parent->kids[0])) &&
           n->parent->parent == s->block;
}

static bool find_values(struct node *n, void *context)
{
    struct values *v = context;
    if (n->kind == N_VAR && n->symbol == v->symbol && n->kid_count &&
        n->kids[0]) {
        add_value(v, n->kids[0]);
        v->given = n->end;
    }
    if (n->kind != N_REF || n->symbol != v->symbol ||
        n->flags & NODE_UNEVALUATED)
        return v->known;
    const struct node *outer = n->parent;
    while (outer->kind == N_PAREN)
        outer = outer->parent;
    if (n->flags & NODE_MACRO) {
        v->known = false;
    } else if (outer->kind == N_ASSIGN &&
               n->begin < outer->op_begin) {
        add_value(v, outer->kids[1]);
        if (!v->given && gives(outer, v->symbol))
            v->given = outer->end;
    } else if (outer->kind != N_LOAD) {
        v->known = false;
    }
    return v->known;
}

/* ---- the first value ----------------------------------------------------- */

struct passing {
    const struct symbol *symbol;
    uint32_t given;
    bool found;
};

static bool is_within(const struct node *n, const struct node *outer)
{
    while (n && n != outer)
        n = n->parent;
    return n;
}

/* A jump that may come to a place behind the first value without it: from in
 * front of it, or by a switch. */
static bool find_passing(struct node *n, void *context)
{
    struct passing *p = context;
    const struct node *block = p->symbol->block, *outer = n;
    bool jumps = n->kind == N_GOTO || n->kind == N_GOTO_COMPUTED ||
                 (n->kind == N_ASM && n->asm_ && n->asm_->is_goto);
    if (jumps && n->begin < p->given)
        p->found = true;
    if ((n->kind == N_CASE || n->kind == N_DEFAULT) && n->begin >= p->given &&
        is_within(n, block)) {
        while (outer->kind != N_SWITCH)
            outer = outer->parent;
        p->found |= is_within(block, outer);
    }
    return !p->found;
}

/* Whether it has a value wherever it is in scope behind the first one. */
static bool has_value_at(const struct values *v, const struct node *call)
{
    struct passing p = {v->symbol, v->given, false};
    if (!v->given || v->given > call->begin)
        return false;
    node_walk(v->function->node, find_passing, &p);
    return !p.found;
}

/* ---- objects ------------------------------------------------------------- */

static bool is_new(const struct esc *, const struct node *call, int depth);

/* Whether a function of the unit that returns new objects is alone with their
 * addresses. */
static bool is_discreet(const struct esc *esc, const struct symbol *callee,
                        int depth)
{
    const struct esc_function *f = map_get(&esc->functions, callee);
    bool replaced = esc->options.interposable &&
                    callee->storage != ST_STATIC;
    if (!f || f->tag->allocates != ESC_ALLOCATES_RESULT || replaced ||
        depth == MOST_WRAPPERS)
        return false;
    struct esc_reach r = esc_reach_new(f->graph);
    bool discreet = true;
    r.through_escaped = true;   /* what is returned has escaped */
    for (size_t k = 0; k <= f->frees.count && discreet; k++) {
        const struct esc_location *from =
            k ? f->frees.items[k - 1].argument : f->graph->released;
        if (!from)
            continue;
        esc_reach_from(&r, from);
        for (size_t i = 0; i < f->allocations.count; i++)
            discreet &= !esc_is_held(&r, f->allocations.items[i]);
    }
    esc_reach_free(&r);
    for (size_t i = 0; i < f->allocations.count && discreet; i++)
        discreet = f->allocations.items[i]->in_frame ||
                   is_new(esc, f->allocations.items[i]->node, depth + 1);
    return discreet;
}

/* Whether what the call allocates is nobody's but the caller's. */
static bool is_new(const struct esc *esc, const struct node *call, int depth)
{
    const struct symbol *callee = node_callee(call);
    if (!callee || call->flags & (NODE_MACRO | NODE_UNEVALUATED))
        return false;
    const struct esc_tag *tag = esc_library_tag(callee);
    return tag ? tag->allocates == ESC_ALLOCATES_RESULT
               : is_discreet(esc, callee, depth);
}

/* Whether nobody can reach the object through the variable when the call is
 * over. */
static bool is_without(const struct esc_location *holder,
                       const struct node *call)
{
    const struct symbol *s = holder->symbol;
    const struct esc_scope *scope = holder->scope;
    while (scope && !scope->block)
        scope = scope->parent;
    if (s && s->has_cleanup)
        return false;
    if (scope && !is_within(call, scope->block))
        return true;
    return s && (s->kind == S_VARIABLE || s->kind == S_PARAMETER) &&
           is_plain_variable(s) && esc_is_forgotten(call, s);
}

static bool is_alone(const struct esc_function *f, struct esc_reach *r,
                     const struct esc_location *object,
                     const struct freeing *freeing)
{
    esc_reach_from(r, f->graph->released);
    if (esc_is_held(r, object))
        return false;
    for (size_t i = 0; i < f->graph->locations.count; i++) {
        const struct esc_location *l = f->graph->locations.items[i];
        if (l->kind != LOC_VARIABLE || !l->count ||
            l->symbol == freeing->variable)
            continue;
        esc_reach_from(r, l);
        if (esc_is_held(r, object) && !is_without(l, freeing->call))
            return false;
    }
    return true;
}

/* ---- one function -------------------------------------------------------- */

/* [inv.reuse.alone], but for other calls of free. */
static bool may_be_reused(const struct esc *esc, const struct esc_function *f,
                          struct esc_reach *r, const struct freeing *freeing)
{
    struct values v = {.function = f, .symbol = freeing->variable,
                       .known = true};
    node_walk(f->node, find_values, &v);
    bool good = v.known && v.objects.count &&
                has_value_at(&v, freeing->call) &&
                esc_is_forgotten(freeing->call, freeing->variable);
    for (size_t i = 0; i < v.objects.count && good; i++) {
        const struct esc_location *object = v.objects.items[i];
        good = !object->escapes && !object->conditions.count &&
               !object->in_frame && is_new(esc, object->node, 0) &&
               is_alone(f, r, object, freeing);
    }
    vec_free(&v.objects);
    return good;
}

/* Whether two calls may get the same object. */
static bool may_share(const struct esc_function *f, struct esc_reach *r,
                      const struct freeing *a, const struct freeing *b)
{
    bool shared = false;
    for (size_t i = 0; i < f->allocations.count && !shared; i++) {
        const struct esc_location *object = f->allocations.items[i];
        esc_reach_from(r, a->argument);
        bool held = esc_is_held(r, object);
        if (held)
            esc_reach_from(r, b->argument);
        shared = held && esc_is_held(r, object);
    }
    return shared;
}

/* Drops those that may get what a dropped one may get. */
static void drop_others(const struct esc_function *f, struct esc_reach *r,
                        struct freeings *all)
{
    bool changed;
    do {
        changed = false;
        for (size_t i = 0; i < all->count; i++)
            for (size_t k = 0; k < all->count; k++) {
                struct freeing *a = &all->items[i], *b = &all->items[k];
                if (!a->dropped && b->dropped && may_share(f, r, a, b))
                    a->dropped = changed = true;
            }
    } while (changed);
}

/* For reports: what the call may get. */
static void note_reused(struct esc *esc, const struct esc_function *f,
                        struct esc_reach *r, const struct freeing *freeing)
{
    map_put(&esc->reused, freeing->call, (void *)f);
    esc_reach_from(r, freeing->argument);
    for (size_t i = 0; i < f->allocations.count; i++) {
        const struct esc_location *object = f->allocations.items[i];
        if (esc_is_held(r, object) && !map_get(&esc->reusing, object->node))
            map_put(&esc->reusing, object->node, (void *)freeing->call);
    }
}

bool esc_may_reuse(const struct esc_function *f)
{
    if (!f->allocations.count)
        return false;
    for (size_t i = 0; i < f->frees.count; i++)
        if (f->frees.items[i].argument && !f->frees.items[i].renews &&
            variable_of(f->frees.items[i].node->kids[1]))
            return true;
    return false;
}

void esc_reuse(struct esc *esc, const struct esc_function *f)
{
    if (!esc_may_reuse(f) || !esc_returns_once(esc, f))
        return;
    struct freeings all = {0};
    struct esc_reach r = esc_reach_new(f->graph);
    for (size_t i = 0; i < f->frees.count; i++) {
        const struct esc_free *call = &f->frees.items[i];
        struct freeing freeing = {call->node, call->argument, NULL, false};
        if (!call->argument)
            continue;
        freeing.variable = variable_of(call->node->kids[1]);
        freeing.dropped = call->renews || !freeing.variable ||
                          !is_statement(call->node) ||
                          !may_be_reused(esc, f, &r, &freeing);
        vec_push(&all, freeing);
    }
    drop_others(f, &r, &all);
    for (size_t i = 0; i < all.count; i++)
        if (!all.items[i].dropped)
            note_reused(esc, f, &r, &all.items[i]);
    esc_reach_free(&r);
    vec_free(&all);
}
