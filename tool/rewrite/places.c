/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* places.c - from byte offsets to files and lines.
 *
 * The preprocessed text says where it came from with line markers
 * (`# 12 "file.h" 1 3`).  They are read once into a sorted table, so that a
 * place is two binary searches: the marker in front, and the newlines
 * between.
 *
 * [inv.places->system] flag 3 means "system header", but a compiler also
 * prints it around the expansion of a system header's macro inside a user's
 * file.  A file that ever appears without flag 3 is a user's file, and all
 * of its text is the user's.
 */
#include "front.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Of one unit: the output is parsed after the input (verify.c). */
struct place_table {
    VEC(struct line_marker);
    uint32_t *newlines;         /* offsets of all newlines */
    size_t newline_count;
};
static struct map place_tables;         /* struct unit -> struct place_table */

/* Files by name, so that equal names are equal pointers. */
struct place_file { const char *name; bool user; };
static struct map place_files;

static struct place_file *place_file(const char *name, size_t bytes)
{
    char *copy = arena_strndup(name, bytes);
    struct place_file *file = map_get_string(&place_files, copy);
    if (!file) {
        file = arena_new(struct place_file);
        file->name = copy;
        map_put_string(&place_files, copy, file);
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

/* Parses `# 12 "file" 1 3` or `#line 12 "file"` at `line`. */
static void read_marker(struct place_table *places, const char *text,
                        const char *line, const char *end)
{
    const char *s = line + 1;
    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    if (end - s > 5 && !strncmp(s, "line", 4))
        for (s += 4; s < end && (*s == ' ' || *s == '\t');)
            s++;
    if (s >= end || !isdigit((unsigned char)*s))
        return;
    char *after;
    struct line_marker m = {0};
    m.line = (unsigned)strtoul(s, &after, 10);
    m.begin = (uint32_t)(end - text) + 1;
    const char *open = memchr(after, '"', (size_t)(end - after));
    if (!open) {
        if (places->count) {
            m.file = vec_last(places).file;
            m.system = vec_last(places).system;
            vec_push(places, m);
        }
        return;
    }
    const char *close = open + 1;
    while (close < end && *close != '"')
        close += *close == '\\' && close + 1 < end ? 2 : 1;
    char *name = util_malloc((size_t)(close - open) + 1);
    size_t bytes = unescape(name, open + 1, close);
    struct place_file *file = place_file(name, bytes);
    free(name);
    for (s = close + 1; s < end; s++)
        m.system |= *s == '3';
    if (!m.system)
        file->user = true;
    m.file = file->name;
    vec_push(places, m);
}

void places_read(struct unit *unit)
{
    const char *text = unit->text, *end = text + unit->bytes;
    size_t capacity = 1024;
    struct place_table *places = arena_new(struct place_table);
    map_put(&place_tables, unit, places);
    places->newlines = util_malloc(capacity * sizeof *places->newlines);
    for (const char *line = text; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            newline = end;
        if (*line == '#')
            read_marker(places, text, line, newline);
        if (places->newline_count == capacity) {
            capacity *= 2;
            places->newlines = util_realloc(
                places->newlines, capacity * sizeof *places->newlines);
        }
        places->newlines[places->newline_count++] = (uint32_t)(newline - text);
        line = newline + 1;
    }
    for (size_t i = 0; i < places->count; i++) {
        struct line_marker *m = &places->items[i];
        struct place_file *file = map_get_string(&place_files, m->file);
        if (file->user)
            m->system = false;
    }
}

static const struct line_marker *marker_before(
    const struct place_table *places, uint32_t offset)
{
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (places->items[middle].begin <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &places->items[low - 1] : NULL;
}

/* The number of newlines before `offset`. */
static size_t newlines_before(const struct place_table *places,
                              uint32_t offset)
{
    size_t low = 0, high = places->newline_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (places->newlines[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool place_is_system(const struct unit *unit, uint32_t offset)
{
    const struct line_marker *m =
        marker_before(map_get(&place_tables, unit), offset);
    return m && m->system;
}

struct place unit_place(const struct unit *unit, uint32_t offset)
{
    const struct place_table *places = map_get(&place_tables, unit);
    const struct line_marker *m = marker_before(places, offset);
    size_t lines = newlines_before(places, offset);
    uint32_t line_begin = lines ? places->newlines[lines - 1] + 1 : 0;
    struct place p = {unit->path, 1, offset - line_begin + 1, false};
    if (!m) {
        p.line = (unsigned)lines + 1;
        return p;
    }
    p.file = m->file;
    p.line = m->line + (unsigned)(lines - newlines_before(places, m->begin));
    p.system = m->system;
    return p;
}
