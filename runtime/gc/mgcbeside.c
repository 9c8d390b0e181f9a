/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcbeside.c - collections beside the threads.
 *
 * Two short stops, and in between the marker and the threads run at the same
 * time:
 *
 *   open    as in mgccycle.c, 1 to 4; new objects are born marked from here on
 *           [inv.black]; read the stacks; go
 *   step    read the other roots; foreign blocks; what all these lead to
 *   close   stop; read again what may have changed unseen; trace what that
 *           led to; sweep; go
 *
 * Each step is a bounded piece of work under the collection lock, and
 * whoever has the lock can do the next: the collector's thread
 * (mgcworker.c), a thread that allocates faster than that marks, or one that
 * wants the collection to end now.
 *
 * What threads store meanwhile has to become known, or an object that is
 * marked and read may lead to one that nobody marks.  There are two worlds:
 *
 *   closed  All code of the process has barriers, or is the C library's, of
 *           which is known what it does to the program's memory.  From the
 *           first stop on, barriers are on: who stores a pointer marks what it
 *           points to (mgcshade.c).  The last stop reads what has no barriers:
 *           stacks and registers, words that are on their way (hazard
 *           ranges), the library's own variables and blocks.  (Dijkstra et
 *           al., 1978, with the stacks read again; test/Model/rounds.pml,
 *           -DLIBRARY.)
 *   open    There is code without barriers that may write anywhere.  The
 *           kernel tells which pages were written since they were read
 *           (mgcwatch.c); in rounds these are read again until that is
 *           little, and the rest in the last stop.  (Boehm, Demers and
 *           Shenker, 1991; test/Model/written.pml.)  What is known of pages so
 *           can be kept for the next collection, which is minor then
 *           (mgcminor.c).
 *
 * The last stop does not have to be the last.  If in a closed world it leads
 * to more than LAST_NS of marking (a list of a million nodes hung on nothing
 * but a stack), the threads go on, with their barriers, and there is another.
 * So it is in an open world if what was written is not read within
 * LAST_OPEN_NS: the threads run for half as long as was read, with the round
 * going on beside them, and then there is another, after which they run for
 * less, so that in the end pages are read faster than they are written: where
 * two threads answer more than two processors can while one of these marks, the
 * system must become slower for them before it becomes faster.  Not for
 * ever: the MOST_STOPS-th does all that is left, and so does any if the heap
 * has become much too large, or near a memory limit.
 *
 * [inv.leftstop]  A stop of an open world that is left has protected anew what
 * it has read, and nothing else that is marked: a round tells the rest.  The
 * last stop reads stacks and registers again.  (test/Model/written.pml and
 * minor.pml, LEFT_PROTECTED, LEFT_IS_LAST.)
 *
 * [inv.closedworld]  A closed world may turn out not to be one: a library
 * without barriers was loaded or woke up, a thread was found that nobody knew,
 * a thread could not be held where its words are whole, a signal handler was
 * left by a jump, or may have been.  Then what is marked says nothing, and the
 * stop marks anew, all of it (test/Model/exact.pml).  But libraries wake up
 * once in the life of a process: then the next collection begins anew, beside
 * the threads.
 */
#include "mgcbeside.h"

#include "base/mpeek.h"
#include "base/mwritten.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "mbarrier.h"
#include "mcheckmark.h"
#include "mgcclosed.h"
#include "mgccycle.h"
#include "mgcgoal.h"
#include "mgcmark.h"
#include "mgcminor.h"
#include "mgcshade.h"
#include "mgcwatch.h"
#include "mgcwork.h"
#include "mgcyoung.h"
#include "mkernel.h"
#include "mroots.h"
#include "msleep.h"
#include "mverify.h"
#include "thread/mhandshake.h"
#include "thread/msignal.h"
#include "thread/mthread.h"

#include <string.h>

