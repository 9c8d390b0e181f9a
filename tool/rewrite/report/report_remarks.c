/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_remarks.c - a report as LLVM's optimization remarks in YAML, one
 * document an entry, for opt-viewer and llvm-remarkutil.
 *
 * `Missed` is what is on the heap, `Passed` what is known not to outlive its
 * function, `Analysis` all else.  Steps of the explanation are arguments,
 * each with its place.
 */
#include "report_write.h"

/* A scalar in quotes: a newline there would be folded. */
static void add_scalar(struct strbuf *out, const char *before,
                       const char *text)
{
    strbuf_putc(out, '\'');
    strbuf_puts(out, before);
    while (*text) {
        const char *from = text;
        while ((unsigned char)*text >= ' ' && *text != '\'')
            text++;
        strbuf_add(out, from, (size_t)(text - from));
        if (*text)
            strbuf_puts(out, *text++ == '\'' ? "''" : " ");
    }
    strbuf_putc(out, '\'');
}

static void add_place(struct strbuf *out, const struct report_range *at)
{
    strbuf_puts(out, "{ File: ");
    add_scalar(out, "", at->file ? at->file : "");
    strbuf_puts(out, ", Line: ");
    strbuf_number(out, at->line);
    strbuf_puts(out, ", Column: ");
    strbuf_number(out, at->column);
    strbuf_puts(out, " }\n");
}

static const char *type_of(enum report_rule rule)
{
    switch (rule) {
    case REPORT_MOVED: case REPORT_AT_LOAD: case REPORT_ESCAPES:
        return "Missed";
    case REPORT_LOCAL:
        return "Passed";
    default:
        return "Analysis";
    }
}

static void add_entry(struct report_output *output,
                      const struct report_entry *e, bool is_first)
{
    struct strbuf *out = &output->text;
    (void)is_first;
    strbuf_printf(out, "--- !%s\nPass:            escape\n"
                  "Name:            %s\nDebugLoc:        ", type_of(e->rule),
                  report_rules[e->rule].id);
    add_place(out, &e->at);
    strbuf_puts(out, "Function:        ");
    add_scalar(out, "", *e->function ? e->function : "(unit)");
    strbuf_puts(out, "\nArgs:\n  - String:          ");
    add_scalar(out, "", e->text);
    strbuf_putc(out, '\n');
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = e->steps[i];
        strbuf_puts(out, "  - Step:            ");
        add_scalar(out, "; ", step->text);
        strbuf_puts(out, "\n    DebugLoc:        ");
        add_place(out, &step->at);
    }
    strbuf_puts(out, "...\n");
}

static void add_nothing(struct report_output *output)
{
    (void)output;
}

const struct report_format report_remarks = {".opt.yaml", add_nothing,
                                             add_entry, add_nothing};
