/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_parts.c - values that are no words: where pieces of pointers may be.
 *
 * C lets a program copy a pointer byte by byte, as two halves, as a double or
 * in a structure of such.  These values are everywhere, and hardly ever have
 * to do with pointers: they carry something only where the unit itself lets a
 * pointer get into memory that it reads so.  That is what is looked for, in
 * the whole unit, without order:
 *
 *   - by a cast or a conversion of a pointer: from `struct node *` or
 *     `T **` to `char *`, `double *` or the pointer to a record without
 *     pointers; from `void *`, if it comes from outside, to all but records;
 *   - by a union with a member that may be a pointer at the same place;
 *   - by a store of a piece that was found there.
 *
 * Memory is divided into cells (esc_cells.h): one for each variable (of a
 * pointer: for what it points to; of an array or a scalar: for itself), one
 * for each member likewise, one for each record type, one for all that
 * pointers to pointers lead to.  A record that has pointers holds them in
 * their places: a byte of it read through `char *` may be a piece, one of its
 * own narrow members is not.
 *
 * [inv.parts.copy]  only copies carry: loads, stores, conversions between
 * integers, masks, and what puts bytes together.  The result of arithmetic, of
 * a conversion between floating types or to and from integers does not, and
 * what is cut off a word (`(char)(word >> 8)`) does not: compressed and
 * serialized pointers are not supported (docs/limits.md).
 *
 * [inv.parts.width]  a copy is stored as wide as it was read: a byte that
 * becomes an int is not where a pointer's byte would be.  On the way it may be
 * in a variable of any width, which has a cell for each width.
 *
 * [inv.parts.number]  most variables and members with narrow integers are
 * numbers, and one that is taken from a union or through a cast now and then
 * does not make all pieces that meet it.  Such a variable or member (no array,
 * and no byte in a variable) carries if all that is assigned to it does,
 * constants aside.
 *
 * esc_parts_collect.c walks over the unit.
 */
#include "esc_parts_internal.h"

#include <string.h>

enum { POINTER_BYTES = 8, ADDRESS_BITS = 44 };

/* ---- types --------------------------------------------------------------- */

static bool is_wide_bit_field(const struct field *field)
{
    return field->bit_width < 0 || field->bit_width >= ADDRESS_BITS;
}

/* Whether a pointer stands in the type by declaration; bytes do not. */
bool parts_holds(const struct type *type)
{
    type = esc_element(type);
    switch (type->kind) {
    case T_POINTER: case T_VA_LIST: case T_OTHER:
        return true;
    case T_INTEGER: case T_ENUM:
        return type->size < 0 || type->size >= POINTER_BYTES;
    case T_VECTOR: case T_COMPLEX:
        return type->target && type_is_integer(type->target) &&
               type->target->size >= POINTER_BYTES;
    case T_RECORD:
        if (!type->record->complete)
            return true;
        for (int i = 0; i < type->record->field_count; i++)
            if (is_wide_bit_field(&type->record->fields[i]) &&
                parts_holds(type->record->fields[i].type))
                return true;
        return false;
    default:
        return false;
    }
}

bool esc_parts_is_piece(const struct type *type)
{
    if (!type || type->kind == T_VOID || type->kind == T_FUNCTION ||
        type->kind == T_BOOL)
        return false;
    return !parts_holds(type);
}

/* ---- cells --------------------------------------------------------------- */

static struct cell *cell_of(struct map *map, const void *key, bool *fresh)
{
    struct cell *cell = map_get(map, key);
    *fresh = !cell;
    if (!cell) {
        cell = cell_new();
        map_put(map, key, cell);
    }
    return cell;
}

/* What is known of memory from the type of a pointer to it. */
static void learn_from_type(struct cell *cell, const struct type *pointer)
{
    const struct type *to = pointer->target;
    if (to->kind != T_VOID && to->kind != T_FUNCTION && parts_holds(to))
        cell_learn(cell, HELD);
}

/* Of objects of the type, when nothing else is said: what pointers in it
 * point to, or itself. */
