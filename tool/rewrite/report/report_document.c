/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_document.c - see report_document.h. */
#include "report_document.h"

#include "util/diag.h"
#include "util/utf8.h"

#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOLE_BYTES = sizeof "null" - 1,
    /* A document's without its steps; what is larger is allocated. */
    POOL_BYTES = 64 * 1024,
    ALIGNMENT = _Alignof(max_align_t)
};

/* Where documents are, which live for a moment: it is empty again when nothing
 * is left of them. */
static struct {
    _Alignas(ALIGNMENT) char bytes[POOL_BYTES];
    size_t used, blocks;
} pool;

static void *pool_alloc(size_t bytes)
{
    bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes > POOL_BYTES - pool.used)
        return util_malloc(bytes);
    void *block = pool.bytes + pool.used;
    pool.used += bytes;
    pool.blocks++;
    return block;
}

static void pool_free(void *block)
{
    uintptr_t offset = (uintptr_t)block - (uintptr_t)pool.bytes;
    if (offset >= POOL_BYTES)
        free(block);
    else if (--pool.blocks == 0)
        pool.used = 0;
}

void report_document_prepare(void)
{
    json_set_alloc_funcs(pool_alloc, pool_free);
}

json_t *report_document_string(const char *text)
{
    return json_string(utf8_clean(text));
}

/* A path as a reference of a URI: "file:///a%20b" if it is absolute, else
 * relative; NULL is "". */
static json_t *uri_document(const char *path)
{
    struct strbuf uri = {0};
    strbuf_puts(&uri, path && *path == '/' ? "file://" : "");
    for (const char *s = path ? path : ""; *s; s++)
        if (isalnum((unsigned char)*s) || strchr("/._-~+@,=", *s))
            strbuf_putc(&uri, *s);
        else
            strbuf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*s);
    json_t *string = json_string(uri.text);
    strbuf_free(&uri);
    return string;
}

static int add_piece(const char *piece, size_t bytes, void *out)
{
    strbuf_add(out, piece, bytes);
    return 0;
}

void report_document_add(struct strbuf *out, json_t *document)
{
    diag_check(json_dump_callback(document, add_piece, out,
                                  JSON_COMPACT) == 0);
    json_decref(document);
}

/* Where it is [inv.report.hole].  Within a string a quote has a backslash
 * before it, so that the name with its quotes is found as a name only. */
static const char *find_hole(const struct strbuf *text, const char *hole)
{
    const char *found = strstr(text->text, hole);
    diag_check(found);
    return found + strlen(hole) - HOLE_BYTES;
}

const char *report_document_open(struct strbuf *out, json_t *document,
                                 const char *hole)
{
    struct strbuf all = {0};
    report_document_add(&all, document);
    const char *at = find_hole(&all, hole);
    strbuf_add(out, all.text, (size_t)(at - all.text));
    const char *rest = arena_strdup(at + HOLE_BYTES);
    strbuf_free(&all);
    return rest;
}

/* ---- forms --------------------------------------------------------------- */

const struct report_form *report_form(json_t *document,
                                      const char *const *holes, int count)
{
    struct report_form *form = arena_new(struct report_form);
    struct strbuf all = {0};
    report_document_add(&all, document);
    const char *from = arena_strndup(all.text, all.bytes);
    strbuf_free(&all);
    diag_check(count <= REPORT_MOST_HOLES);
    for (int i = 0; i < count; i++) {
        const char *found = strstr(from, holes[i]);
        diag_check(found);
        found += strlen(holes[i]) - HOLE_BYTES;
        form->pieces[i].text = from;
        form->pieces[i].bytes = (size_t)(found - from);
        from = found + HOLE_BYTES;
    }
    form->pieces[count].text = from;
    form->pieces[count].bytes = strlen(from);
    form->holes = count;
    return form;
}

struct report_value report_string(const char *text)
{
    return (struct report_value){REPORT_STRING, text, 0, 0};
}

