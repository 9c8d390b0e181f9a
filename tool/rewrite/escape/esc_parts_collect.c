/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_parts_collect.c - what the unit's text says about cells: each
 * assignment, initialiser, argument and result becomes rules (esc_parts.c).
 *
 * A value that may be a pointer (a word) and is stored through a pointer makes
 * the memory there one that holds pointers, whatever type other pointers to
 * it have.  A piece does so if the memory that it comes from holds any.
 */
#include "esc_parts_internal.h"

/* ---- stores -------------------------------------------------------------- */

/* The memory that an lvalue designates gets a pointer. */
static void word_stored(struct esc_parts *p, const struct node *n)
{
    for (; n->kind == N_PAREN || n->kind == N_MEMBER || n->kind == N_ARROW ||
           (n->kind == N_INDEX && n->kids[0]->kind == N_DECAY);
         n = n->kids[0]) {
        if (n->kind == N_INDEX)
            n = n->kids[0];
        if ((n->kind != N_MEMBER && n->kind != N_ARROW) || !n->field)
            continue;
        const struct node *base = n->kids[0];
        const struct type *outer =
            n->kind == N_ARROW ? base->type->target : base->type;
        cell_learn(parts_record(p, n->field->parent), WRITTEN);
        if (outer->kind == T_RECORD)
            cell_learn(parts_record(p, outer->record), WRITTEN);
        if (n->kind == N_ARROW)
            return;
    }
    if (n->kind == N_DEREF || n->kind == N_INDEX)
        cell_learn(parts_pointer(p, n->kids[0]), WRITTEN);
    else if (n->type && n->type->kind == T_RECORD)
        cell_learn(parts_record(p, n->type->record), WRITTEN);
}

static void piece_stored(struct esc_parts *p,
                         const struct parts_places *places,
                         const struct node *value, int64_t width)
{
    struct parts_places sources = {0};
    struct cell *copy = NULL;
    parts_sources(p, value, width, &sources);
    for (size_t k = 0; k < places->count; k++)
        if (places->items[k].number && !(value->flags & NODE_CONSTANT)) {
            copy = copy ? copy : cell_new();
            if (!places->items[k].cell->missing)
                vec_push(&p->numbers, places->items[k].cell);
            cell_require(places->items[k].cell, copy);
        }
    for (size_t i = 0; i < sources.count; i++)
        for (size_t k = 0; k < places->count; k++) {
            struct cell *from = sources.items[i].cell;
            struct cell *to =
                places->items[k].number ? copy : places->items[k].cell;
            cell_rule(from, HELD, to, WRITTEN);
            if (!sources.items[i].alone)
                cell_rule(from, UNKNOWN, to, WRITTEN);
        }
    vec_free(&sources);
}

static void piece_into(struct esc_parts *p, struct cell *cell, bool number,
                       const struct node *value, int64_t width)
{
    struct parts_places places = {0};
    vec_push(&places, ((struct parts_place){cell, false, number}));
    piece_stored(p, &places, value, width);
    vec_free(&places);
}

/* `to` holds or is what is initialised with the value: a variable, a
 * parameter, a member, a result. */
static void flow(struct esc_parts *p, struct cell *to,
                 const struct type *type, const struct node *value)
{
    if (!value || value->kind == N_INIT_LIST || !value->type)
        return;
    if (type->kind == T_POINTER) {
        struct cell *from = parts_pointer(p, value);
        if (type->target->kind == T_RECORD)
            return;             /* by the cast, if there is one */
        cell_assign(to, from);
    } else if (esc_parts_is_piece(type)) {
        piece_into(p, to, type_is_integer(type), value, type->size);
    }
}

/* The same for a variable, a parameter or a function's result. */
static void flow_symbol(struct esc_parts *p, const struct symbol *symbol,
                        const struct node *value)
{
    const struct type *type = esc_type_held(symbol);
    if (!parts_is_register(symbol)) {
        flow(p, parts_symbol(p, symbol), type, value);
        return;
    }
    for (int64_t width = 1; value && width < 8 && width <= type->size;
         width *= 2)
        piece_into(p, parts_register(p, symbol, width), width > 1, value,
                   width);
}

static void assigned(struct esc_parts *p, const struct node *left,
                     const struct node *right)
{
    const struct type *type = left->type;
    if (!type)
        return;
    const struct node *plain = node_unparenthesize((struct node *)left);
    if (plain->kind == N_REF && parts_is_register(plain->symbol)) {
        flow_symbol(p, plain->symbol, right);
        return;
    }
    if (esc_parts_is_piece(type)) {
        struct parts_places places = {0};
        parts_places(p, left, &places);
        piece_stored(p, &places, right, type->size);
        vec_free(&places);
        return;
    }
    if (type->kind == T_POINTER)
        flow(p, parts_stored_pointer(p, left), type, right);
    if (type->kind == T_RECORD || type->kind == T_POINTER
            ? !(right->flags & NODE_NULL_POINTER)
            : esc_prov_may_carry(p->prov, right))
        word_stored(p, left);
}

