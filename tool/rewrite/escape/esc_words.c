/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_words.c - memory in which integers of a pointer's width may carry.
 *
 * The unit's integers in memory are numbers unless a pointer may get there: by
 * the unit's own stores of what carries (esc_prov.c), or by what other code
 * does.  Memory is divided into cells: one for each variable that is no
 * pointer; one for what each pointer variable points to; likewise for each
 * member, of all objects of its record; one for each allocating call; one for
 * all that pointers lead to that stand behind pointers.  Flow-insensitive,
 * unit-wide; every fact starts with "no".
 *
 * [inv.words.outside]  other code has pointers to what is passed to functions
 * that the unit does not define, to what external variables and functions that
 * others may call deal with, and to what these objects point to, by the types
 * of their members.  It may store pointers in all of that, in integers, too:
 * whatever is declared in a header, or elsewhere a second time.  What it
 * gives to the unit may hold some.  What the unit keeps to itself, other code
 * cannot name.
 *
 * [inv.words.view]  memory may be used as another type: through a cast, and
 * through a pointer to void, as the parameter of a swap or of a copy.  What is
 * in it then as words or bytes is in all that it is used as.  A cast from one
 * record to another connects their members by place.  So do any two casts
 * of which one makes a pointer to void, or to bytes, of a pointer to a record,
 * and the other a pointer to another record of such a pointer, unless that is
 * to a new object.  The members of a union are one memory.
 *
 * [inv.words.raw]  pointers may be copied as words or bytes, and then be other
 * pointers' values.  Those whose memory is used so are one: what they lead to
 * is one cell, also for pointers that have an address.  If the unit makes
 * pointers of integers too, other code counts as having them.
 *
 * [inv.words.fresh]  a function that returns nothing but new objects, which it
 * does nothing else with, makes a cell at each call.
 *
 * esc_words_collect.c walks over the unit.
 */
#include "esc_words_internal.h"

#include <string.h>

/* ---- cells --------------------------------------------------------------- */

struct cell *words_cell(void)
{
    struct cell *cell = cell_new();
    cell_rule(cell, UNKNOWN, cell, WRITTEN);
    cell_rule(cell, UNKNOWN, cell, GIVEN);
    /* [inv.words.plain] */
    cell_rule(cell, WRITTEN, cell, FILLED);
    cell_rule(cell, WRITTEN_AS_MEMBER, cell, FILLED);
    cell_rule(cell, FILLED, cell, FULL);
    cell_rule(cell, HELD, cell, FULL);
    cell_rule(cell, HELD_AS_MEMBER, cell, FULL);
    cell_rule(cell, GIVEN, cell, FULL);
    return cell;
}

static void link_numbers(struct cell *to, struct cell *from)
{
    cell_rule(from, HELD, to, HELD);
    cell_rule(from, HELD_AS_MEMBER, to, HELD_AS_MEMBER);
    cell_rule(from, GIVEN, to, GIVEN);
    cell_rule(to, WRITTEN, from, WRITTEN);
    cell_rule(to, WRITTEN_AS_MEMBER, from, WRITTEN_AS_MEMBER);
    cell_rule(to, UNKNOWN, from, UNKNOWN);
}

void words_link(struct cell *to, struct cell *from)
{
    link_numbers(to, from);
    cell_rule(to, FILLED, from, FILLED);
    cell_rule(from, FULL, to, FULL);
}

static struct cell *cell_of(struct map *map, const void *key, bool *fresh)
{
    struct cell *cell = map_get(map, key);
    *fresh = !cell;
    if (!cell) {
        cell = words_cell();
        map_put(map, key, cell);
    }
    return cell;
}

/* ---- records ------------------------------------------------------------- */

static struct cell *field_cell(struct esc_words *w, const struct field *field)
{
    bool fresh;
    return cell_of(&w->cells, field, &fresh);
}

static void add_pointer(struct esc_words *w, struct cell *record,
                        const struct field *field, const struct type *type)
{
    const struct type *to = esc_element(type->target);
    cell_learn(record, HELD);
    if (to->kind == T_FUNCTION)
        return;
    while (to->kind == T_POINTER) {
        cell_rule(record, UNKNOWN, w->pointers, UNKNOWN);
        to = esc_element(to->target);
    }
    if (to->kind == T_RECORD)
        cell_rule(record, UNKNOWN, words_record(w, to->record), UNKNOWN);
    else
        cell_rule(record, UNKNOWN, field_cell(w, field), UNKNOWN);
}