enum {
    /* Below this the threads had better wait: two stops cost more than one.
     * What is expected may be exceeded, and nobody waits longer than 1 ms. */
    SHORT_MARK_NS = 500000,
    /* What nobody should wait for without need. */
    LONG_MARK_NS = 100000000,
    /* Where the first write to a page costs more than this, a program that
     * writes all over its heap would take several times as long. */
    DEAR_NS = 4000,
    /* What a step does: 50-100 us each. */
    STEP_WORDS = 2048,
    STEP_ROOT_BYTES = 256 * 1024,
    STEP_FOREIGN_PAGES = 64,
    /* Rounds over written pages before a stop, and how little is left for
     * that: what is read in some 50 us, and what it leads to. */
    MOST_ROUNDS = 8,
    FEW_WRITTEN_BYTES = 256 * 1024,
    /* How long a stop that closes traces, and how many are tried.  In an open
     * world it has to list the heap's pages, too: a GB in half a
     * millisecond. */
#ifdef ESCC_HOSTILE
    LAST_NS = 0,
    LAST_OPEN_NS = 0,
#else
    LAST_NS = 200000,
    LAST_OPEN_NS = 2000000,
#endif
    LISTED_PER_NS = 2048,
    MOST_STOPS = 8,
    MOST_OPEN_STOPS = 64,
    RUN_PARTS = 16,
    FIRST_PARTS = 9,
    FEWER_PARTS = 2
};

#define NEVER_MARKED UINT64_MAX

enum stage { STAGE_ROOTS, STAGE_FOREIGN, STAGE_ROUNDS, STAGE_DRAIN };

/* The collection that is open. */
static struct {
    bool is_open;
    bool is_closed_world;
    bool slept;                 /* libraries did when it was opened */
    bool is_minor;
    enum stage stage;
    uintptr_t root, root_end;   /* the rest of the range being read */
    size_t page;                /* of the heap, for foreign blocks */
    unsigned nrounds;
    unsigned nstops;            /* that were not the last */
    uintptr_t taken;            /* so far, in this round over the heap */
    uint64_t written;           /* bytes, in this round */
    uint64_t written_before;    /* bytes, in the last */
    uint64_t next_stop_ns;      /* when that is, after one that was left */
    uint64_t live;              /* when it was opened */
    uint64_t opened_ns, step_ns;
    uint64_t steps_ns;          /* processor time of the same */
    struct mtrace_cycle trace;
} cycle;

/* Atomic: read without the lock. */
static uint64_t last_mark_ns = NEVER_MARKED;
static uint32_t growth;         /* see growth_of */
static uint32_t can_open;       /* as far as was found out */
static bool has_tried;          /* to watch */
static bool has_left_marks;     /* under the collection lock */

/* ---- which way, which world ---------------------------------------------- */

/* How much is alive when the heap has reached its first goal nobody knows: all
 * of it, perhaps, and that takes some milliseconds to mark. */
static bool is_expected_long(void)
{
    uint64_t last = rt_load_relaxed(&last_mark_ns);
    if (last == NEVER_MARKED)
        return mgcclosed_is_wanted();
    return rt_load_relaxed(&can_open) &&
           last >= (uint64_t)SHORT_MARK_NS >> rt_load_relaxed(&growth);
}

bool mgcbeside_is_preferred(void)
{
    return !rt_options.stw && !mverify_barriers && !mgcminor_is_short() &&
           (rt_options.concurrent || is_expected_long());
}

uint64_t mgcbeside_last_mark_ns(void)
{
    uint64_t last = rt_load_relaxed(&last_mark_ns);
    return last == NEVER_MARKED ? 0 : last;
}

/* How many times as much there may be to mark the next time, as a power of two:
 * twice, if most of the heap is alive, and four times if that is twice what was
 * the last time, as where a server fills its cache. */
static unsigned growth_of(const struct mtrace_cycle *trace)
{
    static uint64_t last_marked;
    bool doubles = trace->heap_marked / 2 > last_marked;
    last_marked = trace->heap_marked;
    return trace->heap_marked <= trace->heap_before / 2 ? 0 : 1 + doubles;
}

/* The next collection would be one beside the threads: is that possible?
 * Found out here, before a thread is made for it. */
