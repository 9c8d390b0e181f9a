/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_text.c - a report as lines on stderr.
 *
 * A decision is a remark in clang's form, so that editors parse it; the flow
 * that explains it (level 2) is a note per line, each at the place of its
 * step, with Go's indentation inside the text:
 *
 *     list.c:7:9: remark: x escapes to heap: [escape]
 *     list.c:9:12: note:   flow: {heap} = &x:
 *     list.c:9:12: note:     from &x (address-of) at list.c:9:12
 *     list.c:7:9: remark: moved to heap: x [escape]
 *
 * The last line has the totals.
 */
#include "report_write.h"

#include "util/diag.h"

static struct diag_place place_of(const struct report_range *at)
{
    return (struct diag_place){at->file, at->line, at->column};
}

static void add_remark(struct strbuf *out, const struct report_entry *e,
                       const char *text)
{
    diag_begin(out, DIAG_REMARK, place_of(&e->at));
    strbuf_puts(out, text);
    diag_end(out, DIAG_REMARK,
             e->rule == REPORT_ADVICE ? "advice" : "escape");
}

/* " at FILE:LINE:COLUMN" */
static void add_at(struct strbuf *out, const struct report_range *at)
{
    strbuf_puts(out, " at ");
    strbuf_puts(out, at->file ? at->file : "");
    strbuf_putc(out, ':');
    strbuf_number(out, at->line);
    strbuf_putc(out, ':');
    strbuf_number(out, at->column);
}

static void add_steps(struct strbuf *out, const struct report_entry *e)
{
    for (int i = 0; i < e->step_count; i++) {
        const struct report_step *step = e->steps[i];
        diag_begin(out, DIAG_NOTE, place_of(&step->at));
        strbuf_fill(out, ' ', 2 + 2 * (size_t)step->depth);
        strbuf_puts(out, step->text);
        if (step->is_cause)
            add_at(out, &step->at);
        diag_end(out, DIAG_NOTE, NULL);
    }
}

static void add_type(struct strbuf *out, const struct report_entry *e)
{
    if (e->type)
        diag_add(out, DIAG_NOTE, NULL, place_of(&e->at),
                 "  for %s, %lld byte%s each%s", e->type,
                 (long long)e->element_bytes, e->element_bytes == 1 ? "" : "s",
                 e->is_noscan ? ", not scanned" : "");
}

void report_text_errors(const struct report *r, const char *id,
                        const char *what, struct strbuf *out)
{
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct report_entry *e = &r->entries.items[i];
        diag_add(out, DIAG_ERROR, id, place_of(&e->at), "%s: %s", what,
                 e->text);
        add_steps(out, e);
    }
}

void report_text_totals(const struct report *r, struct strbuf *out)
{
    struct diag_place place = {.file = r->main_file};
    const char *reasons = report_reason_line(&r->totals);
    const char *sites = report_site_line(&r->totals);
    diag_add(out, DIAG_NOTE, NULL, place, "%s",
             report_total_line(&r->totals));
    if (*reasons)
        diag_add(out, DIAG_NOTE, NULL, place, "reasons: %s", reasons);
    if (*sites)
        diag_add(out, DIAG_NOTE, NULL, place, "%s", sites);
}

void report_text(const struct report *r, int level, struct strbuf *out)
{
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct report_entry *e = &r->entries.items[i];
        if (!level && e->rule != REPORT_ADVICE)
            continue;
        if (level >= 2 && e->heading) {
            add_remark(out, e, e->heading);
            add_steps(out, e);
        }
        add_remark(out, e, e->text);
        if (level >= 2 && !e->heading)
            add_steps(out, e);
        if (level >= 2)
            add_type(out, e);
    }
    if (level && r->entries.count)
        report_text_totals(r, out);
}
