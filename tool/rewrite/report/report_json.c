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

#include <string.h>

enum { INFORMATION = 3, FORMAT = 1 };

static const struct report_form *range_form(void)
{
    static const struct report_form *form;
    static const char *const holes[] = {
        "\"start\":{" REPORT_HOLE("line"), REPORT_HOLE("character"),
        "\"end\":{" REPORT_HOLE("line"), REPORT_HOLE("character")};
    if (!form)
        form = report_form(json_pack(
            "{s:{s:n,s:n},s:{s:n,s:n}}", "start", "line", "character",
            "end", "line", "character"), holes, 4);
    return form;
}

static void add_range(const struct report_range *at, struct strbuf *to)
{
    const struct report_value values[] = {
        report_number(at->line ? at->line - 1 : 0),
        report_number(at->character),
        report_number(at->end_line ? at->end_line - 1 : 0),
        report_number(at->end_character)};
    report_fill(to, range_form(), values);
}

/* ---- steps --------------------------------------------------------------- */

static void add_place(struct report_output *out,
                      const struct report_range *at, struct strbuf *to)
{
    static const struct report_form *form;
    static const char *const holes[] = {REPORT_HOLE("uri"),
                                        REPORT_HOLE("range")};
    struct strbuf range = {0};
    if (!form)
        form = report_form(json_pack("{s:n,s:n}", "uri", "range"), holes, 2);
    add_range(at, &range);
    report_fill(to, form, (struct report_value[]){
        report_uri(out, at->file), report_text_of(&range)});
    strbuf_free(&range);
}

static void add_step(struct strbuf *to, const struct report_step *step,
                     struct report_value place)
{
    static const struct report_form *form;
    static const char *const holes[] = {REPORT_HOLE("location"),
                                        REPORT_HOLE("message")};
    if (!form)
        form = report_form(json_pack("{s:n,s:n}", "location", "message"),
                           holes, 2);
    struct strbuf text = {0};
    for (int i = 0; i < step->depth; i++)
        strbuf_puts(&text, "  ");
    strbuf_puts(&text, step->text);
    report_fill(to, form, (struct report_value[]){
        place, report_string(text.text)});
    strbuf_free(&text);
}

static const struct report_step_form step_form = {add_place, add_step};

/* ---- entries ------------------------------------------------------------- */

/* What an entry has besides. */
enum { WITH_REASON = 1, WITH_TYPE = 2, ALL_FORMS = 4 };

static json_t *entry_document(int with)
{
    json_t *data = json_pack("{s:n,s:n,s:n}", "file", "function", "object");
    if (with & WITH_REASON)
        json_object_set_new(data, "reason", json_null());
    if (with & WITH_TYPE) {
        json_object_set_new(data, "type", json_null());
        json_object_set_new(data, "elementBytes", json_null());
        json_object_set_new(data, "noscan", json_null());
    }
    return json_pack("{s:n,s:i,s:n,s:s,s:n,s:n,s:o}",
                     "range", "severity", INFORMATION, "code",
                     "source", "escc", "message", "relatedInformation",
                     "data", data);
}

static const struct report_form *entry_form(int with)
{
    static const struct report_form *forms[ALL_FORMS];
    const char *holes[REPORT_MOST_HOLES] = {
        REPORT_HOLE("range"), REPORT_HOLE("code"), REPORT_HOLE("message"),
        REPORT_HOLE("relatedInformation"), REPORT_HOLE("file"),
        REPORT_HOLE("function"), REPORT_HOLE("object")};
    int count = 7;
    if (forms[with])
        return forms[with];
    if (with & WITH_REASON)
        holes[count++] = REPORT_HOLE("reason");
    if (with & WITH_TYPE) {
        holes[count++] = REPORT_HOLE("type");
        holes[count++] = REPORT_HOLE("elementBytes");
        holes[count++] = REPORT_HOLE("noscan");
    }
    return forms[with] = report_form(entry_document(with), holes, count);
}

static struct report_value truth(bool is)
{
    const char *word = is ? "true" : "false";
    return (struct report_value){REPORT_TEXT, word, strlen(word), 0};
}

static void add_entry(struct report_output *out, const struct report_entry *e,
                      bool is_first)
{
    (void)is_first;
    struct strbuf range = {0};
    int with = (e->reason ? WITH_REASON : 0) | (e->type ? WITH_TYPE : 0);
    add_range(&e->at, &range);
    struct report_value values[REPORT_MOST_HOLES] = {
        report_text_of(&range), report_string(report_rules[e->rule].id),
        report_string(e->text), report_document_steps(out, e, &step_form)};
    int count = 4;
    values[count++] = report_string(e->at.file ? e->at.file : "");
    values[count++] = report_string(e->function);
    values[count++] = report_string(e->object);
    if (with & WITH_REASON)
        values[count++] = report_string(e->reason);
    if (with & WITH_TYPE) {
        values[count++] = report_string(e->type);
        values[count++] = report_number(e->element_bytes);
        values[count++] = truth(e->is_noscan);
    }
    report_fill(&out->text, entry_form(with), values);
    strbuf_putc(&out->text, '\n');
    strbuf_free(&range);
}

/* ---- the header ---------------------------------------------------------- */

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
    return json_pack("{s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,"
                     "s:i,s:i,s:i,s:i,s:i,s:i,s:o}",
                     "taken", t->taken, "moved", t->moved,
                     "decidedAtLoad", t->at_load,
                     "stayEscaping", t->stay_escaping, "stay", t->stay,
                     "allocations", t->allocations,
                     "allocationsEscape", t->allocations_escape,
                     "allocationsPromoted", t->promoted,
                     "allocationsReused", t->reused,
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