void mgcbeside_note_mark(const struct mtrace_cycle *trace, uint64_t ns)
{
    unsigned grows = growth_of(trace);
    mgcclosed_note_mark(trace, ns);
    rt_store_relaxed(&growth, grows);
    rt_store_relaxed(&last_mark_ns, ns);
    if (ns < (uint64_t)SHORT_MARK_NS >> grows || rt_options.stw ||
        rt_options.concurrent)
        return;
    mgcclosed_try();
    if (mgcclosed_is_wanted()) {
        rt_store_relaxed(&can_open, 1);
    } else if (!has_tried) {
        has_tried = true;
        bool works = mwritten_begin() && mwritten_cost_ns() <= DEAR_NS;
        if (!works)
            mgcclosed_cannot_watch();
        rt_store_relaxed(&can_open, works || mgcclosed_is_wanted());
    }
}

/* With threads running. */
static bool begin_watching(bool is_closed, bool is_minor)
{
    uint64_t most_ns = rt_options.concurrent ? UINT64_MAX : DEAR_NS;
    if (is_closed) {
        mgcwatch_begin_by_barriers();
        return true;
    }
    if (is_minor ? mgcwatch_begin_minor(most_ns) : mgcwatch_begin(most_ns))
        return true;
    mgcclosed_cannot_watch();
    rt_store_relaxed(&can_open, 0);
    return false;
}

bool mgcbeside_begin_minor(void)
{
    return mgcminor_is_short() && mgcminor_is_next() &&
           !mgcclosed_is_wanted() && begin_watching(false, true);
}

void mgcbeside_end_minor(void)
{
    has_left_marks = mgcminor_is_next();
}

bool mgcbeside_is_open(void)
{
    return cycle.is_open;
}

bool mgcbeside_is_early(void)
{
    return cycle.is_closed_world;
}

unsigned mgcbeside_stops(void)
{
    return cycle.nstops;
}

bool mgcbeside_was_short(void)
{
    uint64_t last = rt_load_relaxed(&last_mark_ns);
    return last == NEVER_MARKED || last < SHORT_MARK_NS;
}

bool mgcbeside_was_long(void)
{
    uint64_t last = rt_load_relaxed(&last_mark_ns);
    return last != NEVER_MARKED && last >= LONG_MARK_NS;
}

/* ---- opening ------------------------------------------------------------- */

/* Marks of a collection that is given up, or that the next one does not take
 * up, while nobody allocates. */
static void forget_marks(struct mspan *span, void *unused)
{
    (void)unused;
    for (uint32_t word = 0; word < span->nwords; word++) {
        rt_store_relaxed(&span->mark_bits[word], 0);
        rt_store_relaxed(&span->shade_bits[word], 0);
    }
}

void mgcbeside_forget_marks(void)
{
    mheap_for_each_span(forget_marks, NULL);
}

void mgcbeside_clear_marks(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);
    if (has_left_marks)
        mgcbeside_forget_marks();
    has_left_marks = false;
}

/* In the first stop. */
static void begin(bool is_closed, bool is_minor, uint64_t since)
{
    mkernel_prune();
    mgccycle_finish_sweep();    /* if a thread began to since */
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    mheap.allocate_black = true;                /* [inv.black] */
    mgcphase_flush_caches();
    if (!is_minor)                              /* [inv.kept] */
        mgcbeside_clear_marks();
    memset(&cycle, 0, sizeof cycle);
    cycle.is_open = true;
    cycle.is_closed_world = is_closed;
    cycle.slept = is_closed && msleep_lasts();
    cycle.is_minor = cycle.trace.is_minor = is_minor;
    cycle.trace.kept_bytes = is_minor ? mgcminor_kept_bytes() : 0;
    mgccycle_begin_trace(&cycle.trace, since);
    cycle.live = mheap_live();
    cycle.written_before = UINT64_MAX;
    cycle.next_stop_ns = UINT64_MAX;
    mgcshade_reset();
    if (!mgcmark_fields())
        mgcshade_narrow();
    mgcyoung_before_forgetting();
    msignal_forget_left();
    mroots_forget_moved();
    if (is_closed)
        mbarrier_set_marking(true);
    mgcmark_begin(&cycle.trace.mark, !is_closed, is_minor);
    mgcgoal_open();
}

/* What the system takes its time for, the first time, is there when the threads
 * stop. */
static void prepare(void)
{
    mgccycle_finish_sweep();
    mgcwork_prepare();
    mgcwatch_prepare();
    mpeek_can_beside();
}

