/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.h - -fescc-verify-output: the output against the input. */
#ifndef ESCC_VERIFY_H
#define ESCC_VERIFY_H

#include "front/tree.h"

/* Parses the output at `path` as `options` say and compares it with the unit
 * that was parsed from the input; see verify.c for what is compared.  A
 * difference removes the output, names the line and ends the process as an
 * internal error. */
void verify_output(const struct unit *unit, const char *path,
                   const struct parse_options *options);

#endif
