/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_words_collect.c - what the unit's text says about memory: each
 * assignment, cast, argument and result becomes rules between the cells of
 * esc_words.c, or a store that is looked at again whenever more is known of
 * what values carry (esc_words_update).
 */
#include "esc_words_internal.h"

#include <string.h>

/* ---- stores -------------------------------------------------------------- */

static void store(struct esc_words *w, struct cell *to,
                  const struct node *value, enum fact fact)
{
    struct words_store store = {to, value, fact};
    if (!to || value->flags & (NODE_CONSTANT | NODE_NULL_POINTER))
        return;
    words_plain_value(w, to, value);
    if (!to->known[fact])
        vec_push(&w->stores, store);
}

/* A value comes to where `place` is the cell of a number or of what a pointer
 * leads to. */
static void flow(struct esc_words *w, struct cell *place,
                 const struct type *type, const struct node *value)
{
    if (!value || !value->type || value->kind == N_INIT_LIST)
        return;
    words_plain_flow(w, type, value);
    switch (type->kind) {
    case T_POINTER:
        if (words_follows(type))
            words_link(place, words_target(w, value));
        return;
    case T_INTEGER: case T_ENUM: case T_FLOAT:
        store(w, place, value, WRITTEN);
        return;
    case T_RECORD: case T_BOOL: case T_ARRAY: case T_VOID: case T_FUNCTION:
        return;
    default:
        if (!(value->flags & NODE_CONSTANT))
            cell_learn(place, WRITTEN);
        return;
    }
}

static void assigned(struct esc_words *w, const struct node *left,
                     const struct node *right)
{
    const struct type *type = left->type;
    const struct node *name = node_unparenthesize((struct node *)left);
    if (!type)
        return;
    if (name->kind == N_REF && esc_is_object(name->symbol))
        words_plain_symbol(w, name->symbol, right);
    if (type->kind != T_POINTER)
        flow(w, type->kind == T_RECORD ? NULL : words_place(w, left), type,
             right);
    else
        flow(w, words_follows(type) ? words_stored_target(w, left) : NULL,
             type, right);
}

static void flow_symbol(struct esc_words *w, const struct symbol *symbol,
                        const struct node *value)
{
    const struct type *type = esc_type_held(symbol);
    if (value)
        words_plain_symbol(w, symbol, value);
    if (value && type->kind != T_RECORD && type->kind != T_ARRAY)
        flow(w, words_symbol(w, symbol), type, value);
}

/* A part of an object in braces. */
static void initialised(struct esc_words *w, const struct node *item)
{
    const struct node *up = item;
    if (!item->type || item->type->kind == T_RECORD)
        return;
    while (up && up->kind == N_INIT_ITEM && !up->field)
        up = up->parent ? up->parent->parent : NULL;
    if (up && up->kind == N_INIT_ITEM)
        flow(w, words_field(w, up->field), item->type, item->kids[0]);
    else if (up && (up->kind == N_VAR || up->kind == N_COMPOUND_LITERAL))
        flow(w, words_symbol(w, up->symbol), item->type, item->kids[0]);
}

/* ---- calls --------------------------------------------------------------- */

/* [inv.words.outside] */
static void give_away(struct esc_words *w, const struct node *argument)
{
    if (!argument->type)
        return;
    words_expose(w, argument->type);
    if (argument->type->kind == T_POINTER)
        words_link(w->outside, words_target(w, argument));
}

/* Whether it stores what it reads from elsewhere through this argument. */
static bool reads_into(const struct symbol *callee, const struct esc_tag *tag,
                       int i)
{
    const struct type *type = i - 1 < callee->type->parameter_count
        ? callee->type->parameters[i - 1] : NULL;
    int parameter = esc_tag_parameter(tag, i - 1);
    return type && type->kind == T_POINTER &&
        type->target->kind == T_VOID &&
        !(type->target->qualifiers & Q_CONST) && parameter >= 0 &&
        tag->to_result[parameter] == ESC_NO_FLOW &&
        tag->allocates == ESC_ALLOCATES_NOTHING && tag->callback < 0 &&
        strcmp(callee->name, "free") != 0;
}

static const struct type *pointee(const struct node *argument)
{
    const struct type *type = node_strip((struct node *)argument)->type;
    while (type && type->kind == T_ARRAY)
        type = type->target;
    return type && type->kind == T_POINTER
        ? esc_element(type->target)->unqualified
        : type ? type->unqualified : NULL;
}

/* What one argument points to is copied to what the other does; between
 * objects of one record it goes from each member to itself. */
