/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_build.c - the bricks of the conversion: extents, nodes, child lists
 * and symbols' hash map.
 *
 * [inv.build.macro]  the only macros in the parsed text are the shim's.  A
 * token of such a macro's body has a spelling location outside the text.  A
 * node that begins with one is NODE_MACRO and extends over the whole call,
 * unless it goes on behind the call: then its end was written, and both its
 * offsets are exact.  The shim's bodies never begin or end with a bare
 * argument [inv.shim.parentheses], so what begins inside an argument also ends
 * there.
 */
#include "front.h"
#include "util/diag.h"

#include <stdlib.h>
#include <string.h>

/* ---- cursor maps --------------------------------------------------------- */

struct cursor_slot { CXCursor key; void *value; };

static struct cursor_slot *cursor_slot(const struct cursor_map *m,
                                       CXCursor key)
{
    size_t mask = m->capacity - 1;
    /* Fibonacci hashing: libclang's hashes are weak in the low bits. */
    size_t i = (clang_hashCursor(key) * 0x9e3779b97f4a7c15u) >> 20;
    for (i &= mask;; i = (i + 1) & mask) {
        struct cursor_slot *s = &m->slots[i];
        if (!s->value || clang_equalCursors(s->key, key))
            return s;
    }
}

void *cursor_map_get(const struct cursor_map *m, CXCursor key)
{
    return m->count ? cursor_slot(m, key)->value : NULL;
}

void cursor_map_put(struct cursor_map *m, CXCursor key, void *value)
{
    if ((m->count + 1) * 2 > m->capacity) {
        struct cursor_map old = *m;
        m->capacity = old.capacity ? old.capacity * 2 : 1024;
        m->slots = calloc(m->capacity, sizeof *m->slots);
        if (!m->slots)
            util_out_of_memory();
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i].value)
                *cursor_slot(m, old.slots[i].key) = old.slots[i];
        free(old.slots);
    }
    struct cursor_slot *s = cursor_slot(m, key);
    m->count += !s->value;
    *s = (struct cursor_slot){key, value};
}

/* ---- extents ------------------------------------------------------------- */

/* [inv.build.direct]  libclang hands out a place in the file as clang's own
 * number for it: the number of the file's first byte plus the offset (a place
 * in a macro or another file has a number outside of the file's range).  Half
 * a million questions for offsets are answered by a subtraction, provided
 * that libclang's numbers for the first and the last byte agree. */
void front_read_offsets(struct front *f)
{
    CXSourceLocation first = clang_getLocationForOffset(f->clang, f->file, 0);
    CXSourceLocation last =
        clang_getLocationForOffset(f->clang, f->file, f->bytes);
    f->first_byte = first.int_data;
    f->direct_offsets = first.int_data != 0 &&
        last.int_data - first.int_data == f->bytes;
}

/* Whether the location lies in the file; then *offset is set. */
static bool place_of(struct front *f, CXSourceLocation location,
                     uint32_t *offset)
{
    uint32_t direct = location.int_data - f->first_byte;
    bool is_direct = f->direct_offsets && direct <= f->bytes;
    *offset = direct;
    if (is_direct && !DEBUG_BUILD)
        return true;
    CXFile file;
    clang_getFileLocation(location, &file, NULL, NULL, offset);
    diag_check(!is_direct || (file == f->file && *offset == direct));
    return file == f->file;
}

uint32_t offset_of(struct front *f, CXSourceLocation location)
{
    uint32_t offset;
    return place_of(f, location, &offset) ? offset : 0;
}

/* In gcc's text: what begins in a macro goes on to the end of its call
 * [inv.build.macro]. */
static void measure_macro(struct front *f, CXSourceLocation start,
                          struct extent *x)
{
    CXFile spelled_in;
    unsigned spelled_at;
    clang_getSpellingLocation(start, &spelled_in, NULL, NULL, &spelled_at);
    if (spelled_in == f->file && spelled_at == x->begin)
        return;
    uint32_t call_end = text_token_end(f, x->begin);
    if (x->end == call_end)     /* no arguments: a name for a name */
        return;
    uint32_t open = text_skip_space(f, call_end);
    if (f->text[open] == '(')
        call_end = text_close(f, open);
    if (x->end <= call_end) {
        x->end = call_end;
        x->macro = true;
    }
}

