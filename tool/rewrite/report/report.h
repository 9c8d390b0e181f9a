/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.h - what the user is told: the layer report.
 *
 * It owns every text about what the analysis found, and where that text goes.
 * It may use front and the findings of escape (escape/esc_finding.h), which
 * hold all that there is to tell; it sees nothing of the graph.  It changes
 * nothing in either.
 */
#ifndef ESCC_REPORT_H
#define ESCC_REPORT_H

#include "escape/esc_finding.h"

struct report;

/* What is to be reported, in which formats, and where. */
struct report_options {
    int level;                  /* of the text: 0 none, 1 decisions, 2 with
                                   what explains them */
    bool summary;               /* totals as text */
    bool json, sarif, remarks;
    bool advice;                /* -report-advice */
    const char *folder;         /* -fescc-report-dir, or NULL; without a
                                   format json is meant */
    const char *object;         /* the path that the unit compiles to, or
                                   NULL */
};

/* A value of -report-escapes; false: there is no such value. */
bool report_choose(struct report_options *, const char *value);
/* Whether anything is to be reported. */
bool report_is_asked(const struct report_options *);

/* Adds to the report what would take less memory or time. */
void report_advice(const struct unit *, const struct esc_findings *,
                   struct report *);

/* Makes a report of the findings and writes it; false after a message. */
bool report_findings(const struct unit *, const struct esc_findings *,
                     const struct report_options *);

/* An error, with its flow, for each ESCC_NOESCAPE and ESCC_RETURNS that does
 * not hold. */
void report_assertions(const struct unit *, const struct esc_findings *);

/* A remark that not every store of a pointer in the unit has a barrier: why,
 * and the offset of what is the reason. */
void report_open(const struct unit *, uint32_t where, const char *why);

/* A remark if the unit does what collectors of a program's own begin with. */
void report_own_collector(const struct unit *);

#endif
