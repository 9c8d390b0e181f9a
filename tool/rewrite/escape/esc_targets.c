/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_targets.c - values of function pointers, unit-wide, flow-insensitive.
 *
 * A pointer to a function can be followed if all its assignments are in the
 * unit's text:
 *
 *   - a local or static variable whose address is not taken;
 *   - a parameter of a static function that is only called directly;
 *   - a member or an element of a constant static table that is named in the
 *     expression itself (`commands[i].run`): what its initialiser holds;
 *   - a member of a structure that no other code has objects of: what is
 *     stored in that member of any object (esc_private.c);
 *   - the result of a static function: what its statements return.
 *
 * Members of other structures, parameters of other functions and variables
 * with external linkage have slots (esc_slots.h): the program knows what they
 * hold.  Anything else (elements of arrays, results of other functions) is
 * unknown: any other unit may have put a function of its own there.
 *
 * [inv.targets.marks]  no function is in the last page of the address space,
 * where programs put marks: `(destructor *)-1`.
 */
#include "esc_targets.h"

#include "esc_names.h"
#include "esc_query.h"

#include "util/map.h"

struct assignment {
    const struct node *value;
    struct assignment *next;
};

struct esc_pointers {
    struct map assignments;             /* symbol or field -> struct
                                           assignment */
    const struct esc_private *private;
    const struct map *names;
    struct esc_slots *slots;
};

static bool is_function_pointer(const struct type *type)
{
    type = esc_element(type);
    return type_is_pointer(type) && type->target &&
           type->target->kind == T_FUNCTION;
}

static bool is_assigned_by_name(const struct symbol *symbol)
{
    return !symbol->address_taken && !symbol->has_asm_register &&
           esc_is_function_pointer(symbol->type);
}

static bool is_followed(const struct symbol *symbol)
{
    return is_assigned_by_name(symbol) && esc_assigned_here(symbol);
}

/* A parameter of a function that others call, too, or a variable that others
 * have. */
static bool has_slot(const struct esc_pointers *p,
                     const struct symbol *symbol)
{
    if (symbol->kind == S_PARAMETER)
        return is_assigned_by_name(symbol) && symbol->function &&
               !esc_is_called_here(symbol->function);
    return esc_is_shared_pointer(symbol) && !symbol->has_asm_register &&
           esc_is_shared_by_name(p->names, symbol);
}

bool esc_pointers_follow(const struct esc_pointers *p,
                         const struct symbol *symbol)
{
    return is_followed(symbol) || has_slot(p, symbol);
}

/* ---- collecting ---------------------------------------------------------- */

static void add_to(struct esc_pointers *p, const void *to,
                   const struct node *value)
{
    struct assignment *assignment = arena_new(struct assignment);
    assignment->value = value;
    assignment->next = map_get(&p->assignments, to);
    map_put(&p->assignments, to, assignment);
}

static void add(struct esc_pointers *p, const struct symbol *to,
                const struct node *value)
{
    if (to && value && is_function_pointer(to->type))
        add_to(p, to, value);
}

static void add_field(struct esc_pointers *p, const struct field *to,
                      const struct node *value)
{
    if (to && is_function_pointer(to->type))
        add_to(p, to, value);
}

/* What a function returns is kept under the function's symbol. */
static void add_result(struct esc_pointers *p, const struct node *n)
{
    const struct node *function = node_function(n);
    if (function && n->kid_count && n->kids[0] &&
        esc_is_function_pointer(function->symbol->type->target))
        add_to(p, function->symbol, n->kids[0]);
}

static bool collect(struct node *n, void *context)
{
    struct esc_pointers *p = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    if (n->kind == N_VAR) {
        add(p, n->symbol, n->kids[0]);
    } else if (n->kind == N_ASSIGN) {
        const struct node *to = node_unparenthesize(n->kids[0]);
        if (to->kind == N_REF)
            add(p, to->symbol, n->kids[1]);
        else if (to->kind == N_MEMBER || to->kind == N_ARROW)
            add_field(p, to->field, n->kids[1]);
    } else if (n->kind == N_INIT_ITEM) {
        add_field(p, n->field, n->kids[0]);
    } else if (n->kind == N_RETURN) {
        add_result(p, n);
    } else if (n->kind == N_CALL) {
        const struct symbol *callee = node_callee(n);
        for (int i = 1; callee && i < n->kid_count; i++)
            add(p, esc_parameter(callee, i), n->kids[i]);
    } else if (n->kind == N_ASM) {
        for (int i = 0; i < n->kid_count; i++) {
            const struct node *to =
                n->kids[i] ? node_unparenthesize(n->kids[i]) : NULL;
            if (to && to->kind == N_REF)
                add(p, to->symbol, n);  /* resolves to nothing */
        }
    }
    return true;
}