static void copied(struct esc_words *w, const struct node *to,
                   const struct node *from)
{
    const struct type *type = pointee(to);
    struct cell *target = words_target(w, to);
    struct cell *source = words_target(w, from);
    if (type && type->kind == T_RECORD && type == pointee(from))
        return;
    cell_rule(source, HELD, target, WRITTEN);
    cell_rule(source, HELD_AS_MEMBER, target, WRITTEN);
    cell_rule(source, GIVEN, target, UNKNOWN);
    cell_rule(source, FULL, target, FILLED);
}

/* A pointer to `source` is stored in the target of another pointer. */
static void pointer_stored(struct esc_words *w, struct cell *target,
                           struct cell *source)
{
    cell_learn(target, WRITTEN);
    if (source)
        words_link(w->pointed, source);
}

/* Whether an argument leads to pointers that are followed: a char **. */
static bool leads_to_followed(const struct node *argument)
{
    const struct type *type = pointee(argument);
    return type && type->kind == T_POINTER && words_follows(type);
}

static void library_call(struct esc_words *w, const struct node *n,
                         const struct symbol *callee,
                         const struct esc_tag *tag)
{
    for (int i = 1; i < n->kid_count; i++) {
        int from = esc_tag_parameter(tag, i - 1);
        if (from < 0 || tag->to_heap[from] != ESC_NO_FLOW ||
            tag->callback >= 0)
            give_away(w, n->kids[i]);
        if (reads_into(callee, tag, i))
            cell_learn(words_target(w, n->kids[i]), WRITTEN);
        if (callee->returns_twice)      /* registers */
            cell_learn(words_target(w, n->kids[i]), FILLED);
        for (int k = 1; from >= 0 && k < n->kid_count; k++) {
            int to = esc_tag_parameter(tag, k - 1);
            int derefs = to < 0 ? ESC_NO_FLOW
                                : *esc_tag_content(tag, to, 1, from);
            struct cell *target = words_target(w, n->kids[k]);
            if (n->kids[k]->flags & NODE_NULL_POINTER)
                continue;
            if (derefs > 0)
                copied(w, n->kids[k], n->kids[i]);
            else if (derefs == 0 && type_is_integer(n->kids[i]->type))
                store(w, target, n->kids[i], WRITTEN);
            else if (derefs == 0)
                pointer_stored(w, target, words_target(w, n->kids[i]));
            if (derefs == 0 && !leads_to_followed(n->kids[k]))
                cell_learn(words_target(w, n->kids[i]), FILLED);
        }
        if (from >= 0 && *esc_tag_content_unknown(tag, from, 1))
            pointer_stored(w, words_target(w, n->kids[i]), w->outside);
    }
}

/* [inv.library.numbers] */
static bool leads_to_numbers(const struct node *argument)
{
    return argument->type && argument->type->kind == T_POINTER &&
        esc_element(argument->type->target)->kind == T_RECORD &&
        esc_is_number(argument->type->target);
}

static void call(struct esc_words *w, const struct node *n)
{
    const struct symbol *callee = node_callee(n);
    const struct esc_tag *tag = NULL;
    bool ours = esc_runs_here(callee);
    if (!ours && callee && library_reserves(callee->name))
        tag = esc_library_tag(callee);
    if (tag) {
        library_call(w, n, callee, tag);
        return;
    }
    bool known = !ours && esc_library_tag(callee) && !callee->returns_twice;
    for (int i = 1; i < n->kid_count; i++) {
        const struct symbol *parameter =
            ours ? esc_parameter(callee, i) : NULL;
        if (parameter)
            flow_symbol(w, parameter, n->kids[i]);
        else if (!known || !leads_to_numbers(n->kids[i]))
            give_away(w, n->kids[i]);
    }
    if (!ours && n->type)
        words_expose(w, n->type);
}

/* Who calls a function from elsewhere passes what is elsewhere, and gets what
 * is returned. */
static void function(struct esc_words *w, struct node *n)
{
    const struct symbol *symbol = n->symbol;
    w->function = n->symbol;
    if (esc_is_called_here(symbol))
        return;
    words_expose(w, symbol->type->target);
    for (int i = 0; i < n->kid_count - 1; i++)
        if (n->kids[i]->symbol)
            words_expose(w, n->kids[i]->symbol->type);
}

static void variable(struct esc_words *w, struct node *n)
{
    if (!esc_assigned_here(n->symbol))
        words_expose(w, n->symbol->type);
    flow_symbol(w, n->symbol, n->kids[0]);
}

/* ---- casts --------------------------------------------------------------- */

