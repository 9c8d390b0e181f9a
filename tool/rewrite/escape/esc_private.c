/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_private.c - structures of which no other code has objects.
 *
 * What a field of a structure holds in any object is known if every store to
 * it is in the unit's text, as an assignment or an initialiser that names it.
 * For other code to store there it must have come by an object, or have made
 * one that came here.  In C an object passes only under its type, or by a
 * conversion that takes the type off or puts it on.  So a structure is
 * *exposed*, and nothing is known of its fields, if it can be reached from
 *
 *   - the type of something with external linkage that the unit defines or
 *     uses, or that assembly mentions by its name;
 *   - either side of a conversion that changes what a pointer points to, to
 *     integers and back as well: `void *` may lead anywhere;
 *   - a member of a union, unless the union is a choice of pointers, since it
 *     is read as another;
 *   - an argument without a parameter's type, what va_arg reads, operands of
 *     assembly and of atomic builtins, and whatever is not understood;
 *   - a static object in a unit that puts things in sections, which others
 *     find between two symbols.
 *
 * From a type everything is reached that its objects lead to: members,
 * targets of pointers, parameters and results of functions.
 *
 * [inv.private]  of a structure that is not exposed there is no object in the
 * hands of other code, of what is loaded later neither; and none of its fields
 * is stored to but under its own name, unless its address is taken.
 *
 * [inv.split]  from the address of a member of such a structure nobody gets to
 * the members beside it: other code does not know of them, and this unit's has
 * no conversion that leads there.  So a member that is a structure itself may
 * be thought of as an object of its own to which the one around it points,
 * `r.v` as `*r.v`.  Not if the structure is copied as a whole, which would have
 * to copy that object, if an initialiser or an allocation makes it, or if
 * members of members are named as its own.
 *
 * [inv.member]  what is found in a member of such a structure, a pointer or a
 * union of scalars, was stored there by its name, or came with a copy of a
 * structure of the same type.  Not if its address is taken, if the structure is
 * a member of a union itself, whose other members are the same memory, or if an
 * initialiser says what is in the union.
 *
 * [inv.member.choice]  what is stored in such a union as a pointer to a
 * structure that is not exposed can be read as another of its members, but not
 * be used: to get at the object again it would have to be converted, and then
 * the structure were exposed, or be read as that member of a union of this
 * type.  Not if unions of two types have a member of its type.
 */
#include "esc_private.h"

#include "esc_query.h"

#include <string.h>

struct esc_private {
    const struct map *names;
    struct map exposed;         /* records, and types that were followed */
    struct map addressed;       /* fields */
    struct map whole;           /* records that are not split */
    struct map in_unions;       /* records that members of unions have */
    struct map touched;         /* fields, and unions that are fields, which
                                   not only their names lead to */
    struct map chosen;          /* record -> the union with a pointer to it */
    struct map ambiguous;       /* records to which several have */
    bool has_sections;
};

/* ---- types --------------------------------------------------------------- */

static bool is_new(struct esc_private *p, const void *key)
{
    if (map_get(&p->exposed, key))
        return false;
    map_put(&p->exposed, key, p);
    return true;
}

static void expose(struct esc_private *p, const struct type *type)
{
    if (!type || !is_new(p, type = type->unqualified))
        return;
    expose(p, type->target);
    for (int i = 0; i < type->parameter_count; i++)
        expose(p, type->parameters[i]);
    if (type->kind != T_RECORD || !is_new(p, type->record))
        return;
    for (int i = 0; i < type->record->field_count; i++)
        expose(p, type->record->fields[i].type);
}

/* Objects of the type are dealt with as wholes, and so is what is in them. */
static void keep_whole(struct esc_private *p, const struct type *type)
{
    type = type ? esc_element(type) : NULL;
    if (!type || type->kind != T_RECORD || map_get(&p->whole, type->record))
        return;
    map_put(&p->whole, type->record, p);
    for (int i = 0; i < type->record->field_count; i++)
        keep_whole(p, type->record->fields[i].type);
}

/* Qualifiers aside, at any depth. */
static bool is_same(const struct type *a, const struct type *b)
{
    while (a && b && a->unqualified != b->unqualified) {
        if (a->kind != b->kind ||
            (a->kind != T_POINTER && (a->kind != T_ARRAY ||
                                         a->count != b->count)))
            return false;
        a = a->target;
        b = b->target;
    }
    return a && b;
}

/* ---- conversions --------------------------------------------------------- */

static bool is_number(const struct type *type)
{
    return type_is_integer(type) || type->kind == T_FLOAT ||
           type->kind == T_COMPLEX;
}

/* The expression under conversions. */
static const struct node *converted(const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_CAST || n->kind == N_CONVERT)
        n = n->kids[0];
    return n;
}

