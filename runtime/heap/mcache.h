/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcache.h - a thread's spans.  See mcache.c. */
#ifndef ESCC_MCACHE_H
#define ESCC_MCACHE_H

#include "rt_types.h"

/* A cache without spans; NULL if there is no memory for it. */
struct mcache *mcache_new(void);
/* Puts the spans back and frees the cache: when its thread ends, or has
 * vanished in a fork.  By the thread itself, or while it is stopped or
 * gone.  Takes locks of mcentrals. */
void mcache_free(struct mcache *cache);

/* Puts all spans back, so that their bitmaps are exact, and adds up the
 * statistics; the cache stays usable.  For each thread before a collection
 * marks.  By the thread itself or while it is stopped.  Takes locks of
 * mcentrals. */
void mcache_flush(struct mcache *cache);

/* What was counted since the last flush.  Approximate if the cache is
 * another thread's. */
struct mheap_counts mcache_counts(const struct mcache *cache);

/* How many there are, about.  Any context. */
uint32_t mcache_count(void);

/* Calls `visit` for every cache while their threads may be running: for
 * statistics, which then are approximate.  Takes a lock of rank
 * RT_RANK_LEAF around the calls. */
void mcache_for_each(void (*visit)(const struct mcache *cache,
                                   void *argument),
                     void *argument);

#endif /* ESCC_MCACHE_H */
