/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* renamed.h - objects in which calls of malloc were given another name.
 *
 * `objcopy --redefine-sym malloc=own_malloc` changes where a compiled call of
 * malloc leads, and rewritten code calls __escc_malloc.
 */
#ifndef ESCC_RENAMED_H
#define ESCC_RENAMED_H

#include "cmdline.h"

/* Warns of such objects among the inputs of a link. */
void renamed_check(const struct command *);

#endif