/* Whether nothing but a bit or two is taken of the word. */
static bool is_only_tested(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && (up->kind == N_PAREN || up->kind == N_CONVERT))
        up = up->parent;
    if (!up || up->kind != N_BINARY)
        return up && (up->kind == N_LOGICAL ||
                      (up->kind == N_UNARY && up->op == '!'));
    const struct node *right = node_strip(up->kids[1]);
    switch (up->op) {
    case '<': case '>': case OP_LE: case OP_GE: case OP_EQ: case OP_NE:
    case '%':
        return true;
    case '&':
        return right->flags & NODE_CONSTANT && right->value >= 0 &&
            right->value <= UINT16_MAX;
    default:
        return false;
    }
}

static const struct type *last_target(const struct type *type)
{
    while (type->kind == T_POINTER || type->kind == T_ARRAY)
        type = type->target;
    return type;
}

static bool is_new_object(const struct esc_words *w, const struct node *n)
{
    struct symbol *callee = node_callee(node_strip((struct node *)n));
    if (esc_runs_here(callee))
        return map_get(&w->fresh, callee);
    const struct esc_tag *tag = esc_library_tag(callee);
    return tag && tag->allocates == ESC_ALLOCATES_RESULT &&
        library_reserves(callee->name);
}

/* As [inv.words.view] says. */
static void to_record(struct esc_words *w, const struct type *record,
                      const struct node *inner)
{
    struct cell *cell = words_record(w, record->record);
    struct cell *source = words_target(w, inner);
    if (inner->flags & NODE_NULL_POINTER)
        return;
    if (!is_new_object(w, inner))
        words_meet(w, record->record, false);
    cell_rule(source, HELD, cell, WRITTEN);
    cell_rule(source, GIVEN, cell, UNKNOWN);
    cell_rule(cell, HELD, source, WRITTEN_AS_MEMBER);
    cell_rule(words_view(w, record->record), FULL, source, FILLED);
}

/* Whether the pointer is an argument of a function that copies nothing. */
static bool is_left_alone(const struct node *n)
{
    const struct node *call = n->parent;
    const struct symbol *callee =
        call && call->kind == N_CALL ? node_callee(call) : NULL;
    const struct esc_tag *tag = esc_library_tag(callee);
    if (!tag || esc_runs_here(callee) || !library_reserves(callee->name))
        return false;
    for (int to = 0; to < tag->parameter_count; to++)
        for (int from = 0; from < tag->parameter_count; from++)
            if (*esc_tag_content(tag, to, 1, from) != ESC_NO_FLOW)
                return false;
    return tag->callback < 0;
}

static void from_record(struct esc_words *w, const struct record *record,
                        const struct node *n)
{
    if (is_left_alone(n))
        return;
    words_meet(w, record, true);
    words_raw(w, record);
}

/* Memory of pointers is used as another type. */
static void pointers_used(struct esc_words *w, const struct type *last)
{
    cell_rule(w->integers, UNKNOWN, w->pointed, UNKNOWN);
    if (last->kind != T_RECORD)
        return;
    /* Who may store pointers there may store one to an object of his. */
    struct cell *record = words_record(w, last->record);
    cell_rule(w->pointers, UNKNOWN, record, UNKNOWN);
    cell_rule(w->integers, UNKNOWN, record, UNKNOWN);
}

static void casted(struct esc_words *w, const struct node *n)
{
    const struct node *inner = n->kids[0];
    if (!n->type || !inner->type)
        return;
    bool to_pointer = n->type->kind == T_POINTER;
    bool from_pointer = inner->type->kind == T_POINTER;
    if (!to_pointer || !from_pointer) {
        if (from_pointer && type_is_integer(n->type) && !is_only_tested(n))
            give_away(w, inner);
        if (to_pointer && type_is_integer(inner->type) &&
            !(inner->flags & (NODE_NULL_POINTER | NODE_CONSTANT))) {
            words_expose(w, n->type);
            cell_learn(w->integers, UNKNOWN);
        }
        return;
    }
    const struct type *to = esc_element(n->type->target)->unqualified;
    const struct type *from = esc_element(inner->type->target)->unqualified;
    if (to == from)
        return;
    if (from->kind == T_FUNCTION && to->kind != T_FUNCTION)
        words_expose(w, n->type);
    if (to->kind == T_RECORD && from->kind == T_RECORD)
        words_pun(w, to->record, from->record);
    else if (to->kind == T_RECORD)
        to_record(w, to, inner);
    else if (from->kind == T_RECORD)
        from_record(w, from->record, n);
    words_plain_cast(w, n, is_new_object(w, inner), is_left_alone(n));
    if (to->kind == T_POINTER && from->kind != T_POINTER)
        cell_learn(words_target(w, inner), WRITTEN);
    if (from->kind == T_POINTER)
        pointers_used(w, last_target(from));
    if (to->kind == T_POINTER)
        pointers_used(w, last_target(to));
}