struct report_value report_number(int64_t number)
{
    return (struct report_value){REPORT_NUMBER, NULL, 0, number};
}

struct report_value report_text_of(const struct strbuf *text)
{
    return (struct report_value){REPORT_TEXT, text->text, text->bytes, 0};
}

/* Most strings need no library.  False: nothing is added, this one does. */
static bool add_plain_string(struct strbuf *out, const char *text)
{
    static const bool plain[UCHAR_MAX + 1] = {
        [' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true};
    size_t before = out->bytes;
    strbuf_putc(out, '"');
    for (;;) {
        const char *from = text;
        while (plain[(unsigned char)*text])
            text++;
        strbuf_add(out, from, (size_t)(text - from));
        if (*text != '"' && *text != '\\')
            break;
        strbuf_putc(out, '\\');
        strbuf_putc(out, *text++);
    }
    if (*text)
        out->bytes = before;
    else
        strbuf_putc(out, '"');
    return !*text;
}

static void add_string(struct strbuf *out, const char *text)
{
    if (add_plain_string(out, text))
        return;
    json_t *string = report_document_string(text);
    diag_check(json_dump_callback(string, add_piece, out,
                                  JSON_COMPACT | JSON_ENCODE_ANY) == 0);
    json_decref(string);
}

static void add_number(struct strbuf *out, int64_t number)
{
    if (number < 0)
        strbuf_putc(out, '-');
    strbuf_number(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void report_fill(struct strbuf *out, const struct report_form *form,
                 const struct report_value *values)
{
    for (int i = 0; i < form->holes; i++) {
        const struct report_value *value = &values[i];
        strbuf_add(out, form->pieces[i].text, form->pieces[i].bytes);
        if (value->kind == REPORT_STRING)
            add_string(out, value->text);
        else if (value->kind == REPORT_NUMBER)
            add_number(out, value->number);
        else
            strbuf_add(out, value->text, value->bytes);
    }
    strbuf_add(out, form->pieces[form->holes].text,
               form->pieces[form->holes].bytes);
}

struct report_value report_uri(struct report_output *out, const char *path)
{
    const char *name = path ? path : "";
    const char *known = map_get_string(&out->uris, name);
    if (!known) {
        struct strbuf text = {0};
        json_t *uri = uri_document(path);
        add_string(&text, json_string_value(uri));
        json_decref(uri);
        known = arena_strndup(text.text, text.bytes);
        map_put_string(&out->uris, name, (char *)known);
        strbuf_free(&text);
    }
    return (struct report_value){REPORT_TEXT, known, strlen(known), 0};
}

/* ---- places and steps ---------------------------------------------------- */

static bool is_place(const struct report_range *a,
                     const struct report_range *b)
{
    return a->file == b->file && a->line == b->line &&
           a->end_line == b->end_line && a->character == b->character &&
           a->end_character == b->end_character;
}

/* What the format says of a place; valid until the next call. */
static struct report_value place_of(struct report_output *out,
                                    const struct report_range *at,
                                    const struct report_step_form *form)
{
    if (!out->place.bytes || !is_place(&out->place_of, at)) {
        out->place.bytes = 0;
        out->place_of = *at;
        form->place(out, at, &out->place);
    }
    return report_text_of(&out->place);
}

struct report_value report_document_steps(struct report_output *out,
                                          const struct report_entry *e,
                                          const struct report_step_form *form)
{
    struct strbuf *steps = &out->steps;
    steps->bytes = 0;
    strbuf_putc(steps, '[');
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = e->steps[i];
        const char *text = map_get(&out->known, step);
        if (i)
            strbuf_putc(steps, ',');
        size_t before = steps->bytes;
        if (text)
            strbuf_puts(steps, text);
        else
            form->step(steps, step, place_of(out, &step->at, form));
        if (!text && step->depth > REPORT_OWN_DEPTH)
            map_put(&out->known, step, arena_strdup(steps->text + before));
    }
    strbuf_putc(steps, ']');
    return report_text_of(steps);
}
