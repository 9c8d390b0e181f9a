/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgc.c - the cycle of a collection.
 *
 * Read this first; then mhandshake.c (stopping threads), mgcmark.c (what is
 * reachable), mgcsweep.c (taking back the rest).
 *
 *      off                   threads allocate; the last cycle's garbage is
 *                            swept span by span when they need room
 *       |  the heap reaches its goal (mgc_maybe_start), or somebody asks
 *       v
 *   1  finish the sweep      marking writes the bits that unswept spans
 *                            still need
 *   2  stop                  a handshake that holds: every thread publishes
 *                            its registers and stack and waits; then forget
 *                            what the kernel has given back
 *                            (mkernel.c)
 *   3  check the objects     if libraries were loaded since the list was
 *                            read: let go, read it, go to 2 [inv.objects]
 *   4  flush the mcaches     allocation bits are exact now: a free slot is
 *                            no object
 *   5  mark                  roots, then what they lead to
 *   6  begin the sweep       what is not marked is dead; new goal
 *   7  go                    threads run; sweeping is lazy, but a forced
 *                            collection sweeps all before it returns
 *
 * The cycle runs on the thread that found it due.  There is no collector
 * thread: a process that never fills its first 4 MiB has none of the cost.
 *
 * What a concurrent collector changes: step 2 becomes several handshakes
 * that do not hold (barrier on, allocate black, scan your own stack), 5
 * runs beside the threads, and a last look at the rounds' counters decides
 * whether marking has ended.  What it needs is in place: the handshake
 * does not know what it is for, mark bits are set atomically, barriers are
 * emitted and are checked by verify=barrier, copies publish hazard ranges.
 *
 * [inv.phase]  The steps are told apart by an enum mgc_phase, which changes
 * under gc_lock along the arrows of `successors` only:
 *
 *      OFF -> STOPPING -> STOPPED -> MARKING -> MARKED -> OFF
 *                            `-----------------------------^
 *
 * [inv.stopmark]  No thread but the collecting one runs while objects are
 * being marked.  (A concurrent collector gives this up, and with it most of
 * what the assertions below say about phases.)
 *
 * Locks: gc_lock (RT_RANK_GC) for the whole cycle, the thread-list lock
 * within it.  Who waits for either is BLOCKED, so that the collection that
 * is running can go on without it.
 *
 * Where the process's malloc is not ours (mguest.c) nothing is ever
 * collected.
 */
#include "mgc.h"

#include "base/mgcpacer.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "heap/mcache.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "mgcmark.h"
#include "mkernel.h"
#include "mroots.h"
#include "mtrace.h"
#include "mverify.h"
#include "thread/mhandshake.h"
#include "thread/mtask.h"
#include "thread/mthread.h"

#include <escc/gc.h>

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static struct rt_lock gc_lock = RT_LOCK_INIT(RT_RANK_GC);

static uint64_t heap_goal = MGCPACER_NEVER;
static int percent;
static struct mgc_totals totals;        /* atomic; written under gc_lock */
static uint8_t phase;           /* enum mgc_phase; written under gc_lock */

/* Under gc_lock. */
static struct mgcpacer_input last_cycle;
static uint64_t start_ns;
static unsigned nprocs = 1;
static pid_t process;           /* whose threads are in the list */

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- the sweep ----------------------------------------------------------- */

/* The sweep that is running has not been followed by a scavenge. */
static uint32_t scavenge_due;

/* Step 1, and the end of a forced collection: sweeps what is left, and lets
 * go of memory far above what the heap needs. */
static void finish_sweep(void)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    mgcsweep_finish();
    if (!rt_exchange(&scavenge_due, 0))
        return;
    uint64_t goal = mgc_heap_goal();
    if (goal > SIZE_MAX / 2) {
        mheap_trim();
        return;
    }
    /* A tenth above what the heap will grow to (Go's retainExtraPercent),
     * and a few chunks so that small heaps never come here. */
    size_t in_use = rt_load_relaxed(&mheap.stats.span_pages) * PAGE_BYTES;
    size_t retain = goal > in_use ? (size_t)goal : in_use;
    mheap_scavenge(retain + retain / 10 + 4 * CHUNK_BYTES);
}

/* ---- the steps ----------------------------------------------------------- */

static const struct mhandshake stop_handshake = {.hold = true};

/* [inv.phase], by the phase before: a set of those that may follow. */
static const uint8_t successors[] = {
    [MGC_OFF] = 1 << MGC_STOPPING,
    [MGC_STOPPING] = 1 << MGC_STOPPED,
    [MGC_STOPPED] = 1 << MGC_MARKING | 1 << MGC_OFF,
    [MGC_MARKING] = 1 << MGC_MARKED,
    [MGC_MARKED] = 1 << MGC_OFF,
};

static void set_phase(enum mgc_phase next)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    rt_assert(successors[phase] >> next & 1);   /* [inv.phase] */
    rt_store_seq(&phase, (uint8_t)next);
}

enum mgc_phase mgc_phase(void)
{
    return (enum mgc_phase)rt_load_seq(&phase);
}

static void lock_collections(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    bool blocked = mthread_block_begin();
    rt_lock(&gc_lock);
    if (blocked)
        mthread_block_end();
}

static void unlock_collections(void)
{
    rt_assert(mgc_phase() == MGC_OFF);
    rt_unlock(&gc_lock);
}

static void stop_threads(void)
{
    set_phase(MGC_STOPPING);
    mthread_list_lock_to_stop();
    mhandshake_publish_self();
    mhandshake_run(&stop_handshake);
    set_phase(MGC_STOPPED);
}

static void start_threads(void)
{
    set_phase(MGC_OFF);
    mhandshake_release();
    mthread_reap_gone();
    mthread_list_unlock();
}

static void flush_caches(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);      /* [inv.mcache] */
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t->cache)
            mcache_flush(t->cache);
}

static void set_goal(void)
{
    last_cycle.percent = rt_is_guest() ? -1 : rt_load_relaxed(&percent);
    rt_store_relaxed(&heap_goal, mgcpacer_goal(&last_cycle));
}

/* Everything between stop and go. */
static void mark_and_begin_sweep(struct mtrace_cycle *cycle)
{
    finish_sweep();             /* if a thread began to since step 1 */
    flush_caches();
    mverify_before_marking();
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    set_phase(MGC_MARKING);
    mgcmark_all(&cycle->mark);
    set_phase(MGC_MARKED);
    mverify_after_marking();
    rt_assert(cycle->mark.scanned_bytes <= cycle->mark.marked_bytes ||
              cycle->mark.npasses > 1);

    /* Foreign blocks are roots to the pacer too: they are work, but not
     * part of what collections can shrink. */
    last_cycle.marked = cycle->mark.marked_bytes;
    last_cycle.stacks = cycle->mark.stack_bytes;
    last_cycle.globals = cycle->mark.global_bytes +
                         cycle->mark.foreign_bytes;
    mheap_set_live(last_cycle.marked);
    set_goal();
    mgcsweep_begin();
    rt_store_release(&scavenge_due, 1);
    rt_store_relaxed(&totals.cycles, totals.cycles + 1);
}

static void record(struct mtrace_cycle *cycle, enum mgc_reason reason)
{
    rt_assert(mgc_phase() == MGC_OFF && rt_holds_lock(RT_RANK_GC));
    uint64_t pause = cycle->stopping_ns + cycle->marking_ns +
                     cycle->ending_ns;
    cycle->number = totals.cycles;
    cycle->heap_marked = last_cycle.marked;
    cycle->stacks = last_cycle.stacks;
    cycle->globals = last_cycle.globals;
    cycle->nprocs = nprocs;
    cycle->forced = reason != MGC_HEAP;
    rt_add_relaxed(&totals.forced_cycles, cycle->forced);
    rt_add_relaxed(&totals.pause_total_ns, pause);
    cycle->total_gc_ns = totals.pause_total_ns;
    if (pause > totals.pause_max_ns)
        rt_store_relaxed(&totals.pause_max_ns, pause);
    rt_store_relaxed(&totals.marked_bytes, last_cycle.marked);
    if (rt_options.gctrace)
        mtrace_print(cycle);
}

/* There may be threads that were not seen: nothing can be collected, until
 * the heap has grown by an eighth. */
static void put_off(void)
{
    enum { LEAST_BYTES = 1 << 20 };
    uint64_t live = mheap_live();
    uint64_t more = live / 8 > LEAST_BYTES ? live / 8 : LEAST_BYTES;
    rt_store_relaxed(&heap_goal, live + more);
}

/* Steps 1 to 7; under gc_lock.  False: [inv.objects] did not hold and
 * nothing was done. */
static bool run_cycle(enum mgc_reason reason)
{
    struct mtrace_cycle cycle = {0};
    finish_sweep();
    uint64_t begin = now_ns();
    stop_threads();
    uint64_t stopped = now_ns();
    if (mroots_is_stale()) {
        start_threads();
        return false;
    }
    if (mtask_is_blind()) {
        start_threads();
        put_off();
        return true;
    }
    mkernel_prune();
    cycle.nthreads = mthread_count();
    cycle.started_ns = begin - start_ns;
    cycle.heap_before = cycle.heap_after = mheap_live();
    cycle.heap_goal = rt_load_relaxed(&heap_goal);
    mark_and_begin_sweep(&cycle);
    uint64_t marked = now_ns();
    start_threads();
    mkernel_release();
    cycle.stopping_ns = stopped - begin;
    cycle.marking_ns = marked - stopped;
    cycle.ending_ns = now_ns() - marked;
    record(&cycle, reason);
    return true;
}

/* ---- triggers ------------------------------------------------------------ */

static bool is_due(enum mgc_reason reason, uint64_t seen)
{
    switch (reason) {
    case MGC_HEAP:
        return mheap_live() >= rt_load_relaxed(&heap_goal);
    case MGC_MEMORY:
        return rt_load_relaxed(&totals.cycles) == seen;
    default:
        return true;
    }
}

/* `seen`: the number of cycles when the caller found one due. */
static void collect(enum mgc_reason reason, uint64_t seen)
{
    int saved = errno;
    /* A vfork child borrows our memory, but our threads are not its own. */
    if (rt_is_guest() || !rt_is_running() || getpid() != process)
        return;
    if (mhandshake_refuses(mthread_self()) && reason != MGC_FORCED &&
        reason != MGC_MEMORY)
        return;
    lock_collections();
    while (is_due(reason, seen) && !run_cycle(reason)) {
        /* Whoever holds the linker's lock may be waiting for gc_lock. */
        unlock_collections();
        mroots_refresh();
        lock_collections();
    }
    if (reason != MGC_HEAP)
        finish_sweep();
    unlock_collections();
    errno = saved;
}

void mgc_collect(enum mgc_reason reason)
{
    collect(reason, rt_load_relaxed(&totals.cycles));
}

void mgc_maybe_start(size_t bytes)
{
    uint64_t live = mheap_add_live(bytes);
    if (__builtin_expect(live >= rt_load_relaxed(&heap_goal), 0))
        collect(MGC_HEAP, 0);
}

void mgc_stress_tick(void)
{
    struct mthread *self = mthread_self();
    rt_assert(rt_options.gcstress > 0);
    if (++self->stress_ticks % (uint64_t)rt_options.gcstress == 0)
        collect(MGC_STRESS, 0);
}

void mgc_handshake(const struct mhandshake *handshake)
{
    rt_assert(!handshake->hold);
    mthread_self();
    lock_collections();
    mthread_list_lock_to_stop();
    mhandshake_run(handshake);
    mthread_list_unlock();
    unlock_collections();
}

void mgc_while_stopped(void (*work)(void), void (*afterwards)(void))
{
    if (!rt_is_running() || getpid() != process)
        return;
    mthread_self();
    lock_collections();
    if (!rt_is_guest())
        stop_threads();
    work();
    if (!rt_is_guest())
        start_threads();
    afterwards();
    unlock_collections();
}

/* ---- state --------------------------------------------------------------- */

uint64_t mgc_heap_goal(void)
{
    return rt_load_relaxed(&heap_goal);
}

void mgc_read_totals(struct mgc_totals *out)
{
    out->cycles = rt_load_relaxed(&totals.cycles);
    out->forced_cycles = rt_load_relaxed(&totals.forced_cycles);
    out->pause_total_ns = rt_load_relaxed(&totals.pause_total_ns);
    out->pause_max_ns = rt_load_relaxed(&totals.pause_max_ns);
    out->marked_bytes = rt_load_relaxed(&totals.marked_bytes);
}

static int set_percent(int new_percent)
{
    if (new_percent < -1)
        new_percent = -1;
    lock_collections();
    int old = percent;
    rt_store_relaxed(&percent, new_percent);
    set_goal();
    unlock_collections();
    return old;
}

RT_EXPORT void escc_gc(void)
{
    rt_enter();
    rt_init();
    mgc_collect(MGC_FORCED);
    rt_leave();
}

RT_EXPORT int escc_set_gc_percent(int new_percent)
{
    rt_enter();
    rt_init();
    mthread_self();
    int old = set_percent(new_percent);
    rt_leave();
    return old;
}

/* ---- start-up and fork --------------------------------------------------- */

void mgc_init(void)
{
    cpu_set_t set;
    mgcmark_init();
    process = getpid();
    start_ns = now_ns();
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        nprocs = (unsigned)CPU_COUNT(&set);
    percent = rt_options.gc_percent;
    set_goal();
}

void mgc_fork_prepare(void)
{
    lock_collections();
}

void mgc_fork_parent(void)
{
    unlock_collections();
}

void mgc_fork_child(void)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    process = getpid();
    unlock_collections();
}