static void add_field(struct esc_words *w, struct cell *record,
                      const struct field *field)
{
    const struct type *type = esc_element(field->type);
    struct cell *part;
    switch (type->kind) {
    case T_POINTER:
        add_pointer(w, record, field, type);
        return;
    case T_RECORD:
        part = words_record(w, type->record);
        cell_rule(record, UNKNOWN, part, UNKNOWN);
        cell_rule(words_view(w, type->record), FULL, record, FULL);
        break;
    case T_INTEGER: case T_ENUM: case T_FLOAT: case T_BOOL:
        part = field_cell(w, field);
        break;
    default:
        cell_learn(record, HELD);
        part = field_cell(w, field);
        break;
    }
    cell_rule(part, HELD, record, HELD);
    cell_rule(part, FULL, record, FULL);
    if (field->parent->is_union)
        cell_rule(record, FULL, part, FILLED);
    cell_rule(record, WRITTEN, part, WRITTEN);
}

struct cell *words_record(struct esc_words *w, const struct record *record)
{
    bool fresh;
    struct cell *cell = cell_of(&w->records, record, &fresh);
    if (!fresh)
        return cell;
    if (!record->complete)
        cell_learn(cell, HELD);
    for (int i = 0; i < record->field_count; i++)
        add_field(w, cell, &record->fields[i]);
    if (record->is_union) {
        cell_rule(cell, HELD, cell, WRITTEN);
        words_raw(w, record);
    }
    return cell;
}

struct cell *words_view(struct esc_words *w, const struct record *record)
{
    bool fresh;
    struct cell *view = cell_of(&w->views, record, &fresh);
    if (!fresh)
        return view;
    struct cell *cell = words_record(w, record);
    cell_rule(cell, HELD, view, HELD_AS_MEMBER);
    cell_rule(cell, UNKNOWN, view, GIVEN);
    cell_rule(view, WRITTEN, cell, WRITTEN);
    cell_rule(view, UNKNOWN, cell, UNKNOWN);
    cell_rule(cell, FULL, view, FILLED);
    cell_rule(view, FULL, view, FILLED);
    return view;
}

struct cell *words_field(struct esc_words *w, const struct field *field)
{
    words_record(w, field->parent);
    return field_cell(w, field);
}

struct cell *words_symbol(struct esc_words *w, const struct symbol *symbol)
{
    const struct type *type = esc_element(esc_type_held(symbol));
    if (type->kind == T_RECORD)
        return words_view(w, type->record);
    bool fresh;
    struct cell *cell = cell_of(&w->cells, symbol, &fresh);
    bool ours = symbol->kind == S_FUNCTION
        ? esc_is_called_here(symbol)
        : esc_assigned_here(symbol) && !symbol->has_asm_register;
    if (fresh && !ours)                 /* [inv.words.outside] */
        cell_learn(cell, UNKNOWN);
    return cell;
}

void words_expose(struct esc_words *w, const struct type *type)
{
    while (type && (type->kind == T_POINTER || type->kind == T_ARRAY))
        type = type->target;
    if (type && type->kind == T_RECORD)
        cell_learn(words_record(w, type->record), UNKNOWN);
}

/* ---- records as other records -------------------------------------------- */

/* A member that is no record, of a record or of one in it: bytes
 * [begin, end). */
struct leaf {
    const struct field *field;
    int64_t begin, end;
    bool words;                 /* by declaration no pointer */
};
VEC_TYPE(leaves, struct leaf);

static void find_leaves(const struct record *record, int64_t at,
                        int64_t repeated, struct leaves *leaves)
{
    for (int i = 0; i < record->field_count; i++) {
        const struct field *f = &record->fields[i];
        const struct type *type = esc_element(f->type);
        int64_t begin = at + f->bit_offset / 8;
        int64_t bytes = f->type->size < 0 ? INT32_MAX : f->type->size;
        if (type->kind == T_RECORD) {
            int64_t more = bytes - (type->size > 0 ? type->size : 0);
            find_leaves(type->record, begin, repeated + more, leaves);
            continue;
        }
        struct leaf leaf = {f, begin, begin + bytes + repeated,
                            type_is_integer(type) || type->kind == T_FLOAT};
        vec_push(leaves, leaf);
    }
}

