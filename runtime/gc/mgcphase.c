/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcphase.c - the phases of a collection, and its stops.
 *
 * [inv.phase]  The phase changes under the collection lock along the arrows
 * of `successors` only:
 *
 *      OFF -> STOPPING -> STOPPED -> MARKING -> MARKED -> OFF
 *                ^           |`---------|-----------------^
 *                `-- OPEN <--'----------'
 *
 * [inv.stopmark]  In MARKING no thread runs but the one that marks; in OPEN
 * all do.
 *
 *                  barriers    new objects   marking
 *      OFF         off         white         -
 *      OPEN        on, in a    black         beside the threads
 *                  closed world
 *      MARKING     as before   as before     no thread runs
 *
 * Barriers are on in a closed world only (mgcbeside.c); elsewhere nobody
 * would listen to them.
 */
#include "mgcphase.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_clock.h"
#include "base/rt_lock.h"
#include "heap/mcache.h"
#include "mgccycle.h"
#include "mgcgoal.h"
#include "mgcworker.h"
#include "mroots.h"
#include "thread/mhandshake.h"
#include "thread/mtask.h"
#include "thread/mthread.h"

#include <time.h>

static uint8_t phase;           /* enum mgc_phase; atomic */

uint64_t mgcphase_now_ns(void)
{
    return rt_clock_now_ns();
}

uint64_t mgcphase_worked_ns(void)
{
    return rt_clock_processor_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* [inv.phase], by the phase before: a set of those that may follow. */
static const uint8_t successors[] = {
    [MGC_OFF] = 1 << MGC_STOPPING,
    [MGC_STOPPING] = 1 << MGC_STOPPED,
    [MGC_STOPPED] = 1 << MGC_MARKING | 1 << MGC_OFF | 1 << MGC_OPEN,
    [MGC_OPEN] = 1 << MGC_STOPPING,
    [MGC_MARKING] = 1 << MGC_MARKED | 1 << MGC_OPEN,
    [MGC_MARKED] = 1 << MGC_OFF,
};

void mgcphase_set(enum mgc_phase next)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    rt_assert(successors[phase] >> next & 1);   /* [inv.phase] */
    rt_store_seq(&phase, (uint8_t)next);
}

enum mgc_phase mgc_phase(void)
{
    return (enum mgc_phase)rt_load_seq(&phase);
}

/* ---- stops --------------------------------------------------------------- */

static const struct mhandshake stop_handshake = {.hold = true};

bool mgcphase_stop_threads(void)
{
    mgcworker_give_way(false);
    mgcphase_set(MGC_STOPPING);
    mthread_list_lock_to_stop();
    mhandshake_publish_self();
    bool complete = mhandshake_run(&stop_handshake);
    mgcphase_set(MGC_STOPPED);
    mgcgoal_stopped();
    return complete;
}

uint64_t mgcphase_start_threads(enum mgc_phase next)
{
    rt_assert(next == MGC_OPEN || next == MGC_OFF);
    mgcphase_set(next);
    mhandshake_release();
    uint64_t resumed_ns = mhandshake_resumed_ns();
    mthread_reap_gone();
    mthread_list_unlock();
    return resumed_ns;
}

void mgcphase_start_in_vain(enum mgc_phase next)
{
    uint64_t resumed_ns = mgcphase_start_threads(next);
    mgccycle_count_pause(resumed_ns - mhandshake_asked_ns());
}

enum mgccycle_result mgcphase_stop(void)
{
    enum mgc_phase before = mgc_phase();
    bool complete = mgcphase_stop_threads();
    if (mroots_is_stale()) {
        mgcphase_start_in_vain(before);
        return MGCCYCLE_STALE;
    }
    return !complete || mtask_is_blind() ? MGCCYCLE_CANNOT : MGCCYCLE_DONE;
}

void mgcphase_flush_caches(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);      /* [inv.mcache] */
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t->cache)
            mcache_flush(t->cache);
}

void mgcphase_fork_child(void)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    rt_store_seq(&phase, MGC_OFF);
}
