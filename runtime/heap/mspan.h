/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mspan.h - one span: its set-up, slots, lists and checks.  See mspan.c. */
#ifndef ESCC_MSPAN_H
#define ESCC_MSPAN_H

#include "base/rt_atomic.h"
#include "rt_types.h"

/* The span that has no free slot and belongs to nobody: what an empty slot
 * of a mcache points to. */
extern struct mspan mspan_empty;

/* Sets up a fresh span over pages that lead to nothing yet.  All its slots
 * are free, it is swept, in no list.  `sizeclass_bytes` and counts follow
 * from the span class; a large span has one slot over all its pages.
 * `needzero`: the pages may hold old bytes.  Returns false if there is no
 * memory for its bitmaps. */
bool mspan_init(struct mspan *span, uintptr_t base, uint32_t npages,
                unsigned spanclass, bool needzero, uint32_t sweepgen);
/* Gives back what mspan_init took, not the span itself. */
void mspan_release_bits(struct mspan *span);

static inline unsigned mspan_kind(const struct mspan *span)
{
    return span->spanclass & ((1u << SPAN_KIND_BITS) - 1);
}

/* One object over all the pages. */
static inline bool mspan_is_large(const struct mspan *span)
{
    return span->spanclass >> SPAN_KIND_BITS == 0;
}

/* Fills a slot, which nobody may use any more, so that whoever does is found
 * out (ESCC_DEBUG=clobber=1). */
void mspan_clobber(const struct mspan *span, uint32_t index);

/* The slot that the byte at `offset` of the span lies in; >= nelems in the
 * unused tail.  One multiplication: divmul is 2^32 / elemsize rounded up,
 * exact for all offsets of a small span (test_sizeclasses.c); 0 in large
 * spans, whose only slot is 0. */
static inline uint32_t mspan_object_index(const struct mspan *span,
                                          uintptr_t offset)
{
    return (uint32_t)((uint64_t)offset * span->divmul >> 32);
}

static inline uintptr_t mspan_object_base(const struct mspan *span,
                                          uint32_t index)
{
    return span->base + (uintptr_t)index * span->elemsize;
}

/* Slots of the span, `n` of them, as an allocation counts them. */
static inline struct mheap_counts mspan_counts(const struct mspan *span,
                                               uint64_t n)
{
    uint64_t bytes = n * span->elemsize;
    return (struct mheap_counts){.alloc_objects = n, .alloc_bytes = bytes,
                                 .foreign_bytes = span->foreign ? bytes : 0};
}

/* The same as a sweep or a free counts them. */
static inline struct mheap_counts mspan_freed_counts(
    const struct mspan *span, uint64_t n)
{
    uint64_t bytes = n * span->elemsize;
    return (struct mheap_counts){.free_objects = n, .free_bytes = bytes,
                                 .foreign_bytes = span->foreign ? -bytes : 0};
}

/* Takes a free slot of the word at hand; 0 if it has none.  By the span's
 * owner. */
static inline uintptr_t mspan_next_free_fast(struct mspan *span)
{
    uint64_t cache = span->alloc_cache;
    if (__builtin_expect(cache == 0, 0))
        return 0;
    unsigned bit = (unsigned)__builtin_ctzll(cache);
    rt_store_relaxed(&span->alloc_cache, cache & (cache - 1));
    uintptr_t slot = span->alloc_base + bit * span->elemsize;
    if (slot == 0)
        __builtin_unreachable();
    return slot;
}

/* Puts an allocated slot back into the word at hand, so that it is the next to
 * be taken or soon after; false if it does not belong there, is free, or was
 * freed.  By the span's owner; if it is not freeable, of an object that nobody
 * has the address of [inv.reuse]. */
static inline bool mspan_reuse_fast(struct mspan *span, uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64, cache = span->alloc_cache;
    if (index / 64 != span->alloc_word || span->blackened ||
        (cache & bit) != 0)
        return false;
    if (span->freeable &&
        ((rt_load_relaxed(&span->free_bits[index / 64]) |
          rt_load_relaxed(&span->released_bits[index / 64])) & bit) != 0)
        return false;
    span->needzero = true;
    rt_store_relaxed(&span->alloc_cache, cache | bit);
    return true;
}