/* ---- the rest ------------------------------------------------------------ */

/* A pointer that is stored where other pointers lead to. */
static void address_taken(struct esc_words *w, const struct node *n)
{
    const struct node *lvalue = n->kids[0];
    const struct type *type =
        lvalue->type ? esc_element(lvalue->type) : NULL;
    if (!type || type->kind != T_POINTER || !words_follows(type) ||
        (n->kind == N_DECAY && n->parent && n->parent->kind == N_INDEX))
        return;
    struct cell *cell = words_stored_target(w, lvalue);
    words_link(cell, w->pointed);
    words_link(w->pointed, cell);
}

/* `p + word`, `p[word]`, `p += word`: if that is the pointer, p is null. */
static void moved(struct esc_words *w, const struct node *pointer,
                  const struct node *by)
{
    if (!pointer->type || pointer->type->kind != T_POINTER || !by->type ||
        !type_is_integer(by->type))
        return;
    while (by->kind == N_CONVERT || by->kind == N_PAREN)
        by = by->kids[0];
    if (by->type && by->type->size >= 8)
        store(w, words_target(w, pointer), by, UNKNOWN);
}

/* Code that may store anything in its operands and through them. */
static void operands(struct esc_words *w, const struct node *n)
{
    for (int i = 0; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid || !kid->type)
            continue;
        give_away(w, kid);
        if (kid->flags & NODE_LVALUE && kid->type->kind == T_POINTER &&
            words_follows(kid->type))
            words_link(words_stored_target(w, kid), w->outside);
        else if (kid->flags & NODE_LVALUE && kid->type->kind != T_POINTER &&
                 kid->type->kind != T_RECORD &&
                 kid->type->kind != T_FUNCTION)
            cell_learn(words_place(w, kid), WRITTEN);
    }
}

/* What its pointers lead to is stored in what others do. */
static void atomic(struct esc_words *w, const struct node *n)
{
    struct cell *object =
        n->kid_count ? words_target(w, n->kids[0]) : NULL;
    for (int i = 1; i < n->kid_count; i++) {
        const struct node *kid = n->kids[i];
        if (!kid->type)
            continue;
        struct cell *other = words_target(w, kid);
        cell_rule(object, HELD, other, WRITTEN);
        cell_rule(other, HELD, object, WRITTEN);
        if (kid->type->kind == T_POINTER &&
            !(kid->flags & NODE_NULL_POINTER))
            pointer_stored(w, object, other);
        if (kid->type->kind == T_POINTER)
            cell_learn(other, FILLED);
        else if (type_is_integer(kid->type))
            store(w, object, kid, WRITTEN);
    }
}

static bool collect(struct node *n, void *context)
{
    struct esc_words *w = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        function(w, n);
        break;
    case N_VAR:
        variable(w, n);
        break;
    case N_INIT_ITEM:
        initialised(w, n);
        break;
    case N_ASSIGN:
        assigned(w, n->kids[0], n->kids[1]);
        break;
    case N_COMPOUND_ASSIGN:
        moved(w, n->kids[0], n->kids[1]);
        /* fall through */
    case N_INCDEC:
        if (n->type && n->type->kind != T_POINTER)
            assigned(w, n->kids[0], n);
        break;
    case N_BINARY:
        moved(w, n->kids[0], n->kids[1]);
        moved(w, n->kids[1], n->kids[0]);
        break;
    case N_INDEX:
        moved(w, n->kids[0], n->kids[1]);
        break;
    case N_RETURN:
        if (n->kid_count && n->kids[0] && w->function)
            flow_symbol(w, w->function, n->kids[0]);
        break;
    case N_CALL:
        call(w, n);
        break;
    case N_CONVERT: case N_CAST:
        casted(w, n);
        break;
    case N_ADDRESS: case N_DECAY:
        address_taken(w, n);
        break;
    case N_MEMBER:
        if (n->kids[0]->type->kind == T_RECORD)
            words_record(w, n->kids[0]->type->record);
        break;
    case N_VA_ARG:
        words_expose(w, n->type);
        break;
    case N_REF:
        if (esc_is_object(n->symbol) && !esc_assigned_here(n->symbol))
            words_expose(w, n->symbol->type);
        break;
    case N_ASM: case N_OTHER_EXPR:
        operands(w, n);
        break;
    case N_ATOMIC:
        atomic(w, n);
        break;
    default:
        break;
    }
    return true;
}