enum mgccycle_result mgcbeside_open(void)
{
    bool is_closed = mgcclosed_is_wanted();
    bool is_minor = !is_closed && mgcminor_is_next();
    rt_assert(!cycle.is_open);
    prepare();
    if (!begin_watching(is_closed, is_minor))
        return MGCCYCLE_CANNOT;
    enum mgccycle_result result = mgcphase_stop();
    uint64_t since = mhandshake_asked_ns();
    uint64_t asking_ns = mgcphase_now_ns() - since;
    if (result == MGCCYCLE_STALE)
        return result;
    if (result == MGCCYCLE_CANNOT || !mpeek_can_beside() ||
        (is_closed && !mhandshake_is_exact()) || !mgcwatch_note_roots()) {
        mgcphase_start_in_vain(MGC_OFF);
        return MGCCYCLE_CANNOT;
    }
    begin(is_closed, is_minor, since);
    cycle.trace.asking_ns = asking_ns;
    cycle.opened_ns = mgcphase_start_threads(MGC_OPEN);
    mkernel_release();
    cycle.trace.stopping_ns = cycle.opened_ns - since;
    mgccycle_count_pause(cycle.trace.stopping_ns);
    return MGCCYCLE_DONE;
}

/* ---- steps --------------------------------------------------------------- */

static bool read_root(uintptr_t from, uintptr_t to)
{
    cycle.written += to - from;
    return mgcmark_root(from, to);
}

static void read_written(uintptr_t from, uintptr_t to, void *unused)
{
    (void)unused;
    cycle.written += to - from;
    uint64_t bytes = mgcmark_written(from, to);
    if (cycle.nrounds == 0)
        cycle.trace.written_bytes += bytes;
}

static void step_roots(void)
{
    if (cycle.root == cycle.root_end &&
        !mgcwatch_next_root(&cycle.root, &cycle.root_end)) {
        cycle.stage = STAGE_FOREIGN;
        return;
    }
    uintptr_t end = cycle.root_end;
    if (end - cycle.root > STEP_ROOT_BYTES)
        cycle.root = mgcmark_skip_holes(cycle.root, end);
    if (cycle.root == end)
        return;
    if (end - cycle.root > STEP_ROOT_BYTES)
        end = cycle.root + STEP_ROOT_BYTES;
    if (!mgcmark_root(cycle.root, end))
        mgcwatch_forget_root();
    /* The last word again: one may lie across the border. */
    cycle.root = end == cycle.root_end ? end : end - sizeof(uintptr_t);
}

static void step_foreign(void)
{
    cycle.page = mgcmark_foreign(cycle.page, STEP_FOREIGN_PAGES);
    if (cycle.page == SIZE_MAX)
        cycle.stage = cycle.is_closed_world ? STAGE_DRAIN : STAGE_ROUNDS;
    if (cycle.stage == STAGE_ROUNDS && !cycle.is_minor)
        mgcmark_expect_marked();
}

/* Allocated since it was opened. */
static uint64_t born_bytes(void)
{
    uint64_t live = mheap_live();
    return live > cycle.live ? live - cycle.live : 0;
}

/* A round takes as long as there is to be read, and finds what was written in
 * the one before.  So they get shorter, until what takes the time is looking
 * for written pages; or if pages are written as fast as they are read they do
 * not. */
static bool is_round_worth_it(void)
{
    return cycle.nstops == 0 && cycle.nrounds < MOST_ROUNDS &&
           cycle.written > FEW_WRITTEN_BYTES &&
           cycle.written < cycle.written_before / 4 * 3;
}

static void step_round(void)
{
    if (!cycle.taken)
        mgcwatch_take_roots(read_root);
    if (mgcwatch_take_heap(&cycle.taken, born_bytes(), read_written, NULL))
        return;
    if (cycle.nrounds++ == 0 && !cycle.is_minor)
        cycle.trace.watched_ns = mgcphase_now_ns() - cycle.opened_ns;
    if (!is_round_worth_it())
        cycle.stage = STAGE_DRAIN;
    cycle.written_before = cycle.written;
    cycle.written = 0;
    cycle.taken = 0;
}

