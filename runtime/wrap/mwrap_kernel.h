/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_kernel.h - pointers of the program that only the kernel has.
 * See mwrap_kernel.c. */
#ifndef ESCC_MWRAP_KERNEL_H
#define ESCC_MWRAP_KERNEL_H

#include <stdint.h>

/* A signal that carries `value` may be pending: what the value points to
 * lives until the signal has arrived.  Allocates; the caller is not in the
 * runtime. */
void mwrap_kernel_hold_signal(int signal, uintptr_t value);

/* Forgets what the kernel has given back, so that it is no root any more.
 * While the threads are stopped for a collection, before marking.  Reads
 * /proc if anything may have changed. */
void mwrap_kernel_prune(void);

/* Frees what the last prune has forgotten.  When the threads run again, by
 * the thread that stopped them. */
void mwrap_kernel_release(void);

#endif /* ESCC_MWRAP_KERNEL_H */
