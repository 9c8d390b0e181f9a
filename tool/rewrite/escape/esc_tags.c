/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_tags.c - tags of functions, and the tables of libraries'.
 *
 * The table of the C library is libc.tags, that of others other.tags, compiled
 * in as text and parsed at the first use (0.1 ms); their own comments document
 * the form.
 *
 * [inv.esc.monotone]  while a batch is being solved a tag only ever grows:
 * flows get shorter or appear, they never go.  That is what makes the
 * iteration over recursive functions end.
 */
#include "esc_tags.h"

#include "esc.h"

#include "util/diag.h"
#include "util/map.h"
#include "util/strbuf.h"
#include "libc_tags.h"
#include "other_tags.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* ---- tags ---------------------------------------------------------------- */

/* Of a function with more parameters than these, what flows into one's
 * contents is not told apart by where it comes from: a table of all pairs
 * would be large, and nobody but a generator writes such functions. */
enum { MAX_PAIRED_PARAMETERS = 256 };

static int sources_of(int parameter_count)
{
    return parameter_count > MAX_PAIRED_PARAMETERS ? 1 : parameter_count;
}

struct esc_tag *esc_tag_new(int parameter_count, bool variadic)
{
    struct esc_tag *tag = arena_new(struct esc_tag);
    int n = parameter_count;
    int levels = n * ESC_CONTENT_LEVELS;
    tag->parameter_count = n;
    tag->variadic = variadic;
    tag->callback = -1;
    tag->handler = -1;
    tag->to_heap = arena_array(signed char, n);
    tag->to_result = arena_array(signed char, n);
    tag->released = arena_array(signed char, n);
    size_t pairs = (size_t)levels * (size_t)sources_of(n);
    tag->to_content = arena_array(signed char, pairs);
    tag->content_unknown = arena_array(bool, levels);
    tag->kept = arena_array(bool, n * ESC_LEVELS);
    memset(tag->to_heap, ESC_NO_FLOW, (size_t)n);
    memset(tag->to_result, ESC_NO_FLOW, (size_t)n);
    memset(tag->released, ESC_NO_FLOW, (size_t)n);
    memset(tag->to_content, ESC_NO_FLOW, pairs);
    return tag;
}

int esc_tag_parameter(const struct esc_tag *tag, int argument)
{
    if (argument < tag->parameter_count)
        return argument;
    return tag->variadic ? tag->parameter_count - 1 : -1;
}

signed char *esc_tag_content(const struct esc_tag *tag, int to, int level,
                             int from)
{
    int sources = sources_of(tag->parameter_count);
    return &tag->to_content[(to * ESC_CONTENT_LEVELS + level - 1) * sources
                            + (sources == 1 ? 0 : from)];
}

bool *esc_tag_content_unknown(const struct esc_tag *tag, int to, int level)
{
    return &tag->content_unknown[to * ESC_CONTENT_LEVELS + level - 1];
}

bool *esc_tag_kept(const struct esc_tag *tag, int parameter, int level)
{
    return &tag->kept[parameter * ESC_LEVELS + level];
}

bool esc_tag_lower(signed char *slot, int derefs)
{
    if (derefs > ESC_MOST_DEREFS)
        derefs = ESC_MOST_DEREFS;
    if (*slot != ESC_NO_FLOW && *slot <= derefs)
        return false;
    *slot = (signed char)derefs;
    return true;
}

/* ---- the table ----------------------------------------------------------- */

static struct map library;
static struct map users;        /* of -fescc-tags */
static struct map others;
static struct map opens;        /* of them and others: `open` */
static bool library_ready;

struct line {
    const char *next;           /* not read yet; ends at `end` */
    const char *end;
    struct esc_tag *tag;
    bool opens;
    struct map *table;          /* that it is for */
};

static void skip_blanks(struct line *line)
{
    while (line->next < line->end && strchr(" \t\r", *line->next))
        line->next++;
}

static bool accept(struct line *line, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(line->end - line->next) < n || memcmp(line->next, word, n))
        return false;
    line->next += n;
    return true;
}

/* A word of the library's rows only: the rewriter knows those that make objects
 * and take signal handlers by their names. */
static bool accept_library(struct line *line, const char *word)
{
    return line->table == &library && accept(line, word);
}

/* A parameter's number or `~`; -1 if there is none. */
static int read_parameter(struct line *line)
{
    if (accept(line, "~"))
        return line->tag->variadic ? line->tag->parameter_count - 1 : -1;
    int number = 0, digits = 0;
    for (; line->next < line->end && isdigit((unsigned char)*line->next) &&
           digits < 3; line->next++, digits++)
        number = number * 10 + (*line->next - '0');
    return digits && (!line->tag || number < line->tag->parameter_count)
           ? number : -1;
}

/* `N` or `*N`. */
static bool read_source(struct line *line, int *parameter, int *derefs)
{
    *derefs = accept(line, "*") ? 1 : 0;
    *parameter = read_parameter(line);
    return *parameter >= 0;
}

static bool read_result(struct line *line)
{
    struct esc_tag *tag = line->tag;
    int from, derefs;
    if (accept(line, "heap")) {
        tag->result_unknown = true;
    } else if (accept_library(line, "new")) {
        tag->allocates = ESC_ALLOCATES_RESULT;
    } else if (accept_library(line, "renew")) {
        tag->allocates = ESC_REALLOCATES;
        tag->to_result[0] = 0;
    } else if (accept_library(line, "frame")) {
        tag->allocates = ESC_ALLOCATES_FRAME;
    } else if (read_source(line, &from, &derefs)) {
        esc_tag_lower(&tag->to_result[from], derefs);
    } else {
        return false;
    }
    return true;
}