/* Pointers may be in each other's place, `field` among them.  One to a record
 * is one of many that lead to its objects, and says by its type what they are:
 * with `is_used_as` the others' are used so [inv.words.plain]. */
static void connect(struct esc_words *w, const struct field *field,
                    struct cell *others, bool is_used_as)
{
    struct cell *cell = field_cell(w, field);
    if (words_follows(esc_element(field->type))) {
        words_link(cell, others);
        words_link(others, cell);
        return;
    }
    link_numbers(cell, others);
    link_numbers(others, cell);
    if (is_used_as)
        cell_learn(others, FILLED);
}

/* What is full through one pointer is through the other [inv.words.plain]. */
static void connect_plain(struct cell *a, struct cell *b)
{
    cell_rule(a, FULL, b, FILLED);
    cell_rule(b, FULL, a, FILLED);
}

/* Of two members that are in the same place. */
static void meet_leaves(struct esc_words *w, const struct leaf *a,
                        const struct leaf *b)
{
    struct cell *left = field_cell(w, a->field);
    struct cell *right = field_cell(w, b->field);
    if (a->field == b->field || a->end <= b->begin || b->end <= a->begin)
        return;
    if (a->words && b->words) {
        cell_rule(left, HELD, right, WRITTEN);
        cell_rule(right, HELD, left, WRITTEN);
    } else if (!a->words && !b->words) {
        connect(w, a->field, right, true);      /* pointers */
        connect(w, b->field, left, true);
    } else {
        cell_learn(a->words ? left : right, WRITTEN);
        connect(w, a->words ? b->field : a->field, w->pointed, false);
    }
}

static bool lead_to_records(const struct leaves *leaves)
{
    for (size_t i = 0; i < leaves->count; i++)
        if (!words_follows(esc_element(leaves->items[i].field->type)))
            return true;
    return false;
}

void words_raw(struct esc_words *w, const struct record *record)
{
    struct leaves leaves = {0};
    if (map_get(&w->raw, record))
        return;
    map_put(&w->raw, record, (void *)record);
    cell_rule(w->integers, UNKNOWN, words_record(w, record), UNKNOWN);
    find_leaves(record, 0, 0, &leaves);
    for (size_t i = 0; i < leaves.count; i++)
        if (!leaves.items[i].words)
            connect(w, leaves.items[i].field, w->pointed, false);
    if (record->is_union && lead_to_records(&leaves))
        for (size_t i = 0; i < leaves.count; i++)
            cell_learn(field_cell(w, leaves.items[i].field), FILLED);
    vec_free(&leaves);
}

void words_pun(struct esc_words *w, const struct record *a,
               const struct record *b)
{
    const char *key = arena_printf("%p %p", (const void *)a,
                                   (const void *)b);
    struct leaves left = {0}, right = {0};
    struct cell *first = words_record(w, a), *second = words_record(w, b);
    if (map_get_string(&w->puns, key))
        return;
    map_put_string(&w->puns, key, first);
    cell_rule(first, UNKNOWN, second, UNKNOWN);
    cell_rule(second, UNKNOWN, first, UNKNOWN);
    connect_plain(words_view(w, a), words_view(w, b));
    find_leaves(a, 0, 0, &left);
    find_leaves(b, 0, 0, &right);
    for (size_t i = 0; i < left.count; i++)
        for (size_t k = 0; k < right.count; k++)
            meet_leaves(w, &left.items[i], &right.items[k]);
    vec_free(&left);
    vec_free(&right);
}

static struct cell *slot_cell(struct cell **slots, size_t slot)
{
    if (!slots[slot])
        slots[slot] = words_cell();
    return slots[slot];
}

static void meet_slot(struct esc_words *w, const struct leaf *leaf,
                      size_t slot, bool leaves)
{
    struct cell *cell = field_cell(w, leaf->field);
    struct cell *ours = slot_cell(leaves ? w->given : w->taken, slot);
    struct cell *theirs = slot_cell(leaves ? w->taken : w->given, slot);
    if (leaf->words) {
        cell_rule(cell, HELD, ours, WRITTEN);
        cell_rule(theirs, HELD, cell, WRITTEN);
    } else {
        cell_learn(ours, WRITTEN);
        connect(w, leaf->field, slot_cell(w->slot_targets, slot), true);
    }
}

