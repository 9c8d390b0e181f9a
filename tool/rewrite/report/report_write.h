/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_write.h - the formats of a report, and where each goes.
 *
 * Texts go to standard error.  The formats for programs go to standard
 * output, or with a folder (-fescc-report-dir) each to a file of the unit's
 * own there:
 *
 * [inv.report.file]  a file's name has the unit's and a number made of the
 * path of its object as seen from the folder, so that units compiled at the
 * same time write different files, and the same unit writes the same one
 * each time, wherever the tree is.  A file is renamed to its name when it is
 * whole.  Nothing in it depends on time, process or folder.
 *
 * Names of files are those of the text's line markers.
 */
#ifndef ESCC_REPORT_WRITE_H
#define ESCC_REPORT_WRITE_H

#include "report_model.h"

#include "util/map.h"
#include "util/strbuf.h"

/* A report on its way out in one format. */
struct report_output {
    const struct report *report;
    const char *directory;      /* where the compiler was started, seen from
                                   the folder */
    struct strbuf text;         /* what is not written yet */
    const char *rest;           /* what follows the entries, if it is known
                                   from the beginning */
    /* Of report_document.c: the steps of an entry, those that were written
     * and may come again (struct report_step -> text), and the place of the
     * last step. */
    struct strbuf steps;
    struct map known;
    struct strbuf place;
    struct report_range place_of;
    struct map uris;            /* path -> the text of its URI */
};

/* A format for programs, in parts: each adds to a text that is empty or ends
 * where the part before it ended; what was there may be gone. */
struct report_format {
    const char *extension;      /* of its files */
    void (*begin)(struct report_output *);
    void (*add)(struct report_output *, const struct report_entry *,
                bool is_first);
    void (*end)(struct report_output *);
};
extern const struct report_format report_json, report_sarif, report_remarks;

/* Level 0: advice only. */
void report_text(const struct report *, int level, struct strbuf *);
/* Each entry as an error: "WHAT: its text", and its explanation. */
void report_text_errors(const struct report *, const char *id,
                        const char *what, struct strbuf *);
void report_text_totals(const struct report *, struct strbuf *);

/* A number that stays the same for the same text (FNV-1a). */
uint64_t report_hash(const char *text);

#endif