/* ---- initialisers -------------------------------------------------------- */

static void initialised(struct esc_parts *p, const struct node *item)
{
    const struct node *value = item->kids[0], *up = item;
    if (!value || value->kind == N_INIT_LIST || !item->type)
        return;
    while (up && up->kind == N_INIT_ITEM && !up->field)
        up = up->parent ? up->parent->parent : NULL;
    struct cell *cell = NULL;
    if (up && up->kind == N_INIT_ITEM) {
        const struct record *record = up->field->parent;
        cell = parts_field(p, up->field);
        if (!parts_holds(record->type))
            flow(p, parts_record(p, record), item->type, value);
        else if (!esc_parts_is_piece(item->type) &&
                 !(value->flags & (NODE_NULL_POINTER | NODE_CONSTANT)) &&
                 esc_prov_may_carry(p->prov, value))
            cell_learn(parts_record(p, record), WRITTEN);
    } else if (up && (up->kind == N_VAR || up->kind == N_COMPOUND_LITERAL)) {
        cell = parts_symbol(p, up->symbol);
    }
    flow(p, cell, item->type, value);
}

/* ---- calls --------------------------------------------------------------- */

/* Where the argument, a pointer to a pointer, has that: `f(&p)`. */
static struct cell *pointer_behind(struct esc_parts *p,
                                   const struct node *argument)
{
    const struct node *plain = node_strip((struct node *)argument);
    return plain->kind == N_ADDRESS && plain->kids[0]->type &&
           plain->kids[0]->type->kind == T_POINTER
           ? parts_stored_pointer(p, plain->kids[0]) : p->pointed;
}

static void library_call(struct esc_parts *p, const struct node *n,
                         const struct esc_tag *tag)
{
    for (int i = 1; i < n->kid_count; i++) {
        int from = esc_tag_parameter(tag, i - 1);
        for (int k = 1; from >= 0 && k < n->kid_count; k++) {
            int to = esc_tag_parameter(tag, k - 1);
            int derefs = to < 0 ? ESC_NO_FLOW
                                : *esc_tag_content(tag, to, 1, from);
            struct cell *source = parts_pointer(p, n->kids[i]);
            if (derefs == ESC_NO_FLOW)
                continue;
            if (derefs == 0) {
                cell_assign(pointer_behind(p, n->kids[k]), source);
                continue;
            }
            struct cell *target = parts_pointer(p, n->kids[k]);
            cell_rule(source, HELD, target, WRITTEN);
            cell_rule(source, UNKNOWN, target, WRITTEN);
        }
    }
    if (tag->allocates == ESC_ALLOCATES_ARGUMENT &&
        tag->allocated_argument + 1 < n->kid_count)
        cell_assign(pointer_behind(p, n->kids[tag->allocated_argument + 1]),
                    parts_call(p, n));
}

static bool is_narrow_pointer(const struct type *type)
{
    return type && type->kind == T_POINTER &&
           type->target->kind != T_RECORD &&
           esc_parts_is_piece(type->target);
}

static void unit_call(struct esc_parts *p, const struct node *n,
                      const struct symbol *callee)
{
    for (int i = 1; i < n->kid_count; i++) {
        const struct node *argument = n->kids[i];
        const struct symbol *parameter = esc_parameter(callee, i);
        if (parameter)
            flow_symbol(p, parameter, argument);
        else if (argument->type && esc_parts_is_piece(argument->type) &&
                 !type_is_integer(argument->type))
            piece_into(p, p->variadic, false, argument, 0);
    }
}

static void call(struct esc_parts *p, const struct node *n)
{
    const struct symbol *callee = node_callee(n);
    if (callee && callee->definition) {
        unit_call(p, n, callee);
        return;
    }
    const struct esc_tag *tag = esc_library_tag(callee);
    if (tag)
        library_call(p, n, tag);
    for (int i = 1; !callee && i < n->kid_count; i++)
        if (is_narrow_pointer(n->kids[i]->type))
            cell_assign(p->indirect, parts_pointer(p, n->kids[i]));
        else if (n->kids[i]->type && esc_parts_is_piece(n->kids[i]->type) &&
                 !type_is_integer(n->kids[i]->type))
            piece_into(p, p->variadic, false, n->kids[i], 0);
}

/* Who calls it by a pointer passes what p->indirect stands for. */
static void function(struct esc_parts *p, struct node *n)
{
    p->function = n->symbol;
    for (int i = 0; n->symbol->function_address_taken &&
                    i < n->kid_count - 1; i++) {
        const struct symbol *parameter = n->kids[i]->symbol;
        if (parameter && is_narrow_pointer(parameter->type))
            cell_assign(parts_symbol(p, parameter), p->indirect);
    }
}

/* ---- the walk ------------------------------------------------------------ */

