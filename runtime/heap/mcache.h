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

/* The calling thread's cache; made, and the thread registered, at first
 * use.  The caller is in the runtime.  NULL if there is no memory. */
struct mcache *mcache_self(void);

/* Replaces the cache's span of a class, which has no free slot left, by
 * one that has.  Collects first if the heap is due: no lock may be held,
 * and what the caller read of the cache before is stale.  False if the
 * memory is exhausted. */
bool mcache_refill(struct mcache *cache, unsigned spanclass);

/* Calls `visit` for every cache while their threads may be running: for
 * statistics, which then are approximate.  Takes a lock of rank
 * RT_RANK_LEAF around the calls. */
void mcache_for_each(void (*visit)(const struct mcache *cache,
                                   void *argument),
                     void *argument);

#endif /* ESCC_MCACHE_H */
