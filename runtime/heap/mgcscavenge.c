/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcscavenge.c - free pages and the system.
 *
 * Owns which free pages stay resident: what goes back to the system and when,
 * and what is touched before a thread needs it.  Does not own which pages are
 * free (mpagealloc.c), nor how much is to stay, which the pacer says.
 *
 * Giving back.  Whole huge pages from the end of the arena, until few enough
 * are resident.  The system takes some 0.1 ms for each, so an area is handed
 * out to nobody meanwhile and the heap's lock is free.
 *
 * Touching ahead.  The first touch of a page costs the thread that does it a
 * fault, and with huge pages 2 MiB of zeroing: some 0.2 to 1 ms, more than all
 * stops of a collection.  So where the program has used all pages up to a
 * frontier, the collector's thread has the system prepare those behind it.  A
 * thread that is faster than that does it itself, as one that waits: a fault is
 * something that a stop has to wait for.
 * Pages between the frontier and `ready` are resident and zero, or about to be;
 * they are counted as resident when somebody takes them.
 *
 * Meanwhile pages may be taken, and the program may do to them what it likes:
 * who takes their access away waits for those who touch.
 *
 * What that took tells whether pages had better be huge (mpagesize.c).  What is
 * resident stays as it is; the advice holds for what is touched from then on,
 * whether it is new or was given back.
 *
 * [inv.ahead]  The frontier is the end of the highest page that was ever taken.
 * What is behind it is written by nobody but the system; os_touch puts a 0
 * where a 0 is.
 */
#include "mgcscavenge.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_clock.h"
#include "base/rt_syscall.h"
#include "mheap.h"
#include "mpagesize.h"

/* Free memory that stays resident whatever is in use: what a program that
 * allocates and frees in waves would otherwise fault in again and again
 * (some 2 us a system page). */
static const size_t trim_slack = (size_t)64 << 20;

/* Where a bound presses, smaller areas than huge pages are given back, too:
 * the least that the page allocator finds. */
enum { PRESSED_PAGES = 64 };

/* Who asks for another bound asks again after 1 MiB at the earliest. */
enum { PRESS_PAGES = (1 << 20) / PAGE_BYTES };

/* How far ahead: a part (32nd) of what is resident, within these.  Small heaps
 * have no huge pages and fault for themselves. */
static const size_t ahead_from = (size_t)8 << 20;
static const size_t ahead_least = (size_t)2 << 20;
static const size_t ahead_most = (size_t)8 << 20;
/* An object that is larger gains more by huge pages than one stop loses. */
static const size_t huge_from = (size_t)8 << 20;
enum { PIECE_BYTES = SCAVENGE_PAGES * PAGE_BYTES };

/* With less than this the next span, or the one after it, has none. */
static const size_t bare_bytes = (size_t)512 << 10;

/* Under the heap lock; in bytes of the arena.  `previous`: the frontier before
 * it moved.  Somebody sees to what is below `ready`, has done so below
 * `present`. */
static size_t frontier, previous, ready, present;

static uint32_t ntouching, nawaiting;   /* threads that do; atomic */

/* Under the heap lock.  `advised_from`: where the arena begins to have huge
 * pages; 0: nowhere yet.  `measured_from`: what was touched before it had the
 * other kind; SIZE_MAX while the advice is under way. */
static struct mpagesize page_size;
static size_t advised_from, measured_from;

/* ---- giving back; under the heap lock ------------------------------------ */

static size_t give_back_of(struct pagealloc *pages, size_t area,
                           size_t retain_pages)
{
    size_t below = SIZE_MAX, given = 0, ndirty, fresh;
    bool dirty;
    while (mheap.stats.resident_pages > retain_pages) {
        size_t page = pagealloc_scavenge(pages, area, below, &ndirty);
        if (page == PAGEALLOC_NONE)
            break;
        rt_check(pagealloc_alloc_at(pages, page, area, &dirty, &fresh));
        rt_unlock_meanwhile(&mheap.lock);
        os_discard((char *)mheap.base + page * PAGE_BYTES,
                   area * PAGE_BYTES);
        rt_lock_again(&mheap.lock);
        pagealloc_free_clean(pages, page, area);
        mheap.stats.resident_pages -= ndirty;
        given += ndirty;
        below = page;
    }
    return given;
}

/* Gives free memory back in areas of so many pages, until so many may be
 * resident: that of young blocks last, which comes and goes.  Returns the pages
 * given back. */
static size_t give_back(size_t area, size_t retain_pages)
{
    size_t given = give_back_of(&mheap.pages, area, retain_pages);
    if (mheap.window_is_open)
        given += give_back_of(&mheap.young_pages, area, retain_pages);
    return given;
}

