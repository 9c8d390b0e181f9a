/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_pieces.c - which accesses may touch a part of a pointer.
 *
 * C lets characters alias everything, so each that is reached through a
 * pointer, or stands in an array that has its address taken, is a piece, but
 * for members of records: a flag is no part of a pointer.
 *
 * Other types narrower than a word may alias a pointer only in programs that
 * do without the aliasing rules, and these cast: the sort that swaps ints
 * casts its elements to int *.  So an access through a pointer to such a type
 * counts if the pointer's value came, as far as this unit sees, from a cast
 * of another type's pointer.  A call's result does not: that is how arrays of
 * numbers are allocated.  Members of unions in which a pointer stands count
 * too.
 *
 * Records count if they are narrower than a word, in the same way, and if
 * they hold a pointer across a word's boundary (packed ones): compilers copy
 * them by words.
 */
#include "esc_torn.h"

#include "esc_query.h"

#include "util/map.h"

enum { WORD_BYTES = 8 };

/* A variable, field or function that takes the value of `from`. */
struct flow { const void *to; struct node *from; };

struct esc_pieces {
    struct map recast;          /* symbols and fields, to themselves */
    struct symbol *function;    /* while collecting */
    VEC_TYPE(flows, struct flow) flows;
};

static bool is_character(const struct type *type)
{
    return type->kind == T_INTEGER && type->size == 1;
}

/* Narrower than a word, and not what aliases everything. */
static bool is_narrow(const struct type *type)
{
    return type->size > 0 && type->size < WORD_BYTES && !is_character(type) &&
        type->kind != T_VOID && type->kind != T_FUNCTION;
}

/* ---- where a pointer came from ------------------------------------------- */

static bool is_recast(const struct esc_pieces *, struct node *);

static const void *slot_of(struct node *lvalue)
{
    lvalue = node_unparenthesize(lvalue);
    if (lvalue->kind == N_REF)
        return lvalue->symbol;
    if (lvalue->kind == N_MEMBER || lvalue->kind == N_ARROW)
        return lvalue->field;
    return NULL;
}

static bool in_union_with_pointer(const struct field *field)
{
    return field && field->parent->is_union && field->parent->type &&
        type_may_hold_pointer(field->parent->type);
}

/* Whether what the lvalue is in was reached through such a pointer. */
static bool lies_recast(const struct esc_pieces *p, struct node *n)
{
    switch (n->kind) {
    case N_PAREN:
        return lies_recast(p, n->kids[0]);
    case N_DEREF: case N_INDEX:
        return is_recast(p, n->kids[0]);
    case N_MEMBER:
        return in_union_with_pointer(n->field) || lies_recast(p, n->kids[0]);
    case N_ARROW:
        return in_union_with_pointer(n->field);
    default:
        return false;
    }
}

static bool is_recast_by(const struct esc_pieces *p, struct node *n)
{
    struct node *from = n->kids[0];
    if (!from->type || from->flags & NODE_NULL_POINTER)
        return false;
    if (from->type->kind == T_POINTER && is_narrow(from->type->target))
        return is_recast(p, from);
    return node_strip(from)->kind != N_CALL;
}

static bool is_recast(const struct esc_pieces *p, struct node *n)
{
    const struct symbol *callee;
    switch (n->kind) {
    case N_PAREN:
        return is_recast(p, n->kids[0]);
    case N_CAST: case N_CONVERT:
        return is_recast_by(p, n);
    case N_LOAD: case N_INCDEC: case N_COMPOUND_ASSIGN:
        return map_get(&p->recast, slot_of(n->kids[0]));
    case N_DECAY: case N_ADDRESS:
        return lies_recast(p, n->kids[0]);
    case N_BINARY:
        return (type_is_pointer(n->kids[0]->type) &&
                is_recast(p, n->kids[0])) ||
               (type_is_pointer(n->kids[1]->type) &&
                is_recast(p, n->kids[1]));
    case N_COMMA: case N_ASSIGN:
        return is_recast(p, n->kids[1]);
    case N_CONDITIONAL:
        return is_recast(p, n->kids[n->kids[1] ? 1 : 0]) ||
            is_recast(p, n->kids[2]);
    case N_CALL:
        callee = node_callee(n);
        return callee && map_get(&p->recast, callee);
    default:
        return false;
    }
}

