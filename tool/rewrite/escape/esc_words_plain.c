/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_words_plain.c - allocations that hold no pointer.
 *
 * Their objects are not read by the collector, nor cleared when they are made,
 * so a wrong answer loses what only such an object leads to.
 *
 * [inv.words.plain]  An allocation is plain if no pointer is ever stored in
 * its objects, whole or in pieces, declared or not.  Two facts of each cell
 * say so, beside those about integers:
 *
 *   FILLED       pointers may be stored in the object through this pointer, as
 *                whatever; goes from each pointer back to those that it was
 *                assigned from, to the allocation at last
 *   FULL         pointers may be in it, as whatever; goes the other way, and
 *                from there to all that it is copied to, in one piece or byte
 *                by byte
 *
 * Records stand for all their objects.  One is FULL if it has pointers, or a
 * member is, or its objects are used as another record's that is, or if it
 * becomes a pointer to void or bytes, and a full one comes from such.
 * Memory that becomes a full record's is FILLED.
 *
 * Where pointers are copied without being followed - the cells of esc_words.c
 * are those of words and bytes, while a `struct node *` is one of many - what
 * they lead to is FILLED: a pointer in a union beside one to a record, in
 * memory that is used as pointers of both kinds, in an atomic variable, in the
 * library's hands.
 */
#include "esc_words_internal.h"

#include <string.h>

/* ---- values -------------------------------------------------------------- */

/* What is assigned to a number by name, or returned.  What other code does with
 * it is esc_prov.c's: its numbers that are no words count as no pieces. */
static struct cell *value_cell(struct esc_words *w,
                               const struct symbol *symbol)
{
    struct cell *cell = map_get(&w->values, symbol);
    if (!cell) {
        cell = words_cell();
        map_put(&w->values, symbol, cell);
    }
    return cell;
}

static bool is_number(const struct type *type)
{
    return type_is_integer(type) || type->kind == T_FLOAT;
}

/* Whether bits are copied, not computed, as [inv.parts.copy] says. */
static bool is_copied(const struct node *n)
{
    const struct type *from = n->kids[0]->type;
    switch (n->kind) {
    case N_CONVERT: case N_CAST:
        return from && (type_is_integer(n->type) == type_is_integer(from)) &&
            (type_is_integer(from) || n->type->size == from->size);
    case N_BINARY: case N_COMPOUND_ASSIGN:
        return n->op == '&' || n->op == '|' || n->op == '^';
    case N_UNARY:
        return n->op == '~' || n->op == OP_REAL || n->op == OP_IMAG;
    default:
        return true;
    }
}

/* What is read to make the value may be a piece of what is there. */
static void read_from(struct esc_words *w, struct cell *to,
                      const struct node *n)
{
    if (!n || !n->type || n->flags & NODE_CONSTANT)
        return;
    switch (n->kind) {
    case N_CONVERT: case N_CAST: case N_UNARY:
    case N_PAREN: case N_LOAD:
        if (is_copied(n))
            read_from(w, to, n->kids[0]);
        return;
    case N_BINARY: case N_COMPOUND_ASSIGN:
        if (!is_copied(n))
            return;
        read_from(w, to, n->kids[0]);
        read_from(w, to, n->kids[1]);
        return;
    case N_CONDITIONAL:
        read_from(w, to, n->kids[n->kids[1] ? 1 : 0]);
        read_from(w, to, n->kids[2]);
        return;
    case N_COMMA: case N_ASSIGN:
        read_from(w, to, n->kids[1]);
        return;
    case N_STMT_EXPR:
        read_from(w, to, esc_block_value(n->kids[0]));
        return;
    case N_CALL:
        if (esc_runs_here(node_callee(n)))
            cell_rule(value_cell(w, node_callee(n)), FULL, to, FILLED);
        return;
    case N_REF:
        if (is_number(n->type)) {
            cell_rule(value_cell(w, n->symbol), FULL, to, FILLED);
            if (!n->symbol->address_taken)
                return;
        }
        /* fall through */
    case N_INDEX: case N_MEMBER: case N_ARROW: case N_DEREF:
    case N_COMPOUND_LITERAL:
        if (n->type->kind != T_POINTER && n->type->kind != T_RECORD &&
            n->type->kind != T_FUNCTION)
            cell_rule(words_place(w, n), FULL, to, FILLED);
        return;
    default:
        return;
    }
}

