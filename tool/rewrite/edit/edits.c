/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* edits.c - see edits.h.
 *
 * Why not CXRewriter: it counts text inserted at the start of a range as part
 * of that range, so that nested changes eat user text.
 *
 * Why cuts: a barrier evaluates the right side of an assignment before the
 * address of the left one (`p->a[i] = grow(p)`), but the left one is written
 * first.  The left side is cut and comes out after the right side.  It must
 * not take its newlines along, or the lines of everything between would be
 * off: the skeleton of the range (newlines, directive lines) stays behind.
 *
 * Sorting makes the edits inside a range contiguous: the list is sorted by
 * (position, class, sequence), sequence descending for `after`.  An edit
 * belongs to a cut when it was added later and lies inside it; at the two
 * ends the class decides (inside()).
 */
#include "edits.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/vec.h"

#include <stdlib.h>
#include <string.h>

enum edit_class { AFTER, ENTRY, BEFORE, CUT, REPLACE };

struct edit {
    uint32_t position, end;     /* end == position for insertions */
    enum edit_class class;
    uint32_t sequence;          /* index + 1 at creation; a cut's handle */
    const char *text, *rest;
    edit_cut cut;               /* comes out between text and rest */
};

void edits_init(struct edits *e, const char *text, size_t bytes)
{
    memset(e, 0, sizeof *e);
    e->text = text;
    e->bytes = bytes;
}

static uint32_t add(struct edits *e, enum edit_class class, uint32_t begin,
                    uint32_t end, const char *text, edit_cut cut,
                    const char *rest)
{
    diag_check(begin <= end && end <= e->bytes);
    /* [inv.edits.lines] */
    diag_check(!strchr(text, '\n') && !(rest && strchr(rest, '\n')));
    struct edit edit = {.position = begin, .end = end, .class = class,
                        .sequence = (uint32_t)e->count + 1, .text = text,
                        .rest = rest, .cut = cut};
    vec_push(e, edit);
    return edit.sequence;
}

void edits_before(struct edits *e, uint32_t position, const char *text)
{
    add(e, BEFORE, position, position, text, 0, NULL);
}

void edits_after(struct edits *e, uint32_t position, const char *text)
{
    add(e, AFTER, position, position, text, 0, NULL);
}

void edits_entry(struct edits *e, uint32_t position, const char *text)
{
    add(e, ENTRY, position, position, text, 0, NULL);
}

void edits_replace(struct edits *e, uint32_t begin, uint32_t end,
                   const char *text)
{
    diag_check(begin < end);
    add(e, REPLACE, begin, end, text, 0, NULL);
}

edit_cut edits_cut(struct edits *e, uint32_t begin, uint32_t end,
                   const char *instead)
{
    diag_check(begin < end);
    return add(e, CUT, begin, end, instead, 0, NULL);
}

void edits_before_cut(struct edits *e, uint32_t position, const char *text,
                      edit_cut cut, const char *rest)
{
    add(e, BEFORE, position, position, text, cut, rest);
}

void edits_after_cut(struct edits *e, uint32_t position, const char *text,
                     edit_cut cut, const char *rest)
{
    add(e, AFTER, position, position, text, cut, rest);
}

/* ---- lines --------------------------------------------------------------- */

static bool is_directive(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    return line < end && *line == '#';
}

static const char *line_end(const char *p, const char *end)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    return newline ? newline : end;
}

void edits_skeleton(struct strbuf *out, const char *text, size_t bytes)
{
    const char *end = text + bytes, *p = line_end(text, end);
    while (p < end) {           /* p is at a newline */
        strbuf_putc(out, '\n');
        const char *line = p + 1;
        p = line_end(line, end);
        if (is_directive(line, end))
            strbuf_add(out, line, (size_t)(p - line));
    }
}

/* One past a string or character constant that begins at p. */
static const char *skip_quoted(const char *p, const char *end)
{
    char quote = *p++;
    while (p < end && *p != quote && *p != '\n')
        p += *p == '\\' && p + 1 < end ? 2 : 1;
    return p < end ? p + 1 : end;
}

/* One past a comment that begins at p (there are some with -E -C). */
static const char *skip_comment(const char *p, const char *end)
{
    if (p[1] == '/')
        return line_end(p, end);
    for (p += 2; p + 1 < end; p++)
        if (p[0] == '*' && p[1] == '/')
            return p + 2;
    return end;
}