void words_meet(struct esc_words *w, const struct record *record, bool leaves)
{
    struct leaves members = {0};
    struct map *met = leaves ? &w->leaving : &w->entering;
    if (map_get(met, record))
        return;
    map_put(met, record, (void *)record);
    if (leaves)
        cell_rule(w->entered, FULL, words_view(w, record), FILLED);
    else
        cell_rule(words_view(w, record), FULL, w->entered, FULL);
    find_leaves(record, 0, 0, &members);
    for (size_t i = 0; i < members.count; i++) {
        const struct leaf *leaf = &members.items[i];
        int64_t end = leaf->end > leaf->begin ? leaf->end : leaf->begin + 1;
        for (int64_t slot = leaf->begin / 8; slot <= (end - 1) / 8; slot++) {
            meet_slot(w, leaf, slot < WORDS_SLOTS ? (size_t)slot
                                                  : WORDS_SLOTS, leaves);
            if (slot >= WORDS_SLOTS)
                break;
        }
    }
    vec_free(&members);
}

/* ---- lvalues ------------------------------------------------------------- */

struct cell *words_place(struct esc_words *w, const struct node *n)
{
    switch (n->kind) {
    case N_PAREN: case N_LOAD:
    case N_UNARY:                       /* __real__ */
        return words_place(w, n->kids[0]);
    case N_REF:
        return esc_is_object(n->symbol) ? words_symbol(w, n->symbol) : NULL;
    case N_COMPOUND_LITERAL:
        return words_symbol(w, n->symbol);
    case N_STRING:
        return NULL;
    case N_MEMBER: case N_ARROW:
        return n->field ? words_field(w, n->field) : w->outside;
    case N_INDEX:
        if (n->kids[0]->kind == N_DECAY)
            return words_place(w, n->kids[0]->kids[0]);
        if (n->kids[0]->type->kind == T_VECTOR)
            return words_place(w, n->kids[0]);
        /* fall through */
    case N_DEREF: {
        struct cell *target = words_target(w, n->kids[0]);
        return target ? target : w->outside;
    }
    default:
        return w->outside;
    }
}

struct cell *words_stored_target(struct esc_words *w, const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_LOAD ||
           (n->kind == N_INDEX && n->kids[0]->kind == N_DECAY))
        n = n->kind == N_INDEX ? n->kids[0]->kids[0] : n->kids[0];
    switch (n->kind) {
    case N_REF: case N_COMPOUND_LITERAL:
        return n->kind == N_COMPOUND_LITERAL || esc_is_object(n->symbol)
            ? words_symbol(w, n->symbol) : w->outside;
    case N_MEMBER: case N_ARROW:
        return n->field ? words_field(w, n->field) : w->outside;
    case N_DEREF: case N_INDEX:
        return w->pointed;
    default:
        return w->outside;
    }
}

/* The object whose address is taken, which holds words or bytes. */
static struct cell *object(struct esc_words *w, const struct node *n)
{
    const struct type *type = n->type ? esc_element(n->type) : NULL;
    if (!type)
        return w->outside;
    switch (type->kind) {
    case T_FUNCTION:
        return NULL;
    case T_RECORD:
        return words_view(w, type->record);
    case T_POINTER:
        return w->pointers;
    default:
        return words_place(w, n);
    }
}

/* ---- pointers ------------------------------------------------------------ */

static struct cell *both(struct esc_words *w, const struct node *n)
{
    bool fresh;
    struct cell *cell = cell_of(&w->cells, n, &fresh);
    if (fresh) {
        words_link(cell, words_target(w, n->kids[n->kids[1] ? 1 : 0]));
        words_link(cell, words_target(w, n->kids[2]));
    }
    return cell;
}

