/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcsweep.c - turning mark bits into free slots.
 *
 * Owns the sweep of a span and its order over the heap.  Does not own
 * marking (mgcmark.c), nor where a swept span goes (mcentral.c).
 *
 * Sweeping a span exchanges two bitmaps: what was marked is what is
 * allocated, everything else is free, and the old alloc_bits, cleared,
 * collect the marks of the next cycle.  (If that is a minor one it begins with
 * those of this, mgcminor.c, but for objects that were born meanwhile and that
 * nothing led the marker to: most of these are dead soon.)  No object is
 * touched, so the cost is that of the bitmaps: tens of nanoseconds for a span.
 * (With ESCC_DEBUG=clobber=1 dead objects are filled, so that a program, or a
 * collector, that still uses one is found out.)
 *
 * After marking all spans wait to be swept at once: mgcsweep_begin adds 2
 * to mheap.sweepgen, which renames the lists of swept spans ([inv.sweepgen]
 * in rt_types.h).  Then they are swept
 *
 *   - by a thread that needs a span of that class (mcentral_refill),
 *   - by the collector's thread, if there is one (mgcsweep_some),
 *   - by who takes pages from the heap, until as many have been given back as
 *     are wanted (mgcsweep_reclaim),
 *   - all that is left before the next cycle marks (mgcsweep_finish).
 *
 * [inv.sweptmark]  Every span is swept when marking begins: it writes bits
 * that an unswept span still needs.
 *
 * Every span is swept under the lock of its mcentral, once: it leaves the
 * unswept lists in the same section.
 *
 * Foreign spans are swept like others.  Their blocks are kept because the
 * collector marked them as roots (mbitmap_mark_foreign_roots); a block that
 * was released only after that is marked too and survives until the next
 * cycle decides.  Blocks that were freed since are taken out here.
 */
#include "mgcsweep.h"

#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "mcentral.h"
#include "mheap.h"
#include "mspan.h"

#include <limits.h>
#include <string.h>

/* Next span class whose unswept spans are looked for; SPANCLASS_COUNT: all
 * is swept.  Ascending: large objects come first and give most pages. */
static uint32_t cursor = SPANCLASS_COUNT;

static void clobber(const struct mspan *span, uint32_t word, uint64_t dead)
{
    for (; dead != 0; dead &= dead - 1)
        mspan_clobber(span, word * 64 + (uint32_t)__builtin_ctzll(dead));
}

/* Decides one word: returns the slots that this sweep frees, and leaves in
 * mark_bits what is allocated from now on, and in shade_bits what is marked. */
static uint64_t sweep_word(struct mspan *span, uint32_t word)
{
    uint64_t marked = rt_load_relaxed(&span->mark_bits[word]);
    /* A block that was freed while it was being marked may have its mark. */
    uint64_t live = (marked | rt_load_relaxed(&span->shade_bits[word])) &
                    span->alloc_bits[word];
    uint64_t dead;
    if (span->freeable) {
        uint64_t freed = rt_exchange(&span->free_bits[word], 0);
        dead = span->alloc_bits[word] & ~live & ~freed;
        live &= ~freed;
        rt_and_relaxed(&span->released_bits[word], live);
    } else {
        dead = span->alloc_bits[word] & ~live;
    }
    /* Slots that do not exist are "allocated", and never dead. */
    uint64_t slots = mspan_slot_mask(span->nelems, word);
    dead &= slots;
    live |= ~slots;
    rt_store_relaxed(&span->mark_bits[word], live);
    rt_store_relaxed(&span->shade_bits[word],
                     mheap.keeps_marks ? marked & slots : 0);
    return dead;
}

/* Puts into `bits` what the next cycle begins with. */
static void take_kept_marks(const struct mspan *span, uint64_t *bits)
{
    uint64_t kept = 0;
    for (uint32_t word = 0; word < span->nwords; word++) {
        bits[word] = span->shade_bits[word];
        kept |= bits[word];
        rt_store_relaxed(&span->shade_bits[word], 0);
    }
    if (!mspan_is_large(span))
        mheap_note_kept(span, kept != 0);
}

uint32_t mgcsweep_span(struct mspan *span)
{
    uint64_t *bits = span->alloc_bits;
    uint32_t nfreed = 0;
    rt_check(span->sweepgen == mheap.sweepgen - 2);
    rt_assert(span->alloc_word == 0 && !span->blackened);
    rt_verify(mspan_is_valid(span));
    for (uint32_t word = 0; word < span->nwords; word++) {
        uint64_t dead = sweep_word(span, word);
        nfreed += (uint32_t)__builtin_popcountll(dead);
        if (rt_options.clobber)
            clobber(span, word, dead);
    }
    rt_store_release(&span->alloc_bits, span->mark_bits);
    take_kept_marks(span, bits);
    rt_store_release(&span->mark_bits, bits);
    mspan_normalize_swept(span);
    span->alloc_count = mspan_count_allocated(span);
    span->sweepgen = mheap.sweepgen;
    if (span->alloc_count < span->nelems)
        span->needzero = true;
    mheap_count(mspan_freed_counts(span, nfreed));
    return nfreed;
}

static void check_before_flip(struct mspan *span, void *unused)
{
    (void)unused;
    rt_check(span->state != SPAN_CACHED);
    rt_check(span->state == SPAN_NONE || span->sweepgen == mheap.sweepgen);
    rt_check(mspan_is_valid(span));
}

void mgcsweep_begin(void)
{
    rt_check(mgcsweep_is_done());
    if (RT_DEBUG || rt_verify_enabled)
        mheap_for_each_span(check_before_flip, NULL);
    rt_store_release(&mheap.sweepgen, mheap.sweepgen + 2);
    rt_store_release(&cursor, 0);
}

bool mgcsweep_is_done(void)
{
    return rt_load_acquire(&cursor) == SPANCLASS_COUNT;
}

/* One span of class `at`, or none is left: the next class is next. */
static void sweep_next(uint32_t at, size_t *pages)
{
    if (!mcentral_sweep_one(at, pages))
        rt_cas(&cursor, at, at + 1);
    rt_lock_let_others();
}

bool mgcsweep_some(unsigned nspans)
{
    size_t pages = 0;
    uint32_t at;
    for (; nspans > 0 && (at = rt_load_acquire(&cursor)) < SPANCLASS_COUNT;
         nspans--)
        sweep_next(at, &pages);
    return mgcsweep_is_done();
}

size_t mgcsweep_reclaim(size_t npages, unsigned nspans)
{
    size_t pages = 0;
    uint32_t at;
    for (; pages < npages && nspans > 0 &&
           (at = rt_load_acquire(&cursor)) < SPANCLASS_COUNT;
         nspans--)
        sweep_next(at, &pages);
    return pages;
}

void mgcsweep_finish(void)
{
    mgcsweep_some(UINT_MAX);
}
