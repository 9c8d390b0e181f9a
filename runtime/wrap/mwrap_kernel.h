/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_kernel.h - pointers that the kernel is given to keep.
 * See mwrap_kernel.c. */
#ifndef ESCC_MWRAP_KERNEL_H
#define ESCC_MWRAP_KERNEL_H

#include <stdint.h>

/* A signal that carries `value` may be pending: what the value points to
 * lives until the signal has arrived.  Allocates; the caller is not in the
 * runtime. */
void mwrap_kernel_hold_signal(int signal, uintptr_t value);

/* Frees a list of blocks of gc/mkernel.c.  Not in the runtime's locks. */
struct mkernel_held;
void mwrap_kernel_free(struct mkernel_held *dropped);

#endif /* ESCC_MWRAP_KERNEL_H */