static void learn_from_declaration(struct cell *cell,
                                   const struct type *type, bool followed)
{
    type = esc_element(type);
    if (type->kind != T_POINTER)
        return;
    learn_from_type(cell, type);
    if (type->target->kind == T_VOID && !followed)
        cell_learn(cell, UNKNOWN);
}

/* The cell of what is declared with this type, and has this key. */
static struct cell *declared(struct esc_parts *p, const void *key,
                             const struct type *type, bool followed)
{
    const struct type *element = esc_element(type);
    if (element->kind == T_RECORD)
        return parts_record(p, element->record);
    bool fresh;
    struct cell *cell = cell_of(&p->cells, key, &fresh);
    if (fresh)
        learn_from_declaration(cell, type, followed);
    return cell;
}

struct cell *parts_symbol(struct esc_parts *p, const struct symbol *symbol)
{
    return declared(p, symbol, esc_type_held(symbol),
                    symbol->kind == S_FUNCTION || esc_assigned_here(symbol));
}

struct cell *parts_field(struct esc_parts *p, const struct field *field)
{
    return declared(p, field, field->type, false);
}

static bool has_pointer(const struct record *record)
{
    for (int i = 0; i < record->field_count; i++)
        if (type_has_pointer(record->fields[i].type))
            return true;
    return false;
}

struct cell *parts_record(struct esc_parts *p, const struct record *record)
{
    bool fresh;
    struct cell *cell = cell_of(&p->cells, record, &fresh);
    if (!fresh)
        return cell;
    /* Numbers of a pointer's width that share their place with a double are
     * pointers only if one is stored there. */
    bool holds = parts_holds(record->type);
    if (holds && (!record->is_union || !record->complete ||
                  has_pointer(record)))
        cell_learn(cell, HELD);
    for (int i = 0; !holds && i < record->field_count; i++) {
        struct cell *part = parts_field(p, &record->fields[i]);
        cell_rule(cell, HELD, part, HELD);
        cell_rule(part, WRITTEN, cell, WRITTEN);
    }
    return cell;
}

/* What pointers lead to that are read through pointers to them. */
static struct cell *pointed(struct esc_parts *p, const struct type *pointer)
{
    const struct type *to = esc_element(pointer->target);
    if (to->kind == T_RECORD)
        return parts_record(p, to->record);
    if (to->kind == T_VOID)
        return p->unknown;
    return parts_holds(to) ? p->held : p->pointed;
}

/* ---- unions -------------------------------------------------------------- */

static void add_place(struct parts_places *found, struct cell *cell,
                      bool alone)
{
    struct parts_place place = {cell, alone, false};
    vec_push(found, place);
}

/* A variable or a member of this type. */
static void add_named(struct parts_places *found, struct cell *cell,
                      const struct type *type)
{
    struct parts_place place = {cell, false, type_is_integer(type)};
    vec_push(found, place);
}

static bool overlaps(const struct type *type, int64_t at, int64_t from,
                     int64_t to)
{
    int64_t end = type->size < 0 ? INT64_MAX : at + type->size;
    if (end <= from || at >= to || !parts_holds(type))
        return false;
    if (type->kind == T_ARRAY)
        return true;
    if (type->kind != T_RECORD || !type->record->complete)
        return true;
    for (int i = 0; i < type->record->field_count; i++) {
        const struct field *f = &type->record->fields[i];
        if (is_wide_bit_field(f) &&
            overlaps(f->type, at + f->bit_offset / 8, from, to))
            return true;
    }
    return false;
}

/* What lies over a pointer to be its pieces: an array, or one value of its
 * size.  A number beside others in a structure, or a narrow one, is most
 * likely the other alternative of a tagged union. */
static bool is_overlay(const struct type *type)
{
    return type->kind == T_ARRAY || type->kind == T_RECORD ||
           type->size < 0 || type->size >= POINTER_BYTES;
}

/* Visits the unions in the record of which bytes [from, to) are part of a
 * member that may be a pointer. */
