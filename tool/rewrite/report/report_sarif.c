/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_sarif.c - a report as a log of SARIF 2.1.0: one run, a result for
 * each entry, and its explanation as a code flow. */
#include "report_write.h"

#include "util/json.h"

static void add_message(struct strbuf *out, const char *key, const char *text)
{
    json_add_open(out, key, '{');
    json_add_text(out, "text", text);
    json_close(out, '}');
}

static void add_physical(struct strbuf *out, const struct report_range *at)
{
    json_add_open(out, "physicalLocation", '{');
    json_add_open(out, "artifactLocation", '{');
    json_add_uri(out, "uri", at->file ? at->file : "");
    if (at->file && *at->file != '/')
        json_add_text(out, "uriBaseId", "%SRCROOT%");
    json_close(out, '}');
    json_add_open(out, "region", '{');
    json_add_number(out, "startLine", at->line ? at->line : 1);
    json_add_number(out, "startColumn", at->character + 1);
    json_add_number(out, "endLine", at->end_line ? at->end_line : 1);
    json_add_number(out, "endColumn", at->end_character + 1);
    json_close(out, '}');
    json_close(out, '}');
}

static void add_rules(struct strbuf *out)
{
    json_add_open(out, "rules", '[');
    for (int i = 0; i < REPORT_RULES; i++) {
        json_open(out, '{');
        json_add_text(out, "id", report_rules[i].id);
        add_message(out, "shortDescription", report_rules[i].title);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void add_tool(struct strbuf *out)
{
    json_add_open(out, "tool", '{');
    json_add_open(out, "driver", '{');
    json_add_text(out, "name", "escc");
    json_add_text(out, "version", ESCC_VERSION);
    add_rules(out);
    json_close(out, '}');
    json_close(out, '}');
}

static void add_code_flow(struct strbuf *out, const struct report_entry *e)
{
    json_add_open(out, "codeFlows", '[');
    json_open(out, '{');
    json_add_open(out, "threadFlows", '[');
    json_open(out, '{');
    json_add_open(out, "locations", '[');
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = &e->steps[i];
        json_open(out, '{');
        json_add_open(out, "location", '{');
        add_physical(out, &step->at);
        add_message(out, "message", step->text);
        json_close(out, '}');
        json_add_number(out, "nestingLevel", step->depth);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
    json_close(out, ']');
    json_close(out, '}');
    json_close(out, ']');
}

/* The same result in another build, whose lines may be others. */
static void add_fingerprint(struct strbuf *out, const struct report_entry *e)
{
    struct strbuf all = {0};
    strbuf_printf(&all, "%s\n%s\n%s\n%s", e->at.file ? e->at.file : "",
                  e->function, e->object, e->text);
    struct strbuf number = {0};
    strbuf_printf(&number, "%016llx",
                  (unsigned long long)report_hash(all.text));
    json_add_open(out, "partialFingerprints", '{');
    json_add_text(out, "escc/v1", number.text);
    json_close(out, '}');
    strbuf_free(&number);
    strbuf_free(&all);
}

static void add_result(const struct report_entry *e, bool is_first,
                       struct strbuf *out)
{
    strbuf_puts(out, is_first ? "\n" : ",\n");
    json_open(out, '{');
    json_add_text(out, "ruleId", report_rules[e->rule].id);
    json_add_number(out, "ruleIndex", e->rule);
    json_add_text(out, "level", "note");
    add_message(out, "message", e->text);
    json_add_open(out, "locations", '[');
    json_open(out, '{');
    add_physical(out, &e->at);
    if (*e->function) {
        json_add_open(out, "logicalLocations", '[');
        json_open(out, '{');
        json_add_text(out, "name", e->function);
        json_add_text(out, "kind", "function");
        json_close(out, '}');
        json_close(out, ']');
    }
    json_close(out, '}');
    json_close(out, ']');
    if (e->step_count)
        add_code_flow(out, e);
    add_fingerprint(out, e);
    if (e->reason) {
        json_add_open(out, "properties", '{');
        json_add_text(out, "reason", e->reason);
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void begin(const struct report *r, const char *directory,
                  struct strbuf *out)
{
    (void)r, (void)directory;
    json_open(out, '{');
    json_add_text(out, "$schema",
                  "https://json.schemastore.org/sarif-2.1.0.json");
    json_add_text(out, "version", "2.1.0");
    json_add_open(out, "runs", '[');
    json_open(out, '{');
    add_tool(out);
    json_add_text(out, "columnKind", "utf16CodeUnits");
    json_add_open(out, "results", '[');
}

static void end(struct strbuf *out)
{
    json_close(out, ']');
    json_close(out, '}');
    json_close(out, ']');
    json_close(out, '}');
    strbuf_putc(out, '\n');
}

const struct report_format report_sarif = {".sarif", begin, add_result, end};
