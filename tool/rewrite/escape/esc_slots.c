/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_slots.c - places for pointers to functions: what they are called in the
 * program, and what units say that they hold.
 *
 * A slot is a member of a structure, in all objects together, a parameter
 * of a function, of all calls together, or a variable with external linkage.
 * All units that know of the structure, of the function or of the variable mean
 * the same slot: it is known by the tag, the layout and the member, by the
 * function's name and the parameter, by the variable's name.  Two that are
 * known by the same text are one to the program, which then holds what either
 * holds.  Types of two units that are compatible (C11 6.2.7) have the same
 * text: of the types of members it has only where they are.
 *
 * A function in a slot gets what is handed to calls through the slot.  All
 * pointers to functions that are, in whichever place, are in a slot of their
 * own, that of the *arguments*; so are those that these are called with, and
 * all further ones.
 */
#include "esc_slots.h"

#include "esc_names.h"
#include "esc_query.h"

#include "escc/facts.h"
#include "util/strbuf.h"

#include <inttypes.h>
#include <string.h>

/* Functions that get functions that get functions. */
enum { MOST_DEEP = 2 };

struct esc_slots *esc_slots_new(const struct unit *unit)
{
    struct esc_slots *slots = arena_new(struct esc_slots);
    slots->unit = unit;
    return slots;
}

bool esc_is_function_pointer(const struct type *type)
{
    return type && type_is_pointer(type) && type->target &&
           type->target->kind == T_FUNCTION;
}

bool esc_has_slot(const struct field *field)
{
    return esc_is_function_pointer(field->type) && !field->parent->is_union;
}

static struct esc_slot *slot_of(struct esc_slots *slots, const char *key,
                                const char *name)
{
    struct esc_slot *slot = map_get_string(&slots->by_key, key);
    if (slot)
        return slot;
    slot = arena_new(struct esc_slot);
    slot->key = key;
    slot->name = name;
    slot->symbol = arena_new(struct symbol);
    slot->symbol->kind = S_FUNCTION;
    slot->symbol->name = name;
    map_put_string(&slots->by_key, key, slot);
    map_put(&slots->by_symbol, slot->symbol, slot);
    vec_push(&slots->all, slot);
    return slot;
}

const struct esc_slot *esc_slot_of_symbol(const struct esc_slots *slots,
                                          const struct symbol *symbol)
{
    return map_get(&slots->by_symbol, symbol);
}

/* ---- members ------------------------------------------------------------- */

/* Where the members are. */
static void put_layout(struct strbuf *out, const struct record *record)
{
    strbuf_printf(out, "%s{%" PRId64 ";", record->anonymous ? ""
                                                            : record->name,
                  record->size);
    for (int i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        strbuf_printf(out, "%s@%" PRId64 ":%d", field->name,
                      field->bit_offset, field->bit_width);
        if (!*field->name && field->type->kind == T_RECORD)
            put_layout(out, field->type->record);
        strbuf_putc(out, ',');
    }
    strbuf_putc(out, '}');
}

static const char *signature(struct esc_slots *slots,
                             const struct record *record)
{
    const char *found = map_get(&slots->signatures, record);
    struct strbuf text = {0};
    if (found)
        return found;
    put_layout(&text, record);
    found = arena_printf("%s:%016" PRIx64,
                         record->anonymous ? "" : record->name,
                         escc_facts_hash(text.text));
    strbuf_free(&text);
    map_put(&slots->signatures, record, (void *)(uintptr_t)found);
    return found;
}

/* What people call it: without `struct`, and nothing if it has no name. */
static const char *name_of_record(const struct record *record)
{
    const char *name = record->type && record->type->spelling
                       ? record->type->spelling : record->name;
    const char *blank = strrchr(name, ' ');
    return strchr(name, '(') ? "" : blank ? blank + 1 : name;
}

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Structures that the C library stores functions in, or a library which is
 * apart: those of their headers, wherever these are from. */
static bool is_filled_by_others(const struct record *record)
{
    static const char *const names[] = {"z_stream_s", "z_stream",
                                        "lzma_allocator", "bz_stream"};
    return record->is_system ||
           is_one_of(record->name, names, sizeof names / sizeof *names) ||
           is_one_of(name_of_record(record), names,
                     sizeof names / sizeof *names);
}

bool esc_is_called_by_others(const struct symbol *function)
{
    static const char *const names[] = {"tputs", "tputs_sp", "inflateBack"};
    return is_one_of(function->name, names, sizeof names / sizeof *names);
}

struct esc_slot *esc_slot_of_field(struct esc_slots *slots,
                                   const struct field *field)
{
    struct esc_slot *slot = map_get(&slots->by_field, field);
    if (slot)
        return slot;
    slot = slot_of(slots,
                   arena_printf("m:%s.%s", signature(slots, field->parent),
                                field->name),
                   arena_printf("%s.%s", name_of_record(field->parent),
                                field->name));
    map_put(&slots->by_field, field, slot);
    if (is_filled_by_others(field->parent)) {
        esc_slot_expose(slots, slot);
        esc_slot_add_any(slots, esc_slot_of_values(slots, field->type->target));
    }
    return slot;
}

/* ---- parameters ---------------------------------------------------------- */

/* A static function is this unit's: of another one of the same file's name it
 * may get what that gets. */
struct esc_slot *esc_slot_of_parameter(struct esc_slots *slots,
                                       const struct symbol *function, int i)
{
    const char *name = function->name;
    if (function->storage == ST_STATIC)
        name = arena_printf("%s:%s", esc_unit_name(slots->unit), name);
    if (i < 0)
        return slot_of(slots, arena_printf("p:%s:*", name),
                       arena_printf("what %s gets", function->name));
    const char *key = arena_printf("p:%s:%d", name, i);
    struct esc_slot *slot = map_get_string(&slots->by_key, key);
    if (slot)
        return slot;
    slot = slot_of(slots, key, arena_printf("parameter %d of %s", i + 1,
                                            function->name));
    if (function->definition)
        esc_slot_add_slot(slots, slot,
                          esc_slot_of_parameter(slots, function, -1));
    return slot;
}