static void find_unions(struct esc_parts *p, const struct record *record,
                        int64_t at, int64_t from, int64_t to,
                        struct parts_places *found)
{
    if (record->is_union && overlaps(record->type, at, from, to))
        add_place(found, parts_record(p, record), false);
    for (int i = 0; i < record->field_count; i++) {
        const struct field *f = &record->fields[i];
        int64_t begin = at + f->bit_offset / 8;
        if (f->type->kind == T_RECORD && begin < to &&
            begin + f->type->size > from)
            find_unions(p, f->type->record, begin, from, to, found);
    }
}

/* `a->half = b->half` */
static bool is_copied_to_itself(const struct node *n)
{
    const struct node *up = n->parent;
    while (up && (up->kind == N_LOAD || up->kind == N_PAREN ||
                  up->kind == N_CONVERT))
        up = up->parent;
    if (!up || up->kind != N_ASSIGN)
        return false;
    const struct node *left = node_unparenthesize(up->kids[0]);
    return left->field == n->field &&
           n->field->parent->size >= POINTER_BYTES;
}

/* The same for a member access. */
static void unions_of(struct esc_parts *p, const struct node *n,
                      struct parts_places *found)
{
    int64_t offset = 0, size = n->type->size;
    bool overlay = is_overlay(n->type) || is_copied_to_itself(n);
    for (;; n = n->kids[0]) {
        n = node_unparenthesize((struct node *)n);
        if (n->kind != N_MEMBER && n->kind != N_ARROW)
            return;
        offset += n->bit_offset / 8;
        const struct type *outer = n->kids[0]->type;
        if (n->kind == N_ARROW)
            outer = outer->target;
        const struct node *base = node_unparenthesize(n->kids[0]);
        if (n->kind == N_MEMBER &&
            (base->kind == N_MEMBER || base->kind == N_ARROW))
            continue;
        if (outer->kind == T_RECORD && overlay)
            find_unions(p, outer->record, 0, offset,
                        offset + (size > 0 ? size : 1), found);
        return;
    }
}

/* ---- lvalues ------------------------------------------------------------- */

/* `*p` where p does not move on: a number that somebody passes by a pointer
 * to void.  A copy in halves goes from one to the next. */
static bool is_single_number(const struct esc_parts *p,
                             const struct node *n)
{
    if (!type_is_integer(n->type) || n->type->size == 1)
        return false;
    if (n->kind == N_INDEX)
        return n->kids[1]->flags & NODE_CONSTANT;
    const struct node *pointer = node_strip(n->kids[0]);
    return pointer->kind == N_REF && !map_get(&p->moving, pointer->symbol);
}

static bool place_holds(const struct parts_place *place)
{
    return place->alone ? place->cell && place->cell->known[HELD]
                        : cell_may_hold(place->cell);
}

/* The cells of the memory that an lvalue designates (of a pointer: of what
 * it points to). */
static void places_of(struct esc_parts *p, const struct node *n,
                      struct parts_places *found)
{
    switch (n->kind) {
    case N_PAREN: case N_LOAD:
    case N_UNARY:                       /* __real__ */
        places_of(p, n->kids[0], found);
        return;
    case N_REF:
        if (esc_is_object(n->symbol))
            add_named(found, parts_symbol(p, n->symbol), n->symbol->type);
        return;
    case N_COMPOUND_LITERAL:
        add_place(found, parts_symbol(p, n->symbol), false);
        return;
    case N_MEMBER: case N_ARROW:
        if (!n->field)
            return;
        add_named(found, parts_field(p, n->field), n->field->type);
        if (!parts_holds(n->field->parent->type))
            add_place(found, parts_record(p, n->field->parent), false);
        unions_of(p, n, found);
        return;
    case N_INDEX:
        if (n->kids[0]->kind == N_DECAY) {
            places_of(p, n->kids[0]->kids[0], found);
            return;
        }
        if (n->kids[0]->type->kind == T_VECTOR) {
            places_of(p, n->kids[0], found);
            return;
        }
        /* fall through */
    case N_DEREF:
        add_place(found, parts_pointer(p, n->kids[0]),
                  is_single_number(p, n));
        return;
    default:
        return;
    }
}

