/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types_query.c - questions about types; see types.h.
 *
 * Answers are computed by recursion over fields, which C keeps finite (a
 * record cannot contain itself).
 */
#include "types.h"

#include <string.h>

enum { POINTER_BYTES = 8, POINTER_BITS = 64 };

/* A bit-field of fewer bits cannot hold a user-space address: these have 47,
 * less those that alignment saves. */
enum { ADDRESS_BITS = 44 };

bool type_is_scalar(const struct type *t)
{
    return type_is_integer(t) || t->kind == T_POINTER || t->kind == T_FLOAT ||
           t->kind == T_COMPLEX;
}

bool type_is_integer(const struct type *t)
{
    return t->kind == T_INTEGER || t->kind == T_BOOL || t->kind == T_ENUM;
}

bool type_is_opaque(const struct type *t)
{
    return t->kind == T_OTHER ||
           (t->kind == T_INTEGER && strstr(t->spelling, "_BitInt("));
}

bool type_is_pointer(const struct type *t)
{
    return t->kind == T_POINTER;
}

bool type_is_aggregate(const struct type *t)
{
    return t->kind == T_RECORD || t->kind == T_ARRAY;
}

bool type_is_pointer_wide_integer(const struct type *t)
{
    return type_is_integer(t) && t->size == POINTER_BYTES;
}

static bool record_may_hold_pointer(const struct record *r)
{
    if (!r->complete)
        return true;
    if (r->is_union && r->size >= POINTER_BYTES)
        return true;
    for (int i = 0; i < r->field_count; i++) {
        const struct field *f = &r->fields[i];
        bool narrow = f->bit_width >= 0 && f->bit_width < ADDRESS_BITS;
        if (!narrow && type_may_hold_pointer(f->type))
            return true;
    }
    return false;
}

bool type_may_hold_pointer(const struct type *t)
{
    switch (t->kind) {
    case T_POINTER: case T_VA_LIST: case T_VOID: case T_OTHER:
        return true;
    case T_BOOL: case T_FLOAT: case T_FUNCTION:
        return false;
    case T_INTEGER: case T_ENUM:
        return t->size < 0 || t->size >= POINTER_BYTES;
    case T_VECTOR: case T_COMPLEX:
        return t->size >= POINTER_BYTES && t->target &&
               type_is_integer(t->target);
    case T_ARRAY:
        if (type_is_integer(t->target) && t->target->size == 1)
            return t->size < 0 || t->size >= POINTER_BYTES;
        return type_may_hold_pointer(t->target);
    case T_RECORD:
        return record_may_hold_pointer(t->record);
    }
    return true;
}

bool type_has_pointer(const struct type *t)
{
    if (t->kind == T_POINTER || t->kind == T_VA_LIST)
        return true;
    if (t->kind == T_ARRAY)
        return type_has_pointer(t->target);
    if (t->kind != T_RECORD)
        return false;
    for (int i = 0; i < t->record->field_count; i++)
        if (type_has_pointer(t->record->fields[i].type))
            return true;
    return false;
}

/* The largest power of two that divides n, at most a pointer. */
static unsigned power_of_two_in(int64_t n)
{
    uint64_t low = (uint64_t)n & -(uint64_t)n;
    return low == 0 || low > POINTER_BYTES ? POINTER_BYTES : (unsigned)low;
}

unsigned type_pointer_stride(const struct type *t)
{
    unsigned stride = POINTER_BYTES;
    if (t->kind == T_ARRAY)
        return type_pointer_stride(t->target);
    if (t->kind != T_RECORD || !type_has_pointer(t))
        return stride;
    for (int i = 0; i < t->record->field_count; i++) {
        const struct field *f = &t->record->fields[i];
        if (!type_has_pointer(f->type))
            continue;
        unsigned inner = type_pointer_stride(f->type);
        unsigned at = power_of_two_in(f->bit_offset / 8);
        stride = inner < stride ? inner : stride;
        stride = at < stride ? at : stride;
    }
    /* Elements of an array of such records follow at this distance. */
    unsigned next = power_of_two_in(t->size);
    return next < stride ? next : stride;
}