struct esc_pointers *esc_pointers_new(const struct unit *unit,
                                      const struct esc_private *private,
                                      const struct map *names,
                                      struct esc_slots *slots)
{
    struct esc_pointers *p = arena_new(struct esc_pointers);
    p->private = private;
    p->names = names;
    p->slots = slots;
    node_walk(unit->root, collect, p);
    return p;
}

/* ---- resolving ----------------------------------------------------------- */

struct search {
    const struct esc_pointers *pointers;
    struct esc_symbols *targets;
    struct esc_slot_vec *slots;         /* NULL: there are none */
    struct map seen;                    /* variables, fields, slots */
    bool incomplete_allowed;
    bool incomplete;                    /* where that is allowed */
};

static bool resolve(struct search *s, const struct node *n);

static void add_target(struct search *s, struct symbol *function)
{
    for (size_t i = 0; i < s->targets->count; i++)
        if (s->targets->items[i] == function)
            return;
    vec_push(s->targets, function);
}

/* What is assigned to a symbol or a field. */
static bool resolve_assigned(struct search *s, const void *to)
{
    if (map_get(&s->seen, to))
        return true;
    map_put(&s->seen, to, s);
    for (const struct assignment *a =
             map_get(&s->pointers->assignments, to); a; a = a->next)
        if (!resolve(s, a->value)) {
            s->incomplete = true;
            if (!s->incomplete_allowed)
                return false;
        }
    return true;
}

static bool add_slot(struct search *s, struct esc_slot *slot)
{
    if (!map_get(&s->seen, slot)) {
        map_put(&s->seen, slot, s);
        vec_push(s->slots, slot);
    }
    return true;
}

/* Any pointer of that type that there is [inv.slots.values]. */
static bool add_values(struct search *s, const struct type *type)
{
    if (!s->slots || !esc_is_function_pointer(type) ||
        !type->target->has_prototype)
        return false;
    return add_slot(s, esc_slot_of_values(s->pointers->slots, type->target));
}

static struct esc_slot *slot_of(const struct esc_pointers *p,
                                const struct symbol *symbol)
{
    return symbol->kind == S_VARIABLE
        ? esc_slot_of_variable(p->slots, symbol)
        : esc_slot_of_parameter(p->slots, symbol->function,
                                symbol->parameter_index);
}

static bool resolve_variable(struct search *s, const struct symbol *symbol)
{
    if (s->slots && has_slot(s->pointers, symbol))
        return add_slot(s, slot_of(s->pointers, symbol)) &&
               resolve_assigned(s, symbol);
    s->incomplete |= !is_followed(symbol);
    return (is_followed(symbol) || s->incomplete_allowed) &&
           resolve_assigned(s, symbol);
}

/* Everything that an initialiser holds for `field` (NULL: elements of an
 * array of pointers). */
static bool resolve_initialiser(struct search *s, const struct node *n,
                                const struct field *field)
{
    if (n->kind != N_INIT_LIST)
        return false;
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *item = n->kids[i];
        const struct node *value = item->kids[0];
        bool found;
        if (value->kind == N_INIT_LIST)
            found = resolve_initialiser(s, value, field);
        else if (item->field == field)
            found = resolve(s, value);
        else
            found = !is_function_pointer(value->type) || item->field;
        s->incomplete |= !found;
        if (!found && !s->slots)
            return false;
    }
    return true;
}

/* The variable that a member or an element is in, if the expression names
 * it. */
static const struct symbol *table_of(const struct node *n)
{
    while (n->kind == N_MEMBER || n->kind == N_INDEX || n->kind == N_DECAY ||
           n->kind == N_PAREN)
        n = n->kids[0];
    const struct node *variable =
        n->kind == N_REF && n->symbol->kind == S_VARIABLE
        ? n->symbol->declaration : NULL;
    return variable && variable->kind == N_VAR && variable->kids[0]
           ? n->symbol : NULL;
}

