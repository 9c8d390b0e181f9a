/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgccycle.c - the steps of a collection.
 *
 * There are two ways through a collection.  While the threads are stopped:
 *
 *   1  finish the sweep      marking writes the bits that unswept spans
 *                            still need
 *   2  stop                  a handshake that holds: every thread publishes
 *                            its registers and stack and waits; then forget
 *                            what the kernel has given back (mkernel.c)
 *   3  check the objects     if libraries were loaded since the list was
 *                            read: let go, read it, go to 2 [inv.objects]
 *   4  flush the mcaches     allocation bits are exact now: a free slot is
 *                            no object
 *   5  mark                  roots, then what they lead to
 *   6  begin the sweep       what is not marked is dead; new goal
 *   7  go                    threads run; sweeping is lazy
 *
 * Beside the threads, where 5 would take long and the kernel can tell which
 * pages are written (mgcwatch.c):
 *
 *   open    watch the heap; 1 to 4; new objects are born marked from here on
 *           [inv.black]; read the stacks; go
 *   step    read the other roots, each watched before; foreign blocks; what
 *           all these lead to; then, in rounds, what was written meanwhile,
 *           until that is little
 *   close   2 and 3; 4; read the stacks, what was written in the last round,
 *           and what was not watched; 6 and 7
 *
 * Each step is a bounded piece of work under the collection lock, and
 * whoever has the lock can do the next: the collector's thread
 * (mgcworker.c), a thread that allocates faster than that marks, or one that
 * wants the collection to end now.
 *
 * Why closing is enough (mostly parallel marking: Boehm, Demers and Shenker,
 * 1991): an object that is marked and read, and whose memory was not
 * written since it was watched, leads to marked objects only; all others are
 * read again while nobody writes.  No barrier is needed for it.
 *
 * [inv.phase]  The phase changes under the collection lock along the arrows
 * of `successors` only:
 *
 *      OFF -> STOPPING -> STOPPED -> MARKING -> MARKED -> OFF
 *                ^           |`-----------------------------^
 *                `-- OPEN <--'
 *
 * [inv.stopmark]  In MARKING no thread runs but the one that marks; in OPEN
 * all do.
 */
#include "mgccycle.h"

#include "base/mgcpacer.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "heap/mcache.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "mcheckmark.h"
#include "mgcmark.h"
#include "mgcwatch.h"
#include "mkernel.h"
#include "mroots.h"
#include "mtrace.h"
#include "mverify.h"
#include "thread/mhandshake.h"
#include "thread/mtask.h"
#include "thread/mthread.h"

#include <sched.h>
#include <string.h>
#include <time.h>

enum {
    /* Below this the threads had better wait: watching costs them faults,
     * and two stops cost more than one. */
    SHORT_MARK_NS = 1000000,
    /* Where the first write to a page costs more than this, a program that
     * writes all over its heap would take several times as long. */
    DEAR_NS = 4000,
    /* What a step does: 50-100 us each. */
    STEP_WORDS = 2048,
    STEP_ROOT_BYTES = 256 * 1024,
    STEP_FOREIGN_PAGES = 64,
    /* Rounds over written pages, and how little is left for the last stop:
     * what is read in some 50 us. */
    MOST_ROUNDS = 5,
    FEW_WRITTEN_BYTES = 256 * 1024,
    /* A thread that allocates beyond the goal helps each time that it has
     * got so much. */
    HELP_BYTES = 64 * 1024
};

uint64_t mgccycle_act_at = MGCPACER_NEVER;

static uint64_t heap_goal = MGCPACER_NEVER;
static struct mgc_totals totals;        /* atomic */
static uint8_t phase;                   /* enum mgc_phase; atomic */

/* Under the collection lock. */
static int percent;
static struct mgcpacer_input last_cycle;
static uint64_t start_at = MGCPACER_NEVER; /* live bytes: one is due */
static uint64_t runway;         /* allocated while the last one was open */
static uint64_t last_mark_ns;   /* atomic: read without the lock */
static uint32_t cannot_watch;   /* or only at too high a price; atomic */
static bool has_tried;
static uint64_t work_ns;        /* of all collections */
static uint64_t start_ns;
static unsigned nprocs = 1;

