/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_shade.c - see rw_shade.h. */
#include "rw_shade.h"

#include "escape/esc_parts.h"

enum { WORD_BYTES = 8, WORD_BITS = 64 };

/* User-space addresses have this many, less those that alignment saves. */
enum { ADDRESS_BITS = 44 };

/* ---- values -------------------------------------------------------------- */

static enum shade_kind list_kind(const struct rewrite *r,
                                 const struct node *list)
{
    for (int i = 0; i < list->kid_count; i++) {
        const struct node *item = list->kids[i];
        if (rw_shade_kind(r, item->type, item->kids[0]) != SHADE_NONE)
            return SHADE_RANGE;
    }
    return SHADE_NONE;
}

static enum shade_kind aggregate_kind(const struct rewrite *r,
                                      const struct type *type,
                                      struct node *value)
{
    if (!esc_may_hold_pointer(r->esc, type))
        return SHADE_NONE;
    struct node *plain = value;
    while (plain && (plain->kind == N_LOAD || plain->kind == N_PAREN ||
                     plain->kind == N_CONVERT))
        plain = plain->kids[0];
    if (plain && plain->kind == N_COMPOUND_LITERAL)
        plain = plain->kids[0];
    if (plain && plain->kind == N_INIT_LIST)
        return list_kind(r, plain);
    if (plain && plain->kind == N_STRING)
        return SHADE_NONE;
    return SHADE_RANGE;
}

static enum shade_kind scalar_kind(const struct rewrite *r,
                                   const struct type *type,
                                   struct node *value)
{
    if (type->size < WORD_BYTES)
        return SHADE_NONE;
    enum shade_kind kind =
        type->size == WORD_BYTES ? SHADE_WORD : SHADE_RANGE;
    if (!value)
        return type_is_opaque(type) ? SHADE_OPAQUE : kind;
    if (value->kind == N_INIT_LIST)
        return list_kind(r, value) == SHADE_NONE ? SHADE_NONE : kind;
    if (rw_is_harmless(value))
        return SHADE_NONE;
    const struct type *written = rw_written(value)->type;
    if (written && written->size > 0 && written->size < WORD_BYTES)
        return SHADE_NONE;
    if (written && written->size > WORD_BYTES)
        kind = SHADE_RANGE;
    if (type_is_opaque(type) || (written && type_is_opaque(written)))
        kind = SHADE_OPAQUE;
    if (!type_is_pointer(type) && !esc_may_carry_pointer(r->esc, value))
        return SHADE_NONE;
    return kind;
}

static enum shade_kind piece_kind(const struct rewrite *r,
                                  const struct type *type,
                                  struct node *value)
{
    if (!value || rw_is_harmless(value) ||
        !esc_may_carry_pointer(r->esc, value))
        return SHADE_NONE;
    const struct type *written = rw_written(value)->type;
    return type->kind == T_FLOAT && type->size == WORD_BYTES && written &&
           written->unqualified == type->unqualified
           ? SHADE_BITS : SHADE_PIECES;
}

enum shade_kind rw_shade_kind(const struct rewrite *r,
                              const struct type *type, struct node *value)
{
    if (esc_parts_is_piece(type) && !type_may_hold_pointer(type))
        return piece_kind(r, type, value);
    switch (type->kind) {
    case T_POINTER:
    case T_INTEGER:
    case T_ENUM:
        return scalar_kind(r, type, value);
    case T_RECORD:
    case T_ARRAY:
    case T_VECTOR:
    case T_COMPLEX:             /* of integers, a GNU extension */
        return aggregate_kind(r, type, value);
    case T_OTHER:               /* _BitInt and the like */
        return value && rw_is_harmless(value) ? SHADE_NONE
            : type->size >= WORD_BYTES ? SHADE_OPAQUE : SHADE_NONE;
    default:
        return SHADE_NONE;
    }
}

/* How the result of `left op= right` is read for pointers.  `p += n` stays in
 * its object and needs nothing. */
enum shade_kind rw_compound_kind(const struct rewrite *r, struct node *n)
{
    const struct type *left = n->kids[0]->type;
    struct node *right = n->kids[1];
    if (esc_parts_is_piece(left) && !type_may_hold_pointer(left))
        return !rw_has_no_address(n->kids[0]) &&
            esc_may_carry_pointer(r->esc, n) ? SHADE_PIECES : SHADE_NONE;
    bool number = left->kind == T_FLOAT ||
        (left->kind != T_POINTER && !type_may_hold_pointer(left));
    if (number || left->size < WORD_BYTES || rw_is_harmless(right) ||
        rw_written(right)->type->size < WORD_BYTES ||
        !esc_may_carry_pointer(r->esc, right))
        return SHADE_NONE;
    return type_is_opaque(left) ? SHADE_OPAQUE
        : left->size == WORD_BYTES && left->kind != T_VECTOR
        ? SHADE_WORD : SHADE_RANGE;
}

/* ---- an object's own address --------------------------------------------- */

/* An index that is read without any effect. */
static bool is_plain_index(struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CONVERT || n->kind == N_CAST)
        n = n->kids[0];
    return n->flags & NODE_CONSTANT ||
           (n->kind == N_LOAD && n->kids[0]->kind == N_REF);
}

