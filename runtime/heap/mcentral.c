/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcentral.c - the spans of one span class that no thread has.
 *
 * Owns the state of spans ([inv.spanstate] of rt_types.h) and the lists
 * partial and full, each twice: swept and not yet swept.  Does not own the
 * sweep itself (mgcsweep.c) nor pages (mheap.c).
 *
 * A thread comes here when a span of its mcache has no free slot left: it
 * puts that one back and takes one with free slots, from
 *
 *   1. the span itself, if it is freeable and blocks of it were freed;
 *   2. swept spans that may have free slots;
 *   3. unswept spans, which it sweeps, SWEEP_BUDGET at most;
 *   4. the heap.
 *
 * The exchange happens in one section of the class's lock, the slot in the
 * mcache included: a fork in another thread, which waits for locks only,
 * finds every span in exactly one place.  (Between sections a fresh span of
 * mheap_alloc_span may be in none; it has no allocated slot, so a child
 * that inherits it so has lost its pages, nothing else.)
 *
 * Freed blocks: foreign ones, and with ESCC_FREE=trust all.  free() sets the
 * slot's bit in free_bits, without a lock, whoever has the span (its owner may
 * put the slot back into the word that it takes from, mspan_reuse_fast).
 * The bits become free slots when somebody who owns the span merges them
 * (mspan_merge_frees).  If no thread has the span, the first free makes it
 * PARTIAL, so that it is found; those that follow have nothing to do, and the
 * one that frees its last slot gives it back to the heap.  A free that sees
 * CACHED leaves everything to the owner; it cannot be missed: it sets the bit,
 * then reads the state, while the owner writes the state and then reads the
 * bits, all sequentially consistent.  So it cannot by one that sees PARTIAL:
 * whoever takes the span out of the list writes NONE first.  One that sees NONE
 * asks again under the lock.
 *
 * A freed slot can be merged, and its span given back and set up anew, as
 * soon as its bit is set.  So mcentral_after_free checks what it is handed
 * under the lock, and a needless visit is harmless.
 */
#include "mcentral.h"

#include "base/rt_assert.h"
#include "mcache.h"
#include "mgcsweep.h"
#include "mheap.h"
#include "mspan.h"

/* Spans swept at most by one refill before a new span is taken from the
 * heap (Go: 100).  Each costs some 50-100 ns, so this bounds the pause of
 * the allocating thread to a few microseconds; a new span once per 64
 * fruitless sweeps costs 1.6 % of memory. */
#ifdef ESCC_HOSTILE
enum { SWEEP_BUDGET = 1 };
#else
enum { SWEEP_BUDGET = 64 };
#endif

/* A thread has up to 64 KiB more of each class that it uses: a sixth of this
 * at worst. */
#ifdef ESCC_HOSTILE
enum { LONG_FROM_BYTES = 64 << 10 };
#else
enum { LONG_FROM_BYTES = 8 << 20 };
#endif

void mcentral_init(void)
{
    for (unsigned i = 0; i < SPANCLASS_COUNT; i++)
        mheap.central[i].lock.rank = RT_RANK_MCENTRAL;
}

static unsigned swept_list(void)
{
    return mheap.sweepgen / 2 % 2;
}

static void set_state(struct mspan *span, enum span_state state)
{
    rt_store_seq(&span->state, (uint8_t)state);
}

/* ---- lists; under the class's lock --------------------------------------- */

static void enter(struct mcentral *central, struct mspan *span)
{
    bool full = span->alloc_count == span->nelems;
    rt_assert(span->sweepgen == mheap.sweepgen);
    span->in_list = (uint8_t)swept_list();
    set_state(span, full ? SPAN_FULL : SPAN_PARTIAL);
    mspan_list_push(full ? &central->full[span->in_list]
                         : &central->partial[span->in_list],
                    span);
}

static void leave(struct mcentral *central, struct mspan *span)
{
    rt_assert(span->state == SPAN_FULL || span->state == SPAN_PARTIAL);
    mspan_list_remove(span->state == SPAN_FULL
                          ? &central->full[span->in_list]
                          : &central->partial[span->in_list],
                      span);
    set_state(span, SPAN_NONE);
}

/* Merges what was freed meanwhile, which is live no more already (mfree.c); the
 * caller owns the span, and its state says so. */
static void merge(struct mspan *span)
{
    if (!span->freeable)
        return;
    mspan_merge_frees(span);
    span->alloc_count = mspan_count_allocated(span);
}

/* ---- marks of free slots, for marking beside running threads ------------- */

/* [inv.black]  An object that is allocated while the heap is marked is born
 * marked, so an unmarked slot is an object if and only if it was one when
 * marking began, and alloc_bits says so: that is what the marker reads beside
 * the threads (mbitmap_is_object), never what a thread takes from.  Marking
 * all free slots of a span when a thread gets it keeps the test out of the
 * allocation path. */
static void blacken(struct mspan *span)
{
    for (uint32_t word = 0; word < span->nwords; word++)
        rt_or_relaxed(&span->shade_bits[word], ~span->alloc_bits[word]);
    span->blackened = true;
}

