/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_text.c - -report-escapes: the messages as lines on stderr.
 *
 * A decision is a remark in clang's form, so that editors parse it; the flow
 * that explains it (level 2) is a note per line at the same place, with Go's
 * indentation inside the text:
 *
 *     list.c:7:9: remark: x escapes to heap: [escape]
 *     list.c:7:9: note:   flow: {heap} = &x:
 *     list.c:7:9: note:     from &x (address-of) at list.c:9:12
 *
 * A header's function that was parsed twice speaks once: equal lines at one
 * place are printed once.
 */
#include "report.h"

#include "escape/esc_explain.h"
#include "util/diag.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    const struct esc_message *a = left, *b = right;
    int files = strcmp(a->place.file ? a->place.file : "",
                       b->place.file ? b->place.file : "");
    if (files)
        return files;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static bool said_before(const struct esc_messages *all, size_t i)
{
    const struct esc_message *m = &all->items[i];
    while (i-- > 0) {
        const struct esc_message *before = &all->items[i];
        if (before->place.line != m->place.line ||
            before->place.column != m->place.column ||
            strcmp(before->place.file ? before->place.file : "",
                      m->place.file ? m->place.file : ""))
            return false;
        if (!strcmp(before->text, m->text))
            return true;
    }
    return false;
}

void report_escapes(const struct esc *esc, int level)
{
    struct esc_messages all = {0};
    if (level <= 0)
        return;
    esc_explain(esc, level, &all);
    if (all.count)
        qsort(all.items, all.count, sizeof *all.items, compare);
    for (size_t i = 0; i < all.count; i++) {
        const struct esc_message *m = &all.items[i];
        struct diag_place place = {
            m->place.file, m->place.line, m->place.column};
        if (said_before(&all, i))
            continue;
        diag_print(DIAG_REMARK, "escape", place, "%s", m->text);
        for (int f = 0; f < m->flow_count; f++)
            diag_print(DIAG_NOTE, NULL, place, "%s", m->flow[f]);
    }
    vec_free(&all);
}