static bool read_put(struct line *line)
{
    struct esc_tag *tag = line->tag;
    int from, derefs, to = read_parameter(line);
    if (to < 0 || !accept(line, ":"))
        return false;
    if (accept(line, "heap")) {
        *esc_tag_content_unknown(tag, to, 1) = true;
    } else if (accept_library(line, "new")) {
        tag->allocates = ESC_ALLOCATES_ARGUMENT;
        tag->allocated_argument = to;
    } else if (read_source(line, &from, &derefs)) {
        esc_tag_lower(esc_tag_content(tag, to, 1, from), derefs);
    } else {
        return false;
    }
    return true;
}

static bool read_call(struct line *line)
{
    struct esc_tag *tag = line->tag;
    tag->callback = read_parameter(line);
    if (tag->callback < 0)
        return false;
    for (const char *separator = ":"; accept(line, separator);
         separator = ",") {
        bool heap = accept(line, "heap");
        int argument = heap ? ESC_LIBRARY_POINTER : read_parameter(line);
        if ((argument < 0 && !heap) ||
            tag->callback_count == ESC_CALLBACK_ARGUMENTS)
            return false;
        tag->callback_gets[tag->callback_count++] = argument;
    }
    return true;
}

static bool read_attribute(struct line *line)
{
    struct esc_tag *tag = line->tag;
    int from, derefs;
    if (accept(line, "ret="))
        return read_result(line);
    if (accept(line, "put="))
        return read_put(line);
    if (accept(line, "call="))
        return read_call(line);
    if (accept(line, "open"))
        return line->opens = true;
    if (accept_library(line, "handler=")) {
        tag->handler = read_parameter(line);
        return tag->handler >= 0;
    }
    if (!accept(line, "keep=") || !read_source(line, &from, &derefs))
        return false;
    esc_tag_lower(&tag->to_heap[from], derefs);
    return true;
}

/* What stands behind the colon. */
static bool read_behaviour(struct line *line)
{
    skip_blanks(line);
    if (accept(line, "open")) {
        skip_blanks(line);
        return (line->opens = line->next == line->end);
    }
    int count = read_parameter(line);
    if (count < 0)
        return false;
    bool variadic = accept(line, "...");
    line->tag = esc_tag_new(count + variadic, variadic);
    for (;;) {
        skip_blanks(line);
        if (line->next == line->end)
            return true;
        if (!read_attribute(line))
            return false;
    }
}

static bool read_line(struct line *line)
{
    const char *names = line->next;
    const char *colon = memchr(names, ':', (size_t)(line->end - names));
    if (!colon)
        return false;
    line->next = colon + 1;
    if (!read_behaviour(line))
        return false;
    while (names < colon) {
        size_t n = 0;
        while (names + n < colon && names[n] != ' ' && names[n] != '\t')
            n++;
        const char *name = arena_strndup(names, n);
        if (n && line->tag)
            map_put_string(line->table, name, line->tag);
        if (n && line->opens)
            map_put_string(&opens, name, (void *)(uintptr_t)name);
        names += n + 1;
    }
    return true;
}

/* `name` is used in messages. */
static bool parse(const char *text, const char *name, struct map *table)
{
    bool ok = true;
    for (unsigned number = 1; *text; number++) {
        const char *end = text + strcspn(text, "\n");
        struct line line = {text, end, NULL, false, table};
        skip_blanks(&line);
        if (line.next < end && *line.next != '#' && !read_line(&line)) {
            struct diag_place place = {
                name, number, (unsigned)(line.next - text) + 1};
            diag_print(DIAG_ERROR, "escc-tags", place,
                       "this is not understood; the form is documented in "
                       "docs/tags.md");
            ok = false;
        }
        text = *end ? end + 1 : end;
    }
    return ok;
}

static void library_prepare(void)
{
    if (library_ready)
        return;
    library_ready = true;
    diag_check(parse(libc_tags, "libc.tags", &library));
    diag_check(parse(other_tags, "other.tags", &others));
}

bool esc_tags_read(const char *path)
{
    struct strbuf text = {0};
    library_prepare();
    if (!strbuf_read_file(&text, path)) {
        diag_error("escc-tags", "cannot read %s: %s", path, strerror(errno));
        return false;
    }
    return parse(text.text ? text.text : "", path, &users);
}

/* In one of the tables, by the name or what it stands for. */
static void *look_up(const struct map *table, const char *name)
{
    library_prepare();
    void *found = map_get_string(table, name);
    if (found)
        return found;
    if (!strncmp(name, "__builtin_", 10)) {
        name += 10;
        if (!strncmp(name, "__", 2))            /* __builtin___memcpy_chk */
            return look_up(table, name);
        return map_get_string(table, name);
    }
    size_t n = strlen(name);
    if (n > 6 && !strncmp(name, "__", 2) && !strcmp(name + n - 4, "_chk"))
        return map_get_string(table, arena_strndup(name + 2, n - 6));
    return NULL;
}

const struct esc_tag *esc_tags_library(const char *name)
{
    return look_up(&library, name);
}

const struct esc_tag *esc_tags_users(const char *name)
{
    return map_get_string(&users, name);
}

const struct esc_tag *esc_tags_others(const char *name)
{
    library_prepare();
    return map_get_string(&others, name);
}

bool esc_tags_opens(const char *name)
{
    return look_up(&opens, name);
}