/* ---- functions that return new objects ----------------------------------- */

/* As [inv.words.fresh] says.  At first all are, and variables too. */
struct news {
    struct esc_words *w;
    struct map not_new;         /* functions, variables -> itself */
    struct symbol *function;
    bool changed;
};

static bool is_new(const struct news *news, const struct node *n)
{
    n = node_strip((struct node *)n);
    if (n->flags & (NODE_NULL_POINTER | NODE_CONSTANT))
        return true;
    switch (n->kind) {
    case N_CONDITIONAL:
        return n->kids[1] && is_new(news, n->kids[1]) &&
            is_new(news, n->kids[2]);
    case N_REF:
        return n->symbol->kind == S_VARIABLE && n->symbol->is_local &&
            !n->symbol->address_taken && type_is_pointer(n->symbol->type) &&
            !map_get(&news->not_new, n->symbol);
    case N_CALL: {
        const struct symbol *callee = node_callee(n);
        if (esc_runs_here(callee))
            return !map_get(&news->not_new, callee);
        const struct esc_tag *tag = esc_library_tag(callee);
        return tag && tag->allocates == ESC_ALLOCATES_RESULT &&
            library_reserves(callee->name);
    }
    default:
        return false;
    }
}

/* Whether the variable is only assigned, tested or returned here. */
static bool is_only_returned(const struct node *n)
{
    const struct node *up = n->parent;
    if (up && up->kind == N_ASSIGN && up->kids[0] == n)
        return true;
    while (up && (up->kind == N_PAREN || up->kind == N_LOAD ||
                  up->kind == N_CONVERT || up->kind == N_CAST)) {
        n = up;
        up = up->parent;
    }
    return up && (up->kind == N_RETURN || up->kind == N_LOGICAL ||
                  up->kind == N_EXPR_STMT || is_only_tested(n) ||
                  (up->kind == N_IF && up->kids[0] == n) ||
                  (up->kind == N_CONDITIONAL && up->kids[0] == n));
}

static void not_new(struct news *news, struct symbol *symbol)
{
    if (symbol && !map_get(&news->not_new, symbol)) {
        map_put(&news->not_new, symbol, symbol);
        news->changed = true;
    }
}

static bool look_for_old(struct node *n, void *context)
{
    struct news *news = context;
    if (n->flags & NODE_UNEVALUATED)
        return false;
    switch (n->kind) {
    case N_FUNCTION:
        news->function = n->symbol;
        break;
    case N_RETURN:
        if (n->kid_count && n->kids[0] && news->function &&
            !is_new(news, n->kids[0]))
            not_new(news, news->function);
        break;
    case N_VAR:
        if (n->kids[0] && !is_new(news, n->kids[0]))
            not_new(news, n->symbol);
        break;
    case N_ASSIGN: {
        struct node *left = node_unparenthesize(n->kids[0]);
        if (left->kind == N_REF && !is_new(news, n->kids[1]))
            not_new(news, left->symbol);
        break;
    }
    case N_REF:
        if (esc_is_object(n->symbol) && !is_only_returned(n))
            not_new(news, n->symbol);
        break;
    default:
        break;
    }
    return true;
}

static bool add_fresh(struct node *n, void *context)
{
    struct news *news = context;
    if (n->kind == N_FUNCTION && type_is_pointer(n->symbol->type->target) &&
        !map_get(&news->not_new, n->symbol))
        map_put(&news->w->fresh, n->symbol, n->symbol);
    return n->kind == N_UNIT;
}

static void find_fresh(struct esc_words *w, const struct unit *unit)
{
    struct news news = {.w = w};
    do {
        news.changed = false;
        node_walk(unit->root, look_for_old, &news);
    } while (news.changed);
    node_walk(unit->root, add_fresh, &news);
    map_free(&news.not_new);
}

struct esc_words *esc_words_new(const struct unit *unit)
{
    struct esc_words *w = arena_new(struct esc_words);
    w->outside = words_cell();
    w->pointers = words_cell();
    w->pointed = words_cell();
    w->integers = words_cell();
    w->entered = words_cell();
    cell_learn(w->outside, UNKNOWN);
    cell_learn(w->pointers, HELD);
    cell_rule(w->pointers, UNKNOWN, w->pointed, UNKNOWN);
    find_fresh(w, unit);
    node_walk(unit->root, collect, w);
    return w;
}
