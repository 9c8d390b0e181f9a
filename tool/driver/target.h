/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* target.h - machines that programs are compiled for. */
#ifndef ESCC_TARGET_H
#define ESCC_TARGET_H

#include "cmdline.h"
#include "steps.h"

/* What the command compiles for, if there is no runtime of escc's for it; NULL:
 * there is one. */
const char *target_without_runtime(const struct command *,
                                   const struct backend *);

#endif
