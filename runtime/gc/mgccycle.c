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
 * And beside the threads, where 5 would take long: mgcbeside.c.  Here is the
 * first way, and what both share: how they end, and the figures.
 */
#include "mgccycle.h"

#include "base/mpeek.h"
#include "base/mwritten.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "heap/mcache.h"
#include "heap/mgcscavenge.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "mcheckmark.h"
#include "mgcbeside.h"
#include "mgcgoal.h"
#include "mgcmark.h"
#include "mgcminor.h"
#include "mgcwatch.h"
#include "mgcyoung.h"
#include "mkernel.h"
#include "mprotected.h"
#include "msleep.h"
#include "mtrace.h"
#include "mverify.h"
#include "mworld.h"
#include "thread/mhandshake.h"
#include "thread/mtask.h"
#include "thread/mthread.h"

static struct mgc_totals totals;        /* atomic */

/* Under the collection lock. */
static uint64_t work_ns;        /* of all collections */
static uint64_t start_ns;

/* ---- the sweep ----------------------------------------------------------- */

/* The sweep that is running has not been followed by a scavenge. */
static uint32_t scavenge_due;

/* In what time it all goes, if the program does not ask for it again: a heap
 * that comes to its former size every tenth of a second, as one does that marks
 * beside its threads, has each huge page cleared again, which takes half a
 * millisecond. */
#define GIVE_BACK_NS UINT64_C(2000000000)

size_t mgccycle_give_back(size_t retain)
{
    static uint64_t last_ns;    /* atomic */
    uint64_t now = mgcphase_now_ns();
    uint64_t since = now - rt_exchange(&last_ns, now);
    size_t resident = rt_load_relaxed(&mheap.stats.resident_pages) *
                      PAGE_BYTES;
    bool is_bounded = rt_load_relaxed(&mheap.resident_most) != SIZE_MAX;
    if (since < GIVE_BACK_NS && resident > retain && !is_bounded)
        retain = resident - (size_t)((double)(resident - retain) *
                                     (double)since / (double)GIVE_BACK_NS);
    return mheap_scavenge(retain);
}

void mgccycle_finish_sweep(void)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    mgcsweep_finish();
    if (!rt_exchange(&scavenge_due, 0))
        return;
    mgccycle_give_back(mgcgoal_retain(
        rt_load_relaxed(&mheap.stats.span_pages) * PAGE_BYTES));
    mgcgoal_swept();
}

/* ---- figures ------------------------------------------------------------- */

void mgc_read_totals(struct mgc_totals *out)
{
    out->cycles = rt_load_relaxed(&totals.cycles);
    out->forced_cycles = rt_load_relaxed(&totals.forced_cycles);
    out->pause_total_ns = rt_load_relaxed(&totals.pause_total_ns);
    out->pause_max_ns = rt_load_relaxed(&totals.pause_max_ns);
    out->marked_bytes = rt_load_relaxed(&totals.marked_bytes);
    out->beside_cycles = rt_load_relaxed(&totals.beside_cycles);
    out->world = rt_load_relaxed(&totals.world);
    out->minor_cycles = rt_load_relaxed(&totals.minor_cycles);
    out->freed_bytes = rt_load_relaxed(&totals.freed_bytes);
}

void mgccycle_begin_trace(struct mtrace_cycle *trace, uint64_t begin)
{
    uint64_t by_calls;
    trace->nthreads = mthread_count_of_program();
    trace->started_ns = begin - start_ns;
    trace->heap_before = trace->heap_after = mheap_live();
    trace->heap_goal = mgc_heap_goal();
    trace->freed_before = mheap_freed_bytes(&by_calls);
    rt_store_relaxed(&totals.freed_bytes, trace->freed_before);
}

void mgccycle_count_pause(uint64_t pause)
{
    rt_add_relaxed(&totals.pause_total_ns, pause);
    if (pause > totals.pause_max_ns)
        rt_store_relaxed(&totals.pause_max_ns, pause);
}

void mgccycle_record(struct mtrace_cycle *trace, enum mgc_reason reason,
                     uint64_t ns)
{
    rt_assert(mgc_phase() == MGC_OFF && rt_holds_lock(RT_RANK_GC));
    work_ns += ns + trace->mark.helped_ns;
    trace->number = totals.cycles;
    trace->nprocs = mgcgoal_processors();
    trace->open_for = mworld_is_closed() || msleep_lasts() ? ""
                                                           : mworld_reason();
    trace->forced = reason != MGC_HEAP;
    trace->total_gc_ns = work_ns;
    rt_add_relaxed(&totals.forced_cycles, trace->forced);
    rt_add_relaxed(&totals.beside_cycles, trace->world != ESCC_GC_STOPPED);
    rt_add_relaxed(&totals.minor_cycles, trace->is_minor);
    rt_store_relaxed(&totals.world, trace->world);
    rt_store_relaxed(&totals.marked_bytes, trace->heap_marked);
    if (rt_options.gctrace)
        mtrace_print(trace);
}