/* The variable that points to the object of which an lvalue is a part, or that
 * has the object's address as its value; NULL: another one. */
static const struct symbol *pointer_in(struct node *value)
{
    while (value->kind == N_PAREN)
        value = value->kids[0];
    const struct symbol *symbol =
        value->kind == N_LOAD && value->kids[0]->kind == N_REF
        ? value->kids[0]->symbol : NULL;
    bool plain = symbol && symbol->is_local && !symbol->address_taken &&
                 !symbol->is_shared && !symbol->is_thread_local &&
                 !symbol->rewrite && type_is_pointer(symbol->type) &&
                 !(symbol->type->qualifiers & (Q_VOLATILE | Q_ATOMIC));
    return plain ? symbol : NULL;
}

static const struct symbol *pointer_to(struct node *lvalue)
{
    for (;;) {
        switch (lvalue->kind) {
        case N_PAREN: case N_MEMBER:
            lvalue = lvalue->kids[0];
            break;
        case N_INDEX:
            if (lvalue->kids[0]->kind != N_DECAY ||
                !is_plain_index(lvalue->kids[1]))
                return NULL;
            lvalue = lvalue->kids[0]->kids[0];
            break;
        case N_ARROW: case N_DEREF:
            return pointer_in(lvalue->kids[0]);
        default:
            return NULL;
        }
    }
}

bool rw_is_self_store(struct node *left, struct node *right)
{
    const struct symbol *pointer = pointer_to(left);
    while (right->kind == N_PAREN ||
           ((right->kind == N_CONVERT || right->kind == N_CAST) &&
               type_is_pointer(right->type) &&
               type_is_pointer(right->kids[0]->type)))
        right = right->kids[0];
    if (!pointer)
        return false;
    if (right->kind == N_ADDRESS || right->kind == N_DECAY)
        return pointer_to(right->kids[0]) == pointer;
    return pointer_in(right) == pointer;
}

/* ---- slots --------------------------------------------------------------- */

bool rw_is_bit_field(const struct node *n)
{
    return (n->kind == N_MEMBER || n->kind == N_ARROW) && n->field &&
        n->field->bit_width >= 0;
}

bool rw_has_no_address(struct node *n)
{
    n = node_unparenthesize(n);
    return rw_is_bit_field(n) ||
        (n->kind == N_INDEX && n->kids[0]->type->kind == T_VECTOR);
}

void rw_note_field(struct rewrite *r, const struct field *field,
                   struct node *value)
{
    if (!field || field->bit_width < ADDRESS_BITS || rw_is_harmless(value) ||
        !esc_may_carry_pointer(r->esc, value))
        return;
    unsigned begin = (unsigned)(field->bit_offset % WORD_BITS);
    if (begin)
        r->fields |= 1u << begin;
    if (begin + (unsigned)field->bit_width < WORD_BITS)
        r->fields |= 1;                 /* other bits stand above it */
}

bool rw_is_narrow(struct node *left)
{
    left = node_unparenthesize(left);
    return rw_is_bit_field(left) && left->field->bit_width < ADDRESS_BITS;
}

/* Whether the slot may stand at an address that its type does not allow. */
static bool is_misaligned(struct node *n)
{
    int64_t alignment = n->type->alignment;
    for (;;) {
        if (n->kind == N_PAREN) {
            n = n->kids[0];
        } else if (n->kind == N_MEMBER || n->kind == N_ARROW) {
            if (n->field && n->field->parent &&
                n->field->parent->alignment < alignment)
                return true;
            if (n->kind == N_ARROW)
                return false;
            n = n->kids[0];
        } else if (n->kind == N_INDEX && n->kids[0]->kind == N_DECAY) {
            n = n->kids[0]->kids[0];
        } else {
            return false;
        }
    }
}

static bool is_pointer_cast(struct node *n, void *found)
{
    if ((n->kind == N_CAST || n->kind == N_CONVERT) &&
        type_is_integer(n->type) && n->kids[0]->type &&
        n->kids[0]->type->kind == T_POINTER)
        *(bool *)found = true;
    return true;
}

/* A pointer that is cast to an integer on its way into a packed member: the
 * type of the member does not say that pointers stand there (rw.c looks at
 * those), the cast does. */
static void note_misaligned(struct rewrite *r, struct node *left,
                            struct node *right)
{
    bool found = false;
    if (type_is_pointer(left->type) || !is_misaligned(left))
        return;
    node_walk(right, is_pointer_cast, &found);
    if (found)
        r->stride = 1;
}

/* Of a typedef with a lesser alignment the type says nothing here, and above 8
 * bytes processors do mind. */
bool rw_is_stored_misaligned(struct node *n)
{
    return n->type->alignment > WORD_BYTES || is_misaligned(n);
}

void rw_note_store(struct rewrite *r, struct node *left, struct node *right,
                   enum shade_kind kind)
{
    const struct node *plain = node_unparenthesize(left);
    if (rw_is_bit_field(plain))
        rw_note_field(r, plain->field, right);
    if (kind != SHADE_NONE)
        note_misaligned(r, left, right);
}
