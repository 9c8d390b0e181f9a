/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.c - see unit.h.
 *
 * A folder of reports may have anything in it: files that were cut off, that
 * another version has written, or that are none of ours.  jansson says what
 * is no JSON, and what is not of the form that is asked for here. */
#include "unit.h"

#include "util/diag.h"
#include "util/strbuf.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* A line of the file; column 0: the line as a whole. */
static bool fail(const char *path, unsigned line, unsigned column,
                 const char *what, const char *why)
{
    struct diag_place place = {path, line, column};
    diag_print(DIAG_ERROR, "escc-report", place, "%s%s%s", what,
               *why ? ": " : "", why);
    return false;
}

static bool fail_header(const char *path, const json_error_t *error)
{
    return fail(path, 1, 0, "a report does not begin like this",
                error->text);
}

static bool check_header(const char *path, json_t *header)
{
    json_t *sources, *source;
    size_t index;
    json_error_t error;
    if (json_unpack_ex(header, &error, 0, "{s:o}", "sources", &sources) ||
        json_unpack_ex(header, &error, JSON_VALIDATE_ONLY,
                       "{s:s,s:[],s:{s:i}}", "directory", "sources",
                       "totals", "taken"))
        return fail_header(path, &error);
    json_array_foreach(sources, index, source)
        if (json_unpack_ex(source, &error, JSON_VALIDATE_ONLY, "s"))
            return fail_header(path, &error);
    return true;
}

static bool check_entry(const char *path, unsigned line, json_t *entry)
{
    json_t *steps, *step;
    size_t index;
    json_error_t error;
    bool is_entry =
        !json_unpack_ex(entry, &error, 0, "{s:o}", "relatedInformation",
                        &steps) &&
        !json_unpack_ex(entry, &error, JSON_VALIDATE_ONLY,
                        "{s:{s:{s:i,s:i}},s:s,s:s,s:[],s:{s:s,s:s,s?s}}",
                        "range", "start", "line", "character",
                        "code", "message", "relatedInformation",
                        "data", "file", "function", "reason");
    if (is_entry)
        json_array_foreach(steps, index, step)
            is_entry = is_entry &&
                !json_unpack_ex(step, &error, JSON_VALIDATE_ONLY,
                                "{s:{s:s,s:{s:{s:i}}},s:s}",
                                "location", "uri", "range", "start", "line",
                                "message");
    return is_entry || fail(path, line, 0, "this is no entry of a report",
                            error.text);
}

/* Gives the unit the line's document; `line` counts from 1. */
static bool add_line(json_t *unit, const char *path, unsigned line,
                     const char *text, size_t bytes)
{
    json_error_t error;
    json_t *document = json_loadb(text, bytes, 0, &error);
    if (!document)
        return fail(path, line, (unsigned)error.column, "this is no JSON",
                    error.text);
    bool done = line == 1 ? check_header(path, document)
                          : check_entry(path, line, document);
    if (line == 1)
        json_object_set(unit, "header", document);
    else
        json_array_append(json_object_get(unit, "entries"), document);
    json_decref(document);
    return done;
}

static json_t *parse(const char *path, const struct strbuf *text)
{
    json_t *unit = json_pack("{s:n,s:[]}", "header", "entries");
    const char *end = text->text + text->bytes;
    unsigned line = 1;
    for (const char *at = text->text; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        if (!add_line(unit, path, line, at, (size_t)(stop - at))) {
            json_decref(unit);
            return NULL;
        }
        at = stop + 1;
    }
    return unit;
}

json_t *unit_load(const char *path)
{
    struct strbuf text = {0};
    json_t *unit = NULL;
    if (!strbuf_read_file(&text, path))
        fail(path, 0, 0, strerror(errno), "");
    else if (!text.bytes)
        fail(path, 0, 0, "it is empty", "");
    else
        unit = parse(path, &text);
    strbuf_free(&text);
    return unit;
}
