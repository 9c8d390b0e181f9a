/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcsweep.h - turning mark bits into free slots.  See mgcsweep.c. */
#ifndef ESCC_MGCSWEEP_H
#define ESCC_MGCSWEEP_H

#include "rt_types.h"

/* Marking has ended: from now on what is not marked is dead, and every span
 * waits to be swept.  Threads are stopped, their caches flushed, the last
 * sweep finished. */
void mgcsweep_begin(void);

/* Sweeps what is not yet swept.  Must have run before a collection marks,
 * for marking writes the bits that an unswept span still needs.  Any thread,
 * no lock held; threads may run or be stopped. */
void mgcsweep_finish(void);

/* Sweeps so many spans, or fewer; true if nothing is left to do. */
bool mgcsweep_some(unsigned nspans);
/* True if no span waits to be swept. */
bool mgcsweep_is_done(void);

/* Sweeps until `npages` pages have been given back, some `nspans` or all are
 * swept.  Who takes pages calls it first, so that the heap does not grow over
 * its own garbage.  No lock held.  Returns the pages given back. */
size_t mgcsweep_reclaim(size_t npages, unsigned nspans);

/* Sweeps one span, which the caller owns (it is in no list): its marked
 * slots stay.  Returns the number of slots freed.  The caller holds the
 * lock of the span's mcentral. */
uint32_t mgcsweep_span(struct mspan *span);

#endif /* ESCC_MGCSWEEP_H */