/* What was touched ahead, too: the heap is shrinking by more than that. */
static void forget_ahead(size_t given_pages)
{
    if (ready > frontier && given_pages * PAGE_BYTES < ready - frontier)
        return;
    if (ready > frontier)
        os_discard((char *)mheap.base + frontier, ready - frontier);
    ready = present = 0;
}

size_t mheap_scavenge(size_t retain_bytes)
{
    rt_lock(&mheap.lock);
    rt_store_relaxed(&mheap.trim_due, false);
    size_t given = give_back(SCAVENGE_PAGES, retain_bytes / PAGE_BYTES);
    if (given)
        forget_ahead(given);
    rt_unlock(&mheap.lock);
    return given * PAGE_BYTES;
}

void mheap_trim_slow(void)
{
    size_t in_use = rt_load_relaxed(&mheap.stats.span_pages) * PAGE_BYTES;
    /* Half of what brought us here stays, so that the next time is far. */
    mheap_scavenge(in_use + in_use / 2 + trim_slack / 2);
}

void mgcscavenge_gave(void)
{
    if (mheap.pages.nfree_dirty >
        mheap.stats.span_pages + trim_slack / PAGE_BYTES)
        rt_store_relaxed(&mheap.trim_due, true);
}

/* ---- the bound ----------------------------------------------------------- */

void mheap_bound(size_t pages)
{
    rt_lock(&mheap.lock);
    if (mheap.stats.resident_pages > pages) {
        give_back(PRESSED_PAGES, pages);
        forget_ahead(SIZE_MAX / PAGE_BYTES);
    }
    size_t resident = mheap.stats.resident_pages, step = PRESS_PAGES;
    if (pages > resident && (pages - resident) / 2 > step)
        step = (pages - resident) / 2;
    rt_store_relaxed(&mheap.resident_most, pages);
    rt_store_relaxed(&mheap.press_at,
                     pages == SIZE_MAX ? SIZE_MAX : resident + step);
    rt_store_relaxed(&mheap.is_pressed, false);
    rt_unlock(&mheap.lock);
}

static void keep_bound(void)
{
    size_t most = rt_load_relaxed(&mheap.resident_most);
    if (mheap.stats.resident_pages > rt_load_relaxed(&mheap.press_at))
        rt_store_relaxed(&mheap.is_pressed, true);
    if (mheap.stats.resident_pages > most &&
        mheap.pages.nfree_dirty >= PRESSED_PAGES)
        give_back(PRESSED_PAGES, most);
}

/* A large object found no place among what is free.  More than a tenth beyond
 * what the heap will use then goes back, as much as came (Go's mheap.grow):
 * nothing is faulted in again that a program of equally large objects needs,
 * and what was touched just now took longer than this does. */
static void make_up_for(size_t fresh)
{
    size_t expected = rt_load_relaxed(&mheap.expected_pages);
    size_t used = mheap.stats.span_pages;
    size_t resident = mheap.stats.resident_pages;
    if (expected == SIZE_MAX)
        return;
    size_t retain = expected > used ? expected : used;
    retain += retain / 10;
    if (resident > retain)
        give_back(SCAVENGE_PAGES, resident - retain > fresh ? resident - fresh
                                                            : retain);
}

/* ---- touching ahead ------------------------------------------------------ */

static size_t ahead(void)
{
    size_t resident = mheap.stats.resident_pages;
    size_t dense = resident - mheap.stats.sparse_pages;
    size_t bytes = dense * PAGE_BYTES / 32 / PIECE_BYTES * PIECE_BYTES;
    bytes = bytes < ahead_least ? ahead_least
            : bytes > ahead_most ? ahead_most : bytes;
    /* Under pressure nothing is taken that is not needed now. */
    return dense * PAGE_BYTES < ahead_from ||
                   resident + bytes / PAGE_BYTES >
                       rt_load_relaxed(&mheap.resident_most)
               ? 0 : bytes;
}

/* All that is behind what was just taken: once, for it changes a mapping.  Not
 * before pages are touched ahead, nor nearer than that can be done, unless what
 * is just taken is large: whoever comes to a huge page first is in a fault of
 * milliseconds, for which a stop waits. */
static void begin_huge(size_t npages)
{
    size_t from = npages * PAGE_BYTES < huge_from ? frontier + bare_bytes
                                                  : previous;
    from = (from + PIECE_BYTES - 1) & ~(PIECE_BYTES - 1ul);
    if (from >= mheap.end - mheap.base)
        return;
    advised_from = measured_from = from;
    os_advise_huge((char *)mheap.base + from, mheap.end - mheap.base - from);
}

