/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_slots_collect.c - what a unit's text puts where.
 *
 * [inv.slots.rows]  Every pointer to a function in the text that is not the
 * callee of a call is put somewhere: in a slot, or in a variable whose values
 * this unit knows (esc_targets.c), or only compared; all else lets it *go*.  A
 * function that was let go may be called with any arguments.  A slot that the
 * text puts something in that is not followed may hold any function.
 *
 * [inv.slots.values]  What is read as a pointer to functions of a type,
 * where a pointer leads to or from what a function returns, is a value of
 * that type (C11 6.5p7).  A value of that type is made where the text names
 * a function, or converts to it; or it comes from other code, which is no
 * stranger, as the C library's: its results, members of its structures.
 * All else only passes it on.  A union with such a member, an operand of
 * assembly may make any.
 */
#include "esc_slots.h"

#include "esc_names.h"
#include "esc_private.h"
#include "esc_query.h"
#include "esc_targets.h"

#include <string.h>

struct collector {
    struct esc_slots *slots;
    const struct esc_pointers *pointers;
    const struct esc_private *private;
    const struct map *names;
};

/* ---- putting ------------------------------------------------------------- */

static void put(const struct collector *c, struct esc_slot *to,
                const struct node *value)
{
    struct esc_pointed all = {0};
    esc_pointers_all(c->pointers, value, &all);
    for (size_t i = 0; i < all.functions.count; i++)
        esc_slot_add_function(c->slots, to, all.functions.items[i]);
    for (size_t i = 0; i < all.slots.count; i++)
        esc_slot_add_slot(c->slots, to, all.slots.items[i]);
    if (all.unknown)
        esc_slot_add_any(c->slots, to);
    esc_pointed_free(&all);
}

static void put_any_value(const struct collector *c, const struct type *type)
{
    if (type && esc_is_function_pointer(type))
        esc_slot_add_any(c->slots,
                         esc_slot_of_values(c->slots, type->target));
}

static bool is_public(const struct collector *c, const struct field *field)
{
    return field && esc_has_slot(field) &&
           !esc_private_field(c->private, field);
}

static void put_in_field(const struct collector *c,
                         const struct field *field, const struct node *value)
{
    if (is_public(c, field))
        put(c, esc_slot_of_field(c->slots, field), value);
}

static void put_in_variable(const struct collector *c,
                            const struct symbol *to, const struct node *value)
{
    if (value && to && esc_is_shared_pointer(to))
        put(c, esc_slot_of_variable(c->slots, to), value);
}

/* A store through a pointer may be to a variable that dlsym has found. */
static void put_in(const struct collector *c, const struct node *to,
                   const struct node *value)
{
    to = node_unparenthesize((struct node *)to);
    if (to->kind == N_MEMBER || to->kind == N_ARROW)
        put_in_field(c, to->field, value);
    else if (to->kind == N_REF)
        put_in_variable(c, to->symbol, value);
    else if ((to->kind == N_DEREF ||
                 (to->kind == N_INDEX && to->kids[0]->kind != N_DECAY)) &&
             esc_is_function_pointer(to->type))
        put(c, esc_slot_of_variables(c->slots, to->type), value);
}

/* ---- calls --------------------------------------------------------------- */

/* Whether a parameter of the function has a slot: the unit does not see its
 * calls itself. */
static bool has_parameter_slots(const struct symbol *function)
{
    return !esc_is_called_here(function) && !esc_known_tag(function) &&
           strncmp(function->name, "__builtin_", 10) != 0;
}

/* What is no pointer to a function may become one where types are not
 * checked. */
static bool may_become_function(const struct node *argument)
{
    return argument->type && type_is_pointer(argument->type) &&
           !(argument->flags & NODE_NULL_POINTER);
}

static void put_argument(const struct collector *c, struct esc_slot *to,
                         const struct node *argument, bool checked)
{
    if (esc_is_function_pointer(argument->type))
        put(c, to, argument);
    else if (!checked && may_become_function(argument))
        esc_slot_add_any(c->slots, to);
}