void words_plain_value(struct esc_words *w, struct cell *to,
                       const struct node *value)
{
    if (to && !to->known[FILLED])
        read_from(w, to, value);
}

void words_plain_symbol(struct esc_words *w, const struct symbol *symbol,
                        const struct node *value)
{
    if (is_number(esc_type_held(symbol)))
        words_plain_value(w, value_cell(w, symbol), value);
}

/* ---- pointers ------------------------------------------------------------ */

bool words_follows(const struct type *pointer)
{
    if (pointer->kind != T_POINTER)
        return true;
    const struct type *to = esc_element(pointer->target);
    return to->kind != T_RECORD && to->kind != T_POINTER &&
        to->kind != T_FUNCTION;
}

void words_plain_flow(struct esc_words *w, const struct type *type,
                      const struct node *value)
{
    if (value->type && value->type->kind == T_POINTER &&
        type->kind == T_POINTER && !words_follows(type) &&
        words_follows(value->type))
        cell_learn(words_target(w, value), FILLED);
}

/* The record, or NULL, that pointers to pointers lead to. */
static const struct record *behind(const struct type *type)
{
    while (type->kind == T_POINTER || type->kind == T_ARRAY)
        type = type->target;
    return type->kind == T_RECORD ? type->record : NULL;
}

/* An array that grows: a T ** that becomes void * and T ** again. */
static bool is_grown(const struct node *n, const struct type *type)
{
    const struct node *call = n->parent;
    const struct esc_tag *tag = call && call->kind == N_CALL
        ? esc_library_tag(node_callee(call)) : NULL;
    return tag && tag->allocates == ESC_REALLOCATES && call->parent &&
        (call->parent->kind == N_CONVERT || call->parent->kind == N_CAST) &&
        call->parent->type &&
        call->parent->type->unqualified == type->unqualified;
}

static bool is_growing(const struct node *n, const struct type *type)
{
    const struct node *call = node_strip((struct node *)n);
    const struct esc_tag *tag = esc_library_tag(node_callee(call));
    if (!tag || tag->allocates != ESC_REALLOCATES || call->kid_count < 2)
        return false;
    const struct type *from = node_strip(call->kids[1])->type;
    return from && from->unqualified == type->unqualified;
}

void words_plain_cast(struct esc_words *w, const struct node *n, bool is_new,
                      bool is_left_alone)
{
    const struct node *inner = n->kids[0];
    const struct type *to = esc_element(n->type->target);
    const struct type *from = esc_element(inner->type->target);
    if (from->kind == T_POINTER && behind(from) && !is_left_alone &&
        !is_grown(n, inner->type))
        cell_learn(w->pointed, FILLED);
    if (to->kind == T_POINTER && behind(to) && !is_new &&
        !(inner->flags & NODE_NULL_POINTER) && !is_growing(inner, n->type))
        cell_learn(w->pointed, FILLED);
}

/* ---- answers ------------------------------------------------------------- */

bool esc_words_lead_to_plain(struct esc_words *w, const struct node *pointer)
{
    const struct cell *cell = words_target(w, pointer);
    return cell && !cell->known[FULL];
}

bool esc_words_is_plain(struct esc_words *w, const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    const struct esc_tag *tag =
        esc_runs_here(callee) ? NULL : esc_library_tag(callee);
    if (!tag || !library_reserves(callee->name) ||
        (tag->allocates != ESC_ALLOCATES_RESULT &&
            tag->allocates != ESC_REALLOCATES) ||
        !call->type || call->type->kind != T_POINTER)
        return false;
    const struct cell *cell = words_target(w, call);
    return cell && !cell->known[FILLED];
}
