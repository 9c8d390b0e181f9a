/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* script.h - linker scripts that stand where a library is looked for. */
#ifndef ESCC_SCRIPT_H
#define ESCC_SCRIPT_H

#include <stdbool.h>

/* Each file that an open linker script names, or library, as -lNAME; in their
 * order.  The words live in the arena.  False: it is none, or says more than
 * which files there are; some words may have been visited. */
bool script_each(int file, void (*visit)(void *context, const char *word),
                 void *context);

#endif