bool mgcbeside_step(void)
{
    rt_assert(mgc_phase() == MGC_OPEN && rt_holds_lock(RT_RANK_GC));
    uint64_t since = mgcphase_now_ns();
    bool is_drained = mgcmark_some(STEP_WORDS);
    if (is_drained)
        switch (cycle.stage) {
        case STAGE_ROOTS: step_roots(); break;
        case STAGE_FOREIGN: step_foreign(); break;
        case STAGE_ROUNDS: step_round(); break;
        case STAGE_DRAIN: break;
        }
    uint64_t now = mgcphase_now_ns();
    cycle.step_ns += now - since;
    return (is_drained && cycle.stage == STAGE_DRAIN) ||
           now >= cycle.next_stop_ns;
}

void mgcbeside_worked(uint64_t ns)
{
    cycle.steps_ns += ns;
}

uint64_t mgcbeside_helped(void)
{
    return cycle.trace.mark.helped_bytes;
}

uint64_t mgcbeside_work(void)
{
    const struct mgcmark_stats *mark = &cycle.trace.mark;
    return mark->scanned_bytes + mark->stack_bytes + mark->global_bytes +
           mark->foreign_bytes;
}

/* ---- closing ------------------------------------------------------------- */

/* What was on for the time of marking. */
static void end_marking(void)
{
    if (cycle.is_closed_world)
        mbarrier_set_marking(false);
    mheap.allocate_black = false;
    cycle.is_open = false;
}

void mgcbeside_give_up(void)
{
    end_marking();
    mgcgoal_give_up();
    mgcmark_give_up();
    mgcminor_forget();
    mgcbeside_forget_marks();
}

/* In a closed world: whether the stop finds it so [inv.closedworld]. */
static bool is_exact(void)
{
    return !cycle.is_closed_world ||
           (mgcclosed_is_told() && mhandshake_is_exact() &&
            !mgcshade_saw_unknown() && !msignal_any_may_have_left());
}

/* Near a memory limit nobody may allocate meanwhile what there is no room
 * for. */
static bool is_urgent(enum mgc_reason reason)
{
    unsigned most = cycle.is_closed_world ? MOST_STOPS : MOST_OPEN_STOPS;
    uint64_t stays = cycle.trace.kept_bytes + cycle.trace.mark.marked_bytes +
                     born_bytes();
    bool is_tight = !cycle.is_closed_world && mgcgoal_is_near_limit(stays);
    return (reason != MGC_HEAP && reason != MGC_STRESS) || is_tight ||
           cycle.nstops >= most || mgcgoal_is_exceeded();
}

/* Of a stop that may be left, from now on.  If it took long until threads stood
 * there is less time for the rest, but some. */
static uint64_t most_ns(void)
{
    uint64_t listing_ns = rt_load_relaxed(&mheap.arena_used) / LISTED_PER_NS;
    uint64_t most = LAST_OPEN_NS + listing_ns;
    uint64_t asked = cycle.trace.asking_last_ns;
    if (cycle.is_closed_world)
        return LAST_NS;
    return asked < most / 2 ? most - asked : most / 2;
}

/* In the stop.  False: there is more to trace, and time for it. */
static bool trace_again(bool is_urgent)
{
    uint64_t until = is_urgent ? UINT64_MAX : mgcphase_now_ns() + most_ns();
    if (cycle.is_closed_world)
        mgcmark_reread();
    else if (!mgcmark_reread_written(until, &cycle.taken))
        return false;
    while (!mgcmark_some(is_urgent ? SIZE_MAX : STEP_WORDS))
        if (mgcphase_now_ns() > until)
            return false;
    mgcmark_close();
    return true;
}

/* Everything is marked; what of that is for the next collection. */
static void decide_on_next(void)
{
    if (cycle.is_closed_world)
        mgcminor_forget();
    else
        mgcminor_decide(&cycle.trace);
    has_left_marks = mgcminor_is_next();
}

/* What a step has begun and nobody has ended is not read, although it is
 * watched [inv.watch]. */
static void leave_root(void)
{
    if (cycle.root != cycle.root_end)
        mgcwatch_forget_root();
}

