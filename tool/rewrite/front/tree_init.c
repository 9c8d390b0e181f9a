/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_init.c - which part of an object each initialiser initialises.
 *
 * libclang shows initialiser lists as written: designators are unexposed
 * expressions of type void, and braces left out stay left out.  This file
 * walks the object's type along the list as C11 6.7.9 says.
 *
 * [inv.init.path]  the position is a path of levels from the list's object
 * down: each an aggregate, where it begins, and which of its members comes
 * next.  A designator starts a new path from the top; an initialiser without
 * braces for an aggregate goes down to the aggregate's first member.
 */
#include "tree_expr.h"

#include <string.h>

/* Types nest no deeper than this in real code; deeper ones are left alone
 * (the item then has no place). */
enum { MAX_LEVELS = 64 };

struct level {
    struct type *type;
    int64_t next;           /* element or position in record->fields */
    int64_t base;           /* bit offset in the list's object */
};

struct path {
    struct level levels[MAX_LEVELS];
    int count;
};

/* The place of one initialiser. */
struct target {
    struct type *type;              /* NULL: no room left */
    const struct field *field;
    int64_t index, index_last, bit_offset;
};

static bool is_initialized(const struct field *field)
{
    return *field->name || field->type->kind == T_RECORD;
}

static bool has_members(const struct type *t)
{
    return t->kind == T_RECORD || t->kind == T_ARRAY || t->kind == T_VECTOR;
}

/* Moves past members that take no initialiser (unnamed bit-fields). */
static void settle(struct level *l)
{
    if (l->type->kind != T_RECORD)
        return;
    const struct record *r = l->type->record;
    while (l->next < r->field_count && !is_initialized(&r->fields[l->next]))
        l->next++;
}

static bool exhausted(const struct level *l)
{
    if (l->type->kind == T_RECORD)
        return l->next >= l->type->record->field_count;
    return l->type->count >= 0 && l->next >= l->type->count;
}

static bool push_level(struct path *p, struct type *type, int64_t base)
{
    if (p->count == MAX_LEVELS)
        return false;
    struct level *l = &p->levels[p->count++];
    *l = (struct level){type, 0, base};
    settle(l);
    return true;
}

/* The member that comes next at the innermost level. */
static struct target current(const struct path *p)
{
    const struct level *l = &p->levels[p->count - 1];
    struct target t = {NULL, NULL, -1, -1, -1};
    if (exhausted(l))
        return t;
    if (l->type->kind == T_RECORD) {
        t.field = &l->type->record->fields[l->next];
        t.type = t.field->type;
        t.bit_offset = l->base + t.field->bit_offset;
    } else {
        t.type = l->type->target;
        t.index = t.index_last = l->next;
        t.bit_offset = l->base;
        if (t.type->size >= 0)
            t.bit_offset += l->next * t.type->size * 8;
    }
    return t;
}

/* Goes on behind the member that was just initialised. */
static void advance(struct path *p)
{
    for (;;) {
        struct level *l = &p->levels[p->count - 1];
        if (l->type->kind == T_RECORD && l->type->record->is_union)
            l->next = l->type->record->field_count;
        else
            l->next++;
        settle(l);
        if (!exhausted(l) || p->count == 1)
            return;
        p->count--;
    }
}

/* Whether an initialiser without braces takes the whole of `type`. */
static bool takes_whole(const struct type *type, const struct node *value)
{
    if (!has_members(type))
        return true;
    if (!value->type || value->type->unqualified == type->unqualified)
        return true;
    if (type->kind == T_ARRAY) {
        const struct node *v = value;
        while (v->kind == N_PAREN)
            v = v->kids[0];
        return v->kind == N_STRING && type_is_integer(type->target) &&
               v->type->target->size == type->target->size;
    }
    return type->kind == T_VECTOR && value->type->kind == T_VECTOR;
}

/* Goes down to the first scalar (or what the value fills whole). */
static struct target elide(struct path *p, const struct node *value)
{
    struct target t = current(p);
    while (t.type && !takes_whole(t.type, value)) {
        if (!push_level(p, t.type, t.bit_offset))
            return (struct target){NULL, NULL, -1, -1, -1};
        t = current(p);
    }
    return t;
}

/* ---- designators --------------------------------------------------------- */

/* Makes `field` next at the innermost level, through anonymous members. */
static bool designate_field(struct path *p, const struct field *field)
{
    struct level *l = &p->levels[p->count - 1];
    if (l->type->kind != T_RECORD)
        return false;
    const struct record *r = l->type->record;
    if (field->parent == r) {
        l->next = field->index;
        return true;
    }
    for (int i = 0; i < r->field_count; i++) {
        const struct field *hop = &r->fields[i];
        if (*hop->name || hop->type->kind != T_RECORD ||
            field_offset_in(hop->type->record, field) < 0)
            continue;
        l->next = i;
        return push_level(p, hop->type, l->base + hop->bit_offset) &&
               designate_field(p, field);
    }
    return false;
}

/* Enters the member that is next, for a designator below it. */
static bool enter(struct path *p)
{
    struct target t = current(p);
    return t.type && has_members(t.type) &&
           push_level(p, t.type, t.bit_offset);
}

/* Applies the designators (children first … last-1 of f->cursors); index
 * expressions are pushed on f->nodes.  Sets *range_last for `[a ... b]`. */
