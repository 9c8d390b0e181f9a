/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_document.c - see report_document.h. */
#include "report_document.h"

#include "util/diag.h"
#include "util/utf8.h"

#include <ctype.h>
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

json_t *report_document_uri(const char *path)
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

void report_document_add_with(struct strbuf *out, json_t *document,
                              const char *hole, const struct strbuf *part)
{
    struct strbuf all = {0};
    report_document_add(&all, document);
    const char *at = find_hole(&all, hole);
    strbuf_add(out, all.text, (size_t)(at - all.text));
    strbuf_add(out, part->text, part->bytes);
    strbuf_puts(out, at + HOLE_BYTES);
    strbuf_free(&all);
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

/* ---- steps --------------------------------------------------------------- */

static bool is_place(const struct report_range *a,
                     const struct report_range *b)
{
    return a->file == b->file && a->line == b->line &&
           a->end_line == b->end_line && a->character == b->character &&
           a->end_character == b->end_character;
}

static void add_step(struct report_output *out,
                     const struct report_step *step,
                     const struct report_step_form *form)
{
    if (!out->place.bytes || !is_place(&out->place_of, &step->at)) {
        out->place.bytes = 0;
        out->place_of = step->at;
        report_document_add(&out->place, form->place(&step->at));
    }
    report_document_add_with(&out->steps, form->step(step), form->hole,
                             &out->place);
}

const struct strbuf *report_document_steps(struct report_output *out,
                                           const struct report_entry *e,
                                           const struct report_step_form *form)
{
    out->steps.bytes = 0;
    strbuf_putc(&out->steps, '[');
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = e->steps[i];
        const char *text = map_get(&out->known, step);
        size_t before = out->steps.bytes + (i > 0);
        if (i)
            strbuf_putc(&out->steps, ',');
        if (text)
            strbuf_puts(&out->steps, text);
        else
            add_step(out, step, form);
        if (!text && step->depth > REPORT_OWN_DEPTH)
            map_put(&out->known, step, arena_strdup(out->steps.text +
                                                    before));
    }
    strbuf_putc(&out->steps, ']');
    return &out->steps;
}
