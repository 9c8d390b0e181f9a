/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_vfork.h - after a child that shared this process's memory.
 * See mwrap_vfork.c. */
#ifndef ESCC_MWRAP_VFORK_H
#define ESCC_MWRAP_VFORK_H

#include <stdint.h>

/* The first word of the calling thread's block of state, for mwrap_vfork_end.
 * Signal-safe. */
uint64_t mwrap_vfork_begin(void);

/* In the parent, which has waited for the child: `child` is what the kernel
 * answered, `before` what mwrap_vfork_begin said.  Returns what vfork does,
 * with errno.  May wait for a collection to end.  Signal-safe. */
long mwrap_vfork_end(long child, uint64_t before);

#endif /* ESCC_MWRAP_VFORK_H */
