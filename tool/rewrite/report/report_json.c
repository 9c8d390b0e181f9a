/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_json.c - a report as lines of JSON, as Go's compiler writes them.
 *
 * The first line tells of the unit: versions, the folder that its paths are
 * relative to, the files that are spoken of, the totals.  Each other line is a
 * Diagnostic of the Language Server Protocol: the explanation is its
 * relatedInformation, and `data` has what the protocol has no place for (the
 * file, the function, the reason).
 */
#include "report_write.h"

#include "util/json.h"
#include "util/map.h"

enum { INFORMATION = 3, FORMAT = 1 };

static void add_position(struct strbuf *out, const char *key, unsigned line,
                         unsigned character)
{
    json_add_open(out, key, '{');
    json_add_number(out, "line", line ? line - 1 : 0);
    json_add_number(out, "character", character);
    json_close(out, '}');
}

static void add_range(struct strbuf *out, const struct report_range *at)
{
    json_add_open(out, "range", '{');
    add_position(out, "start", at->line, at->character);
    add_position(out, "end", at->end_line, at->end_character);
    json_close(out, '}');
}

static void add_steps(struct strbuf *out, const struct report_entry *e)
{
    static const char blanks[2 * REPORT_MOST_DEPTH + 1] =
        "                                                ";
    struct strbuf text = {0};
    json_add_open(out, "relatedInformation", '[');
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = &e->steps[i];
        text.bytes = 0;
        strbuf_add(&text, blanks, (size_t)(2 * step->depth));
        strbuf_puts(&text, step->text);
        json_open(out, '{');
        json_add_open(out, "location", '{');
        json_add_uri(out, "uri", step->at.file ? step->at.file : "");
        add_range(out, &step->at);
        json_close(out, '}');
        json_add_text(out, "message", text.text);
        json_close(out, '}');
    }
    json_close(out, ']');
    strbuf_free(&text);
}

static void add_entry(const struct report_entry *e, bool is_first,
                      struct strbuf *out)
{
    (void)is_first;
    json_open(out, '{');
    add_range(out, &e->at);
    json_add_number(out, "severity", INFORMATION);
    json_add_text(out, "code", report_rules[e->rule].id);
    json_add_text(out, "source", "escc");
    json_add_text(out, "message", e->text);
    add_steps(out, e);
    json_add_open(out, "data", '{');
    json_add_text(out, "file", e->at.file ? e->at.file : "");
    json_add_text(out, "function", e->function);
    json_add_text(out, "object", e->object);
    if (e->reason)
        json_add_text(out, "reason", e->reason);
    json_close(out, '}');
    json_close(out, '}');
    strbuf_putc(out, '\n');
}

/* Each file once, in the order in which they appear. */
static void add_source(struct strbuf *out, struct map *seen, const char *file)
{
    if (!file || map_get_string(seen, file))
        return;
    map_put_string(seen, file, seen);
    json_text(out, file);
}

static void add_sources(struct strbuf *out, const struct report *r)
{
    struct map seen = {0};
    json_add_open(out, "sources", '[');
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct report_entry *e = &r->entries.items[i];
        add_source(out, &seen, e->at.file);
        for (int s = 0; s < e->step_count; s++)
            add_source(out, &seen, e->steps[s].at.file);
    }
    json_close(out, ']');
    map_free(&seen);
}

static void add_totals(struct strbuf *out, const struct report_totals *t)
{
    json_add_open(out, "totals", '{');
    json_add_number(out, "taken", t->taken);
    json_add_number(out, "moved", t->moved);
    json_add_number(out, "decidedAtLoad", t->at_load);
    json_add_number(out, "stayEscaping", t->stay_escaping);
    json_add_number(out, "stay", t->stay);
    json_add_number(out, "allocations", t->allocations);
    json_add_number(out, "allocationsEscape", t->allocations_escape);
    json_add_number(out, "allocationsPromoted", t->promoted);
    json_add_open(out, "reasons", '{');
    for (int i = 0; i < t->reason_count; i++)
        json_add_number(out, t->by[i].reason, t->by[i].count);
    json_close(out, '}');
    json_close(out, '}');
}

static void begin(const struct report *r, const char *directory,
                  struct strbuf *out)
{
    json_open(out, '{');
    json_add_number(out, "version", FORMAT);
    json_add_text(out, "compiler", "escc " ESCC_VERSION);
    json_add_text(out, "directory", directory);
    json_add_text(out, "file", r->main_file);
    json_add_text(out, "positionEncoding", "utf-16");
    add_sources(out, r);
    add_totals(out, &r->totals);
    json_close(out, '}');
    strbuf_putc(out, '\n');
}

static void end(struct strbuf *out)
{
    (void)out;
}

const struct report_format report_json = {".jsonl", begin, add_entry, end};