enum stage { STAGE_ROOTS, STAGE_FOREIGN, STAGE_ROUNDS, STAGE_READY };

/* The collection that is open. */
static struct {
    bool is_open;
    enum stage stage;
    uintptr_t root, root_end;   /* the rest of the range being read */
    size_t page;                /* of the heap, for foreign blocks */
    unsigned nrounds;
    uintptr_t taken;            /* so far, in this round over the heap */
    uint64_t written, written_before; /* bytes, in this round, the last */
    uint64_t live;              /* when it was opened */
    uint64_t opened_ns, step_ns;
    struct mtrace_cycle trace;
} open_cycle;

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- phases -------------------------------------------------------------- */

/* [inv.phase], by the phase before: a set of those that may follow. */
static const uint8_t successors[] = {
    [MGC_OFF] = 1 << MGC_STOPPING,
    [MGC_STOPPING] = 1 << MGC_STOPPED,
    [MGC_STOPPED] = 1 << MGC_MARKING | 1 << MGC_OFF | 1 << MGC_OPEN,
    [MGC_OPEN] = 1 << MGC_STOPPING,
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

static const struct mhandshake stop_handshake = {.hold = true};

void mgccycle_stop_threads(void)
{
    set_phase(MGC_STOPPING);
    mthread_list_lock_to_stop();
    mhandshake_publish_self();
    mhandshake_run(&stop_handshake);
    set_phase(MGC_STOPPED);
}

void mgccycle_start_threads(void)
{
    set_phase(open_cycle.is_open ? MGC_OPEN : MGC_OFF);
    mhandshake_release();
    mthread_reap_gone();
    mthread_list_unlock();
}

/* ---- the sweep ----------------------------------------------------------- */

/* The sweep that is running has not been followed by a scavenge. */
static uint32_t scavenge_due;

void mgccycle_finish_sweep(void)
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

/* ---- goals --------------------------------------------------------------- */

bool mgccycle_prefers_open(void)
{
    return !rt_options.stw && !mverify_barriers &&
           (rt_options.concurrent ||
            (rt_load_relaxed(&last_mark_ns) >= SHORT_MARK_NS &&
             !rt_load_relaxed(&cannot_watch)));
}

/* When the next collection is due.  One beside the threads begins before
 * the goal by what they are expected to allocate meanwhile. */
static uint64_t trigger(void)
{
    if (!mgccycle_prefers_open())
        return heap_goal;
    return mgcpacer_trigger(heap_goal, last_cycle.marked,
                            runway ? runway : 1);
}

static void set_goal(void)
{
    last_cycle.percent = rt_is_guest() ? -1 : percent;
    rt_store_relaxed(&heap_goal, mgcpacer_goal(&last_cycle));
    start_at = trigger();
    if (!open_cycle.is_open)
        rt_store_relaxed(&mgccycle_act_at, start_at);
}

bool mgccycle_is_due(void)
{
    return mheap_live() >= start_at;
}

void mgccycle_helped(void)
{
    uint64_t next = mheap_live() + HELP_BYTES;
    uint64_t goal = rt_load_relaxed(&heap_goal);
    rt_store_relaxed(&mgccycle_act_at, next > goal ? next : goal);
}

/* There may be threads that were not seen: nothing can be collected, until
 * the heap has grown by an eighth. */
static void put_off(void)
{
    enum { LEAST_BYTES = 1 << 20 };
    uint64_t live = mheap_live();
    uint64_t more = live / 8 > LEAST_BYTES ? live / 8 : LEAST_BYTES;
    rt_store_relaxed(&heap_goal, live + more);
    rt_store_relaxed(&mgccycle_act_at, live + more);
    start_at = live + more;
}

int mgccycle_set_percent(int new_percent)
{
    int old = percent;
    percent = new_percent < -1 ? -1 : new_percent;
    set_goal();
    return old;
}

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

/* ---- parts of both ways -------------------------------------------------- */

static void flush_caches(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);      /* [inv.mcache] */
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t->cache)
            mcache_flush(t->cache);
}

