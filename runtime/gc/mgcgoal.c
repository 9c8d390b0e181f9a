/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgoal.c - how large the heap may become, and when a collection begins.
 *
 * Owns the figures of the pacer (base/mgcpacer.c, which has the rules) from
 * one collection to the next.
 */
#include "mgcgoal.h"

#include "base/mgcpacer.h"
#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "heap/mheap.h"
#include "mgc.h"

/* A thread that allocates beyond the goal helps each time that it has got so
 * much. */
enum { HELP_BYTES = 64 * 1024 };

uint64_t mgcgoal_act_at = MGCPACER_NEVER;

static uint64_t heap_goal = MGCPACER_NEVER;     /* atomic */

/* Under the collection lock. */
static int percent;
static struct mgcpacer_input last_cycle;
static uint64_t start_at = MGCPACER_NEVER; /* live bytes: one is due */
static uint64_t runway;         /* allocated while the last one was open */
static bool (*prefers_open)(void);

/* When the next collection is due.  One beside the threads begins before
 * the goal by what they are expected to allocate meanwhile. */
static uint64_t trigger(void)
{
    if (!prefers_open())
        return heap_goal;
    return mgcpacer_trigger(heap_goal, last_cycle.marked,
                            runway ? runway : 1);
}

void mgcgoal_renew(void)
{
    last_cycle.percent = rt_is_guest() ? -1 : percent;
    rt_store_relaxed(&heap_goal, mgcpacer_goal(&last_cycle));
    start_at = trigger();
    if (mgc_phase() != MGC_OPEN)
        rt_store_relaxed(&mgcgoal_act_at, start_at);
}

void mgcgoal_set(const struct mgcmark_stats *mark, uint64_t born)
{
    /* Foreign blocks are roots to the pacer too: they are work, but not
     * part of what collections can shrink. */
    last_cycle.marked = mark->marked_bytes + born;
    last_cycle.stacks = mark->stack_bytes;
    last_cycle.globals = mark->global_bytes + mark->foreign_bytes;
    if (born)
        runway = born;
    mheap_set_live(last_cycle.marked);
    mgcgoal_renew();
}

bool mgcgoal_is_due(void)
{
    return mheap_live() >= start_at;
}

void mgcgoal_helped(void)
{
    uint64_t next = mheap_live() + HELP_BYTES;
    uint64_t goal = rt_load_relaxed(&heap_goal);
    rt_store_relaxed(&mgcgoal_act_at, next > goal ? next : goal);
}

void mgcgoal_open(void)
{
    mgcgoal_helped();
}

/* There may be threads that were not seen: nothing can be collected, until
 * the heap has grown by an eighth. */
void mgcgoal_put_off(void)
{
    enum { LEAST_BYTES = 1 << 20 };
    uint64_t live = mheap_live();
    uint64_t more = live / 8 > LEAST_BYTES ? live / 8 : LEAST_BYTES;
    rt_store_relaxed(&heap_goal, live + more);
    rt_store_relaxed(&mgcgoal_act_at, live + more);
    start_at = live + more;
}

int mgcgoal_set_percent(int new_percent)
{
    int old = percent;
    percent = new_percent < -1 ? -1 : new_percent;
    mgcgoal_renew();
    return old;
}

uint64_t mgc_heap_goal(void)
{
    return rt_load_relaxed(&heap_goal);
}

void mgcgoal_init(bool (*prefers)(void))
{
    prefers_open = prefers;
    percent = rt_options.gc_percent;
    mgcgoal_renew();
}