static bool designate(struct front *f, struct path *p, size_t first,
                      size_t last, int64_t *range_last)
{
    p->count = 1;               /* [inv.init.path] */
    bool entered = true;
    for (size_t i = first; i < last; i++) {
        CXCursor c = f->cursors.items[i];
        if (clang_getCursorKind(c) == CXCursor_MemberRef) {
            CXCursor target = clang_getCursorReferenced(c);
            const struct field *field = field_of(f, target);
            if (!extent_of(f, c).end)
                continue;           /* a hop that is not written */
            if (!field || (!entered && !enter(p)) ||
                !designate_field(p, field))
                return false;
        } else {
            struct node *n = tree_unevaluated(f, c);
            vec_push(&f->nodes, n);
            if (!(n->flags & NODE_CONSTANT))
                constant_evaluate(n, c);
            if (!entered && !enter(p))
                return false;
            p->levels[p->count - 1].next = n->value;
            uint32_t after = text_skip_space(f, n->end);
            if (!strncmp(f->text + after, "...", 3) && i + 1 < last) {
                CXCursor high = f->cursors.items[++i];
                struct node *h = tree_unevaluated(f, high);
                vec_push(&f->nodes, h);
                if (!(h->flags & NODE_CONSTANT))
                    constant_evaluate(h, high);
                *range_last = h->value;
            }
        }
        entered = false;
    }
    return true;
}

/* ---- items --------------------------------------------------------------- */

static bool is_list(CXCursor c)
{
    return clang_getCursorKind(c) == CXCursor_InitListExpr;
}

/* Converts `value` for the place that is next; returns its N_INIT_ITEM. */
static struct node *item(struct front *f, struct path *p, CXCursor value,
                         struct extent x, int64_t range_last)
{
    struct node *n = node_at(f, N_INIT_ITEM, x), *kid;
    struct target t;
    if (is_list(value)) {
        t = current(p);
        kid = tree_init_list(f, value,
                             t.type ? t.type : expr_type(f, value));
    } else {
        kid = tree_expression(f, value);
        t = elide(p, kid);
        if (!(t.type && t.type->kind == T_ARRAY))
            kid = tree_value(f, kid);
    }
    n->type = t.type ? t.type : kid->type;
    n->field = t.field;
    n->index = t.index;
    n->index_last = t.index_last;
    n->bit_offset = t.bit_offset;
    if (range_last > t.index && t.index >= 0) {
        n->index_last = range_last;
        p->levels[p->count - 1].next = range_last;
    }
    advance(p);
    node_set_kids(n, &kid, 1);
    return n;
}

static struct node *designated(struct front *f, struct path *p, CXCursor c)
{
    size_t first = front_children(f, c), last = f->cursors.count - 1;
    size_t base = f->nodes.count;
    int64_t range_last = -1;
    bool placed = designate(f, p, first, last, &range_last);
    size_t parts = f->nodes.count - base;
    struct node **copy = arena_array(struct node *, parts + 1);
    if (parts)
        memcpy(copy, f->nodes.items + base, parts * sizeof *copy);
    f->nodes.count = base;
    if (!placed)        /* nothing is next: the item gets no place */
        p->levels[p->count - 1].next = INT64_MAX / 2;
    struct node *n = item(f, p, f->cursors.items[last], extent_of(f, c),
                          range_last);
    front_pop(f, first);
    node_set_type_parts(n, copy, (int)parts);
    return n;
}

static bool is_designated(CXCursor c)
{
    return clang_getCursorKind(c) == CXCursor_UnexposedExpr &&
           clang_getCursorType(c).kind == CXType_Void;
}

/* `{ x }` for a scalar, `{ "text" }` for an array of characters, and
 * `{ structure }` where one expression fills everything. */
static struct node *whole_item(struct front *f, CXCursor value,
                               struct type *type)
{
    struct node *kid = is_list(value) ? tree_init_list(f, value, type)
                                      : tree_expression(f, value);
    if (kid->kind != N_INIT_LIST && type->kind != T_ARRAY)
        kid = tree_value(f, kid);
    struct node *n = node_new(f, N_INIT_ITEM, kid->begin, kid->end);
    n->type = type;
    node_set_kids(n, &kid, 1);
    return n;
}

static bool fills_whole(struct front *f, size_t first, struct type *type)
{
    CXCursor only = f->cursors.items[first];
    if (!has_members(type))
        return true;
    if (f->cursors.count - first != 1 || is_list(only) ||
        is_designated(only))
        return false;
    if (type->kind != T_ARRAY)
        return false;
    uint32_t begin = extent_of(f, only).begin;
    struct type *t = expr_type(f, only);
    return t->kind == T_ARRAY && type_is_integer(type->target) &&
           (f->text[begin] == '"' || f->text[begin] == '(' ||
               f->text[begin] == 'L' || f->text[begin] == 'u' ||
               f->text[begin] == 'U');
}

struct node *tree_init_list(struct front *f, CXCursor c, struct type *type)
{
    struct node *n = node_at(f, N_INIT_LIST, extent_of(f, c));
    n->type = type;
    size_t first = expr_children(f, c), base = f->nodes.count;
    size_t count = f->cursors.count;
    if (count > first && fills_whole(f, first, type)) {
        for (size_t i = first; i < count; i++)
            vec_push(&f->nodes, whole_item(f, f->cursors.items[i], type));
    } else if (count > first) {
        struct path *p = arena_new(struct path);
        push_level(p, type, 0);
        for (size_t i = first; i < count; i++) {
            CXCursor each = f->cursors.items[i];
            vec_push(&f->nodes, is_designated(each)
                     ? designated(f, p, each)
                     : item(f, p, each, extent_of(f, each), -1));
        }
    }
    front_pop(f, first);
    node_take_kids(f, n, base);
    return n;
}