void parts_places(struct esc_parts *p, const struct node *lvalue,
                   struct parts_places *found)
{
    size_t first = found->count;
    places_of(p, lvalue, found);
    size_t last = first;
    for (size_t i = first; i < found->count; i++)
        if (found->items[i].cell)
            found->items[last++] = found->items[i];
    found->count = last;
}

/* The targets of the pointer that an lvalue holds. */
struct cell *parts_stored_pointer(struct esc_parts *p,
                                   const struct node *n)
{
    while (n->kind == N_PAREN || n->kind == N_LOAD ||
           (n->kind == N_INDEX && n->kids[0]->kind == N_DECAY))
        n = n->kind == N_INDEX ? n->kids[0]->kids[0] : n->kids[0];
    if (n->kind == N_REF && esc_is_object(n->symbol))
        return parts_symbol(p, n->symbol);
    if ((n->kind == N_MEMBER || n->kind == N_ARROW) && n->field)
        return parts_field(p, n->field);
    const struct type *type = esc_element(n->type);
    return type->kind == T_POINTER ? pointed(p, type) : NULL;
}

/* The object whose address is taken. */
static struct cell *object(struct esc_parts *p, const struct node *n)
{
    const struct type *type = n->type ? esc_element(n->type) : NULL;
    if (!type || type->kind == T_FUNCTION)
        return NULL;
    if (type->kind == T_RECORD)
        return parts_record(p, type->record);
    if (parts_holds(type))
        return p->held;
    struct parts_places places = {0};
    parts_places(p, n, &places);
    struct cell *cell = places.count ? places.items[0].cell : NULL;
    vec_free(&places);
    return cell;
}

/* ---- pointers ------------------------------------------------------------ */

static struct cell *both(struct cell *a, struct cell *b)
{
    if (!a || !b || a == b)
        return a ? a : b;
    struct cell *cell = cell_new();
    cell_assign(cell, a);
    cell_assign(cell, b);
    return cell;
}

struct cell *parts_call(struct esc_parts *p, const struct node *n)
{
    bool fresh;
    return cell_of(&p->cells, n, &fresh);
}

static struct cell *called(struct esc_parts *p, const struct node *n)
{
    struct symbol *callee = node_callee(n);
    if (esc_runs_here(callee))
        return parts_symbol(p, callee);
    const struct esc_tag *tag = esc_library_tag(callee);
    if (tag) {
        bool fresh = !map_get(&p->cells, n);
        struct cell *cell = parts_call(p, n);
        for (int i = 1; fresh && i < n->kid_count; i++) {
            int from = esc_tag_parameter(tag, i - 1);
            if (from >= 0 && tag->to_result[from] == 0)
                cell_assign(cell, parts_pointer(p, n->kids[i]));
        }
        /* [inv.library.replaced] */
        if (fresh && n->type->kind == T_POINTER &&
            !library_reserves(callee->name))
            cell_assign(cell, pointed(p, n->type));
        return cell;
    }
    return n->type->kind == T_POINTER ? pointed(p, n->type) : NULL;
}

static struct cell *cast(struct esc_parts *p, const struct node *n)
{
    const struct type *from = n->kids[0]->type;
    if (!from || from->kind == T_POINTER)
        return parts_pointer(p, n->kids[0]);
    return type_is_integer(from) ? p->held : NULL;
}

static struct cell *pointer_kind(struct esc_parts *p, const struct node *n)
{
    switch (n->kind) {
    case N_PAREN:
        return parts_pointer(p, n->kids[0]);
    case N_CONVERT: case N_CAST:
        return cast(p, n);
    case N_LOAD:
        return parts_stored_pointer(p, n->kids[0]);
    case N_REF: case N_INDEX: case N_MEMBER: case N_ARROW: case N_DEREF:
        return parts_stored_pointer(p, n);
    case N_DECAY: case N_ADDRESS:
        return object(p, n->kids[0]);
    case N_BINARY:
        return parts_pointer(p, n->kids[!type_is_pointer(
                                             n->kids[0]->type)]);
    case N_INCDEC: case N_COMPOUND_ASSIGN:
        return parts_stored_pointer(p, n->kids[0]);
    case N_ASSIGN: case N_COMMA:
        return parts_pointer(p, n->kids[1]);
    case N_CONDITIONAL:
        return both(parts_pointer(p, n->kids[n->kids[1] ? 1 : 0]),
                    parts_pointer(p, n->kids[2]));
    case N_STMT_EXPR: {
        const struct node *last = esc_block_value(n->kids[0]);
        return last ? parts_pointer(p, last) : NULL;
    }
    case N_CALL:
        return called(p, n);
    default:
        return pointed(p, n->type);
    }
}