/* Functions of the library that only look at bytes or clear them, by the
 * name without what compilers and fortified headers add. */
static bool is_called(const struct symbol *callee, const char *name)
{
    const char *p = callee->name;
    size_t n = strlen(name);
    if (!strncmp(p, "__builtin_", 10))
        p += 10;
    else if (!symbol_is_library(callee))
        return false;
    if (!strncmp(p, "__", 2) && strlen(p) == n + 6 &&
        !strcmp(p + n + 2, "_chk"))
        p += 2;
    return !strncmp(p, name, n) && (!p[n] || !strcmp(p + n, "_chk"));
}

/* Nothing is stored there but zeros, or the value goes nowhere. */
static bool only_clears(const struct node *call)
{
    static const char *const names[] = {
        "memset", "bzero", "explicit_bzero", "free", "memcmp",
        "object_size", "dynamic_object_size"
    };
    const struct symbol *callee = node_callee(call);
    for (size_t i = 0; callee && i < sizeof names / sizeof *names; i++)
        if (is_called(callee, names[i]))
            return true;
    return false;
}

/* Objects are copied to objects of the same type. */
static bool copies_same(const struct node *call)
{
    const struct symbol *callee = node_callee(call);
    return callee && call->kid_count > 2 &&
           (is_called(callee, "memcpy") || is_called(callee, "memmove")) &&
           is_same(converted(call->kids[1])->type,
                   converted(call->kids[2])->type);
}

/* Whether the converted pointer is only an argument that such a function
 * gets. */
static bool is_harmless_argument(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && (up->kind == N_PAREN || up->kind == N_CAST ||
                     up->kind == N_CONVERT)) {
        n = up;
        up = up->parent;
    }
    return up && up->kind == N_CALL && up->kids[0] != n &&
           (only_clears(up) || copies_same(up));
}

/* The same for the functions that do not copy. */
static bool only_clears_argument(const struct node *n)
{
    while (n->kind != N_CALL)
        n = n->parent;
    return only_clears(n);
}

/* New memory, which holds nothing yet. */
static bool is_new_memory(const struct node *n)
{
    n = converted(n);
    const struct esc_tag *tag =
        n->kind == N_CALL ? esc_library_tag(node_callee(n)) : NULL;
    return tag && (tag->allocates == ESC_ALLOCATES_RESULT ||
                      tag->allocates == ESC_ALLOCATES_FRAME);
}

static void conversion(struct esc_private *p, const struct node *n)
{
    const struct type *from = n->kids[0]->type, *to = n->type;
    if (to && type_is_pointer(to) && is_new_memory(n->kids[0]))
        keep_whole(p, to->target);
    if (from && type_is_pointer(from) && is_harmless_argument(n) &&
        !only_clears_argument(n))
        keep_whole(p, from->target);
    if (!from || !to || is_same(from, to) || to->kind == T_VOID ||
        to->kind == T_BOOL || (is_number(from) && is_number(to)) ||
        (n->flags | n->kids[0]->flags) & NODE_NULL_POINTER ||
        is_new_memory(n->kids[0]) || is_harmless_argument(n))
        return;
    expose(p, from);
    expose(p, to);
}

/* ---- what else lets objects pass ----------------------------------------- */

static void use(struct esc_private *p, const struct symbol *symbol)
{
    bool is_static = symbol->is_local || symbol->storage == ST_STATIC;
    if (symbol->is_given_in_pragma)
        expose(p, symbol->type);
    if (symbol->kind != S_FUNCTION && symbol->kind != S_VARIABLE)
        return;
    if (!is_static || symbol->is_renamed || symbol->has_cleanup ||
        map_get_string(p->names, symbol->name) ||
        (p->has_sections && symbol->kind == S_VARIABLE && !symbol->is_local))
        expose(p, symbol->type);
}

static void expose_kids(struct esc_private *p, const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++)
        if (n->kids[i])
            expose(p, n->kids[i]->type);
}

static void untyped_arguments(struct esc_private *p, const struct node *call)
{
    const struct type *callee = call->kids[0]->type;
    const struct type *type = type_is_pointer(callee) ? callee->target
                                                      : callee;
    bool typed = type && type->kind == T_FUNCTION && type->has_prototype;
    for (int i = 1; i < call->kid_count; i++)
        if (!typed || i > type->parameter_count)
            if (!only_clears(call))
                expose(p, call->kids[i]->type);
}

static bool is_function_pointer(const struct type *type)
{
    return type_is_pointer(type) && type->target &&
           type->target->kind == T_FUNCTION;
}

static bool holds_functions(const struct type *type)
{
    type = esc_element(type);
    bool found = is_function_pointer(type);
    for (int i = 0; type->kind == T_RECORD && i < type->record->field_count;
         i++)
        found |= holds_functions(type->record->fields[i].type);
    return found;
}