/* Steps 2 and 3.  Threads are stopped if it returns MGCCYCLE_DONE; with
 * MGCCYCLE_CANNOT there may be some that were not. */
static enum mgccycle_result stop_and_check(void)
{
    mgccycle_stop_threads();
    if (mroots_is_stale()) {
        mgccycle_start_threads();
        return MGCCYCLE_STALE;
    }
    return mtask_is_blind() ? MGCCYCLE_CANNOT : MGCCYCLE_DONE;
}

/* Marking has ended: the figures of it, and step 6.  `born`: bytes that were
 * born marked and that the marker did not count. */
static void begin_sweep(const struct mgcmark_stats *mark, uint64_t born)
{
    mverify_after_marking();
    /* Foreign blocks are roots to the pacer too: they are work, but not
     * part of what collections can shrink. */
    last_cycle.marked = mark->marked_bytes + born;
    last_cycle.stacks = mark->stack_bytes;
    last_cycle.globals = mark->global_bytes + mark->foreign_bytes;
    mheap_set_live(last_cycle.marked);
    set_goal();
    mgcsweep_begin();
    rt_store_release(&scavenge_due, 1);
    rt_store_relaxed(&totals.cycles, totals.cycles + 1);
}

static void begin_trace(struct mtrace_cycle *trace, uint64_t begin)
{
    trace->nthreads = mthread_count_of_program();
    trace->started_ns = begin - start_ns;
    trace->heap_before = trace->heap_after = mheap_live();
    trace->heap_goal = rt_load_relaxed(&heap_goal);
}

static void count_pause(uint64_t pause)
{
    rt_add_relaxed(&totals.pause_total_ns, pause);
    if (pause > totals.pause_max_ns)
        rt_store_relaxed(&totals.pause_max_ns, pause);
}

static void record(struct mtrace_cycle *trace, enum mgc_reason reason)
{
    rt_assert(mgc_phase() == MGC_OFF && rt_holds_lock(RT_RANK_GC));
    trace->number = totals.cycles;
    trace->heap_marked = last_cycle.marked;
    trace->stacks = last_cycle.stacks;
    trace->globals = last_cycle.globals;
    trace->nprocs = nprocs;
    trace->forced = reason != MGC_HEAP;
    rt_add_relaxed(&totals.forced_cycles, trace->forced);
    trace->total_gc_ns = work_ns;
    rt_store_relaxed(&totals.marked_bytes, last_cycle.marked);
    if (rt_options.gctrace)
        mtrace_print(trace);
}

/* The next collection would be one beside the threads: is that possible?
 * Found out here, before a thread is made for it. */
static void try_watching(void)
{
    if (!has_tried && mgccycle_prefers_open() && !rt_options.concurrent) {
        has_tried = true;
        bool works = mwritten_begin() && mwritten_cost_ns() <= DEAR_NS;
        rt_store_relaxed(&cannot_watch, !works);
    }
}

/* ---- while the threads are stopped --------------------------------------- */

/* Steps 4 to 6. */
static void mark_stopped(struct mtrace_cycle *trace)
{
    mgccycle_finish_sweep();    /* if a thread began to since step 1 */
    flush_caches();
    mverify_before_marking();
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    set_phase(MGC_MARKING);
    mgcmark_all(&trace->mark);
    set_phase(MGC_MARKED);
    rt_assert(trace->mark.scanned_bytes <= trace->mark.marked_bytes ||
              trace->mark.npasses > 1);
    begin_sweep(&trace->mark, 0);
}