/* From any other pointer to one to a record. */
static void casted(struct esc_parts *p, const struct node *n)
{
    const struct type *to = n->type, *from = n->kids[0]->type;
    if (!to || !from || to->kind != T_POINTER || from->kind != T_POINTER)
        return;
    const struct type *record = esc_element(to->target);
    const struct type *other = esc_element(from->target);
    if (record->kind != T_RECORD ||
        record->unqualified == other->unqualified)
        return;
    struct cell *cell = parts_record(p, record->record);
    struct cell *source = parts_pointer(p, n->kids[0]);
    cell_rule(source, HELD, cell, HELD);
    cell_rule(cell, WRITTEN, source, WRITTEN);
}

/* A pointer that is stored where others may change it. */
static void address_taken(struct esc_parts *p, const struct node *n)
{
    const struct node *lvalue = n->kids[0];
    const struct type *type =
        lvalue->type ? esc_element(lvalue->type) : NULL;
    if (!type || type->kind != T_POINTER ||
        (n->kind == N_DECAY && n->parent && n->parent->kind == N_INDEX))
        return;
    struct cell *cell = parts_stored_pointer(p, lvalue);
    if (type->target->kind == T_VOID) {
        cell_learn(cell, UNKNOWN);
    } else if (is_narrow_pointer(type)) {
        cell_assign(cell, p->pointed);
        cell_assign(p->pointed, cell);
    }
}

static void assembly(struct esc_parts *p, const struct node *n)
{
    int outputs = n->asm_ ? n->asm_->outputs : 0;
    for (int i = 0; i < outputs && i < n->kid_count; i++) {
        const struct node *output = n->kids[i];
        if (!output || !output->type || !esc_parts_is_piece(output->type))
            continue;
        struct parts_places places = {0};
        parts_places(p, output, &places);
        for (int k = 0; k < n->kid_count; k++) {
            const struct node *input = n->kids[k];
            if (!input || !input->type || k == i)
                continue;
            if (esc_parts_is_piece(input->type))
                piece_stored(p, &places, input, output->type->size);
            else if (esc_prov_may_carry(p->prov, input))
                for (size_t c = 0; c < places.count; c++)
                    cell_learn(places.items[c].cell, WRITTEN);
        }
        vec_free(&places);
    }
}

static void atomic(struct esc_parts *p, const struct node *n)
{
    struct cell *cell = n->kid_count ? parts_pointer(p, n->kids[0]) : NULL;
    for (int i = 1; cell && i < n->kid_count; i++)
        if (n->kids[i]->type && esc_parts_is_piece(n->kids[i]->type))
            piece_into(p, cell, false, n->kids[i], n->kids[i]->type->size);
        else if (n->kids[i]->type && n->kids[i]->type->kind == T_POINTER &&
                 !(n->kids[i]->flags & NODE_NULL_POINTER))
            cell_learn(cell, WRITTEN);
}

static bool collect(struct node *n, void *context)
{
    struct esc_parts *p = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        function(p, n);
        break;
    case N_VAR:
        flow_symbol(p, n->symbol, n->kids[0]);
        break;
    case N_INIT_ITEM:
        initialised(p, n);
        break;
    case N_ASSIGN: case N_COMPOUND_ASSIGN:
        if (n->kind == N_ASSIGN || n->kids[0]->type->kind != T_POINTER)
            assigned(p, n->kids[0], n->kind == N_ASSIGN ? n->kids[1] : n);
        break;
    case N_INCDEC:
        if (n->type && type_is_integer(n->type))
            assigned(p, n->kids[0], n);
        break;
    case N_RETURN:
        if (n->kid_count && n->kids[0] && p->function)
            flow_symbol(p, p->function, n->kids[0]);
        break;
    case N_CALL:
        call(p, n);
        break;
    case N_CONVERT: case N_CAST:
        casted(p, n);
        break;
    case N_ADDRESS: case N_DECAY:
        address_taken(p, n);
        break;
    case N_ASM:
        assembly(p, n);
        break;
    case N_ATOMIC:
        atomic(p, n);
        break;
    default:
        break;
    }
    return true;
}

static bool find_moving(struct node *n, void *context)
{
    struct esc_parts *p = context;
    if (n->kind == N_INCDEC || n->kind == N_COMPOUND_ASSIGN) {
        const struct node *plain = node_unparenthesize(n->kids[0]);
        if (plain->kind == N_REF)
            map_put(&p->moving, plain->symbol, plain->symbol);
    }
    return true;
}

struct esc_parts *esc_parts_new(const struct unit *unit,
                                  const struct esc_prov *prov)
{
    struct esc_parts *p = arena_new(struct esc_parts);
    p->prov = prov;
    p->held = cell_new();
    p->unknown = cell_new();
    p->pointed = cell_new();
    p->variadic = cell_new();
    p->indirect = cell_new();
    cell_learn(p->held, HELD);
    cell_learn(p->unknown, UNKNOWN);
    node_walk(unit->root, find_moving, p);
    node_walk(unit->root, collect, p);
    for (size_t i = 0; i < p->numbers.count; i++)
        cell_settle(p->numbers.items[i]);
    vec_free(&p->numbers);
    return p;
}