/* ---- variables ----------------------------------------------------------- */

bool esc_is_shared_pointer(const struct symbol *symbol)
{
    return symbol->kind == S_VARIABLE && !symbol->is_local &&
           symbol->storage != ST_STATIC && !symbol->is_system &&
           esc_is_function_pointer(symbol->type) &&
           symbol->type->target->has_prototype;
}

/* Of a pointer also what it leads to: a structure has its tag in each unit that
 * means the same type by it (C11 6.2.7). */
static void put_class(struct strbuf *text, const struct type *type,
                      bool is_target)
{
    const char *tag = type->kind == T_RECORD && !type->record->anonymous
                      ? type->record->name : "";
    if (type->kind == T_POINTER) {
        strbuf_putc(text, 'p');
        if (!is_target)
            put_class(text, type->target, true);
    } else if (type->kind == T_RECORD) {
        strbuf_printf(text, "r%s;", is_target ? tag : "");
    } else {
        strbuf_putc(text, type->kind == T_VOID ? 'v'
                          : type->kind == T_FLOAT ? 'f'
                          : type_is_integer(type) ? 'i' : 'o');
    }
}

/* Functions of compatible types have the same text (C11 6.7.6.3p15). */
static const char *text_of_function(const struct type *function)
{
    struct strbuf text = {0};
    for (int i = -1; i < function->parameter_count; i++) {
        const struct type *type = i < 0 ? function->target
                                        : function->parameters[i];
        put_class(&text, type, false);
    }
    const char *found = arena_printf("%s%s", text.text,
                                     function->variadic ? "..." : "");
    strbuf_free(&text);
    return found;
}

struct esc_slot *esc_slot_of_variables(struct esc_slots *slots,
                                       const struct type *pointer)
{
    struct esc_slot *all = slot_of(slots, "v:*", "any variable");
    if (!pointer || !pointer->target->has_prototype)
        return all;
    struct esc_slot *slot =
        slot_of(slots,
                arena_printf("v:*:%s", text_of_function(pointer->target)),
                "variables found by their address");
    esc_slot_add_slot(slots, slot, all);
    return slot;
}

struct esc_slot *esc_slot_of_variable(struct esc_slots *slots,
                                      const struct symbol *variable)
{
    const char *key = arena_printf("v:%s", variable->name);
    struct esc_slot *slot = map_get_string(&slots->by_key, key);
    if (slot)
        return slot;
    slot = slot_of(slots, key, variable->name);
    esc_slot_add_slot(slots, slot,
                      esc_slot_of_variables(slots, variable->type));
    return slot;
}

/* ---- values -------------------------------------------------------------- */

struct esc_slot *esc_slot_of_values(struct esc_slots *slots,
                                    const struct type *function)
{
    struct esc_slot *all = slot_of(slots, "t:*", "any function pointer");
    if (!function->has_prototype)
        return all;
    const char *text = text_of_function(function);
    struct esc_slot *slot = slot_of(slots, arena_printf("t:%s", text),
                                    "pointers to functions of this type");
    esc_slot_add_slot(slots, slot, all);
    return slot;
}

/* ---- arguments ----------------------------------------------------------- */

struct esc_slot *esc_slot_arguments(struct esc_slots *slots,
                                    struct esc_slot *slot)
{
    if (!slot->arguments) {
        slot->arguments =
            slot_of(slots, arena_printf("a:%s", slot->key),
                    arena_printf("what %s is called with", slot->name));
        slot->arguments->depth = slot->depth + 1;
        if (slot->arguments->depth == MOST_DEEP)
            slot->arguments->arguments = slot->arguments;
    }
    return slot->arguments;
}

/* ---- rows ---------------------------------------------------------------- */

static bool add_row(struct esc_slot *to, const void *key,
                    struct esc_slot_row row)
{
    if (map_get(&to->has, key))
        return false;
    map_put(&to->has, key, to);
    vec_push(&to->rows, row);
    return true;
}

void esc_slot_add_any(struct esc_slots *slots, struct esc_slot *to)
{
    (void)slots;
    add_row(to, to, (struct esc_slot_row){NULL, NULL});
}

/* Whether it may have a parameter that is a pointer to a function. */
static bool gets_functions(const struct symbol *function)
{
    const struct type *type = function->type;
    for (int i = 0; type->has_prototype && i < type->parameter_count; i++)
        if (esc_is_function_pointer(type->parameters[i]))
            return true;
    return !type->has_prototype;
}

void esc_slot_add_function(struct esc_slots *slots, struct esc_slot *to,
                           const struct symbol *function)
{
    if (add_row(to, function, (struct esc_slot_row){function, NULL}) &&
        gets_functions(function))
        esc_slot_add_slot(slots, esc_slot_of_parameter(slots, function, -1),
                          esc_slot_arguments(slots, to));
}

/* What is called through the one may be called through the other. */
void esc_slot_add_slot(struct esc_slots *slots, struct esc_slot *to,
                       struct esc_slot *from)
{
    if (to != from && add_row(to, from, (struct esc_slot_row){NULL, from}))
        esc_slot_add_slot(slots, esc_slot_arguments(slots, from),
                          esc_slot_arguments(slots, to));
}

void esc_slot_expose(struct esc_slots *slots, struct esc_slot *slot)
{
    esc_slot_add_any(slots, slot);
    esc_slot_add_any(slots, esc_slot_arguments(slots, slot));
}
