/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.h - what the user is told: the layer report.
 *
 * It owns every text about what the analysis found, and where that text goes.
 * It may use front and escape, and changes nothing in either.
 */
#ifndef ESCC_REPORT_H
#define ESCC_REPORT_H

#include "escape/esc.h"

/* -report-escapes[=level]: level 1 decisions, level 2 with their flow; to
 * stderr, in Go's words, sorted by position, one message a line. */
void report_escapes(const struct esc *, int level);

/* A remark if the unit does what collectors of a program's own begin with. */
void report_own_collector(const struct unit *);

#endif