/* ---- collecting ---------------------------------------------------------- */

static void add(struct esc_pieces *p, const void *to, struct node *from)
{
    struct flow flow = {to, from};
    if (to && from && from->type && from->type->kind == T_POINTER &&
        is_narrow(from->type->target))
        vec_push(&p->flows, flow);
}

static void add_call(struct esc_pieces *p, struct node *call)
{
    const struct symbol *callee = node_callee(call);
    for (int i = 1; callee && i < call->kid_count; i++)
        add(p, esc_parameter(callee, i), call->kids[i]);
}

static bool collect(struct node *n, void *context)
{
    struct esc_pieces *p = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        p->function = n->symbol;
        break;
    case N_VAR:
        add(p, n->symbol, n->kids[0]);
        break;
    case N_ASSIGN:
        add(p, slot_of(n->kids[0]), n->kids[1]);
        break;
    case N_INIT_ITEM:
        add(p, n->field, n->kids[0]);
        break;
    case N_RETURN:
        add(p, p->function, n->kid_count ? n->kids[0] : NULL);
        break;
    case N_CALL:
        add_call(p, n);
        break;
    default:
        break;
    }
    return true;
}

struct esc_pieces *esc_pieces_new(const struct unit *unit)
{
    struct esc_pieces *p = arena_new(struct esc_pieces);
    node_walk(unit->root, collect, p);
    bool changed;
    do {
        changed = false;
        for (size_t i = 0; i < p->flows.count; i++) {
            struct flow *flow = &p->flows.items[i];
            if (map_get(&p->recast, flow->to) || !is_recast(p, flow->from))
                continue;
            map_put(&p->recast, flow->to, flow);
            changed = true;
        }
    } while (changed);
    vec_free(&p->flows);
    return p;
}

/* ---- questions ----------------------------------------------------------- */

/* The variable that the lvalue is a part of; NULL behind a pointer. */
static struct symbol *variable_of(struct node *n)
{
    for (;;) {
        switch (n->kind) {
        case N_REF:
            return n->symbol;
        case N_PAREN: case N_MEMBER:
            n = n->kids[0];
            break;
        case N_INDEX:
            n = node_unparenthesize(n->kids[0]);
            if (n->kind == N_DECAY)
                n = n->kids[0];
            else if (!n->type || n->type->kind != T_VECTOR)
                return NULL;
            break;
        default:
            return NULL;
        }
    }
}

struct symbol *esc_local_of(struct node *lvalue)
{
    struct symbol *variable = variable_of(lvalue);
    return variable && variable->is_local ? variable : NULL;
}

struct symbol *esc_leader_of(struct node *n)
{
    for (;;) {
        switch (n->kind) {
        case N_REF:
            return n->symbol;
        case N_BINARY:
            n = n->kids[type_is_pointer(n->kids[0]->type) ? 0 : 1];
            break;
        case N_PAREN: case N_MEMBER:
        case N_INDEX: case N_DEREF: case N_ARROW: case N_DECAY: case N_LOAD:
        case N_INCDEC: case N_CAST: case N_CONVERT: case N_ADDRESS:
            n = n->kids[0];
            break;
        default:
            return NULL;
        }
    }
}

/* A variable or member that is no array; elements of these are N_INDEX. */
static bool is_whole(struct node *lvalue)
{
    struct node *plain = node_unparenthesize(lvalue);
    return plain->kind == N_REF ||
        ((plain->kind == N_MEMBER || plain->kind == N_ARROW) &&
            !in_union_with_pointer(plain->field));
}

bool esc_is_piece(const struct esc_pieces *p, struct node *lvalue)
{
    const struct type *type = lvalue->type;
    if (!type)
        return false;
    const struct symbol *variable = variable_of(lvalue);
    if (is_character(type))
        return !is_whole(lvalue) &&
            (!variable || variable->address_taken);
    if (type->kind == T_RECORD && type_pointer_stride(type) < WORD_BYTES)
        return true;
    return is_narrow(type) && lies_recast(p, lvalue);
}
