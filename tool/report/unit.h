/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.h - a unit's report, read from its file. */
#ifndef ESCC_REPORT_UNIT_H
#define ESCC_REPORT_UNIT_H

#include <jansson.h>

/* {"header": the file's first line, "entries": a list of the others}, with
 * all the members in them that the page goes by.  The caller has the
 * reference.  NULL: the file has something else in it; an error was printed
 * that says where. */
json_t *unit_load(const char *path);

#endif
