/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mspan.c - one span.
 *
 * Owns the fields of struct mspan that describe slots: the bitmaps, the
 * word being allocated from, the counts.  Does not own the pages (mheap.c)
 * nor who has the span (mcentral.c).
 *
 * Taking slots.  alloc_cache holds the free slots of one 64-slot word as
 * ones; the lowest is found by counting trailing zeros and cleared: one
 * store per allocation.  When it is 0 the next word is loaded from
 * alloc_bits.  rt_types.h, [inv.slot], says what "allocated" means
 * meanwhile.  (Go shifts its allocCache and stores a free index and a count
 * with each object; keeping the cache aligned to its word saves two of the
 * three stores, and the count follows from the bits when it is needed.)
 *
 * Who may look.  Another thread may ask whether a slot of a cached span is
 * allocated, to diagnose a wrong free.  It reads alloc_word, alloc_cache,
 * alloc_word; the owner stores 0 to the cache, then the word, then the new
 * cache, each with release order.  If both reads of the word agree, the
 * cache was that word's, or 0 ("all allocated"), unless the owner went
 * once through a whole span between the two reads.  That is not excluded,
 * so mspan_is_surely_free asks many times before it says that a program is
 * wrong: an allocated slot stays allocated.
 *
 * The bitmaps of one span lie in one off-heap block, of the power of two
 * of words that holds them.
 */
#include "mspan.h"

#include "base/rt_assert.h"
#include "base/rt_options.h"
#include "base/rt_syscall.h"
#include "mfixalloc.h"

#include <string.h>

struct mspan mspan_empty;

/* Blocks of 4, 6, 8, 12, ... 512, 768 words for bitmaps, of which there are
 * five of LONG_TIMES * SIZECLASS_MAX_OBJECTS bits at most. */
enum { NBITS_SIZES = 16 };
_Static_assert(768 >= 5 * LONG_TIMES * SIZECLASS_MAX_OBJECTS / 64,
               "the largest block holds the most bitmaps");
_Static_assert(PERSISTENT_BEYOND_BYTES >=
                   LONG_TIMES * SIZECLASS_MAX_OBJECTS / 8,
               "what stands behind bitmaps");

#define BITS_INIT(words) FIXALLOC_INIT((words) * 8, persistent_alloc)
static struct fixalloc bits_fixalloc[NBITS_SIZES] = {
    BITS_INIT(4), BITS_INIT(6), BITS_INIT(8), BITS_INIT(12), BITS_INIT(16),
    BITS_INIT(24), BITS_INIT(32), BITS_INIT(48), BITS_INIT(64), BITS_INIT(96),
    BITS_INIT(128), BITS_INIT(192), BITS_INIT(256), BITS_INIT(384),
    BITS_INIT(512), BITS_INIT(768)
};

static unsigned nbitmaps(const struct mspan *span)
{
    return span->freeable ? 5 : 3;
}

static struct fixalloc *bits_source(const struct mspan *span)
{
    unsigned nwords = span->nwords * nbitmaps(span), i = 0;
    while ((i % 2 ? 6u : 4u) << i / 2 < nwords)
        i++;
    return &bits_fixalloc[i];
}

/* Starts taking from a word; see the head of the file for the order. */
static void load_word(struct mspan *span, uint32_t word)
{
    rt_store_release(&span->alloc_cache, 0);
    rt_store_release(&span->alloc_word, word);
    span->alloc_base = span->base + (uintptr_t)word * 64 * span->elemsize;
    rt_store_release(&span->alloc_cache,
                     word < span->nwords ? ~span->alloc_bits[word] : 0);
}

bool mspan_init(struct mspan *span, uintptr_t base, uint32_t npages,
                unsigned spanclass, bool needzero, uint32_t sweepgen)
{
    unsigned sizeclass = spanclass >> SPAN_KIND_BITS;
    size_t bytes = (size_t)npages * PAGE_BYTES;
    rt_assert(spanclass < SPANCLASS_COUNT);
    span->base = base;
    span->npages = npages;
    span->sparse = false;
    span->spanclass = (uint16_t)spanclass;
    span->scan = (spanclass & SPAN_NOSCAN) == 0;
    span->foreign = (spanclass & SPAN_FOREIGN) != 0;
    span->freeable = span->foreign || (spanclass & SPAN_YOUNG) ||
                     rt_options.free == RT_FREE_TRUST;
    span->has_young = false;
    span->needzero = needzero;
    span->blackened = false;
    span->clearing = false;
    span->elemsize = bytes;
    span->divmul = 0;
    if (sizeclass != 0) {
        span->elemsize = sizeclass_bytes[sizeclass];
        span->divmul = sizeclass_divmul[sizeclass];
    }
    span->nelems = (uint32_t)(bytes / span->elemsize);
    span->nwords = (uint16_t)((span->nelems + 63) / 64);
    span->bits = fixalloc_alloc(bits_source(span));
    if (!span->bits)
        return false;
    span->alloc_bits = span->bits;
    span->mark_bits = span->bits + span->nwords;
    span->shade_bits = span->bits + 2 * span->nwords;
    span->free_bits = span->freeable ? span->bits + 3 * span->nwords : NULL;
    span->released_bits = span->freeable ? span->bits + 4 * span->nwords
                                         : NULL;
    span->alloc_bits[span->nwords - 1] =
        ~mspan_slot_mask(span->nelems, span->nwords - 1u);
    span->state = SPAN_NONE;
    span->sweepgen = sweepgen;
    span->alloc_count = 0;
    span->next = span->prev = NULL;
    load_word(span, 0);
    return true;
}

