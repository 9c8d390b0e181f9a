/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* variables.h - the tool's environment variables. */
#ifndef ESCC_VARIABLES_H
#define ESCC_VARIABLES_H

/* Warns of those that look like one of the tool's, and are none. */
void variables_check(void);

#endif