/* A union of pointers to different things, only one of which holds functions.
 * What is stored as one cannot be used as another: an object is accessed as
 * what it is, or as characters (C11 6.5p7); no member can hold a pointer that
 * lost its type. */
static bool is_choice(const struct record *u)
{
    enum { WORD = 8 };
    int holders = 0;
    for (int i = 0; i < u->field_count; i++) {
        const struct type *type = u->fields[i].type;
        if (!type_is_pointer(type)) {
            if (!is_number(type) || type->size >= WORD)
                return false;
            continue;
        }
        const struct type *to = esc_element(type->target);
        if (to->kind == T_VOID || to->kind == T_FUNCTION || to->size == 1 ||
            is_function_pointer(to))
            return false;
        holders += holds_functions(to);
    }
    return holders < 2;
}

bool esc_is_plain_use(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    return up && (up->kind == N_LOAD ||
                  (up->kind == N_ASSIGN && up->kids[0] == n));
}

static void put_in_union(struct esc_private *p, const struct type *type)
{
    type = esc_element(type);
    if (type->kind != T_RECORD || map_get(&p->in_unions, type->record))
        return;
    map_put(&p->in_unions, type->record, p);
    for (int i = 0; i < type->record->field_count; i++)
        put_in_union(p, type->record->fields[i].type);
}

/* Whether only what is in the member, or in a member of that, a union, is read
 * or replaced. */
static bool is_use_by_name(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && up->kind == N_PAREN) {
        n = up;
        up = up->parent;
    }
    if (!up)
        return false;
    if (up->kind == N_MEMBER)
        return up->field && up->field->parent->is_union &&
               type_is_scalar(up->type) && is_use_by_name(up);
    return up->kind == N_LOAD || up->kind == N_INCDEC ||
           ((up->kind == N_ASSIGN || up->kind == N_COMPOUND_ASSIGN) &&
               up->kids[0] == n);
}

/* The structure whose member an expression or an initialiser names, as the
 * text has it: anonymous ones between are passed over. */
static const struct record *record_named(const struct node *n)
{
    const struct type *type = n->kind == N_INIT_ITEM
                              ? n->parent->type : n->kids[0]->type;
    if (n->kind == N_ARROW && type)
        type = type->target;
    type = type ? esc_element(type) : NULL;
    return type && type->kind == T_RECORD ? type->record : NULL;
}

/* The structure that a member of a union points to, which has that member's
 * name to tell it from others. */
static const struct record *choice_of(const struct field *field)
{
    const struct type *type = field->type;
    return field->parent->is_union && type_is_pointer(type) &&
           type->target && type->target->kind == T_RECORD
           ? type->target->record : NULL;
}

static void note_choice(struct esc_private *p, const struct field *field)
{
    const struct record *to = choice_of(field);
    const struct record *other = to ? map_get(&p->chosen, to) : NULL;
    if (other && other != field->parent)
        map_put(&p->ambiguous, to, p);
    else if (to)
        map_put(&p->chosen, to, field->parent);
}

/* What else than names leads to the member. */
static void touch(struct esc_private *p, const struct node *n)
{
    const struct field *field = n->field;
    bool is_item = n->kind == N_INIT_ITEM;
    if (field->parent->is_union) {
        put_in_union(p, field->type);
        note_choice(p, field);
    }
    if (is_item && field->parent->is_union &&
        !(n->kids[0]->flags & (NODE_NULL_POINTER | NODE_CONSTANT)))
        map_put(&p->touched, field->parent, p);
    if (record_named(n) != field->parent ||
        (is_item ? field->type->kind == T_RECORD &&
                   n->kids[0]->kind != N_INIT_LIST
                 : n->flags & NODE_LVALUE && !is_use_by_name(n)))
        map_put(&p->touched, field, p);
}

static void member(struct esc_private *p, const struct node *n)
{
    const struct field *field = n->field;
    if (!field)
        return;
    touch(p, n);
    if ((field->parent->is_union && !is_choice(field->parent)) ||
        record_named(n) != field->parent)
        expose(p, field->type);
    if (n->kind != N_INIT_ITEM && n->flags & NODE_LVALUE &&
        is_function_pointer(field->type) && !esc_is_plain_use(n))
        map_put(&p->addressed, field, p);
}

/* An initialiser of a member that could be an object of its own, or of
 * something in one whose braces are left out. */
static void initialiser(struct esc_private *p, const struct node *n)
{
    const struct record *record = record_named(n);
    if (n->field && (n->field->parent != record ||
                        esc_element(n->field->type)->kind == T_RECORD))
        keep_whole(p, n->parent->type);
    if (n->field)
        keep_whole(p, n->field->parent->type);
    if (!n->field && n->parent->type &&
        esc_element(n->parent->type)->kind == T_RECORD &&
        n->kids[0]->kind != N_INIT_LIST)
        keep_whole(p, n->parent->type);
}

