/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_query.c - see esc_query.h. */
#include "esc_query.h"

#include "esc.h"

bool esc_is_object(const struct symbol *symbol)
{
    return symbol->kind == S_VARIABLE || symbol->kind == S_PARAMETER;
}

const struct type *esc_type_held(const struct symbol *symbol)
{
    return symbol->kind == S_FUNCTION ? symbol->type->target : symbol->type;
}

const struct type *esc_element(const struct type *type)
{
    while (type->kind == T_ARRAY)
        type = type->target;
    return type;
}

/* Of a function that the library's header defines inline others call the
 * library's. */
bool esc_is_called_here(const struct symbol *function)
{
    return (function->storage == ST_STATIC ||
               (function->is_inline && symbol_is_library(function))) &&
           !function->function_address_taken &&
           !function->is_named_elsewhere;
}

bool esc_assigned_here(const struct symbol *symbol)
{
    if (symbol->kind == S_PARAMETER)
        return symbol->function && esc_is_called_here(symbol->function);
    return symbol->kind == S_VARIABLE &&
           (symbol->is_local || symbol->storage == ST_STATIC) &&
           !symbol->is_named_elsewhere;
}

bool esc_runs_here(const struct symbol *callee)
{
    return callee && callee->definition && !callee->is_weak;
}

const struct symbol *esc_parameter(const struct symbol *callee, int i)
{
    const struct node *definition = callee->definition;
    return definition && i < definition->kid_count
           ? definition->kids[i - 1]->symbol : NULL;
}

int esc_slots(const struct type *type)
{
    return type && type->kind == T_RECORD && type->size > 8 &&
           type->size <= 16 ? 2 : 1;
}

static bool are_numbers(const struct record *record)
{
    for (int i = 0; i < record->field_count; i++)
        if (!esc_is_number(record->fields[i].type))
            return false;
    return true;
}

const struct esc_tag *esc_library_tag(const struct symbol *callee)
{
    return callee && !callee->definition && symbol_is_library(callee)
           ? esc_tags_library(callee->name) : NULL;
}

bool esc_is_number(const struct type *type)
{
    type = esc_element(type);
    return type_is_integer(type) || type->kind == T_FLOAT ||
           (type->kind == T_RECORD && type->record->is_system &&
               type->record->complete && !type->record->is_union &&
               are_numbers(type->record));
}

/* A file of -fescc-tags is the user's promise for other units and libraries;
 * what the library's own functions do is not for it to say.  The rows of
 * other.tags are for what a system header declares. */
const struct esc_tag *esc_known_tag(const struct symbol *callee)
{
    const struct esc_tag *tag = esc_library_tag(callee);
    if (tag || !callee || callee->definition || callee->is_own ||
        callee->storage == ST_STATIC)
        return tag;
    tag = esc_tags_users(callee->name);
    return tag || !callee->is_system ? tag : esc_tags_others(callee->name);
}

bool esc_library_stores(const struct node *call, int from, int derefs, int to)
{
    const struct esc_tag *tag = esc_library_tag(node_callee(call));
    return tag && from < tag->parameter_count && to < tag->parameter_count &&
        *esc_tag_content(tag, to, 1, from) == derefs;
}

const struct node *esc_block_value(const struct node *block)
{
    const struct node *last =
        block->kid_count ? block->kids[block->kid_count - 1] : NULL;
    while (last && last->kind == N_LABEL)
        last = last->kids[0];
    return last && last->kind == N_EXPR_STMT ? last->kids[0] : NULL;
}
