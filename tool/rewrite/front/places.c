/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* places.c - from byte offsets to files and lines.
 *
 * The preprocessed text says where it came from with line markers
 * (`# 12 "file.h" 1 3`).  They are read once into a sorted table, so that a
 * place is two binary searches: the marker in front, and the newlines
 * between.
 *
 * [inv.places.system]  flag 3 means "system header", but a compiler also
 * prints it around the expansion of a system header's macro inside a user's
 * file, and leaves it out at that of a user's macro inside a system header
 * (`#define f g` before <immintrin.h>, which has parameters of that name).  So
 * what counts is how a file begins, or is entered (flag 1): one that ever does
 * so without flag 3 is a user's file, and all of its text is the user's; all
 * of that of the others is not.
 *
 * [inv.places.library]  The C library's headers are known by their name below
 * one of its folders, which are those of its features.h and sys/cdefs.h: each
 * header of it includes both.  gcc has repaired copies of some
 * (include-fixed).
 */
#include "front.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One of these per name, so that `user` is known of all its text. */
struct place_file { const char *name; bool seen, user, library, checked; };

/* A change of place: what follows byte `begin` (the first after the marker's
 * newline) is line `line` of `file`. */
struct line_marker {
    uint32_t begin;
    unsigned line;
    struct place_file *file;
    bool system;
};

struct line_table {
    VEC(struct line_marker);
    struct offset_vec newlines;
    struct map files;           /* name -> struct place_file */
    /* The C library's folders, each with its last slash. */
    struct { VEC(const char *); } folders;
};

static struct place_file *place_file(struct line_table *t, const char *name,
                                     size_t bytes)
{
    char *copy = arena_strndup(name, bytes);
    struct place_file *file = map_get_string(&t->files, copy);
    if (!file) {
        file = arena_new(struct place_file);
        file->name = copy;
        map_put_string(&t->files, copy, file);
    }
    return file;
}

/* A name in a marker has C's escapes for quotes and backslashes. */
static size_t unescape(char *out, const char *from, const char *to)
{
    size_t n = 0;
    for (; from < to; from++) {
        if (*from == '\\' && from + 1 < to)
            from++;
        out[n++] = *from;
    }
    return n;
}

/* The number in `# 12` or `#line 12`; *after is then behind it, else NULL. */
static unsigned marker_line(const char *line, const char *end, char **after)
{
    const char *s = line + 1;
    *after = NULL;
    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    if (end - s > 5 && !strncmp(s, "line", 4))
        for (s += 4; s < end && (*s == ' ' || *s == '\t');)
            s++;
    if (s >= end || !isdigit((unsigned char)*s))
        return 0;
    return (unsigned)strtoul(s, after, 10);
}

/* Reads the marker between `line` and `end`, if it is one. */
static void read_marker(struct line_table *t, const char *text,
                        const char *line, const char *end)
{
    char *after;
    struct line_marker m = {0};
    m.line = marker_line(line, end, &after);
    if (!after)
        return;
    m.begin = (uint32_t)(end - text) + 1;
    const char *open = memchr(after, '"', (size_t)(end - after));
    if (!open) {
        if (t->count) {
            m.file = vec_last(t).file;
            m.system = vec_last(t).system;
            vec_push(t, m);
        }
        return;
    }
    const char *close = open + 1;
    while (close < end && *close != '"')
        close += *close == '\\' && close + 1 < end ? 2 : 1;
    char *name = util_malloc((size_t)(close - open) + 1);
    m.file = place_file(t, name, unescape(name, open + 1, close));
    free(name);
    bool enters = !m.file->seen;
    for (const char *s = close + 1; s < end; s++) {
        m.system |= *s == '3';
        enters |= *s == '1';
    }
    m.file->seen = true;
    m.file->user |= enters && !m.system;
    vec_push(t, m);
}

/* ---- the C library's headers --------------------------------------------- */

static void note_folder(struct line_table *t, const struct place_file *file)
{
    static const char *const ends[] = {"/features.h", "/sys/cdefs.h"};
    size_t bytes = strlen(file->name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (bytes <= end || strcmp(file->name + bytes - end, ends[i]))
            continue;
        const char *folder = arena_strndup(file->name, bytes - end + 1);
        vec_push(&t->folders, folder);
    }
}

static bool is_library_header(const struct line_table *t, const char *name)
{
    static const char fixed[] = "/include-fixed/";
    const char *copy = strstr(name, fixed);
    if (copy)
        return library_has_header(copy + sizeof fixed - 1);
    for (size_t i = 0; i < t->folders.count; i++) {
        size_t bytes = strlen(t->folders.items[i]);
        if (strncmp(name, t->folders.items[i], bytes) == 0 &&
            library_has_header(name + bytes))
            return true;
    }
    return false;
}

/* When all markers are there [inv.places.library]. */
static void find_library(struct line_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct place_file *file = t->items[i].file;
        if (!file || file->user || file->checked)
            continue;
        file->checked = true;
        note_folder(t, file);
    }
    for (size_t i = 0; i < t->count; i++) {
        struct place_file *file = t->items[i].file;
        if (file && file->checked) {
            file->checked = false;
            file->library = is_library_header(t, file->name);
        }
    }
}

void places_read(struct unit *unit)
{
    const char *text = unit->text, *end = text + unit->bytes;
    struct line_table *t = unit->lines = arena_new(struct line_table);
    for (const char *line = text; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            newline = end;
        if (*line == '#')
            read_marker(t, text, line, newline);
        vec_push(&t->newlines, (uint32_t)(newline - text));
        line = newline + 1;
    }
    for (size_t i = 0; i < t->count; i++)       /* [inv.places.system] */
        t->items[i].system = !t->items[i].file->user;
    find_library(t);
}

static const struct line_marker *marker_before(const struct line_table *t,
                                               uint32_t offset)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (t->items[middle].begin <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &t->items[low - 1] : NULL;
}

static size_t newlines_before(const struct line_table *t, uint32_t offset)
{
    size_t low = 0, high = t->newlines.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (t->newlines.items[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool place_is_system(const struct unit *unit, uint32_t offset)
{
    const struct line_marker *m = marker_before(unit->lines, offset);
    return m && m->system;
}

bool place_is_header(const struct unit *unit, uint32_t offset)
{
    const struct line_marker *m = marker_before(unit->lines, offset);
    return m && m->file && m->file != unit->lines->items[0].file;
}

bool place_is_library(const struct unit *unit, uint32_t offset)
{
    const struct line_marker *m = marker_before(unit->lines, offset);
    return m && m->system && m->file->library;
}

struct place unit_place(const struct unit *unit, uint32_t offset)
{
    const struct line_table *t = unit->lines;
    const struct line_marker *m = marker_before(t, offset);
    size_t lines = newlines_before(t, offset);
    uint32_t begin = lines ? t->newlines.items[lines - 1] + 1 : 0;
    struct place p = {unit->path, 1, offset - begin + 1, false};
    if (!m) {
        p.line = (unsigned)lines + 1;
        return p;
    }
    p.file = m->file->name;
    p.line = m->line + (unsigned)(lines - newlines_before(t, m->begin));
    p.system = m->system;
    return p;
}