enum mgccycle_result mgccycle_run_stopped(enum mgc_reason reason)
{
    struct mtrace_cycle trace = {0};
    rt_assert(!open_cycle.is_open);
    mgccycle_finish_sweep();
    uint64_t begin = now_ns();
    enum mgccycle_result result = stop_and_check();
    if (result == MGCCYCLE_STALE)
        return result;
    if (result == MGCCYCLE_CANNOT) {
        mgccycle_start_threads();
        put_off();
        return MGCCYCLE_DONE;
    }
    uint64_t stopped = now_ns();
    mkernel_prune();
    begin_trace(&trace, begin);
    mark_stopped(&trace);
    uint64_t marked = now_ns();
    mgccycle_start_threads();
    mkernel_release();
    trace.stopping_ns = stopped - begin;
    trace.marking_ns = marked - stopped;
    trace.ending_ns = now_ns() - marked;
    rt_store_relaxed(&last_mark_ns, trace.marking_ns);
    uint64_t pause = trace.stopping_ns + trace.marking_ns + trace.ending_ns;
    count_pause(pause);
    work_ns += pause;
    record(&trace, reason);
    try_watching();
    return MGCCYCLE_DONE;
}

/* ---- beside them --------------------------------------------------------- */

bool mgccycle_is_open(void)
{
    return open_cycle.is_open;
}

enum mgccycle_result mgccycle_open(void)
{
    rt_assert(!open_cycle.is_open);
    mgccycle_finish_sweep();
    if (!mgcwatch_begin(rt_options.concurrent ? UINT64_MAX : DEAR_NS)) {
        rt_store_relaxed(&cannot_watch, 1);
        return MGCCYCLE_CANNOT;
    }
    uint64_t begin = now_ns();
    enum mgccycle_result result = stop_and_check();
    if (result == MGCCYCLE_STALE)
        return result;
    if (result == MGCCYCLE_CANNOT || !mgcwatch_note_roots()) {
        mgccycle_start_threads();
        return MGCCYCLE_CANNOT;
    }
    mkernel_prune();
    mgccycle_finish_sweep();    /* if a thread began to since */
    mheap.allocate_black = true;                /* [inv.black] */
    flush_caches();
    memset(&open_cycle, 0, sizeof open_cycle);
    open_cycle.is_open = true;
    begin_trace(&open_cycle.trace, begin);
    open_cycle.live = mheap_live();
    open_cycle.written_before = UINT64_MAX;
    mgcmark_begin(&open_cycle.trace.mark);
    mgccycle_helped();
    mgccycle_start_threads();
    mkernel_release();
    open_cycle.opened_ns = now_ns();
    open_cycle.trace.stopping_ns = open_cycle.opened_ns - begin;
    count_pause(open_cycle.trace.stopping_ns);
    return MGCCYCLE_DONE;
}

static bool read_root(uintptr_t from, uintptr_t to)
{
    open_cycle.written += to - from;
    return mgcmark_root(from, to);
}

static void read_written(uintptr_t from, uintptr_t to, void *unused)
{
    (void)unused;
    open_cycle.written += to - from;
    mgcmark_written(from, to);
}

static void step_roots(void)
{
    if (open_cycle.root == open_cycle.root_end &&
        !mgcwatch_next_root(&open_cycle.root, &open_cycle.root_end)) {
        open_cycle.stage = STAGE_FOREIGN;
        return;
    }
    uintptr_t end = open_cycle.root_end;
    if (end - open_cycle.root > STEP_ROOT_BYTES)
        end = open_cycle.root + STEP_ROOT_BYTES;
    if (!mgcmark_root(open_cycle.root, end))
        mgcwatch_forget_root();
    /* The last word again: one may lie across the border. */
    open_cycle.root = end == open_cycle.root_end ? end
                                                 : end - sizeof(uintptr_t);
}

static void step_foreign(void)
{
    open_cycle.page = mgcmark_foreign(open_cycle.page, STEP_FOREIGN_PAGES);
    if (open_cycle.page == SIZE_MAX)
        open_cycle.stage = STAGE_ROUNDS;
}

