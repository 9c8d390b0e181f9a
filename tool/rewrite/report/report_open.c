/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_open.c - -report-world: why a unit's stores have not all barriers. */
#include "report.h"

#include "util/diag.h"

void report_open(const struct unit *unit, uint32_t where, const char *why)
{
    struct place at = unit_place(unit, where);
    diag_print(DIAG_REMARK, "escc-open",
               (struct diag_place){at.file, at.line, at.column},
               "the unit is open: %s", why);
}
