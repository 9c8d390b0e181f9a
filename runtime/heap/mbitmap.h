/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbitmap.h - from a word to an object, and the object's mark.
 * See mbitmap.c. */
#ifndef ESCC_MBITMAP_H
#define ESCC_MBITMAP_H

#include "mspan.h"

/* Resolves `word` conservatively: if it is an address inside an allocated
 * slot (its start or any later byte), sets the span and the slot's index
 * and returns true.  Lock-free, async-signal-safe, any value of `word`.
 * Exact while threads are stopped outside the runtime; with threads
 * running the answer for a garbage word may be stale, never a crash. */
bool mbitmap_find(uintptr_t word, struct mspan **span, uint32_t *index);

/* The same for a marker that runs beside the threads.  What was allocated
 * when marking began, when all caches were flushed, is found exactly; what is
 * younger is marked, and found or not [inv.black]. */
bool mbitmap_find_marking(uintptr_t word, struct mspan **span,
                          uint32_t *index);

/* Whether a slot that is not marked is an object, for the same. */
static inline bool mbitmap_is_object(const struct mspan *span,
                                     uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    return (rt_load_relaxed(&span->alloc_bits[index / 64]) & bit) != 0 &&
           (!span->free_bits ||
            (rt_load_relaxed(&span->free_bits[index / 64]) & bit) == 0);
}

/* For a marker, too: resolves `word` as an address one past the end of an
 * object: true if the byte before it is the last one of an allocated slot.
 * A word can be both the start of one object and the end of another; roots
 * (stacks and registers, where compilers leave such addresses) must keep both
 * alive.  See malloc.c, [inv.pad], for why words in the heap need not, and why
 * a large collectable object has no such end. */
bool mbitmap_find_past(uintptr_t word, struct mspan **span,
                       uint32_t *index);

/* The marks of a word of slots, by whomever. */
static inline uint64_t mbitmap_marked_word(const struct mspan *span,
                                           uint32_t word)
{
    return rt_load_relaxed(&span->mark_bits[word]) |
           rt_load_relaxed(&span->shade_bits[word]);
}

/* Whether the object is marked, by whomever. */
static inline bool mbitmap_is_marked(const struct mspan *span,
                                     uint32_t index)
{
    return mbitmap_marked_word(span, index / 64) >> index % 64 & 1;
}

/* Whether a marker has marked it, not only a thread. */
static inline bool mbitmap_is_marked_by_marker(const struct mspan *span,
                                               uint32_t index)
{
    return rt_load_relaxed(&span->mark_bits[index / 64]) >> index % 64 & 1;
}

/* Marks the object, for a marker that is the only one at work: its bits
 * are its own, so that it needs no atomic instruction, which is half of what
 * a small object costs.  An object that a thread shades in the same moment is
 * read twice, which is no matter. */
static inline void mbitmap_mark(struct mspan *span, uint32_t index)
{
    uint64_t *word = &span->mark_bits[index / 64];
    rt_store_relaxed(word, rt_load_relaxed(word) | (uint64_t)1 << index % 64);
}

/* The same where several markers set them; returns true if it was not set,
 * which is told to one of them only. */
static inline bool mbitmap_mark_shared(struct mspan *span, uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    return (rt_or_relaxed(&span->mark_bits[index / 64], bit) & bit) == 0;
}

/* Marks the object, for any thread; returns true if it was not marked, which
 * is told to one thread only. */
static inline bool mbitmap_shade(struct mspan *span, uint32_t index)
{
    uint64_t bit = (uint64_t)1 << index % 64;
    if (mbitmap_is_marked(span, index))
        return false;
    return (rt_or_relaxed(&span->shade_bits[index / 64], bit) & bit) == 0;
}

/* Address and bytes of an object: what the collector reads of it. */
static inline uintptr_t mbitmap_base(const struct mspan *span,
                                     uint32_t index)
{
    return mspan_object_base(span, index);
}

static inline size_t mbitmap_bytes(const struct mspan *span)
{
    return span->elemsize;
}

/* Marks the blocks of a foreign span that are roots (allocated, neither
 * freed nor released) and are not marked, and calls `scan`, if the span is
 * scanned, for each of them: the marker skips what is marked.  Threads may
 * run: then younger blocks may be left out, which are marked [inv.black].
 * Returns the bytes of these roots. */
size_t mbitmap_mark_foreign_roots(
    struct mspan *span,
    void (*scan)(uintptr_t base, size_t bytes, void *argument),
    void *argument);

/* Marks the blocks of a foreign span that are roots, and calls `scan` for each
 * of them and for each that is marked: what uninstrumented code may have
 * written since it was read.  In a stop. */
void mbitmap_reread_foreign(
    struct mspan *span,
    void (*scan)(uintptr_t base, size_t bytes, void *argument),
    void *argument);

/* Calls `visit` for each allocated object of a span.  Threads are
 * stopped. */
void mbitmap_for_each_object(
    struct mspan *span,
    void (*visit)(struct mspan *span, uint32_t index, void *argument),
    void *argument);

#endif /* ESCC_MBITMAP_H */