void edits_squash(struct strbuf *out, const char *text, size_t bytes)
{
    const char *end = text + bytes;
    for (const char *p = text; p < end;) {
        const char *from = p;
        if (*p == '\n') {
            strbuf_putc(out, ' ');
            p++;
            if (is_directive(p, end))
                p = line_end(p, end);
            continue;
        }
        if (*p == '/' && p + 1 < end && (p[1] == '/' || p[1] == '*')) {
            p = skip_comment(p, end);
            strbuf_putc(out, ' ');
            continue;
        }
        p = *p == '"' || *p == '\'' ? skip_quoted(p, end) : p + 1;
        strbuf_add(out, from, (size_t)(p - from));
    }
}

/* ---- rendering ----------------------------------------------------------- */

static int class_rank(enum edit_class class)
{
    return class == CUT ? BEFORE : (int)class;
}

static int compare(const void *left, const void *right)
{
    const struct edit *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    int ranks = class_rank(a->class) - class_rank(b->class);
    if (ranks)
        return ranks;
    int order = a->sequence < b->sequence ? -1 : 1;
    return a->class == AFTER ? -order : order;
}

static bool inside(const struct edit *cut, const struct edit *e)
{
    if (e->sequence <= cut->sequence)
        return false;
    if (e->position == cut->position)
        return e->class >= BEFORE;
    if (e->position == cut->end)
        return e->class == AFTER;
    return e->position > cut->position && e->position < cut->end;
}

struct rendering {
    const char *text;
    const struct edit *items;   /* sorted */
    size_t count;
    uint32_t *index_of;         /* sequence -> index in items */
    size_t rendered;            /* [inv.edits.once] */
    size_t cuts_left, cuts_out; /* ranges left out, come out again */
};

static void copy(struct rendering *r, struct strbuf *out, uint32_t *from,
                 uint32_t to)
{
    diag_check(*from <= to);    /* edits overlap */
    strbuf_add(out, r->text + *from, to - *from);
    *from = to;
}

static size_t cut_end(const struct rendering *r, size_t i)
{
    size_t next = i + 1;
    while (next < r->count && inside(&r->items[i], &r->items[next]))
        next++;
    return next;
}

static void render(struct rendering *r, struct strbuf *out, uint32_t begin,
                   uint32_t end, size_t first, size_t last);

static void render_cut(struct rendering *r, struct strbuf *out, edit_cut cut)
{
    size_t i = r->index_of[cut];
    const struct edit *e = &r->items[i];
    diag_check(e->class == CUT);
    r->cuts_out++;
    struct strbuf text = {0};
    render(r, &text, e->position, e->end, i + 1, cut_end(r, i));
    edits_squash(out, text.text, text.bytes);
    strbuf_free(&text);
}

static void render(struct rendering *r, struct strbuf *out, uint32_t begin,
                   uint32_t end, size_t first, size_t last)
{
    uint32_t cursor = begin;
    for (size_t i = first; i < last;) {
        const struct edit *e = &r->items[i];
        copy(r, out, &cursor, e->position);
        strbuf_puts(out, e->text);
        if (e->cut)
            render_cut(r, out, e->cut);
        if (e->rest)
            strbuf_puts(out, e->rest);
        if (e->class >= CUT) {
            edits_skeleton(out, r->text + e->position, e->end - e->position);
            cursor = e->end;
        }
        r->rendered++;
        r->cuts_left += e->class == CUT;
        i = e->class == CUT ? cut_end(r, i) : i + 1;
    }
    copy(r, out, &cursor, end);
}

void edits_render(struct edits *e, struct strbuf *out)
{
    if (e->count)
        qsort(e->items, e->count, sizeof *e->items, compare);
    struct rendering r = {.text = e->text, .items = e->items,
                          .count = e->count};
    r.index_of = arena_array(uint32_t, e->count + 1);
    for (size_t i = 0; i < e->count; i++)
        r.index_of[e->items[i].sequence] = (uint32_t)i;
    render(&r, out, 0, (uint32_t)e->bytes, 0, e->count);
    diag_check(r.rendered == e->count && r.cuts_left == r.cuts_out);
}
