/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_sarif.c - a report as a log of SARIF 2.1.0: one run, a result for
 * each entry, and its explanation as a code flow. */
#include "report_document.h"

/* ---- places and steps ---------------------------------------------------- */

static const struct report_form *place_form(bool is_relative)
{
    static const struct report_form *forms[2];
    static const char *const holes[] = {
        REPORT_HOLE("uri"), REPORT_HOLE("startLine"),
        REPORT_HOLE("startColumn"), REPORT_HOLE("endLine"),
        REPORT_HOLE("endColumn")};
    if (!forms[is_relative])
        forms[is_relative] = report_form(json_pack(
            "{s:{s:n,s:s*},s:{s:n,s:n,s:n,s:n}}",
            "artifactLocation",
            "uri", "uriBaseId", is_relative ? "%SRCROOT%" : NULL,
            "region", "startLine", "startColumn", "endLine", "endColumn"),
            holes, 5);
    return forms[is_relative];
}

static void add_place(struct report_output *out,
                      const struct report_range *at, struct strbuf *to)
{
    const struct report_value values[] = {
        report_uri(out, at->file),
        report_number(at->line ? at->line : 1),
        report_number(at->character + 1),
        report_number(at->end_line ? at->end_line : 1),
        report_number(at->end_character + 1)};
    report_fill(to, place_form(at->file && *at->file != '/'), values);
}

static void add_step(struct strbuf *to, const struct report_step *step,
                     struct report_value place)
{
    static const struct report_form *form;
    static const char *const holes[] = {
        REPORT_HOLE("physicalLocation"), REPORT_HOLE("text"),
        REPORT_HOLE("nestingLevel")};
    const struct report_value values[] = {
        place, report_string(step->text), report_number(step->depth)};
    if (!form)
        form = report_form(json_pack(
            "{s:{s:n,s:{s:n}},s:n}", "location", "physicalLocation",
            "message", "text", "nestingLevel"), holes, 3);
    report_fill(to, form, values);
}

static const struct report_step_form step_form = {add_place, add_step};

/* ---- results ------------------------------------------------------------- */

static json_t *rules(void)
{
    json_t *list = json_array();
    for (int i = 0; i < REPORT_RULES; i++)
        json_array_append_new(list, json_pack(
            "{s:s,s:{s:s}}", "id", report_rules[i].id,
            "shortDescription", "text", report_rules[i].title));
    return list;
}

/* The same result in another build, whose lines may be others. */
static const char *fingerprint(const struct report_entry *e)
{
    struct strbuf all = {0};
    strbuf_printf(&all, "%s\n%s\n%s\n%s", e->at.file ? e->at.file : "",
                  e->function, e->object, e->text);
    uint64_t number = report_hash(all.text);
    strbuf_free(&all);
    return arena_printf("%016llx", (unsigned long long)number);
}

/* What a result has besides. */
enum { WITH_FUNCTION = 1, WITH_FLOW = 2, WITH_REASON = 4, ALL_FORMS = 8 };

static json_t *result_document(int with)
{
    return json_pack(
        "{s:n,s:n,s:s,s:{s:n},s:[{s:n,s:o*}],s:o*,s:{s:n},s:o*}",
        "ruleId", "ruleIndex", "level", "note", "message", "text",
        "locations", "physicalLocation",
        "logicalLocations", with & WITH_FUNCTION
            ? json_pack("[{s:n,s:s}]", "name", "kind", "function") : NULL,
        "codeFlows", with & WITH_FLOW
            ? json_pack("[{s:[{s:n}]}]", "threadFlows", "locations") : NULL,
        "partialFingerprints", "escc/v1",
        "properties", with & WITH_REASON
            ? json_pack("{s:n}", "reason") : NULL);
}

static const struct report_form *result_form(int with)
{
    static const struct report_form *forms[ALL_FORMS];
    const char *holes[REPORT_MOST_HOLES] = {
        REPORT_HOLE("ruleId"), REPORT_HOLE("ruleIndex"), REPORT_HOLE("text"),
        REPORT_HOLE("physicalLocation")};
    int count = 4;
    if (forms[with])
        return forms[with];
    if (with & WITH_FUNCTION)
        holes[count++] = REPORT_HOLE("name");
    if (with & WITH_FLOW)
        holes[count++] = REPORT_HOLE("locations");
    holes[count++] = REPORT_HOLE("escc/v1");
    if (with & WITH_REASON)
        holes[count++] = REPORT_HOLE("reason");
    return forms[with] = report_form(result_document(with), holes, count);
}

static void add_result(struct report_output *out,
                       const struct report_entry *e, bool is_first)
{
    struct strbuf place = {0};
    int with = (*e->function ? WITH_FUNCTION : 0) |
               (e->step_count ? WITH_FLOW : 0) |
               (e->reason ? WITH_REASON : 0);
    add_place(out, &e->at, &place);
    struct report_value values[REPORT_MOST_HOLES] = {
        report_string(report_rules[e->rule].id), report_number(e->rule),
        report_string(e->text), report_text_of(&place)};
    int count = 4;
    if (with & WITH_FUNCTION)
        values[count++] = report_string(e->function);
    if (with & WITH_FLOW)
        values[count++] = report_document_steps(out, e, &step_form);
    values[count++] = report_string(fingerprint(e));
    if (with & WITH_REASON)
        values[count++] = report_string(e->reason);
    strbuf_puts(&out->text, is_first ? "\n" : ",\n");
    report_fill(&out->text, result_form(with), values);
    strbuf_free(&place);
}

/* ---- the log ------------------------------------------------------------- */

static void begin(struct report_output *out)
{
    json_t *log = json_pack(
        "{s:s,s:s,s:[{s:{s:{s:s,s:s,s:o}},s:s,s:n}]}",
        "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
        "version", "2.1.0",
        "runs",
        "tool", "driver", "name", "escc", "version", ESCC_VERSION,
        "rules", rules(),
        "columnKind", "utf16CodeUnits",
        "results");
    out->rest = report_document_open(&out->text, log,
                                     REPORT_HOLE("results"));
    strbuf_putc(&out->text, '[');
}

static void end(struct report_output *out)
{
    strbuf_putc(&out->text, ']');
    strbuf_puts(&out->text, out->rest);
    strbuf_putc(&out->text, '\n');
}

const struct report_format report_sarif = {".sarif", begin, add_result, end};