static void step_round(void)
{
    if (!open_cycle.taken)
        mgcwatch_take_roots(read_root);
    if (mgcwatch_take_heap(&open_cycle.taken, read_written, NULL))
        return;
    open_cycle.nrounds++;
    /* Another one is worth it only if there would be less to do. */
    if (open_cycle.nrounds == MOST_ROUNDS ||
        open_cycle.written <= FEW_WRITTEN_BYTES ||
        open_cycle.written > open_cycle.written_before / 2)
        open_cycle.stage = STAGE_READY;
    open_cycle.written_before = open_cycle.written;
    open_cycle.written = 0;
    open_cycle.taken = 0;
}

bool mgccycle_step(void)
{
    rt_assert(mgc_phase() == MGC_OPEN && rt_holds_lock(RT_RANK_GC));
    uint64_t begin = now_ns();
    if (mgcmark_some(STEP_WORDS))
        switch (open_cycle.stage) {
        case STAGE_ROOTS: step_roots(); break;
        case STAGE_FOREIGN: step_foreign(); break;
        case STAGE_ROUNDS: step_round(); break;
        case STAGE_READY: break;
        }
    open_cycle.step_ns += now_ns() - begin;
    return open_cycle.stage == STAGE_READY;
}

/* Marks of a collection that is given up, while nobody allocates: they would
 * be the next one's. */
static void forget_marks(struct mspan *span, void *unused)
{
    (void)unused;
    for (uint32_t word = 0; word < span->nwords; word++)
        rt_store_relaxed(&span->mark_bits[word], 0);
}

static void give_up(void)
{
    mheap.allocate_black = false;
    open_cycle.is_open = false;
    mgcmark_give_up();
    mheap_for_each_span(forget_marks, NULL);
}

/* The last stop.  There may be threads that were not seen with
 * MGCCYCLE_CANNOT, so nothing is known of what is alive. */
static void close_stopped(enum mgccycle_result result)
{
    struct mtrace_cycle *trace = &open_cycle.trace;
    mheap.allocate_black = false;
    flush_caches();
    if (result == MGCCYCLE_CANNOT) {
        give_up();
        return;
    }
    mverify_before_marking();
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    set_phase(MGC_MARKING);
    mgcmark_finish();
    if (rt_options.checkmark)
        mcheckmark();
    set_phase(MGC_MARKED);
    uint64_t live = mheap_live();
    uint64_t born = live > open_cycle.live ? live - open_cycle.live : 0;
    open_cycle.is_open = false;
    trace->heap_after = live;
    runway = born;
    begin_sweep(&trace->mark, born);
}

enum mgccycle_result mgccycle_close(enum mgc_reason reason)
{
    struct mtrace_cycle *trace = &open_cycle.trace;
    rt_assert(open_cycle.is_open);
    uint64_t begin = now_ns();
    enum mgccycle_result result = stop_and_check();
    if (result == MGCCYCLE_STALE)
        return result;
    close_stopped(result);
    mgccycle_start_threads();
    mgcwatch_end();
    if (result == MGCCYCLE_CANNOT) {
        put_off();
        return MGCCYCLE_DONE;
    }
    trace->marking_ns = begin - open_cycle.opened_ns;
    trace->ending_ns = now_ns() - begin;
    trace->beside = true;
    trace->nrounds = open_cycle.nrounds;
    rt_store_relaxed(&last_mark_ns, open_cycle.step_ns + trace->ending_ns);
    count_pause(trace->ending_ns);
    work_ns += trace->stopping_ns + open_cycle.step_ns + trace->ending_ns;
    record(trace, reason);
    return MGCCYCLE_DONE;
}

/* ---- start-up and fork --------------------------------------------------- */

void mgccycle_init(void)
{
    cpu_set_t set;
    mgcmark_init();
    start_ns = now_ns();
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        nprocs = (unsigned)CPU_COUNT(&set);
    percent = rt_options.gc_percent;
    set_goal();
}

void mgccycle_fork_child(void)
{
    if (open_cycle.is_open) {
        if (__escc_tls.mcache)
            mcache_flush(__escc_tls.mcache);
        give_up();
        rt_store_seq(&phase, MGC_OFF);
        set_goal();
    }
    mwritten_fork_child();
}
