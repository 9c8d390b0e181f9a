/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_slots_types.c - objects that are looked at as objects of another type.
 *
 * A member is stored to under its own name.  An object that is converted to
 * `void *` or to characters is looked at as what it is, on the other side
 * (C11 6.5p7); where the text shows that it is looked at as something else, by
 * a conversion to another structure or by a union, members at the same place
 * hold what the other one does, or anything.
 */
#include "esc_slots.h"

#include "esc_query.h"

enum { BITS = 8 };

/* ---- what is in an object ------------------------------------------------ */

/* A pointer to a function in an object; `in_many`: in an array or a union. */
typedef void visit_slot(void *context, const struct field *, int64_t at,
                        bool in_many);

static void for_each_slot(const struct type *type, int64_t at, bool in_many,
                          visit_slot *visit, void *context)
{
    const struct type *element = esc_element(type);
    if (element->kind != T_RECORD)
        return;
    const struct record *record = element->record;
    in_many |= type->kind == T_ARRAY || record->is_union;
    for (int i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        int64_t there = at + field->bit_offset;
        if (esc_has_slot(field))
            visit(context, field, there, in_many);
        else
            for_each_slot(field->type, there, in_many, visit, context);
    }
}

static void expose(void *context, const struct field *field, int64_t at,
                   bool in_many)
{
    (void)at;
    (void)in_many;
    esc_slot_expose(context, esc_slot_of_field(context, field));
    esc_slot_add_any(context, esc_slot_of_values(context, field->type->target));
}

void esc_slots_expose_type(struct esc_slots *slots, const struct type *type)
{
    for_each_slot(type, 0, false, expose, slots);
}

/* ---- two views of an object ---------------------------------------------- */

/* What is at this place: a member, which is neither a structure nor an array;
 * NULL: several, or nothing.  *empty: nothing at all. */
static const struct field *member_at(const struct record *record, int64_t at,
                                     bool *empty)
{
    for (int i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        const struct type *type = field->type;
        int64_t bits = field->bit_width >= 0 ? field->bit_width
                                             : type->size * BITS;
        if (at < field->bit_offset || at >= field->bit_offset + bits)
            continue;
        *empty = false;
        if (record->is_union || type->kind == T_ARRAY)
            return NULL;
        return type->kind == T_RECORD
            ? member_at(type->record, at - field->bit_offset, empty) : field;
    }
    return NULL;
}

struct view {
    struct esc_slots *slots;
    const struct record *other;
};

static void see(void *context, const struct field *field, int64_t at,
                bool in_many)
{
    struct view *v = context;
    bool empty = true;
    const struct field *other = member_at(v->other, at, &empty);
    struct esc_slot *slot = esc_slot_of_field(v->slots, field);
    if (empty || other == field)
        return;
    if (!other || in_many || !esc_has_slot(other)) {
        expose(v->slots, field, at, in_many);
        return;
    }
    struct esc_slot *values = esc_slot_of_values(v->slots,
                                                 field->type->target),
                    *others = esc_slot_of_values(v->slots,
                                                 other->type->target);
    esc_slot_add_slot(v->slots, values, others);
    esc_slot_add_slot(v->slots, others, values);
    struct esc_slot *same = esc_slot_of_field(v->slots, other);
    esc_slot_add_slot(v->slots, slot, same);
    esc_slot_add_slot(v->slots, same, slot);
}

static bool is_record(const struct type *type)
{
    return type && type->kind == T_RECORD && type->record->complete;
}

static bool is_new_pair(struct esc_slots *slots, const struct record *a,
                        const struct record *b)
{
    struct map *others = map_get(&slots->converted, a);
    if (!others)
        map_put(&slots->converted, a, others = arena_new(struct map));
    if (map_get(others, b))
        return false;
    map_put(others, b, others);
    return true;
}

static void see_both(struct esc_slots *slots, const struct record *a,
                     const struct record *b)
{
    struct view on_b = {slots, b}, on_a = {slots, a};
    if (a == b || !is_new_pair(slots, a, b))
        return;
    for_each_slot(a->type, 0, false, see, &on_b);
    for_each_slot(b->type, 0, false, see, &on_a);
}

/* A pointer to a function that is looked at as something else.  A structure may
 * begin with it. */
static void see_pointers(struct esc_slots *slots, const struct type *one,
                         const struct type *other)
{
    if (esc_is_function_pointer(one) && other->kind != T_VOID &&
        other->kind != T_RECORD && other->kind != T_FUNCTION &&
        other->size != 1)
        esc_slot_add_any(slots, esc_slot_of_values(slots, one->target));
}

/* Characters and `void` are no other view. */
void esc_slots_convert(struct esc_slots *slots, const struct type *from,
                       const struct type *to)
{
    from = esc_element(from);
    to = esc_element(to);
    see_pointers(slots, from, to);
    see_pointers(slots, to, from);
    if (is_record(from) && is_record(to)) {
        see_both(slots, from->record, to->record);
        return;
    }
    const struct type *other = is_record(from) ? to : from;
    if (other->kind != T_VOID && other->kind != T_RECORD &&
        other->kind != T_FUNCTION && other->size != 1)
        esc_slots_expose_type(slots, is_record(from) ? from : to);
}
