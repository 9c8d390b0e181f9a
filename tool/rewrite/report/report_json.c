/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_json.c - a report as lines of JSON, as Go's compiler writes them.
 *
 * The first line tells of the unit: versions, the folder that its paths are
 * relative to, the files that are spoken of, the totals.  Each other line is a
 * Diagnostic of the Language Server Protocol: the explanation is its
 * relatedInformation, and `data` has what the protocol has no place for (the
 * file, the function, the reason).
 */
#include "report_document.h"

#include "util/map.h"
#include "util/utf8.h"

enum { INFORMATION = 3, FORMAT = 1 };

static json_t *position(unsigned line, unsigned character)
{
    return json_pack("{s:i,s:i}", "line", line ? line - 1 : 0, "character",
                     character);
}

static json_t *range(const struct report_range *at)
{
    return json_pack("{s:o,s:o}",
                     "start", position(at->line, at->character),
                     "end", position(at->end_line, at->end_character));
}

static json_t *place(const struct report_range *at)
{
    return json_pack("{s:o,s:o}", "uri", report_document_uri(at->file),
                     "range", range(at));
}

static json_t *step_document(const struct report_step *step)
{
    return json_pack("{s:n,s:o}", "location", "message",
                     json_sprintf("%*s%s", 2 * step->depth, "",
                                  utf8_clean(step->text)));
}

static const struct report_step_form step_form = {
    step_document, REPORT_HOLE("location"), place};

static json_t *data(const struct report_entry *e)
{
    json_t *object = json_pack(
        "{s:o,s:o,s:o,s:s*}",
        "file", report_document_string(e->at.file ? e->at.file : ""),
        "function", report_document_string(e->function),
        "object", report_document_string(e->object), "reason", e->reason);
    if (e->type) {
        json_object_set_new(object, "type", report_document_string(e->type));
        json_object_set_new(object, "elementBytes",
                            json_integer(e->element_bytes));
        json_object_set_new(object, "noscan", json_boolean(e->is_noscan));
    }
    return object;
}

static void add_entry(struct report_output *out, const struct report_entry *e,
                      bool is_first)
{
    (void)is_first;
    json_t *entry = json_pack("{s:o,s:i,s:s,s:s,s:o,s:n,s:o}",
                              "range", range(&e->at),
                              "severity", INFORMATION,
                              "code", report_rules[e->rule].id,
                              "source", "escc",
                              "message", report_document_string(e->text),
                              "relatedInformation",
                              "data", data(e));
    report_document_add_with(&out->text, entry,
                             REPORT_HOLE("relatedInformation"),
                             report_document_steps(out, e, &step_form));
    strbuf_putc(&out->text, '\n');
}

/* Each file once, in the order in which they appear. */
static void add_source(json_t *list, struct map *seen, const char *file)
{
    if (!file || map_get_string(seen, file))
        return;
    map_put_string(seen, file, seen);
    json_array_append_new(list, report_document_string(file));
}

static json_t *sources(const struct report *r)
{
    struct map seen = {0};
    json_t *list = json_array();
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct report_entry *e = &r->entries.items[i];
        add_source(list, &seen, e->at.file);
        for (int s = 0; s < e->step_count; s++)
            add_source(list, &seen, e->steps[s]->at.file);
    }
    map_free(&seen);
    return list;
}

static json_t *totals(const struct report_totals *t)
{
    json_t *reasons = json_object();
    for (int i = 0; i < t->reason_count; i++)
        json_object_set_new(reasons, t->by[i].reason,
                            json_integer(t->by[i].count));
    return json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,"
                     "s:i,s:i,s:i,s:i,s:i,s:i,s:o}",
                     "taken", t->taken, "moved", t->moved,
                     "decidedAtLoad", t->at_load,
                     "stayEscaping", t->stay_escaping, "stay", t->stay,
                     "allocations", t->allocations,
                     "allocationsEscape", t->allocations_escape,
                     "allocationsPromoted", t->promoted,
                     "sites", t->sites, "sitesTyped", t->typed,
                     "sitesBytes", t->bytes,
                     "sitesSeveral", t->several,
                     "sitesHandedOn", t->handed_on,
                     "sitesNoscan", t->noscan,
                     "reasons", reasons);
}

static void begin(struct report_output *out)
{
    const struct report *r = out->report;
    report_document_add(&out->text, json_pack(
        "{s:i,s:s,s:o,s:o,s:s,s:o,s:o}",
        "version", FORMAT,
        "compiler", "escc " ESCC_VERSION,
        "directory", report_document_string(out->directory),
        "file", report_document_string(r->main_file),
        "positionEncoding", "utf-16",
        "sources", sources(r),
        "totals", totals(&r->totals)));
    strbuf_putc(&out->text, '\n');
}

static void end(struct report_output *out)
{
    (void)out;
}

const struct report_format report_json = {".jsonl", begin, add_entry, end};
