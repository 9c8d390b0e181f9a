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

/* -report-escapes[=level]: level 1 decisions, level 2 with their flow; to
 * stderr, in Go's words, sorted by position, one message a line. */
void report_escapes(const struct unit *, const struct esc_findings *,
                    int level);

/* A remark that not every store of a pointer in the unit has a barrier: why,
 * and the offset of what is the reason. */
void report_open(const struct unit *, uint32_t where, const char *why);

/* A remark if the unit does what collectors of a program's own begin with. */
void report_own_collector(const struct unit *);

#endif
