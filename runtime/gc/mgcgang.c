/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgang.c - further threads that mark.
 *
 * A step of marking belongs to the thread that has the collection lock: that
 * of the collector (mgcworker.c), or one of the program's.  Where there are
 * processors for it, further threads mark within the step, each with a marker
 * of its own; mgcshare.c has how they share and how the step ends.  Here is
 * who they are, and how many.
 *
 * Beside the threads of the program the collector gets a quarter of the
 * processors, Go's share: with one to seven there is one marker, with eight
 * two.  While they are stopped all processors are free, and all mark.  In both
 * cases MOST_MARKERS at most: beyond that memory is the limit.
 *
 * They are made when there is a collection that is worth it, and never go
 * before the process ends, a filter of system calls comes, or in the child of
 * a fork.
 *
 * [inv.gang.blocked]  Such a thread is BLOCKED from its first step to its last,
 * also while it marks: a stop does not wait for it, and it marks during one.
 * It touches the program's objects only in a step, that is while somebody has
 * the collection lock, who waits for it; so never during a handshake, and not
 * while fork copies the process.  It takes short locks only.  What it has on
 * its stack below run() nobody reads.
 *
 * Steps whose marking is short do without, since to wake a thread takes as
 * long (ALONE_WORDS, STOP_WORDS).  ESCC_DEBUG=markers=N has N markers in all.
 */
#include "mgcgang.h"

#include "base/mgcpacer.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mgc.h"
#include "mgcdrain.h"
#include "mgcgoal.h"
#include "mgcphase.h"
#include "mgcshare.h"
#include "mgcworker.h"
#include "mroots.h"
#include "thread/mthread.h"

#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum { MOST_MARKERS = 8 };

/* One thread. */
struct helper {
    uint32_t is_taken;          /* atomic: there is one, or soon */
    uint64_t seen_ns;           /* its clock, so far as it was counted */
    struct mgcmark_stats stats; /* not counted yet: in a step its own */
    struct marker marker;
};

static struct helper helpers[MOST_MARKERS - 1];
static uint32_t nhelpers;       /* that may join; atomic */
static uint32_t is_ending;      /* atomic */

static struct mgcshare share = MGCSHARE_INIT;
/* Of the step; written before it is open. */
static struct marker *owner;
static size_t budget;

static struct mgcshare_work work_of(struct marker *m)
{
    return (struct mgcshare_work){&m->candidates, &m->pieces, &m->greys};
}

/* ---- a helper ------------------------------------------------------------ */

/* In the step. */
static void mark(struct helper *helper)
{
    struct marker *m = &helper->marker;
    struct mgcshare_work work = work_of(m);
    mgcdrain_follow(m, owner, &helper->stats);
    mgcdrain_together(m, &share, budget);
    mgcdrain_put_back(m);
    uint64_t now = mgcphase_worked_ns();
    helper->stats.helped_ns += now - helper->seen_ns;
    helper->seen_ns = now;
    mgcshare_leave(&share, &work);
}

static void help(struct helper *helper)
{
    /* For assertions: what the owner of a step has, it has for all. */
    rt_lock_lend(1u << RT_RANK_GC);
    helper->seen_ns = mgcphase_worked_ns();
    for (;;) {
        uint32_t seen = mgcshare_seen(&share);
        if (rt_load_seq(&is_ending))
            break;
        if (mgcshare_join(&share))
            mark(helper);
        else
            mgcshare_await(&share, seen);
    }
    rt_lock_lend(0);
}

static void *run(void *argument)
{
    struct helper *helper = argument;
    rt_enter();
    mthread_become_helper();
    rt_syscall(SYS_prctl, PR_SET_NAME, "escc-gc", 0, 0, 0);
    rt_check(mthread_block_begin());            /* [inv.gang.blocked] */
    rt_add_seq(&nhelpers, 1);
    help(helper);
    rt_sub_seq(&nhelpers, 1);
    mthread_block_end();
    rt_store_seq(&helper->is_taken, 0);
    rt_leave();
    return NULL;
}

/* ---- the owner of a step ------------------------------------------------- */

static unsigned wanted_markers(bool stopped)
{
    unsigned nprocs = mgcgoal_processors();
    unsigned n = stopped ? nprocs : mgcpacer_background_threads(nprocs);
    if (rt_options.markers)
        n = (unsigned)rt_options.markers;
    return n < MOST_MARKERS ? n : MOST_MARKERS;
}

/* Those of helpers that have left; nobody is in the step. */
static void count(struct mgcmark_stats *stats)
{
    for (int i = 0; i < MOST_MARKERS - 1; i++) {
        struct mgcmark_stats *more = &helpers[i].stats;
        stats->marked_bytes += more->marked_bytes;
        stats->marked_objects += more->marked_objects;
        stats->scanned_bytes += more->scanned_bytes;
        stats->helped_bytes += more->scanned_bytes;
        stats->helped_ns += more->helped_ns;
        memset(more, 0, sizeof *more);
    }
}

bool mgcgang_some(struct marker *m, size_t nwords)
{
    unsigned most = wanted_markers(mgc_phase() == MGC_MARKING);
    unsigned there = rt_load_relaxed(&nhelpers) + 1;
    if (there < most)
        most = there;
    if (most < 2)
        return mgcdrain_some(m, nwords);
    struct mgcshare_work work = work_of(m);
    rt_assert(rt_holds_lock(RT_RANK_GC));
    owner = m;
    budget = nwords;
    mgcshare_open(&share, most);
    bool in_hand = !mgcdrain_together(m, &share, nwords);
    unsigned nmarkers = mgcshare_close(&share, &work);
    count(m->stats);
    if (nmarkers > m->stats->nmarkers)
        m->stats->nmarkers = nmarkers;
    return !in_hand && mgcwork_is_empty(&m->candidates) &&
           mgcwork_is_empty(&m->pieces) && mgcwork_is_empty(&m->greys);
}

/* ---- births and ends ----------------------------------------------------- */

/* So that the next collection has its help, but not for long. */
static void await_birth(unsigned n)
{
    static const struct timespec moment = {.tv_nsec = 50000};
    enum { MOST_MOMENTS = 20 };
    for (int i = 0; i < MOST_MOMENTS && rt_load_seq(&nhelpers) < n; i++) {
        bool blocked = mthread_block_begin();
        rt_syscall(SYS_nanosleep, &moment, NULL);
        if (blocked)
            mthread_block_end();
    }
}

void mgcgang_prepare(bool stopped)
{
    unsigned wanted = wanted_markers(stopped) - 1;
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    /* libc makes them, with calls that we do not know. */
    if (rt_load_relaxed(&rt_nfilters) || rt_load_seq(&is_ending))
        return;
    for (unsigned i = 0; i < wanted; i++) {
        struct helper *helper = &helpers[i];
        if (rt_load_relaxed(&helper->is_taken) ||
            !rt_cas(&helper->is_taken, 0, 1))
            continue;
        if (!mgcworker_make_thread(run, helper)) {
            rt_store_seq(&helper->is_taken, 0);
            return;
        }
        await_birth(i + 1);
    }
}

void mgcgang_end(void)
{
    rt_store_seq(&is_ending, 1);
    mgcshare_call_all(&share);
}

void mgcgang_init(void)
{
    mroots_exclude(helpers, sizeof helpers);
}

void mgcgang_fork_child(void)
{
    rt_store_seq(&nhelpers, 0);
    rt_store_seq(&is_ending, 0);
    for (int i = 0; i < MOST_MARKERS - 1; i++)
        rt_store_seq(&helpers[i].is_taken, 0);
    mgcshare_fork_child(&share);
}
