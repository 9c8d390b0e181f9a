/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* target.h - machines that programs are compiled for, and what is said where
 * escc does not compile. */
#ifndef ESCC_TARGET_H
#define ESCC_TARGET_H

#include "cmdline.h"
#include "steps.h"

/* "has no runtime for …", if what the command compiles for is a machine that
 * escc has none for; NULL: it has one. */
const char *target_without_runtime(const struct command *,
                                   const struct backend *);
/* Says of each input in C why escc, which `lacks` something, does not compile
 * it: as an error, or as a remark where the command wants it to be compiled
 * without escc.  True then. */
bool target_refuse(const struct command *, const char *id, const char *lacks);

#endif