struct cell *parts_pointer(struct esc_parts *p, const struct node *n)
{
    if (!n || !n->type || n->flags & (NODE_NULL_POINTER | NODE_UNEVALUATED) ||
        n->type->kind != T_POINTER)
        return NULL;
    const struct type *to = esc_element(n->type->target);
    if (to->kind == T_FUNCTION)
        return NULL;
    if (to->kind == T_RECORD)
        return parts_record(p, to->record);
    return pointer_kind(p, n);
}

/* ---- values -------------------------------------------------------------- */

bool parts_is_register(const struct symbol *symbol)
{
    const struct type *type = esc_type_held(symbol);
    return symbol->kind != S_ENUMERATOR && symbol->kind != S_LABEL &&
           type_is_integer(type) && !symbol->address_taken &&
           (symbol->kind == S_FUNCTION || symbol->is_local);
}

struct cell *parts_register(struct esc_parts *p, const struct symbol *symbol,
                            int64_t width)
{
    /* Keys that no other cell has: they point into the symbol. */
    bool fresh;
    return cell_of(&p->cells, (const char *)symbol + width, &fresh);
}

/* A constant operand changes what is copied, unless it is a mask of whole
 * pieces. */
static bool is_altered(const struct node *n, int op)
{
    if (!(n->flags & NODE_CONSTANT))
        return false;
    uint64_t mask = (uint64_t)n->value;
    return op != '&' || !(mask == 0xff || mask == 0xffff ||
                          (uint32_t)mask == UINT32_MAX);
}

static void binary_sources(struct esc_parts *p, const struct node *n,
                           int64_t width, struct parts_places *found)
{
    const struct node *left = n->kids[0], *right = n->kids[1];
    switch (n->op) {
    case '&': case '|': case '^':
        if (is_altered(left, n->op) || is_altered(right, n->op))
            return;
        parts_sources(p, left, width, found);
        parts_sources(p, right, width, found);
        return;
    default:
        return;                         /* [inv.parts.copy] */
    }
}

/* Bits are kept, or some of them. */
static bool keeps_bits(const struct type *to, const struct type *from)
{
    return (type_is_integer(to) && type_is_integer(from) &&
            !parts_holds(from)) ||
           to->unqualified == from->unqualified ||
           (to->kind == T_VECTOR && from->kind == T_VECTOR);
}

static void loaded(struct esc_parts *p, const struct node *n,
                   int64_t width, struct parts_places *found)
{
    const struct node *plain = node_unparenthesize(
        n->kind == N_LOAD ? n->kids[0] : (struct node *)n);
    if (plain->kind == N_REF && parts_is_register(plain->symbol))
        add_place(found, parts_register(p, plain->symbol, width), false);
    else if (!type_is_integer(n->type) || n->type->size == width)
        parts_places(p, n, found);
}