/* ---- the end of marking -------------------------------------------------- */

void mgccycle_begin_sweep(struct mtrace_cycle *trace, uint64_t born)
{
    rt_assert(mgc_phase() == MGC_MARKED);
    mverify_after_marking();
    mgcgoal_set(trace, born,
                mgcphase_now_ns() - start_ns - trace->started_ns);
    mgcsweep_begin();
    rt_store_release(&scavenge_due, 1);
    rt_store_relaxed(&totals.cycles, totals.cycles + 1);
    trace->heap_marked = trace->kept_bytes + trace->mark.marked_bytes + born;
    trace->stacks = trace->mark.stack_bytes;
    trace->globals = trace->mark.global_bytes + trace->mark.foreign_bytes;
}

/* ---- while the threads are stopped --------------------------------------- */

static void mark_minor(struct mtrace_cycle *trace)
{
    mtask_keep();
    mgccycle_finish_sweep();
    mgcphase_flush_caches();
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    trace->is_minor = true;
    trace->kept_bytes = mgcminor_kept_bytes();
    mgcphase_set(MGC_MARKING);
    trace->written_bytes = mgcmark_minor(&trace->mark);
    if (rt_options.checkmark)
        mcheckmark();
    mgcphase_set(MGC_MARKED);
    mgcminor_decide(trace);
    mgcbeside_end_minor();
    mgccycle_begin_sweep(trace, 0);
}

void mgccycle_mark_stopped(struct mtrace_cycle *trace)
{
    mgccycle_finish_sweep();    /* if a thread began to since step 1 */
    mgcphase_flush_caches();
    mgcminor_forget();
    mgcbeside_clear_marks();
    mverify_before_marking();
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    mgcphase_set(MGC_MARKING);
    mgcmark_all(&trace->mark);
    if (rt_options.checkmark && trace->mark.nmarkers > 1)
        mcheckmark();
    mgcphase_set(MGC_MARKED);
    rt_assert(trace->mark.scanned_bytes <= trace->mark.marked_bytes ||
              trace->mark.npasses > 1);
    mgccycle_begin_sweep(trace, 0);
}

enum mgccycle_result mgccycle_run_stopped(enum mgc_reason reason)
{
    struct mtrace_cycle trace = {0};
    rt_assert(!mgcbeside_is_open());
    msleep_for_tests();
    mgccycle_finish_sweep();
    bool can_be_minor = reason == MGC_HEAP || reason == MGC_STRESS;
    bool is_minor = can_be_minor && mgcbeside_begin_minor();
    bool was_watched = mgcminor_is_next();
    enum mgccycle_result result = mgcphase_stop();
    uint64_t begin = mhandshake_asked_ns();
    if (result == MGCCYCLE_STALE)
        return result;
    if (result == MGCCYCLE_CANNOT) {
        mgcphase_start_in_vain(MGC_OFF);
        mgcgoal_put_off();
        return MGCCYCLE_DONE;
    }
    uint64_t stopped = mgcphase_now_ns(), worked = mgcphase_worked_ns();
    mkernel_prune();
    mgccycle_begin_trace(&trace, begin);
    if (is_minor)
        mark_minor(&trace);
    else
        mgccycle_mark_stopped(&trace);
    uint64_t marked = mgcphase_now_ns();
    worked = mgcphase_worked_ns() - worked;
    uint64_t resumed = mgcphase_start_threads(MGC_OFF);
    mkernel_release();
    /* Else each page would cost a fault although nobody asks. */
    if (was_watched && !mgcminor_is_next())
        mgcwatch_let_go();
    trace.stopping_ns = stopped - begin;
    trace.marking_ns = marked - stopped;
    trace.ending_ns = resumed - marked;
    if (is_minor)
        mgcminor_note_mark(&trace, worked);
    else
        mgcbeside_note_mark(&trace, worked);
    uint64_t pause = trace.stopping_ns + trace.marking_ns + trace.ending_ns;
    mgccycle_count_pause(pause);
    mgccycle_record(&trace, reason, pause);
    return MGCCYCLE_DONE;
}

/* ---- start-up and fork --------------------------------------------------- */

void mgccycle_init(void)
{
    mgcmark_init();
    mgcyoung_init();
    start_ns = mgcphase_now_ns();
    mgcgoal_init(mgcbeside_is_preferred);
}

void mgccycle_fork_child(void)
{
    if (mgcbeside_is_open()) {
        if (__escc_tls.mcache)
            mcache_flush(__escc_tls.mcache);
        mgcbeside_give_up();
        mgcphase_fork_child();
        mgcgoal_renew();
    }
    mgcminor_forget();          /* nothing is watched here */
    mgcwatch_fork_child();
    mwritten_fork_child();
    mpeek_fork_child();
    mtask_fork_child();
    mprotected_fork_child();
    mgcscavenge_fork_child();
    mgcyoung_fork_child();
}