static void put_arguments(const struct collector *c,
                          const struct symbol *function,
                          const struct node *call, bool checked)
{
    bool slots = has_parameter_slots(function);
    checked &= function->type->has_prototype;
    for (int i = 1; slots && i < call->kid_count; i++)
        if (esc_is_function_pointer(call->kids[i]->type) ||
            (!checked && may_become_function(call->kids[i])))
            put_argument(c, esc_slot_of_parameter(c->slots, function, i - 1),
                         call->kids[i], checked);
}

static bool is_converted(const struct node *pointer)
{
    while (pointer->kind == N_PAREN)
        pointer = pointer->kids[0];
    return pointer->kind == N_CAST || pointer->kind == N_CONVERT;
}

static bool has_prototype(const struct node *pointer)
{
    const struct type *type = pointer->type;
    return esc_is_function_pointer(type) && type->target->has_prototype;
}

static bool has_arguments_to_put(const struct node *call, bool checked)
{
    for (int i = 1; i < call->kid_count; i++)
        if (esc_is_function_pointer(call->kids[i]->type) ||
            (!checked && may_become_function(call->kids[i])))
            return true;
    return false;
}

static void put_by_pointer(const struct collector *c, const struct node *call)
{
    const struct node *pointer = call->kids[0];
    bool checked = has_prototype(pointer) && !is_converted(pointer);
    struct esc_pointed all = {0};
    if (!has_arguments_to_put(call, checked))
        return;
    esc_pointers_all(c->pointers, pointer, &all);
    for (size_t i = 0; i < all.functions.count; i++)
        put_arguments(c, all.functions.items[i], call, checked);
    for (size_t i = 0; i < all.slots.count; i++) {
        struct esc_slot *to =
            esc_slot_arguments(c->slots, all.slots.items[i]);
        for (int k = 1; k < call->kid_count; k++)
            put_argument(c, to, call->kids[k], checked);
    }
    esc_pointed_free(&all);
}

static void call(const struct collector *c, const struct node *n)
{
    static const char *const copiers[] = {
        "memcpy", "memmove", "mempcpy", "__builtin_memcpy",
        "__builtin_memmove", "__builtin_mempcpy"};
    const struct symbol *callee = node_callee(n);
    if (!callee) {
        put_by_pointer(c, n);
        return;
    }
    put_arguments(c, callee, n, true);
    for (size_t i = 0; i < sizeof copiers / sizeof *copiers; i++) {
        if (strcmp(callee->name, copiers[i]) || n->kid_count < 3)
            continue;
        const struct type *to = node_strip(n->kids[1])->type;
        const struct type *from = node_strip(n->kids[2])->type;
        if (type_is_pointer(to) && type_is_pointer(from))
            esc_slots_convert(c->slots, from->target, to->target);
    }
}

/* ---- letting go ---------------------------------------------------------- */

/* Argument `n` of the call gets where calls are followed. */
static bool is_followed_argument(const struct collector *c,
                                 const struct node *call,
                                 const struct node *n)
{
    const struct symbol *callee = node_callee(call);
    int i = 1;
    while (call->kids[i] != n)
        i++;
    const struct type *type = call->kids[0]->type;
    if (esc_is_function_pointer(type))
        type = type->target;
    if (!type || type->kind != T_FUNCTION ||
        (type->has_prototype && i > type->parameter_count))
        return false;
    if (callee)
        return !esc_known_tag(callee) &&
               strncmp(callee->name, "__builtin_", 10) != 0;
    struct esc_pointed all = {0};
    esc_pointers_all(c->pointers, call->kids[0], &all);
    bool known = !all.unknown;
    for (size_t f = 0; f < all.functions.count; f++)
        known &= !esc_known_tag(all.functions.items[f]);
    esc_pointed_free(&all);
    return known;
}

static bool is_followed_target(const struct collector *c,
                               const struct node *to)
{
    to = node_unparenthesize((struct node *)to);
    if (to->kind == N_MEMBER || to->kind == N_ARROW)
        return to->field && esc_has_slot(to->field);
    return to->kind == N_REF && esc_pointers_follow(c->pointers, to->symbol);
}

/* Where the value of an expression goes; NULL: nowhere else, *followed says
 * whether it is known. */