static struct extent measure(struct front *f, CXCursor cursor)
{
    struct extent x = {0};
    CXSourceRange range = clang_getCursorExtent(cursor);
    CXSourceLocation start = clang_getRangeStart(range);
    if (!place_of(f, start, &x.begin))
        return (struct extent){0};
    place_of(f, clang_getRangeEnd(range), &x.end);
    if (f->has_shim)
        measure_macro(f, start, &x);
    return x;
}

struct extent extent_of(struct front *f, CXCursor cursor)
{
    /* Who looks at an implicit conversion has measured what is inside. */
    CXCursor *last = &f->measured;
    if (last->kind != cursor.kind || last->xdata != cursor.xdata ||
        last->data[0] != cursor.data[0] ||
        last->data[1] != cursor.data[1]) {
        f->measured = cursor;
        f->measured_extent = measure(f, cursor);
    }
    return f->measured_extent;
}

/* ---- nodes --------------------------------------------------------------- */

struct node *node_new(struct front *f, enum node_kind kind, uint32_t begin,
                      uint32_t end)
{
    struct node *n = arena_new(struct node);
    n->kind = kind;
    n->begin = begin;
    n->end = end;
    n->flags = f->flags;
    n->index = n->index_last = -1;
    return n;
}

struct node *node_at(struct front *f, enum node_kind kind, struct extent x)
{
    struct node *n = node_new(f, kind, x.begin, x.end);
    if (x.macro)
        n->flags |= NODE_MACRO;
    return n;
}

struct node *node_wrap(struct front *f, enum node_kind kind, struct node *kid,
                       struct type *type)
{
    struct node *n = node_new(f, kind, kid->begin, kid->end);
    n->flags |= NODE_IMPLICIT | (kid->flags & NODE_MACRO);
    n->type = type;
    node_set_kids(n, &kid, 1);
    return n;
}

static struct node **adopt(struct node *parent, struct node *const *nodes,
                           int count)
{
    struct node **copy = arena_array(struct node *, count);
    for (int i = 0; i < count; i++) {
        copy[i] = nodes[i];
        if (copy[i])
            copy[i]->parent = parent;
    }
    return copy;
}

void node_set_kids(struct node *n, struct node *const *kids, int count)
{
    n->kids = adopt(n, kids, count);
    n->kid_count = count;
}

void node_set_type_parts(struct node *n, struct node *const *parts, int count)
{
    n->type_parts = adopt(n, parts, count);
    n->type_part_count = count;
}

void node_take_kids(struct front *f, struct node *n, size_t base)
{
    if (f->nodes.count > base)
        node_set_kids(n, f->nodes.items + base, (int)(f->nodes.count - base));
    f->nodes.count = base;
}

void node_take_type_parts(struct front *f, struct node *n, size_t base)
{
    if (f->nodes.count > base)
        node_set_type_parts(n, f->nodes.items + base,
                            (int)(f->nodes.count - base));
    f->nodes.count = base;
}

void front_refuse(struct front *f, uint32_t offset, const char *what)
{
    struct unsupported refused = {offset, what};
    vec_push(&f->unsupported, refused);
}

/* ---- children ------------------------------------------------------------ */

static enum CXChildVisitResult push_child(CXCursor child, CXCursor parent,
                                          CXClientData data)
{
    (void)parent;
    struct front *f = data;
    vec_push(&f->cursors, child);
    return CXChildVisit_Continue;
}

size_t front_children(struct front *f, CXCursor parent)
{
    size_t first = f->cursors.count;
    clang_visitChildren(parent, push_child, f);
    return first;
}

void front_pop(struct front *f, size_t first)
{
    f->cursors.count = first;
}