/* What a free looks at behind the bit that it has set.  Then the span may be
 * given back and set up anew; its bitmaps stay readable. */
struct mspan_frees {
    const uint64_t *alloc_bits;
    uint64_t *free_bits;
    uint32_t nelems;
};

static inline struct mspan_frees mspan_frees_of(const struct mspan *span)
{
    return (struct mspan_frees){rt_load_relaxed(&span->alloc_bits),
                                span->free_bits, span->nelems};
}

/* Bits of word `word` that stand for slots, of a span of `nelems`. */
static inline uint64_t mspan_slot_mask(uint32_t nelems, uint32_t word)
{
    uint32_t rest = nelems - word * 64;
    return rest >= 64 ? ~UINT64_C(0) : ((uint64_t)1 << rest) - 1;
}

bool mspan_is_all_freed_slow(const struct mspan_frees *frees);

/* Whether every slot in use was freed, of a span that no thread has, after
 * the free bits of `word` became `freed`.  A guess: slots are merged and swept
 * meanwhile.  Of two that set the last two bits one at least is told so. */
static inline bool mspan_is_all_freed(const struct mspan_frees *frees,
                                      uint32_t word, uint64_t freed)
{
    uint64_t rest = rt_load_relaxed(&frees->alloc_bits[word]) & ~freed;
    return (rest & mspan_slot_mask(frees->nelems, word)) == 0 &&
           mspan_is_all_freed_slow(frees);
}

/* Takes a free slot of any word; 0 if the span has none. */
uintptr_t mspan_next_free(struct mspan *span);

/* Makes alloc_bits exact ([inv.slot]) and starts at word 0 again.  The
 * caller owns the span. */
void mspan_normalize(struct mspan *span);
/* The same for a span whose alloc_bits were just replaced. */
void mspan_normalize_swept(struct mspan *span);
/* Turns the frees of a freeable span into free slots: normalizes and merges
 * free_bits.  The caller owns the span. */
void mspan_merge_frees(struct mspan *span);
/* Number of allocated slots of a normalized span. */
uint32_t mspan_count_allocated(const struct mspan *span);
/* Slots taken since alloc_count was set; approximate if the span is
 * another thread's. */
uint32_t mspan_taken(const struct mspan *span);

/* Whether slot `index` < nelems is allocated, [inv.slot].  Exact if the
 * span's owner is stopped or the caller.  Otherwise: an allocated slot may
 * rarely seem free; check again (mspan_is_surely_free). */
static inline bool mspan_is_allocated(const struct mspan *span,
                                      uint32_t index)
{
    uint32_t word = index / 64, at = rt_load_acquire(&span->alloc_word);
    uint64_t cache = rt_load_acquire(&span->alloc_cache);
    uint64_t bit = (uint64_t)1 << index % 64;
    const uint64_t *bits = rt_load_relaxed(&span->alloc_bits);
    /* The bitmaps of a span that is just going away. */
    if (!bits)
        return false;
    if (word == at && at == rt_load_acquire(&span->alloc_word)) {
        if (cache & bit)
            return false;
    } else if (word > at && (rt_load_relaxed(&bits[word]) & bit) == 0) {
        return false;
    }
    return !span->free_bits ||
           (rt_load_relaxed(&span->free_bits[word]) & bit) == 0;
}
/* For diagnosing a wrong free while other threads run: true only if the
 * slot is free (or was within the call). */
bool mspan_is_surely_free(const struct mspan *span, uint32_t index);

/* Doubly linked lists; under the mcentral's lock. */
void mspan_list_push(struct mspan_list *list, struct mspan *span);
void mspan_list_remove(struct mspan_list *list, struct mspan *span);

/* The span's fields agree with each other; for assertions. */
bool mspan_is_valid(const struct mspan *span);

#endif /* ESCC_MSPAN_H */