static void library_result(struct esc_words *w, struct cell *cell,
                           const struct node *n, const struct esc_tag *tag)
{
    for (int i = 1; i < n->kid_count; i++) {
        int from = esc_tag_parameter(tag, i - 1);
        int derefs = from < 0 ? ESC_NO_FLOW : tag->to_result[from];
        if (derefs == 0 ||
            (i == 1 && tag->allocates == ESC_REALLOCATES))
            words_link(cell, words_target(w, n->kids[i]));
        if (i == 1 && tag->allocates == ESC_REALLOCATES)
            cell_rule(words_target(w, n->kids[i]), FULL, cell, FILLED);
        else if (derefs > 0)
            words_link(cell, w->outside);
    }
    if (tag->result_unknown)
        words_link(cell, w->outside);
}

static struct cell *called(struct esc_words *w, const struct node *n)
{
    struct symbol *callee = node_callee(n);
    bool ours = esc_runs_here(callee), fresh;
    if (ours && !map_get(&w->fresh, callee))
        return words_symbol(w, callee);
    const struct esc_tag *tag = ours ? NULL : esc_library_tag(callee);
    /* [inv.library.replaced] */
    if (!ours && (!tag || !library_reserves(callee->name)))
        return w->outside;
    struct cell *cell = cell_of(&w->cells, n, &fresh);
    if (fresh && tag)
        library_result(w, cell, n, tag);
    else if (fresh)
        cell_rule(cell, FILLED, words_symbol(w, callee), FILLED);
    return cell;
}

struct cell *words_target(struct esc_words *w, const struct node *n)
{
    if (!n || !n->type || n->flags & (NODE_NULL_POINTER | NODE_UNEVALUATED) ||
        n->type->kind != T_POINTER)
        return NULL;
    const struct type *to = esc_element(n->type->target);
    if (to->kind == T_FUNCTION)
        return NULL;
    if (to->kind == T_RECORD)
        return words_view(w, to->record);
    if (to->kind == T_POINTER)
        return w->pointers;
    switch (n->kind) {
    case N_PAREN:
        return words_target(w, n->kids[0]);
    case N_CONVERT: case N_CAST: {
        const struct type *from = n->kids[0]->type;
        bool data = from && from->kind == T_POINTER &&
            from->target->kind != T_FUNCTION;
        return data ? words_target(w, n->kids[0]) : w->outside;
    }
    case N_LOAD: case N_INCDEC: case N_COMPOUND_ASSIGN:
        return words_stored_target(w, n->kids[0]);
    case N_REF: case N_INDEX: case N_MEMBER: case N_ARROW: case N_DEREF:
        return words_stored_target(w, n);
    case N_DECAY: case N_ADDRESS:
        return object(w, n->kids[0]);
    case N_BINARY:
        return words_target(w, n->kids[!type_is_pointer(n->kids[0]->type)]);
    case N_ASSIGN: case N_COMMA:
        return words_target(w, n->kids[1]);
    case N_CONDITIONAL:
        return both(w, n);
    case N_CALL:
        return called(w, n);
    case N_ATOMIC:
        return w->pointed;
    case N_STMT_EXPR: {
        const struct node *last = esc_block_value(n->kids[0]);
        return last ? words_target(w, last) : w->outside;
    }
    default:
        return w->outside;
    }
}

/* ---- answers ------------------------------------------------------------- */

bool esc_words_update(struct esc_words *w, const struct esc_prov *prov)
{
    size_t kept = 0, count = w->stores.count;
    for (size_t i = 0; i < count; i++) {
        struct words_store store = w->stores.items[i];
        if (store.to->known[store.fact])
            continue;
        if (!esc_prov_may_carry(prov, store.value)) {
            w->stores.items[kept++] = store;
            continue;
        }
        cell_learn(store.to, store.fact);
        if (store.fact == UNKNOWN)      /* the value is the pointer */
            cell_learn(w->integers, UNKNOWN);
    }
    w->stores.count = kept;
    return kept != count;
}

static bool holds(const struct cell *cell)
{
    return cell && (cell->known[HELD] || cell->known[HELD_AS_MEMBER]);
}

bool esc_words_hold(struct esc_words *w, const struct node *lvalue)
{
    return holds(words_place(w, lvalue));
}

bool esc_words_in_record(struct esc_words *w, const struct record *record)
{
    return holds(words_record(w, record));
}

bool esc_words_lead_to(struct esc_words *w, const struct node *pointer)
{
    const struct cell *cell = words_target(w, pointer);
    return !cell || holds(cell);
}
