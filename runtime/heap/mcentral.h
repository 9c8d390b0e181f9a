/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcentral.h - the spans of one span class that no thread has.
 * See mcentral.c. */
#ifndef ESCC_MCENTRAL_H
#define ESCC_MCENTRAL_H

#include "rt_types.h"

/* Start-up: the ranks of the locks. */
void mcentral_init(void);

/* Puts back *slot, if it is not mspan_empty, and puts there a span with a
 * free slot; mspan_empty and false if the memory is exhausted.  Takes the
 * class's lock, and that of the heap for a new span. */
bool mcentral_refill(struct mspan **slot, unsigned spanclass);

/* Puts *slot back and leaves mspan_empty.  Takes the class's lock. */
void mcentral_put_back(struct mspan **slot);

/* Enters a fresh large span as FULL with its one slot allocated. */
void mcentral_enter_large(struct mspan *span);

/* A slot of a freeable span, of this class when the caller had the block,
 * has become free, and the span is in no mcache: makes it findable again,
 * or gives it back whole if that was its last slot.  By now it may be gone
 * or somebody else's; then nothing happens.  Takes the class's lock. */
void mcentral_after_free(struct mspan *span, unsigned spanclass);

/* The slots of a young span that `dead` has ones for, nwords words of bits, are
 * objects that nobody has the address of: they become free.  The heap is not
 * being marked.  Takes the class's lock, and that of the heap. */
void mcentral_free_dead(struct mspan *span, const uint64_t *dead);

/* Gives back a collectable large span whose object nobody has the address of
 * [inv.reuse]; false while the heap is marked [inv.recycle]: the sweep will.
 * Takes the class's lock, and that of the heap. */
bool mcentral_reuse_large(struct mspan *span);

/* Sweeps one unswept span of the class; false if there was none.  Adds the
 * pages that this gave back to *pages.  Takes the class's lock. */
bool mcentral_sweep_one(unsigned spanclass, size_t *pages);

/* Sweeps all spans of young blocks that are not, but for those that another
 * thread is just sweeping.  Takes locks. */
void mcentral_sweep_young(void);

/* Calls `visit` for each span of foreign blocks with pointers.  With threads
 * stopped and all caches flushed. */
void mcentral_for_each_foreign(void (*visit)(struct mspan *span,
                                             void *argument),
                               void *argument);

#endif /* ESCC_MCENTRAL_H */
