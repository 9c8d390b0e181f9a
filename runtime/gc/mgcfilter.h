/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcfilter.h - many words at once: which are addresses of the heap?
 * See mgcfilter.c. */
#ifndef ESCC_MGCFILTER_H
#define ESCC_MGCFILTER_H

#include "mgcwork.h"

/* Queues the words of [from, to) that lie in the `heap_bytes` bytes at
 * `heap_base`: those that begin at multiples of `stride`, which is 8 or 4,
 * from `from`.  Returns an address: words that begin there or later are for
 * the caller.  Reads nothing outside of
 * [from, to), which may be empty.  For who marks: it uses vector registers
 * and may take a lock (mgcwork.c). */
typedef uintptr_t mgcfilter(struct mgcwork *queue, uintptr_t from,
                            uintptr_t to, uintptr_t heap_base,
                            uintptr_t heap_bytes, unsigned stride);

/* The widest that this processor and system have and that looks at no more
 * than `bits` bits at once, of 512, 256 and 128; NULL if `bits` is less. */
mgcfilter *mgcfilter_choose(unsigned bits);

#endif /* ESCC_MGCFILTER_H */