/* Takes back the marks of slots that were not used; normalized. */
static void unblacken(struct mspan *span)
{
    for (uint32_t word = 0; word < span->nwords; word++)
        rt_and_relaxed(&span->shade_bits[word], span->alloc_bits[word]);
    span->blackened = false;
}

/* ---- handing over -------------------------------------------------------- */

static void give_to(struct mspan **slot, struct mspan *span)
{
    rt_assert(span->sweepgen == mheap.sweepgen);
    set_state(span, SPAN_CACHED);
    if (mheap.allocate_black)
        blacken(span);
    *slot = span;
}

/* Accounts what the owner took of *slot since it got it. */
static void settle(struct mspan *span)
{
    mspan_normalize(span);
    uint32_t now = mspan_count_allocated(span);
    /* Fewer than none, where what was taken before has been put back. */
    int64_t taken = (int64_t)now - span->alloc_count;
    mheap_count(mspan_counts(span, (uint64_t)taken));
    span->alloc_count = now;
    if (span->blackened)
        unblacken(span);
}

/* [inv.recycle]  A span in which nothing is in use goes back to the heap;
 * while the heap is marked it waits for the sweep, for the marker may be just
 * looking at it. */
static void free_or_enter(struct mcentral *central, struct mspan *span)
{
    if (span->alloc_count == 0 && !mheap.allocate_black)
        mheap_free_span(span);
    else
        enter(central, span);
}

/* The span of *slot goes into a list, or back to the heap if it is freeable
 * and nothing in it is in use.  With `keep` a freeable span that has free
 * slots again stays where it is: returns true then. */
static bool take_back(struct mcentral *central, struct mspan **slot,
                      bool keep)
{
    struct mspan *span = *slot;
    if (span == &mspan_empty)
        return false;
    rt_assert(span->state == SPAN_CACHED);
    settle(span);
    if (keep && span->freeable) {
        merge(span);
        if (span->alloc_count < span->nelems) {
            if (mheap.allocate_black)
                blacken(span);
            return true;
        }
    }
    *slot = &mspan_empty;
    if (!span->foreign && span->alloc_count < span->nelems)
        mheap_sub_live((span->nelems - span->alloc_count) *
                       span->elemsize);
    set_state(span, SPAN_NONE);
    merge(span);
    if (span->freeable)
        free_or_enter(central, span);
    else
        enter(central, span);
    return false;
}

/* A span with a free slot that need not come from the heap, out of its
 * list; NULL if none was found within the budget. */
static struct mspan *find_span(struct mcentral *central)
{
    unsigned swept = swept_list(), budget = SWEEP_BUDGET;
    struct mspan *span;
    while ((span = central->partial[swept].first)) {
        leave(central, span);
        merge(span);
        if (span->alloc_count < span->nelems)
            return span;
        enter(central, span);
    }
    for (; budget != 0; budget--) {
        span = central->partial[!swept].first;
        if (!span)
            span = central->full[!swept].first;
        if (!span)
            return NULL;
        leave(central, span);
        mgcsweep_span(span);
        if (span->alloc_count < span->nelems)
            return span;
        enter(central, span);
    }
    return NULL;
}

static bool is_large_for_each_thread(void)
{
    size_t bytes = rt_load_relaxed(&mheap.stats.span_pages) * PAGE_BYTES;
    return bytes / LONG_FROM_BYTES >= mcache_count();
}

/* A span for a thread that found none.  Where the heap is large, spans of small
 * objects are long: a thread comes here less often, and the marker, the sweeper
 * and the table of pages have fewer of them.  What a thread has of a span and
 * does not use counts as taken, so the heap has to be large for each of them:
 * some twenty classes are in use then. */
static struct mspan *new_span(unsigned spanclass)
{
    unsigned sizeclass = spanclass >> SPAN_KIND_BITS;
    uint32_t npages = sizeclass_pages[sizeclass];
    struct mspan *span = NULL;
    if (spanclass & SPAN_YOUNG ? sizeclass_bytes[sizeclass] <= YOUNG_ELEMSIZE
                               : sizeclass_bytes[sizeclass] <= LONG_ELEMSIZE &&
                                     is_large_for_each_thread())
        span = mheap_alloc_span(npages * LONG_TIMES, spanclass, PAGE_BYTES);
    return span ? span : mheap_alloc_span(npages, spanclass, PAGE_BYTES);
}

bool mcentral_refill(struct mspan **slot, unsigned spanclass)
{
    struct mcentral *central = &mheap.central[spanclass];
    rt_lock(&central->lock);
    bool kept = take_back(central, slot, true);
    struct mspan *span = kept ? NULL : find_span(central);
    if (span)
        give_to(slot, span);
    rt_unlock(&central->lock);
    if (kept || span)
        return true;
    span = new_span(spanclass);
    if (!span)
        return false;
    rt_lock(&central->lock);
    give_to(slot, span);
    rt_unlock(&central->lock);
    return true;
}