/* In the stop, the caches flushed.  False: see trace_again. */
static bool close_exact(enum mgc_reason reason)
{
    struct mtrace_cycle *trace = &cycle.trace;
    rt_assert(mgcsweep_is_done());              /* [inv.sweptmark] */
    mverify_before_marking();
    mgcphase_set(MGC_MARKING);
    leave_root();
    if (!trace_again(is_urgent(reason)))
        return false;
    if (rt_options.checkmark)
        mcheckmark();
    end_marking();
    mgcphase_set(MGC_MARKED);
    uint64_t born = born_bytes();
    trace->heap_after = mheap_live();
    trace->steps_ns = cycle.steps_ns;
    decide_on_next();
    mgccycle_begin_sweep(trace, born);
    return true;
}

/* Figures of what has just been closed; `ended`: how long the stop was. */
static void end_trace(enum mgc_reason reason, uint64_t begin, uint64_t ended)
{
    struct mtrace_cycle *trace = &cycle.trace;
    trace->marking_ns = begin - cycle.opened_ns;
    trace->ending_ns = ended;
    trace->closed_by_program = !mthread_self()->is_helper;
    trace->nrounds = cycle.is_closed_world ? cycle.nstops + 1 : cycle.nrounds;
    trace->nleft = cycle.nstops;
    /* What it would have taken in a stop, which would be a full one: reading
     * again is not part of it. */
    if (!cycle.is_minor)
        mgcbeside_note_mark(trace, cycle.steps_ns);
    if (!cycle.is_closed_world)
        mgcminor_note_mark(trace, cycle.steps_ns);
    mgccycle_record(trace, reason,
                    trace->stopping_ns + cycle.step_ns + trace->ending_ns);
}

/* There may be threads that run: nothing is known of what is alive.  They may
 * be marking, too, so that marks are left over. */
static enum mgccycle_result abandon(void)
{
    mgcbeside_give_up();
    has_left_marks = true;
    mgcphase_start_in_vain(MGC_OFF);
    mgcwatch_end(false);
    mgcgoal_put_off();
    return MGCCYCLE_DONE;
}

/* For how long the threads run then, in parts of how long was read: less and
 * less, so that in the end pages are read faster than they are written. */
static unsigned run_parts(void)
{
    unsigned fewer = cycle.nstops * FEWER_PARTS;
    return fewer < FIRST_PARTS ? FIRST_PARTS - fewer : 1;
}

/* After a stop that was not the last. */
static void leave_open(uint64_t stop_ns)
{
    cycle.nstops++;
    cycle.step_ns += stop_ns;
    if (stop_ns > cycle.trace.left_ns)
        cycle.trace.left_ns = stop_ns;
    if (!cycle.is_closed_world) {
        cycle.stage = STAGE_ROUNDS;
        uint64_t read_ns = stop_ns - cycle.trace.asking_last_ns;
        cycle.next_stop_ns = mgcphase_now_ns() +
                             read_ns * run_parts() / RUN_PARTS;
    }
}

enum mgccycle_result mgcbeside_close(enum mgc_reason reason)
{
    rt_assert(cycle.is_open);
    uint64_t helped_ns = cycle.trace.mark.helped_ns;
    enum mgccycle_result result = mgcphase_stop();
    uint64_t begin = mhandshake_asked_ns();
    if (result == MGCCYCLE_STALE)
        return result;
    if (result == MGCCYCLE_CANNOT)
        return abandon();
    cycle.trace.asking_last_ns = mgcphase_now_ns() - begin;
    /* Before objects are born white again [inv.recycle]. */
    mgcphase_flush_caches();
    cycle.trace.helped_open_ns = helped_ns;
    bool exact = is_exact(), closed = true;
    if (exact) {
        closed = close_exact(reason);
    } else if (cycle.slept && !msleep_lasts() && !is_urgent(reason)) {
        return abandon();
    } else {
        mgcbeside_give_up();
        mgccycle_mark_stopped(&cycle.trace);
    }
    uint64_t stop_ns = mgcphase_start_threads(closed ? MGC_OFF : MGC_OPEN) -
                       begin;
    mgccycle_count_pause(stop_ns);
    if (!closed) {
        leave_open(stop_ns);
        return MGCCYCLE_MORE;
    }
    cycle.trace.world = !exact ? ESCC_GC_STOPPED
        : cycle.is_closed_world ? ESCC_GC_CLOSED : ESCC_GC_OPEN;
    mgcwatch_end(mgcminor_is_next());
    end_trace(reason, begin, stop_ns);
    return MGCCYCLE_DONE;
}
