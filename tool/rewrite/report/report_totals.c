/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_totals.c - how many, and for which reasons. */
#include "report.h"
#include "report_model.h"

#include "util/strbuf.h"

#include <stdlib.h>
#include <string.h>

/* ---- reasons ------------------------------------------------------------- */

static const char *const reasons[ESC_WHYS] = {
    [ESC_WHY_UNKNOWN] = "unknown",
    [ESC_WHY_STORED] = "stored in memory outside the function",
    [ESC_WHY_OUTLIVED] = "kept in an object that lives longer",
    [ESC_WHY_RETURNED] = "returned",
    [ESC_WHY_OTHER_UNIT] = "passed to an unknown function of another unit",
    [ESC_WHY_POINTER] = "passed to an unknown function through a pointer",
    [ESC_WHY_LIBRARY] = "kept by the C library",
    [ESC_WHY_STATED] = "kept by a function of -fescc-tags",
    [ESC_WHY_ASM] = "operand of inline assembly",
    [ESC_WHY_CONSTRUCT] = "in a construct that escc does not know"
};

static bool is_on_heap(const struct esc_finding *f)
{
    return f->kind == ESC_ESCAPES || f->kind == ESC_DECIDED_AT_LOAD;
}

const char *report_reason(const struct esc_finding *f)
{
    return is_on_heap(f) ? reasons[f->why] : NULL;
}

/* ---- counting ------------------------------------------------------------ */

static void count_reason(struct report_totals *t, const char *reason)
{
    int i = 0;
    while (i < t->reason_count && t->by[i].reason != reason)
        i++;
    if (i == t->reason_count)
        t->by[t->reason_count++].reason = reason;
    t->by[i].count++;
}

static void count(struct report_totals *t, const struct esc_finding *f)
{
    bool is_allocation = f->about.kind == ESC_OBJECT_ALLOCATION;
    if (is_allocation) {
        t->allocations++;
        t->allocations_escape += f->kind != ESC_DOES_NOT_ESCAPE;
        t->promoted += f->is_promoted;
        t->reused += f->reusing && !f->is_promoted;
    } else if (f->kind == ESC_ESCAPES) {
        t->moved++;
    } else if (f->kind == ESC_DECIDED_AT_LOAD) {
        t->at_load++;
    } else if (f->kind >= ESC_KEPT_FIXED && f->kind <= ESC_KEPT_BY_OPTION) {
        t->stay_escaping++;
    }
    if (is_on_heap(f) && !is_allocation)
        count_reason(t, reasons[f->why]);
}

static int compare_counts(const void *left, const void *right)
{
    const __typeof__(((struct report_totals *)0)->by[0]) *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return strcmp(a->reason, b->reason);
}

static void count_sites(struct report_totals *t, const struct esc_sites *sites)
{
    for (size_t i = 0; i < sites->count; i++) {
        const struct type *type = sites->items[i].type;
        t->typed += !!type;
        t->bytes += type && type->size == 1;
        t->several += sites->items[i].has_several;
    }
    t->sites = (unsigned)sites->count;
    t->handed_on = sites->handed_on;
    t->noscan = sites->noscan;
}

void report_count(struct report_totals *t, const struct esc_findings *findings)
{
    t->taken = findings->taken;
    for (size_t i = 0; i < findings->count; i++)
        count(t, &findings->items[i]);
    unsigned others = t->moved + t->at_load + t->stay_escaping;
    t->stay = t->taken > others ? t->taken - others : 0;
    qsort(t->by, (size_t)t->reason_count, sizeof *t->by, compare_counts);
    count_sites(t, &findings->sites);
}

/* ---- words --------------------------------------------------------------- */

const char *report_total_line(const struct report_totals *t)
{
    const struct { unsigned count; const char *what; } parts[] = {
        {t->moved, "on the heap"}, {t->at_load, "decided at load"},
        {t->stay_escaping, "escaping but on the stack"},
        {t->stay, "on the stack"}};
    struct strbuf line = {0};
    strbuf_printf(&line, "%u local%s with the address taken", t->taken,
                  t->taken == 1 ? "" : "s");
    const char *before = ": ";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count) {
            strbuf_printf(&line, "%s%u %s", before, parts[i].count,
                          parts[i].what);
            before = ", ";
        }
    if (t->allocations)
        strbuf_printf(&line, "; %u allocation%s: %u escaping",
                      t->allocations, t->allocations == 1 ? "" : "s",
                      t->allocations_escape);
    if (t->promoted)
        strbuf_printf(&line, ", %u promoted to frames", t->promoted);
    if (t->reused)
        strbuf_printf(&line, ", %u reused when freed", t->reused);
    const char *text = arena_strndup(line.text, line.bytes);
    strbuf_free(&line);
    return text;
}

const char *report_reason_line(const struct report_totals *t)
{
    struct strbuf line = {0};
    for (int i = 0; i < t->reason_count; i++)
        strbuf_printf(&line, "%s%u %s", i ? ", " : "", t->by[i].count,
                      t->by[i].reason);
    const char *text = line.text ? arena_strndup(line.text, line.bytes) : "";
    strbuf_free(&line);
    return text;
}

const char *report_site_line(const struct report_totals *t)
{
    unsigned unknown = t->sites - t->typed - t->several;
    if (!t->sites && !t->handed_on)
        return "";
    const char *text = arena_printf(
        "%u allocation site%s: %u with a known type", t->sites,
        t->sites == 1 ? "" : "s", t->typed);
    if (t->bytes)
        text = arena_printf("%s (%u of bytes)", text, t->bytes);
    if (t->several)
        text = arena_printf("%s, %u with several", text, t->several);
    if (unknown)
        text = arena_printf("%s, %u with none", text, unknown);
    if (t->handed_on)
        text = arena_printf("%s; %u in allocators, which hand on what they "
                            "get", text, t->handed_on);
    return t->noscan ? arena_printf("%s; %u not scanned", text, t->noscan)
                     : text;
}