static const struct node *next_use(const struct collector *c,
                                   const struct node *n, bool *followed)
{
    const struct node *up = n->parent;
    *followed = true;
    switch (up->kind) {
    case N_PAREN: case N_DECAY:
    case N_ADDRESS: case N_DEREF:
        return up;
    case N_CAST: case N_CONVERT:
        if (esc_is_function_pointer(up->type))
            return up;
        *followed = up->type->kind == T_VOID || up->type->kind == T_BOOL;
        return NULL;
    case N_CONDITIONAL:
        return up->kids[0] != n || !up->kids[1] ? up : NULL;
    case N_COMMA:
        return up->kids[1] == n ? up : NULL;
    case N_CALL:
        *followed = up->kids[0] == n || is_followed_argument(c, up, n);
        return NULL;
    case N_ASSIGN:
        *followed = up->kids[1] == n && is_followed_target(c, up->kids[0]);
        return *followed ? up : NULL;
    case N_VAR:
        *followed = esc_pointers_follow(c->pointers, up->symbol);
        return NULL;
    case N_INIT_ITEM:
        *followed = up->field && esc_has_slot(up->field);
        return NULL;
    case N_UNARY: case N_LOGICAL: case N_EXPR_STMT: case N_IF: case N_WHILE:
    case N_DO: case N_FOR:
        return NULL;
    case N_BINARY:
        *followed = up->op == OP_EQ || up->op == OP_NE;
        return NULL;
    default:
        *followed = false;
        return NULL;
    }
}

static bool is_followed(const struct collector *c, const struct node *n)
{
    bool followed;
    while ((n = next_use(c, n, &followed)))
        ;
    return followed;
}

static bool gets_functions(const struct type *type)
{
    for (int i = 0; type->has_prototype && i < type->parameter_count; i++)
        if (esc_is_function_pointer(type->parameters[i]))
            return true;
    return !type->has_prototype;
}

static void let_go(const struct collector *c, const struct node *n)
{
    struct esc_pointed all = {0};
    esc_pointers_all(c->pointers, n, &all);
    for (size_t i = 0; i < all.functions.count; i++)
        if (gets_functions(all.functions.items[i]->type))
            esc_slot_add_any(
                c->slots,
                esc_slot_of_parameter(c->slots, all.functions.items[i], -1));
    for (size_t i = 0; i < all.slots.count; i++)
        esc_slot_add_any(c->slots, esc_slot_arguments(c->slots,
                                                      all.slots.items[i]));
    esc_pointed_free(&all);
}

/* A variable that is known by another name may be any one. */
static void shared_pointer(const struct collector *c, const struct node *n)
{
    if (!esc_is_shared_by_name(c->names, n->symbol))
        esc_slot_add_any(c->slots, esc_slot_of_variables(c->slots, NULL));
    if (n->kind != N_VAR && !esc_is_plain_use(n))
        esc_slot_expose(c->slots, esc_slot_of_variable(c->slots, n->symbol));
}

/* The library makes pointers that no text does. */
static void put_any_result(const struct collector *c,
                           const struct symbol *function)
{
    if (function->is_system || function->is_builtin ||
        esc_known_tag(function))
        put_any_value(c, function->type->target);
}

static void reference(const struct collector *c, const struct node *n)
{
    if (n->symbol && esc_is_shared_pointer(n->symbol))
        shared_pointer(c, n);
    if (n->symbol && n->symbol->kind == S_FUNCTION)
        put_any_result(c, n->symbol);
    if (n->symbol && n->symbol->kind == S_FUNCTION && !node_is_called(n))
        put(c, esc_slot_of_values(c->slots, n->symbol->type), n);
    if (n->symbol && n->symbol->kind == S_FUNCTION &&
        gets_functions(n->symbol->type) && n->parent && !is_followed(c, n))
        let_go(c, n);
}

/* Functions of any type may be in a place of another one. */
static void load(const struct collector *c, const struct node *n)
{
    if (esc_is_function_pointer(n->type) && !is_followed(c, n))
        let_go(c, n);
}

/* ---- what else others do ------------------------------------------------- */

static void member(const struct collector *c, const struct node *n)
{
    const struct field *field = n->field;
    if (!field)
        return;
    if (field->parent->is_union) {
        for (int i = 0; i < field->parent->field_count; i++) {
            esc_slots_expose_type(c->slots, field->parent->fields[i].type);
            put_any_value(c, field->parent->fields[i].type);
        }
        return;
    }
    if (n->kind != N_INIT_ITEM && n->flags & NODE_LVALUE &&
        is_public(c, field) && !esc_is_plain_use(n))
        esc_slot_expose(c->slots, esc_slot_of_field(c->slots, field));
}