void mcentral_put_back(struct mspan **slot)
{
    if (*slot == &mspan_empty)
        return;
    struct mcentral *central = &mheap.central[(*slot)->spanclass];
    rt_lock(&central->lock);
    take_back(central, slot, false);
    rt_unlock(&central->lock);
}

void mcentral_enter_large(struct mspan *span)
{
    struct mcentral *central = &mheap.central[span->spanclass];
    rt_lock(&central->lock);
    rt_store_release(&span->alloc_bits[0], ~UINT64_C(0));
    rt_store_release(&span->alloc_cache, 0);
    span->alloc_count = 1;
    if (mheap.allocate_black)
        rt_or_relaxed(&span->shade_bits[0], 1);
    mheap_count(mspan_counts(span, 1));
    enter(central, span);
    rt_unlock(&central->lock);
}

/* Sweeps a span that is in no list and puts it where it belongs.  Returns
 * the pages given back. */
static size_t sweep_and_enter(struct mcentral *central, struct mspan *span)
{
    size_t npages = span->npages;
    mgcsweep_span(span);
    if (span->alloc_count != 0) {
        enter(central, span);
        return 0;
    }
    mheap_free_span(span);
    return npages;
}

void mcentral_after_free(struct mspan *span, unsigned spanclass)
{
    struct mcentral *central = &mheap.central[spanclass];
    rt_lock(&central->lock);
    if (span->spanclass != spanclass ||
        (span->state != SPAN_PARTIAL && span->state != SPAN_FULL)) {
        rt_unlock(&central->lock);
        return;
    }
    leave(central, span);
    if (span->sweepgen != mheap.sweepgen) {
        sweep_and_enter(central, span);
    } else {
        merge(span);
        free_or_enter(central, span);
    }
    rt_unlock(&central->lock);
}

void mcentral_free_dead(struct mspan *span, const uint64_t *dead)
{
    unsigned spanclass = span->spanclass;
    uint64_t n = 0;
    rt_assert(span->freeable && !mheap.allocate_black);
    for (uint32_t word = 0; word < span->nwords; word++) {
        n += (unsigned)__builtin_popcountll(dead[word]);
        if (dead[word])
            __atomic_fetch_or(&span->free_bits[word], dead[word],
                              __ATOMIC_SEQ_CST);
    }
    struct mheap_counts counts = mspan_freed_counts(span, n);
    counts.young_bytes = counts.free_bytes;
    mheap_count(counts);
    mheap_sub_live(counts.free_bytes);
    /* Who has it finds them when it has no others (take_back). */
    if (rt_load_seq(&span->state) != SPAN_CACHED)
        mcentral_after_free(span, spanclass);
}

bool mcentral_reuse_large(struct mspan *span)
{
    struct mcentral *central = &mheap.central[span->spanclass];
    rt_lock(&central->lock);
    bool reuses = span->state == SPAN_FULL && !mheap.allocate_black;
    if (reuses) {
        leave(central, span);
        if (span->sweepgen != mheap.sweepgen)
            mgcsweep_span(span);
        if (span->alloc_count != 0) {
            mheap_count(mspan_freed_counts(span, 1));
            mheap_sub_live(span->elemsize);
        }
        mheap_free_span(span);
    }
    rt_unlock(&central->lock);
    return reuses;
}

bool mcentral_sweep_one(unsigned spanclass, size_t *pages)
{
    struct mcentral *central = &mheap.central[spanclass];
    unsigned unswept = !swept_list();
    struct mspan *span;
    /* Most classes have nothing: do not lock for that.  A span never
     * enters an unswept list, so nothing is missed but what another thread
     * is sweeping right now. */
    if (!rt_load_relaxed(&central->partial[unswept].first) &&
        !rt_load_relaxed(&central->full[unswept].first))
        return false;
    rt_lock(&central->lock);
    span = central->full[unswept].first;
    if (!span)
        span = central->partial[unswept].first;
    if (span) {
        leave(central, span);
        *pages += sweep_and_enter(central, span);
    }
    rt_unlock(&central->lock);
    return span;
}

void mcentral_sweep_young(void)
{
    size_t pages = 0;
    for (unsigned i = SPAN_YOUNG; i < SPANCLASS_COUNT; i++)
        while ((i & SPAN_YOUNG) && mcentral_sweep_one(i, &pages))
            continue;
}

static void visit_list(const struct mspan_list *list,
                       void (*visit)(struct mspan *span, void *argument),
                       void *argument)
{
    for (struct mspan *span = list->first; span; span = span->next)
        visit(span, argument);
}

void mcentral_for_each_foreign(void (*visit)(struct mspan *span,
                                             void *argument),
                               void *argument)
{
    for (unsigned size = 0; size < SIZECLASS_COUNT; size++) {
        const struct mcentral *central =
            &mheap.central[SPANCLASS(size, SPAN_FOREIGN)];
        for (unsigned i = 0; i < 2; i++) {
            visit_list(&central->partial[i], visit, argument);
            visit_list(&central->full[i], visit, argument);
        }
    }
}
