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

/* Drops what the kernel has given back.  Before the threads are stopped for
 * a collection, by the thread that collects, which holds no lock but the
 * collector's.  Some system calls if anything may have changed. */
void mwrap_kernel_prune(void);

#endif /* ESCC_MWRAP_KERNEL_H */