/* ---- the unit ------------------------------------------------------------ */

static bool visit(struct node *n, void *context)
{
    struct esc_private *p = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->type && !(n->flags & NODE_LVALUE) && n->kind != N_INIT_LIST &&
        n->kind != N_INIT_ITEM)
        keep_whole(p, n->type);
    switch (n->kind) {
    case N_FUNCTION: case N_VAR: case N_REF:
        if (n->symbol)
            use(p, n->symbol);
        break;
    case N_CONVERT: case N_CAST:
        conversion(p, n);
        break;
    case N_CALL:
        untyped_arguments(p, n);
        break;
    case N_INIT_ITEM:
        initialiser(p, n);
        member(p, n);
        break;
    case N_MEMBER: case N_ARROW:
        member(p, n);
        break;
    case N_VA_ARG:
        expose(p, n->type);
        break;
    case N_ASM: case N_ATOMIC: case N_OTHER_EXPR:
        expose(p, n->type);
        expose_kids(p, n);
        break;
    default:
        break;
    }
    return true;
}

/* In an attribute, or elsewhere. */
static bool names_sections(const struct unit *unit)
{
    static const char word[] = "section";
    const size_t bytes = sizeof word - 1;
    const char *at = unit->text, *end = at + unit->bytes;
    while ((at = memchr(at, *word, (size_t)(end - at)))) {
        bool begins = at > unit->text && strchr(" \t\n(,_", at[-1]);
        if (begins && (size_t)(end - at) > bytes && !memcmp(at, word, bytes))
            return true;
        at++;
    }
    return false;
}

struct esc_private *esc_private_new(const struct unit *unit,
                                    const struct map *names)
{
    struct esc_private *p = arena_new(struct esc_private);
    p->names = names;
    p->has_sections = names_sections(unit);
    node_walk(unit->root, visit, p);
    return p;
}

bool esc_private_field(const struct esc_private *p, const struct field *field)
{
    return is_function_pointer(field->type) && !field->parent->is_union &&
           !map_get(&p->exposed, field->parent) &&
           !map_get(&p->addressed, field);
}

/* ---- members that only names lead to ------------------------------------- */

static bool has_scalars(const struct record *record)
{
    for (int i = 0; i < record->field_count; i++)
        if (!type_is_scalar(record->fields[i].type) ||
            record->fields[i].bit_width >= 0)
            return false;
    return true;
}

/* As one of structures. */
static bool is_member(const struct esc_private *p, const struct field *field)
{
    const struct type *type = field->type;
    const struct record *u = type->kind == T_RECORD && type->record->is_union
                             ? type->record : NULL;
    return !field->parent->is_union && !map_get(&p->touched, field) &&
           !map_get(&p->exposed, field->parent) &&
           !map_get(&p->in_unions, field->parent) &&
           (u ? has_scalars(u) && !map_get(&p->touched, u)
              : type_is_pointer(type));
}

const struct field *esc_private_member(const struct esc_private *p,
                                       const struct node *n)
{
    const struct field *field = n->field;
    const struct record *choice = field ? choice_of(field) : NULL;
    const struct field *part = choice && !map_get(&p->exposed, choice) &&
                               !map_get(&p->ambiguous, choice) ? field : NULL;
    if (field && field->parent->is_union && n->kind == N_MEMBER) {
        n = node_unparenthesize(n->kids[0]);
        field = n->kind == N_MEMBER || n->kind == N_ARROW ? n->field : NULL;
    }
    bool names = field && (n->kind == N_INIT_ITEM || n->flags & NODE_LVALUE);
    if (!names || !is_member(p, field))
        return NULL;
    return part ? part : field;
}

/* ---- members that are objects -------------------------------------------- */

static bool has_unnamed_members(const struct record *record)
{
    for (int i = 0; i < record->field_count; i++)
        if (!*record->fields[i].name)
            return true;
    return false;
}

bool esc_private_splits(const struct esc_private *p, const struct field *field)
{
    const struct record *record = field->parent;
    return field->type->kind == T_RECORD && !field->type->record->is_union &&
           type_may_hold_pointer(field->type) && !record->is_union &&
           !map_get(&p->exposed, record) && !map_get(&p->whole, record) &&
           !has_unnamed_members(record) &&
           !esc_private_is_split(p, field->type);
}

bool esc_private_is_split(const struct esc_private *p, const struct type *type)
{
    type = esc_element(type);
    if (type->kind != T_RECORD)
        return false;
    const struct record *record = type->record;
    for (int i = 0; i < record->field_count; i++)
        if (esc_private_splits(p, &record->fields[i]) ||
            esc_private_is_split(p, record->fields[i].type))
            return true;
    return false;
}