void parts_sources(struct esc_parts *p, const struct node *n,
                   int64_t width, struct parts_places *found)
{
    if (!n || !n->type || n->flags & (NODE_CONSTANT | NODE_UNEVALUATED))
        return;
    switch (n->kind) {
    case N_PAREN:
        parts_sources(p, n->kids[0], width, found);
        return;
    case N_CONVERT: case N_CAST:
        if (n->kids[0]->type && keeps_bits(n->type, n->kids[0]->type))
            parts_sources(p, n->kids[0], width, found);
        return;
    case N_LOAD: case N_REF: case N_MEMBER: case N_ARROW: case N_INDEX:
    case N_DEREF: case N_COMPOUND_LITERAL:
        if (esc_parts_is_piece(n->type))
            loaded(p, n, width, found);
        return;
    case N_COMMA: case N_ASSIGN:
        parts_sources(p, n->kids[1], width, found);
        return;
    case N_CONDITIONAL:
        parts_sources(p, n->kids[n->kids[1] ? 1 : 0], width, found);
        parts_sources(p, n->kids[2], width, found);
        return;
    case N_COMPOUND_ASSIGN:             /* what it had is there already */
        if (n->op == '|' || n->op == '^')
            parts_sources(p, n->kids[1], width, found);
        return;
    case N_BINARY:
        binary_sources(p, n, width, found);
        return;
    case N_UNARY:
        if (n->op == '~' || n->op == OP_REAL || n->op == OP_IMAG)
            parts_sources(p, n->kids[0], width, found);
        return;
    case N_CALL: {
        struct symbol *callee = node_callee(n);
        if (esc_runs_here(callee))
            add_place(found, parts_is_register(callee)
                             ? parts_register(p, callee, width)
                             : parts_symbol(p, callee), false);
        return;
    }
    case N_STMT_EXPR:
        parts_sources(p, esc_block_value(n->kids[0]), width, found);
        return;
    case N_VA_ARG:
        if (type_is_integer(n->type))
            return;
        add_place(found, p->variadic, false);
        return;
    case N_ATOMIC:
        if (n->kid_count)
            add_place(found, parts_pointer(p, n->kids[0]), false);
        return;
    default:
        return;
    }
}

/* ---- answers ------------------------------------------------------------- */

bool esc_parts_carry(struct esc_parts *p, const struct node *value,
                     bool whole)
{
    struct parts_places found = {0};
    bool carry = false;
    if (!value->type || !esc_parts_is_piece(value->type))
        return false;
    for (int64_t width = value->type->size; width > 0; width /= 2) {
        parts_sources(p, value, width, &found);
        if (whole || !type_is_integer(value->type))
            break;
    }
    for (size_t i = 0; i < found.count; i++)
        carry |= place_holds(&found.items[i]);
    vec_free(&found);
    return carry;
}

/* Members of a union through which all of a pointer can be read in parts. */
static bool is_divided(const struct type *type)
{
    return (type->kind == T_RECORD || type->kind == T_ARRAY) &&
        type->size >= POINTER_BYTES && esc_parts_is_piece(type);
}

/* A union of a pointer and such members. */
static bool shares_pointer(const struct record *record)
{
    bool divided = false, whole = false;
    for (int i = 0; record->is_union && i < record->field_count; i++) {
        divided |= is_divided(record->fields[i].type);
        whole |= type_has_pointer(record->fields[i].type);
    }
    return divided && whole;
}

static bool in_pieces(struct esc_parts *p, const struct type *type)
{
    type = esc_element(type)->unqualified;
    if (type->kind != T_RECORD || !type->record->complete)
        return false;
    const struct record *record = type->record;
    if (!parts_holds(type))
        return cell_may_hold(parts_record(p, record));
    bool found = shares_pointer(record);
    for (int i = 0; i < record->field_count && !found; i++) {
        const struct field *field = &record->fields[i];
        found = esc_element(field->type)->kind == T_RECORD
            ? in_pieces(p, field->type)
            : is_divided(field->type) && cell_may_hold(parts_field(p, field));
    }
    return found;
}

bool esc_parts_in_pieces(struct esc_parts *p, const struct symbol *local)
{
    return esc_element(local->type)->kind == T_RECORD
        ? in_pieces(p, local->type)
        : is_divided(local->type) && cell_may_hold(parts_symbol(p, local));
}

bool esc_parts_lead_to(struct esc_parts *p, const struct node *pointer)
{
    return cell_may_hold(parts_pointer(p, pointer));
}

bool esc_parts_overwrite(struct esc_parts *p, const struct node *call)
{
    const struct cell *cell = map_get(&p->cells, call);
    return cell && cell->known[WRITTEN];
}