static void conversion(const struct collector *c, const struct node *n)
{
    const struct type *from = n->kids[0]->type, *to = n->type;
    if (to && esc_is_function_pointer(to))
        put(c, esc_slot_of_values(c->slots, to->target), n->kids[0]);
    if (from && to && type_is_pointer(from) && type_is_pointer(to) &&
        from->target->unqualified != to->target->unqualified)
        esc_slots_convert(c->slots, from->target, to->target);
}

static void expose_operands(const struct collector *c, const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++) {
        const struct type *type = n->kids[i] ? n->kids[i]->type : NULL;
        put_any_value(c, type);
        if (type && type_is_pointer(type))
            put_any_value(c, type = type->target);
        if (type)
            esc_slots_expose_type(c->slots, type);
    }
}

/* A definition that others may call under another name, or the C library. */
static void definition(const struct collector *c, const struct node *n)
{
    const struct symbol *f = n->symbol;
    if (gets_functions(f->type) &&
        (f->is_renamed || symbol_is_library(f) || f->is_builtin ||
            esc_is_called_by_others(f) ||
            map_get_string(c->names, f->name)))
        esc_slot_add_any(c->slots, esc_slot_of_parameter(c->slots, f, -1));
}

static bool visit(struct node *n, void *context)
{
    const struct collector *c = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        definition(c, n);
        break;
    case N_VAR:
        if (n->symbol && map_get_string(c->names, n->symbol->name))
            esc_slots_expose_type(c->slots, n->symbol->type);
        if (n->symbol && esc_is_shared_pointer(n->symbol))
            shared_pointer(c, n);
        put_in_variable(c, n->symbol, n->kids[0]);
        break;
    case N_ASSIGN:
        put_in(c, n->kids[0], n->kids[1]);
        break;
    case N_INIT_ITEM:
        put_in_field(c, n->field, n->kids[0]);
        member(c, n);
        break;
    case N_MEMBER: case N_ARROW:
        member(c, n);
        break;
    case N_CALL:
        call(c, n);
        break;
    case N_REF:
        reference(c, n);
        break;
    case N_LOAD:
        load(c, n);
        break;
    case N_CAST: case N_CONVERT:
        conversion(c, n);
        break;
    case N_ASM: case N_ATOMIC: case N_OTHER_EXPR:
        expose_operands(c, n);
        break;
    default:
        break;
    }
    return true;
}

/* What the alias gets the function gets. */
static void take_from_alias(const struct collector *c,
                            const struct symbol *function,
                            const struct symbol *alias)
{
    struct esc_slots *slots = c->slots;
    struct esc_slot *all = esc_slot_of_parameter(slots, function, -1);
    const struct type *type = function->type;
    if (alias->type->unqualified != type->unqualified || alias->has_asm_label) {
        esc_slot_add_any(slots, all);
        return;
    }
    esc_slot_add_slot(slots, all, esc_slot_of_parameter(slots, alias, -1));
    for (int i = 0; i < type->parameter_count; i++)
        if (esc_is_function_pointer(type->parameters[i]))
            esc_slot_add_slot(slots,
                              esc_slot_of_parameter(slots, function, i),
                              esc_slot_of_parameter(slots, alias, i));
}

static void aliases(const struct collector *c, const struct symbol *alias)
{
    const struct unit *unit = c->slots->unit;
    for (int i = 0; alias->alias_of && i < unit->symbol_count; i++)
        if (symbol_is_aliased(unit->symbols[i], alias) &&
            gets_functions(unit->symbols[i]->type))
            take_from_alias(c, unit->symbols[i], alias);
}

void esc_slots_collect(struct esc_slots *slots,
                       const struct esc_pointers *pointers,
                       const struct esc_private *private,
                       const struct map *names)
{
    struct collector c = {slots, pointers, private, names};
    node_walk(slots->unit->root, visit, &c);
    for (int i = 0; i < slots->unit->symbol_count; i++)
        aliases(&c, slots->unit->symbols[i]);
}
