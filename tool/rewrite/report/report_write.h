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

#include "util/strbuf.h"

/* A format for programs, in parts: each adds to a text that is empty or ends
 * where the part before it ended; what was there may be gone. */
struct report_format {
    const char *extension;      /* of its files */
    /* `directory`: where the compiler was started, seen from the folder. */
    void (*begin)(const struct report *, const char *directory,
                  struct strbuf *);
    void (*add)(const struct report_entry *, bool is_first, struct strbuf *);
    void (*end)(struct strbuf *);
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