static bool is_constant(const struct symbol *table)
{
    return esc_element(table->type)->qualifiers & Q_CONST &&
           table->storage == ST_STATIC;
}

/* A member or an element of a constant table. */
static bool resolve_table(struct search *s, const struct node *n)
{
    const struct symbol *table = table_of(n);
    return table && (is_constant(table) ||
                        (s->incomplete_allowed && !s->slots)) &&
           resolve_initialiser(s, table->declaration->kids[0],
                               n->kind == N_MEMBER ? n->field : NULL);
}

static bool resolve_load(struct search *s, const struct node *n)
{
    n = node_unparenthesize((struct node *)n);
    if (n->kind == N_REF && n->symbol->kind != S_FUNCTION)
        return resolve_variable(s, n->symbol);
    const struct field *field =
        n->kind == N_MEMBER || n->kind == N_ARROW ? n->field : NULL;
    if (field && esc_private_field(s->pointers->private, field))
        return resolve_assigned(s, field);
    const struct symbol *table = table_of(n);
    if (s->slots && field && esc_has_slot(field) &&
        !(table && is_constant(table)))
        return add_slot(s, esc_slot_of_field(s->pointers->slots, field));
    return resolve_table(s, n) || add_values(s, n->type);
}

/* The result of a function: of one whose body is what runs what it says. */
static bool resolve_call(struct search *s, const struct node *n)
{
    const struct symbol *callee = node_callee(n);
    bool here = callee && callee->storage == ST_STATIC &&
                esc_runs_here(callee) && !callee->is_naked &&
                esc_is_function_pointer(callee->type->target);
    return here ? resolve_assigned(s, callee) : add_values(s, n->type);
}

/* [inv.targets.marks] */
static bool is_mark(const struct node *n)
{
    enum { PAGE = 4096 };
    return n->flags & NODE_CONSTANT && n->type && type_is_integer(n->type) &&
           n->value < 0 && n->value >= -PAGE;
}

static bool resolve(struct search *s, const struct node *n)
{
    if (n->flags & NODE_NULL_POINTER || is_mark(n))
        return true;
    switch (n->kind) {
    case N_PAREN: case N_CAST: case N_CONVERT: case N_DECAY: case N_ADDRESS:
    case N_DEREF:
        /* `*f` and `&f` of functions are f. */
        if ((n->kind == N_DEREF || n->kind == N_ADDRESS) &&
            !(n->type && (n->type->kind == T_FUNCTION ||
                             is_function_pointer(n->type))))
            return false;
        return resolve(s, n->kids[0]);
    case N_REF:
        if (n->symbol->kind != S_FUNCTION)
            return false;
        add_target(s, n->symbol);
        return true;
    case N_LOAD:
        return resolve_load(s, n->kids[0]);
    case N_CALL:
        return resolve_call(s, n);
    case N_COMMA: case N_ASSIGN:
        return resolve(s, n->kids[1]);
    case N_CONDITIONAL: {
        bool found = resolve(s, n->kids[1] ? n->kids[1] : n->kids[0]);
        s->incomplete |= !found;
        return (found || s->incomplete_allowed) && resolve(s, n->kids[2]);
    }
    default:
        return false;
    }
}

void esc_pointers_all(const struct esc_pointers *pointers,
                      const struct node *pointer, struct esc_pointed *all)
{
    struct search s = {.pointers = pointers, .targets = &all->functions,
                       .slots = &all->slots, .incomplete_allowed = true};
    bool found = resolve(&s, pointer);
    all->unknown = !found || s.incomplete;
    map_free(&s.seen);
}

void esc_pointed_free(struct esc_pointed *all)
{
    vec_free(&all->functions);
    vec_free(&all->slots);
}

void esc_pointers_seen(const struct esc_pointers *pointers,
                       const struct node *pointer,
                       struct esc_symbols *targets)
{
    struct search s = {.pointers = pointers, .targets = targets,
                       .incomplete_allowed = true};
    resolve(&s, pointer);
    map_free(&s.seen);
}