void mgcscavenge_took(size_t page, size_t npages, size_t fresh)
{
    size_t end = (page + npages) * PAGE_BYTES;
    keep_bound();
    if (fresh >= SCAVENGE_PAGES)
        make_up_for(fresh);
    if (end <= frontier)
        return;
    previous = frontier;
    frontier = end;
    size_t far = ahead();
    if (far && !advised_from)
        begin_huge(npages);
    if (far && (frontier + far / 2 > ready || frontier + bare_bytes > present))
        rt_store_relaxed(&mheap.populate_due, true);
}

void mgcscavenge_took_sparse(size_t page, size_t npages)
{
    size_t from = page * PAGE_BYTES, to = from + npages * PAGE_BYTES;
    if (to == frontier)
        rt_store_relaxed(&mheap.populate_due, false);
    if (from < previous)
        from = previous;
    if (to > ready)
        to = ready;
    if (from < to)
        os_discard((char *)mheap.base + from, to - from);
}

/* Where touching begins, and in *to where it ends: by a thread that needs the
 * pages now, or by the collector's. */
static size_t next_piece(bool now, size_t *to)
{
    size_t system = os_page_bytes(), end;
    size_t from = (frontier + system - 1) & ~(system - 1);
    if (!now && from < ready)
        from = ready;
    end = now ? frontier + bare_bytes - 1 : from;
    *to = end / PIECE_BYTES * PIECE_BYTES + PIECE_BYTES;
    return from;
}

bool mheap_ahead(bool now, struct mheap_area *area)
{
    rt_lock(&mheap.lock);
    size_t far = ahead(), to, from = next_piece(now, &to);
    size_t last = to - PIECE_BYTES;
    bool wanted = far && (now ? frontier + bare_bytes > present
                              : to <= frontier + far) && mheap_reach(to);
    rt_store_relaxed(&mheap.populate_due, false);
    *area = (struct mheap_area){
        .start = (char *)mheap.base + from, .bytes = to - from,
        .is_fresh = advised_from && last >= frontier && last >= ready &&
                    last >= from};
    if (wanted && ready < to)
        ready = to;
    rt_unlock(&mheap.lock);
    return wanted;
}

/* Of an area that is fresh the last huge page is timed: nobody has touched any
 * of it. */
void mheap_touch(struct mheap_area *area)
{
    size_t before = area->is_fresh ? area->bytes - PIECE_BYTES : 0;
    rt_add_seq(&ntouching, 1);
    if (rt_load_seq(&nawaiting)) {
        area->is_fresh = false;
    } else {
        os_touch(area->start, before);
        uint64_t begin = rt_clock_now_ns();
        os_touch(area->start + before, area->bytes - before);
        area->ns = rt_clock_now_ns() - begin;
    }
    rt_sub_seq(&ntouching, 1);
}

bool mheap_touched(struct mheap_area *area)
{
    size_t from = (uintptr_t)area->start - mheap.base;
    size_t end = from + area->bytes;
    rt_lock(&mheap.lock);
    if (present < end &&
        (from <= present || from <= frontier + os_page_bytes()))
        present = end;
    bool changes = area->is_fresh && end - PIECE_BYTES >= measured_from &&
                   mpagesize_note(&page_size, area->ns);
    if (changes) {
        /* Huge ones again only for what nobody has: among spans there are such
         * that want none (mheap_make_sparse). */
        size_t untaken = frontier > ready ? frontier : ready;
        untaken = (untaken + PIECE_BYTES - 1) & ~(PIECE_BYTES - 1ul);
        area->wants_small = page_size.is_small;
        from = page_size.is_small ? advised_from : untaken;
        area->start = (char *)mheap.base + from;
        area->bytes = mheap.end - mheap.base - from;
        measured_from = SIZE_MAX;
    }
    rt_unlock(&mheap.lock);
    return changes;
}

void mheap_advise(const struct mheap_area *area)
{
    if (area->wants_small)
        os_advise_small(area->start, area->bytes);
    else
        os_advise_huge(area->start, area->bytes);
}

void mheap_advised(void)
{
    rt_lock(&mheap.lock);
    measured_from = frontier > ready ? frontier : ready;
    rt_unlock(&mheap.lock);
}

void mgcscavenge_want_huge(size_t from, size_t bytes)
{
    size_t end = from + bytes;
    if (!advised_from || !mgcscavenge_wants_huge())
        return;
    if (from < advised_from)
        from = advised_from;
    if (from < end)
        os_advise_huge((char *)mheap.base + from, end - from);
}

bool mgcscavenge_wants_huge(void)
{
    return !page_size.is_small;
}

void mheap_await_touching(void)
{
    rt_add_seq(&nawaiting, 1);
    while (rt_load_seq(&ntouching))
        rt_yield();
    rt_sub_seq(&nawaiting, 1);
}

void mgcscavenge_fork_child(void)
{
    rt_store_seq(&ntouching, 0);
    rt_store_seq(&nawaiting, 0);
    if (measured_from == SIZE_MAX)
        measured_from = ready;
}
