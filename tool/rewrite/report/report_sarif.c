/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_sarif.c - a report as a log of SARIF 2.1.0: one run, a result for
 * each entry, and its explanation as a code flow. */
#include "report_document.h"

static json_t *message(const char *text)
{
    return json_pack("{s:o}", "text", report_document_string(text));
}

static json_t *physical_location(const struct report_range *at)
{
    bool is_relative = at->file && *at->file != '/';
    return json_pack("{s:{s:o,s:s*},s:{s:i,s:i,s:i,s:i}}",
                     "artifactLocation",
                     "uri", report_document_uri(at->file),
                     "uriBaseId", is_relative ? "%SRCROOT%" : NULL,
                     "region",
                     "startLine", at->line ? at->line : 1,
                     "startColumn", at->character + 1,
                     "endLine", at->end_line ? at->end_line : 1,
                     "endColumn", at->end_character + 1);
}

static json_t *rules(void)
{
    json_t *list = json_array();
    for (int i = 0; i < REPORT_RULES; i++)
        json_array_append_new(list, json_pack(
            "{s:s,s:{s:s}}", "id", report_rules[i].id,
            "shortDescription", "text", report_rules[i].title));
    return list;
}

/* ---- results ------------------------------------------------------------- */

static json_t *step_document(const struct report_step *step)
{
    return json_pack("{s:{s:n,s:o},s:i}", "location", "physicalLocation",
                     "message", message(step->text),
                     "nestingLevel", step->depth);
}

static const struct report_step_form step_form = {
    step_document, REPORT_HOLE("physicalLocation"), physical_location};

/* The same result in another build, whose lines may be others. */
static json_t *fingerprint(const struct report_entry *e)
{
    struct strbuf all = {0};
    strbuf_printf(&all, "%s\n%s\n%s\n%s", e->at.file ? e->at.file : "",
                  e->function, e->object, e->text);
    json_t *number = json_sprintf("%016llx",
                                  (unsigned long long)report_hash(all.text));
    strbuf_free(&all);
    return number;
}

/* With a hole for the steps. */
static json_t *code_flows(const struct report_entry *e)
{
    return e->step_count ? json_pack("[{s:[{s:n}]}]", "threadFlows",
                                     "locations") : NULL;
}

static json_t *logical_locations(const struct report_entry *e)
{
    return *e->function ? json_pack("[{s:o,s:s}]", "name",
                                    report_document_string(e->function),
                                    "kind", "function") : NULL;
}

static json_t *properties(const struct report_entry *e)
{
    return e->reason ? json_pack("{s:s}", "reason", e->reason) : NULL;
}

static void add_result(struct report_output *out,
                       const struct report_entry *e, bool is_first)
{
    json_t *result = json_pack(
        "{s:s,s:i,s:s,s:o,s:[{s:o,s:o*}],s:o*,s:{s:o},s:o*}",
        "ruleId", report_rules[e->rule].id,
        "ruleIndex", e->rule,
        "level", "note",
        "message", message(e->text),
        "locations",
        "physicalLocation", physical_location(&e->at),
        "logicalLocations", logical_locations(e),
        "codeFlows", code_flows(e),
        "partialFingerprints", "escc/v1", fingerprint(e),
        "properties", properties(e));
    strbuf_puts(&out->text, is_first ? "\n" : ",\n");
    if (e->step_count)
        report_document_add_with(&out->text, result, REPORT_HOLE("locations"),
                                 report_document_steps(out, e, &step_form));
    else
        report_document_add(&out->text, result);
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
