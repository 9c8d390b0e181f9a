/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbitmap.c - from a word to an object.
 *
 * Owns the conservative lookup and the passes over the objects of one span
 * that the collector makes.  The bitmaps themselves are mspan.c's; who
 * marks, and when, is mgcmark.c's.
 *
 * A word is looked up in three steps, all without locks: a range test
 * against the arena; the flat table page -> span; the multiplication that
 * turns the offset into the slot's index.  Then the slot must be allocated:
 * a free slot is not an object, however many stale words point there, and
 * marking one would make the sweep take it for a live object.
 *
 * Any byte of a slot counts, also bytes behind the size that was asked for:
 * C programs keep interior pointers, and the collector does not know the
 * size.
 */
#include "mbitmap.h"

#include "base/rt_assert.h"
#include "mheap.h"

bool mbitmap_find(uintptr_t word, struct mspan **span, uint32_t *index)
{
    struct mspan *found = mheap_span_of(word);
    if (!found)
        return false;
    uint32_t i = mspan_object_index(found, word - found->base);
    if (i >= found->nelems || !mspan_is_allocated(found, i))
        return false;
    *span = found;
    *index = i;
    return true;
}

bool mbitmap_find_marking(uintptr_t word, struct mspan **span,
                          uint32_t *index)
{
    struct mspan *found = mheap_span_of(word);
    if (!found)
        return false;
    uint32_t i = mspan_object_index(found, word - found->base);
    if (i >= found->nelems ||
        (!mbitmap_is_marked(found, i) && !mbitmap_is_object(found, i)))
        return false;
    *span = found;
    *index = i;
    return true;
}

bool mbitmap_find_past(uintptr_t word, struct mspan **span, uint32_t *index)
{
    struct mspan *found;
    uint32_t i;
    if (!mbitmap_find_marking(word - 1, &found, &i) ||
        mspan_object_base(found, i) + found->elemsize != word ||
        (mspan_is_large(found) && !found->foreign))
        return false;
    *span = found;
    *index = i;
    return true;
}

static uint64_t existing_slots(const struct mspan *span, uint32_t word)
{
    uint32_t rest = span->nelems - word * 64;
    return rest < 64 ? ((uint64_t)1 << rest) - 1 : ~UINT64_C(0);
}

/* The allocated slots of a word of a span that nobody allocates from. */
static uint64_t allocated_word(const struct mspan *span, uint32_t word)
{
    uint64_t bits = word < span->alloc_word ? ~UINT64_C(0)
                    : word == span->alloc_word ? ~span->alloc_cache
                                               : span->alloc_bits[word];
    bits &= existing_slots(span, word);
    if (span->freeable)
        bits &= ~rt_load_relaxed(&span->free_bits[word]);
    return bits;
}

/* By the marker. */
static void add_marks(struct mspan *span, uint32_t word, uint64_t bits)
{
    rt_store_relaxed(&span->mark_bits[word],
                     rt_load_relaxed(&span->mark_bits[word]) | bits);
}

size_t mbitmap_mark_foreign_roots(
    struct mspan *span,
    void (*scan)(uintptr_t base, size_t bytes, void *argument),
    void *argument)
{
    size_t bytes = 0;
    rt_assert(span->foreign);
    for (uint32_t word = 0; word < span->nwords; word++) {
        uint64_t roots = rt_load_relaxed(&span->alloc_bits[word]) &
                         existing_slots(span, word) &
                         ~rt_load_relaxed(&span->free_bits[word]) &
                         ~rt_load_relaxed(&span->released_bits[word]) &
                         ~mbitmap_marked_word(span, word);
        if (roots == 0)
            continue;
        add_marks(span, word, roots);
        bytes += (size_t)__builtin_popcountll(roots) * span->elemsize;
        for (; span->scan && roots != 0; roots &= roots - 1) {
            uint32_t index = word * 64 + (uint32_t)__builtin_ctzll(roots);
            scan(mspan_object_base(span, index), span->elemsize, argument);
        }
    }
    return bytes;
}

void mbitmap_reread_foreign(
    struct mspan *span,
    void (*scan)(uintptr_t base, size_t bytes, void *argument),
    void *argument)
{
    rt_assert(span->foreign && span->scan);
    for (uint32_t word = 0; word < span->nwords; word++) {
        uint64_t bits = allocated_word(span, word) &
                        (~rt_load_relaxed(&span->released_bits[word]) |
                         mbitmap_marked_word(span, word));
        if (bits)
            add_marks(span, word, bits);
        for (; bits; bits &= bits - 1) {
            uint32_t index = word * 64 + (uint32_t)__builtin_ctzll(bits);
            scan(mspan_object_base(span, index), span->elemsize, argument);
        }
    }
}

void mbitmap_for_each_object(
    struct mspan *span,
    void (*visit)(struct mspan *span, uint32_t index, void *argument),
    void *argument)
{
    for (uint32_t word = 0; word < span->nwords; word++) {
        uint64_t bits = allocated_word(span, word);
        for (; bits != 0; bits &= bits - 1)
            visit(span, word * 64 + (uint32_t)__builtin_ctzll(bits),
                  argument);
    }
}
