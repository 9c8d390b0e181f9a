/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcidle.c - memory of a program that asks for nothing.
 *
 * A collection begins when a program has allocated enough, and a sweep gives
 * memory back.  A program that is done with much memory may be long in asking
 * for any.  So the collector's thread looks after large heaps at each tick
 * (mgcworker.c): when nobody has allocated between two of them and there may be
 * much garbage it is collected, and what was not in use for about a second goes
 * back to the system.
 */
#include "mgcidle.h"

#include "base/rt_atomic.h"
#include "heap/mgcscavenge.h"
#include "heap/mheap.h"
#include "mgc.h"
#include "mgcbeside.h"
#include "mgccycle.h"
#include "mgcgoal.h"

enum {
    /* A heap worth watching, and garbage worth a collection that nobody
     * asked for: so much, and this part of the heap. */
    WATCHED_BYTES = 64 << 20,
    IDLE_BYTES = 16 << 20,
    IDLE_PART = 8,
    /* Free memory that stays, beside an eighth of what is in use: a tick's
     * faults cost some milliseconds. */
    KEPT_BYTES = 8 << 20,
    /* Ticks for which memory that was in use is kept: about a second, and with
     * the two that it takes to find a program idle less than two. */
    MEMORY_TICKS = 3
};

bool mgcidle_is_watched(void)
{
    return rt_load_relaxed(&mheap.stats.resident_pages) * PAGE_BYTES >=
           WATCHED_BYTES;
}

/* The most that was in use at the last ticks. */
static uint64_t recent_bytes(void)
{
    static uint64_t ticks[MEMORY_TICKS], tick;
    uint64_t most = 0;
    ticks[tick++ % MEMORY_TICKS] = rt_load_relaxed(&mheap.stats.span_pages);
    for (unsigned i = 0; i < MEMORY_TICKS; i++)
        if (ticks[i] > most)
            most = ticks[i];
    return most * PAGE_BYTES;
}

/* There may be much garbage, as far as allocations and calls of free tell,
 * and a collection disturbs nobody for long. */
static bool is_worth_it(uint64_t live)
{
    struct mgc_totals totals;
    uint64_t by_calls, freed = mheap_freed_bytes(&by_calls);
    uint64_t least = live / IDLE_PART > IDLE_BYTES ? live / IDLE_PART
                                                   : IDLE_BYTES;
    mgc_read_totals(&totals);
    bool may_have_died = live > totals.marked_bytes + least ||
                         freed > totals.freed_bytes + least;
    return live > IDLE_BYTES && may_have_died &&
           mgc_heap_goal() != UINT64_MAX &&
           (mgcbeside_is_preferred() || !mgcbeside_was_long());
}

/* What is live may be as much as before where what is allocated is freed at
 * once (ESCC_FREE=trust). */
struct mgcidle_look mgcidle_look(void)
{
    static uint64_t last_live, last_taken;
    uint64_t live = mheap_live();
    uint64_t taken = rt_load_relaxed(&mheap.stats.counts.alloc_bytes);
    struct mgcidle_look look = {
        .is_busy = live != last_live || taken != last_taken};
    last_live = live;
    last_taken = taken;
    look.collects = !look.is_busy && is_worth_it(live);
    return look;
}

bool mgcidle_give_back(struct mgcidle_look was)
{
    static unsigned quiet;
    uint64_t most = recent_bytes();
    size_t retain = most + most / 8 + KEPT_BYTES;
    /* What the heap will grow into before the next collection would be
     * faulted in again. */
    if (was.is_busy && retain < mgcgoal_retain(most))
        retain = mgcgoal_retain(most);
    size_t given = was.is_busy ? mgccycle_give_back(retain)
                               : mheap_scavenge(retain);
    quiet = was.is_busy || was.collects || given ? 0 : quiet + 1;
    return quiet <= MEMORY_TICKS;
}