void mspan_release_bits(struct mspan *span)
{
    fixalloc_free(bits_source(span), span->bits);
}

uintptr_t mspan_next_free(struct mspan *span)
{
    uintptr_t slot;
    while ((slot = mspan_next_free_fast(span)) == 0) {
        if (span->alloc_word >= span->nwords)
            return 0;
        load_word(span, span->alloc_word + 1);
    }
    return slot;
}

void mspan_normalize(struct mspan *span)
{
    uint32_t word;
    for (word = 0; word < span->alloc_word; word++)
        rt_store_relaxed(&span->alloc_bits[word], ~UINT64_C(0));
    if (word < span->nwords)
        rt_store_relaxed(&span->alloc_bits[word], ~span->alloc_cache);
    load_word(span, 0);
}

void mspan_normalize_swept(struct mspan *span)
{
    load_word(span, 0);
}

void mspan_merge_frees(struct mspan *span)
{
    mspan_normalize(span);
    for (uint32_t word = 0; word < span->nwords; word++) {
        uint64_t freed = rt_load_seq(&span->free_bits[word]);
        if (freed == 0)
            continue;
        /* First free, then not freed: between the two the slot is just not
         * allocated. */
        rt_store_relaxed(&span->alloc_bits[word],
                         span->alloc_bits[word] & ~freed);
        rt_and_relaxed(&span->released_bits[word], ~freed);
        rt_and_relaxed(&span->free_bits[word], ~freed);
        span->needzero = true;
    }
    load_word(span, 0);
}

/* What clobber=1 writes: an odd, non-canonical pointer and a negative
 * number of every width. */
enum { CLOBBER_BYTE = 0xdb };

void mspan_clobber(const struct mspan *span, uint32_t index)
{
    memset((void *)mspan_object_base(span, index), CLOBBER_BYTE,
           span->elemsize);
}

uint32_t mspan_count_allocated(const struct mspan *span)
{
    uint32_t n = 0;
    for (uint32_t word = 0; word < span->nwords; word++)
        n += (uint32_t)__builtin_popcountll(span->alloc_bits[word]);
    return n - (span->nwords * 64u - span->nelems);
}

uint32_t mspan_taken(const struct mspan *span)
{
    uint32_t at = rt_load_relaxed(&span->alloc_word);
    uint64_t cache = rt_load_relaxed(&span->alloc_cache);
    uint32_t n = 0, counted = span->alloc_count;
    for (uint32_t word = 0; word < span->nwords; word++)
        n += word < at ? 64
             : word == at
                 ? 64 - (uint32_t)__builtin_popcountll(cache)
                 : (uint32_t)__builtin_popcountll(span->alloc_bits[word]);
    n -= span->nwords * 64u - span->nelems;
    return n > counted ? n - counted : 0;
}

bool mspan_is_all_freed_slow(const struct mspan_frees *frees)
{
    for (uint32_t word = 0; word * 64 < frees->nelems; word++)
        if (rt_load_seq(&frees->alloc_bits[word]) &
            ~rt_load_seq(&frees->free_bits[word]) &
            mspan_slot_mask(frees->nelems, word))
            return false;
    return true;
}

bool mspan_is_surely_free(const struct mspan *span, uint32_t index)
{
    /* 100 yields are far more than one pass of an owner over a span. */
    for (int tries = 0; tries < 100; tries++) {
        if (mspan_is_allocated(span, index))
            return false;
        if (tries != 0)
            rt_yield();
    }
    return true;
}

void mspan_list_push(struct mspan_list *list, struct mspan *span)
{
    span->prev = NULL;
    span->next = list->first;
    if (list->first)
        list->first->prev = span;
    list->first = span;
}

void mspan_list_remove(struct mspan_list *list, struct mspan *span)
{
    if (span->prev)
        span->prev->next = span->next;
    else
        list->first = span->next;
    if (span->next)
        span->next->prev = span->prev;
    span->next = span->prev = NULL;
}

bool mspan_is_valid(const struct mspan *span)
{
    uint32_t last = span->nwords - 1u;
    /* One that is growing has its pages first, and then its size. */
    size_t elemsize = rt_load_acquire(&span->elemsize);
    if (span->base % PAGE_BYTES != 0 || span->npages == 0 ||
        span->spanclass >= SPANCLASS_COUNT || span->nelems == 0 ||
        span->nwords != (span->nelems + 63) / 64 ||
        elemsize > (size_t)span->npages * PAGE_BYTES ||
        span->alloc_word > span->nwords || !span->bits)
        return false;
    if (mspan_is_large(span) &&
        (span->nelems != 1 || span->divmul != 0 ||
         elemsize % PAGE_BYTES != 0))
        return false;
    if (span->scan != ((span->spanclass & SPAN_NOSCAN) == 0) ||
        span->freeable == !span->free_bits)
        return false;
    uint64_t none = ~mspan_slot_mask(span->nelems, last);
    if ((span->alloc_bits[last] & none) != none ||
        ((span->mark_bits[last] | span->shade_bits[last]) & none) != 0 ||
        (span->freeable && (span->free_bits[last] & none) != 0))
        return false;
    return span->state == SPAN_CACHED || span->alloc_word == 0;
}
