/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgc.c - when and by whom collections are run.
 *
 * Read this first; then mgccycle.c (the steps of a collection), mgcbeside.c
 * (the same while the program runs), mhandshake.c (stopping threads),
 * mgcmark.c (what is reachable), mgcshade.c and mgcwatch.c (what was written
 * meanwhile), mgcsweep.c (taking back the rest).
 *
 *      off                   threads allocate; the last cycle's garbage is
 *                            swept span by span when they need room
 *       |  the heap reaches its goal (mgc_maybe_start), or somebody asks
 *      a collection          while the threads are stopped, if that takes
 *       |                    half a millisecond or less; else beside them:
 *       |                    two short stops, and in between the collector's
 *       |                    thread marks while the program runs
 *       v
 *      off                   goal: what was marked, and `percent` more
 * One that is asked for (escc_gc), or for which there is no memory to wait,
 * runs on the thread that asked, stopped; an open one is closed first.  One
 * beside the threads is opened by the collector's thread (mgcworker.c), and
 * closed by the first thread that needs room then, or by the collector's if
 * none does.  What threads allocate meanwhile they pay for with marking,
 * as far as the collector's thread has not done it already (mgcgoal.c, and the
 * pacer): so memory is bounded also where that gets no processor.  One that
 * finds the heap much too large closes the collection.  Where there are
 * processors for it further threads help with a step (mgcgang.c).
 *
 * Locks: gc_lock (RT_RANK_GC), the collection lock, for a whole stopped
 * collection, but only for a step of one beside the threads: who forks, or
 * cancels, or asks for figures waits for no marking.  The thread-list lock
 * within it.  Who waits for either is BLOCKED: the collection goes on without.
 * Where the process's malloc is not ours (mguest.c) nothing is ever collected.
 */
#include "mgc.h"

#include "base/mpeek.h"
#include "base/mwritten.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "mgcahead.h"
#include "mgcbeside.h"
#include "mgccycle.h"
#include "mgcgang.h"
#include "mgcgoal.h"
#include "mgcidle.h"
#include "mgcmachine.h"
#include "mgcminor.h"
#include "mgcwatch.h"
#include "mgcworker.h"
#include "mroots.h"
#include "thread/mhandshake.h"
#include "thread/mthread.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static struct rt_lock gc_lock = RT_LOCK_INIT(RT_RANK_GC);
static uint32_t nwaiting;       /* for gc_lock; atomic */
static pid_t process;           /* whose threads are in the list */
static uint32_t has_acquired;   /* what the kernel may refuse later; atomic */
static bool (*on_copy)(void);

/* `blocked`: as mthread_block_begin said, which the caller has called. */
static void lock_blocked(bool blocked)
{
    rt_add_seq(&nwaiting, 1);
    rt_lock(&gc_lock);
    rt_sub_seq(&nwaiting, 1);
    if (blocked)
        mthread_block_end();
}

static void lock_collections(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    lock_blocked(mthread_block_begin());
}

static void unlock_collections(void)
{
    rt_assert(mgc_phase() == MGC_OFF || mgc_phase() == MGC_OPEN);
    rt_unlock(&gc_lock);
}

/* Whoever holds the linker's lock may be waiting for gc_lock. */
static void refresh_unlocked(void)
{
    unlock_collections();
    mroots_refresh();
    lock_collections();
}

/* ---- collections that somebody waits for --------------------------------- */

static uint64_t ncycles(void)
{
    struct mgc_totals totals;
    mgc_read_totals(&totals);
    return totals.cycles;
}

static bool is_due(enum mgc_reason reason, uint64_t seen)
{
    switch (reason) {
    case MGC_HEAP:
        return mgcgoal_is_due();
    case MGC_MEMORY:
        return ncycles() == seen || mgcminor_was_last();
    default:
        return true;
    }
}

/* MGCCYCLE_MORE: it is open still, which only MGC_HEAP and MGC_STRESS let
 * happen. */
static enum mgccycle_result close_open(enum mgc_reason reason)
{
    enum mgccycle_result result = MGCCYCLE_DONE;
    while (mgcbeside_is_open() &&
           (result = mgcbeside_close(reason)) == MGCCYCLE_STALE)
        refresh_unlocked();
    return result;
}

/* Others may have opened one while the lock was free for a refresh; it is
 * closed first, as is one that began before the caller asked. */
static void run_stopped(enum mgc_reason reason, uint64_t seen)
{
    enum mgc_reason now = reason == MGC_HEAP || reason == MGC_STRESS
        ? MGC_FORCED : reason;
    close_open(now);
    while (is_due(reason, seen) &&
           mgccycle_run_stopped(reason) == MGCCYCLE_STALE) {
        refresh_unlocked();
        close_open(now);
    }
}

static bool can_collect(enum mgc_reason reason)
{
    if (rt_load_relaxed(&rt_nfilters) && mgcmachine_is_locked_in())
        return false;
    if (rt_is_guest() || !rt_is_running())
        return false;
    /* A vfork child borrows our memory, but our threads are not its own. */
    if (rt_getpid() != process && !(on_copy && on_copy()))
        return false;
    struct mthread *self = mthread_self();
    return reason == MGC_FORCED || reason == MGC_MEMORY ||
           !mhandshake_refuses(self);
}

/* Where memory is short threads are not made: those mark that there are. */
static bool wants_gang(enum mgc_reason reason)
{
    return reason != MGC_MEMORY &&
           (rt_options.markers || !mgcbeside_was_short());
}

/* `seen`: the number of cycles when the caller found one due. */
static void collect(enum mgc_reason reason, uint64_t seen)
{
    int saved = errno;
    if (!can_collect(reason))
        return;
    if (wants_gang(reason))
        mgcgang_prepare(true);
    lock_collections();
    run_stopped(reason, seen);
    if (reason != MGC_HEAP)
        mgccycle_finish_sweep();
    unlock_collections();
    if (mgcwatch_is_letting_go() && mgcworker_exists())
        mgcworker_request();
    errno = saved;
}

/* ---- collections beside the threads -------------------------------------- */

/* Opens one; false if it cannot be, now. */
static bool open_one(void)
{
    enum mgccycle_result result = MGCCYCLE_DONE;
    while (!mgcbeside_is_open() &&
           (result = mgcbeside_open()) == MGCCYCLE_STALE)
        refresh_unlocked();
    return mgcbeside_is_open() || result == MGCCYCLE_DONE;
}

/* A step, by a thread that owes it or by the collector's own (NULL).  Adds to
 * *done what it was, without what others helped with; true: it is time to
 * close. */
static bool step(struct mgcpacer_debt *debt, uint64_t *done)
{
    uint64_t before = mgcbeside_work(), helped = mgcbeside_helped();
    bool ready = mgcbeside_step();
    helped = mgcbeside_helped() - helped;
    uint64_t work = mgcbeside_work() - before - helped;
    mgcgoal_did(debt, work);
    if (helped)
        mgcgoal_did(NULL, helped);
    *done += work;
    return ready;
}

/* The calling thread has done steps since its clock stood there; where it is
 * now. */
static uint64_t add_worked(uint64_t since)
{
    uint64_t now = mgcphase_worked_ns();
    mgcbeside_worked(now - since);
    return now;
}

/* Lets those have the lock who wait for it.  BLOCKED before it gives it up, and
 * until it has it again: one of them may take the processor at once and stop
 * the threads, and would wait for this one to get one, only to find that it
 * does nothing. */
static void breathe(void)
{
    if (rt_load_relaxed(&mheap.populate_due)) {
        mgcworker_give_way(false);
        unlock_collections();
        rt_store_relaxed(&mheap.populate_due, mgcahead_populate(false));
        lock_collections();
    }
    bool blocked = mthread_block_begin();
    unlock_collections();
    for (int i = 0; i < 100 && rt_load_seq(&nwaiting); i++)
        rt_yield();
    lock_blocked(blocked);
}

enum {
    STEPS = 32,
    /* How long others may close: a busy thread needs a span by then, and it is
     * little of a collection. */
    OFFER_NS = 300000,
    /* What may pass until a thread that gives way has a processor again: two
     * ticks of the slowest clock, and some. */
    ASIDE_NS = 20000000,
    /* Closing came too early: whatever a thread is doing there, it has time
     * to end it. */
    EARLY_NS = 500000,
    /* Last stops for which a thread does that work: 50 ms of its own. */
    MOST_STAYS = 16
};

/* Others may do meanwhile what they have the time for; see breathe. */
static void rest(long ns)
{
    const struct timespec moment = {.tv_nsec = ns};
    bool blocked = mthread_block_begin();
    unlock_collections();
    rt_syscall(SYS_nanosleep, &moment, NULL);
    lock_blocked(blocked);
}

/* A thread that allocates closes the collection that is open (mgc_close), if
 * there is one soon: it has a processor and need not be stopped, while the
 * collector's thread would take one from a thread that answers somebody.
 * Whether it is still time to close the collection. */
static bool offer_close(void)
{
    uint64_t before = ncycles();
    unsigned stops = mgcbeside_stops();
    rt_store_relaxed(&mheap.close_due, true);
    rest(OFFER_NS);
    rt_store_relaxed(&mheap.close_due, false);
    return mgcbeside_is_open() && ncycles() == before &&
           mgcbeside_stops() == stops;
}

/* Threads that allocate sweep what they need; this is for the rest, so that
 * memory goes back to the system although nobody asks for any.  In parts, for
 * a stop waits for the end of each. */
static void sweep(void)
{
    enum { SPANS = 64 };
    uintptr_t relaxed = 0;
    while (mgcwatch_relax(&relaxed))
        rt_let_stop();
    while (!mgcsweep_some(SPANS))
        rt_let_stop();
    lock_collections();
    if (!mgcbeside_is_open())
        mgccycle_finish_sweep();
    unlock_collections();
}

/* From here on who wakes up comes first.  Who was woken before, by the end of a
 * stop, would wait for the tick, so has the processor now; see breathe. */
static void stand_aside(void)
{
    bool blocked = mthread_block_begin();
    unlock_collections();
    rt_yield();
    lock_blocked(blocked);
    mgcworker_give_way(true);
}

static bool open_beside(void)
{
    return mgcbeside_is_preferred() && open_one();
}

/* Brings one that is open to its end, on the collector's thread.  Its clock is
 * a system call, so it looks at it now and then. */
static void finish_open(void)
{
    uint64_t done = 0, since = mgcphase_worked_ns(), nsteps = 0;
    while (mgcbeside_is_open()) {
        bool has_time = mgcgoal_has_time(ASIDE_NS);
        if (has_time && mgcworker_could_give_way()) {
            stand_aside();
            continue;
        }
        if (!has_time)
            mgcworker_give_way(false);
        bool ready = step(NULL, &done);
        if (ready || ++nsteps % STEPS == 0)
            since = add_worked(since);
        if (ready)
            mgcworker_give_way(false);          /* before it rests */
        if (!ready)
            breathe();
        else if (offer_close() && close_open(MGC_HEAP) == MGCCYCLE_MORE &&
                 mgcbeside_is_early())
            rest(EARLY_NS);
    }
    mgcworker_give_way(false);
}

/* What the collector's thread does when it is asked.  If others close the
 * collection meanwhile it is done, too. */
static void work(void)
{
    while (mgcahead_populate(false))
        continue;
    mgcgang_prepare(false);
    lock_collections();
    if (!mgcbeside_is_open() && is_due(MGC_HEAP, 0) && !open_one())
        run_stopped(MGC_HEAP, 0);
    finish_open();
    unlock_collections();
    sweep();
}

/* The collector's thread, at each tick (mgcidle.c). */
static bool watch(void)
{
    struct mgcidle_look look = mgcidle_look();
    if (!can_collect(MGC_HEAP))
        return true;
    if (look.collects) {
        lock_collections();
        mgcminor_forget();
        if (!mgcbeside_is_open() && !open_beside())
            run_stopped(MGC_FORCED, 0);
        finish_open();
        unlock_collections();
        sweep();
    }
    return mgcidle_give_back(look);
}

static void watch_what_is_big(void)
{
    if (mgcidle_is_watched())
        mgcworker_watch();
}

void mgc_collect(enum mgc_reason reason)
{
    int saved = errno;
    collect(reason, ncycles());
    /* Where others ask for all collections the heap may never pass its goal. */
    if (can_collect(MGC_HEAP))
        watch_what_is_big();
    errno = saved;
}

/* Nobody marks faster when two take turns: as long as the heap is below its
 * goal a thread goes on, with its debt, rather than wait for who is at it. */
static bool lock_to_help(void)
{
    if (mgcgoal_is_passed()) {
        lock_collections();
        return true;
    }
    return rt_try_lock(&gc_lock);
}

/* Marks for a thread that owes it.  If the collector's thread has not come to
 * open the collection by the time when it should have ended (processors are
 * short), this thread opens it; if the heap is much too large it brings it to
 * its end.  The clock of this thread alone would be a system call. */
static void help(struct mgcpacer_debt *debt, uint64_t owed)
{
    if (!lock_to_help())
        return;
    uint64_t done = 0, since = mgcphase_now_ns();
    bool ready = false;
    if (!mgcbeside_is_open() && mgcgoal_is_passed())
        open_beside();
    while (!ready && done < owed && mgcbeside_is_open())
        ready = step(debt, &done);
    if (mgcbeside_is_open())
        mgcbeside_worked(mgcphase_now_ns() - since);
    if (mgcbeside_is_open() && (ready || mgcgoal_is_exceeded()))
        close_open(MGC_HEAP);
    else if (mgcgoal_is_exceeded())
        run_stopped(MGC_HEAP, 0);
    unlock_collections();
}

/* A thread has allocated `bytes` while a collection is open, or is due.  It
 * marks as much as the pacer asks for that, which is nothing most of the
 * time. */
static void pay(size_t bytes)
{
    struct mgcpacer_debt *debt = &mthread_self()->debt;
    uint64_t owed = mgcgoal_assist(debt, bytes);
    bool is_late = mgc_phase() == MGC_OFF ? mgcgoal_is_passed()
                                          : mgcgoal_is_exceeded();
    if (!owed && !is_late)
        mgcgoal_asked();
    else if (can_collect(MGC_HEAP))
        help(debt, owed);
}

/* A collection is due: whether it can wait until there is garbage for it.  If
 * others have the lock one is about to begin, or to end. */
static bool can_wait(void)
{
    if (mgc_phase() != MGC_OFF || !mgcgoal_is_due() || !rt_try_lock(&gc_lock))
        return false;
    bool waits = !mgcbeside_is_open() && mgcgoal_is_due() &&
                 mgcgoal_wait_for_garbage();
    unlock_collections();
    return waits;
}

static void start_or_pay(size_t bytes)
{
    int saved = errno;
    bool is_beside = mgcbeside_is_preferred();
    if (is_beside && mgc_phase() == MGC_OPEN && mgcworker_is_working())
        pay(bytes);
    else if (!can_collect(MGC_HEAP))
        return;
    else if (!mgcgoal_is_due() && mgc_phase() == MGC_OFF)
        mgc_relieve();
    else if (can_wait())
        ;
    else if (is_beside && mgcworker_request())
        pay(bytes);
    else
        collect(MGC_HEAP, 0);
    watch_what_is_big();
    errno = saved;
}

void mgc_maybe_start(size_t bytes)
{
    uint64_t live = mheap_add_live(bytes);
    if (__builtin_expect(live >= rt_load_relaxed(&mgcgoal_act_at), 0))
        start_or_pay(bytes);
}

void mgc_owe(size_t bytes)
{
    int saved = errno;
    mheap_add_live(bytes);
    if (can_collect(MGC_HEAP))
        watch_what_is_big();
    errno = saved;
}

void mgc_populate(void)
{
    int saved = errno;
    if (!can_collect(MGC_HEAP))
        return;
    mgcahead_populate(true);
    if (mgcworker_exists())
        mgcworker_request();
    errno = saved;
}

/* If in an open world the stop was not the last, the thread that has closed
 * goes on by itself.  It has a processor, where the collector's thread would
 * have to wait for one while more is written than is read: with two busy
 * threads on two processors 64 stops were left, and now a few.  Of those who
 * wait for the lock the collector's thread is one; if there are more it is its
 * turn. */
static void close_here(void)
{
    uint64_t done = 0, since = mgcphase_worked_ns();
    unsigned nstays = 0;
    while (close_open(MGC_HEAP) == MGCCYCLE_MORE && !mgcbeside_is_early() &&
           ++nstays < MOST_STAYS && rt_load_seq(&nwaiting) <= 1) {
        while (mgcbeside_is_open() && !step(NULL, &done))
            continue;
        since = add_worked(since);
    }
}

void mgc_close(void)
{
    int saved = errno;
    if (!mgc_try_hold())
        return;
    if (rt_load_relaxed(&mheap.close_due))
        close_here();
    rt_store_relaxed(&mheap.close_due, false);
    unlock_collections();
    errno = saved;
}

void mgc_relieve(void)
{
    int saved = errno;
    /* Who has the lock looks soon enough. */
    if (!mgc_try_hold())
        return;
    mgcgoal_renew();
    if (mgcgoal_is_tight() && !mgcbeside_is_open()) {
        mgccycle_finish_sweep();
        mgcgoal_renew();
    }
    unlock_collections();
    errno = saved;
}

/* ESCC_DEBUG=concurrent=1: a step at each tick, so that each of them falls
 * between any two allocations sooner or later. */
static void stress_open(void)
{
    int saved = errno;
    if (!can_collect(MGC_STRESS))
        return;
    if (wants_gang(MGC_STRESS))
        mgcgang_prepare(true);
    lock_collections();
    if (!mgcbeside_is_open()) {
        if (!open_one())
            run_stopped(MGC_STRESS, 0);
    } else if (mgcbeside_step()) {
        close_open(MGC_STRESS);
    }
    unlock_collections();
    errno = saved;
}

void mgc_stress(void)
{
    if (rt_options.concurrent && mgcbeside_is_preferred())
        stress_open();
    else
        mgc_collect(MGC_STRESS);
}

void mgc_stress_tick(void)
{
    struct mthread *self = mthread_self();
    rt_assert(rt_options.gcstress > 0);
    if (++self->stress_ticks % (uint64_t)rt_options.gcstress == 0)
        mgc_stress();
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

void mgc_while_stopped(void (*act)(void), void (*afterwards)(void))
{
    if (!rt_is_running() || rt_getpid() != process)
        return;
    mthread_self();
    lock_collections();
    enum mgc_phase before = mgc_phase();
    if (rt_is_guest()) {
        act();
    } else {
        if (mgcphase_stop_threads())
            act();
        mgcphase_start_threads(before);
    }
    afterwards();
    unlock_collections();
}

bool mgc_hold(void)
{
    if (rt_is_guest() || !rt_is_running())
        return false;
    mthread_self();
    lock_collections();
    return true;
}

bool mgc_try_hold(void)
{
    return can_collect(MGC_HEAP) && rt_try_lock(&gc_lock);
}

void mgc_release(void)
{
    unlock_collections();
}

void mgc_before_filter(bool stops)
{
    if (!mgc_hold())
        return;
    close_open(MGC_FORCED);
    bool collects = ncycles() > 0;
    if (collects)
        mpeek_acquire();
    unlock_collections();
    if (!stops) {
        mgcworker_dismiss();
        return;
    }
    mgcworker_dismiss_gang();
    if (collects)
        mgcworker_prepare();
}

/* A vfork child's descriptors are not its parent's, the rest is.  A server may
 * do so for each request: it waits for others the first time only. */
void mgc_before_loss(void)
{
    bool again = rt_load_relaxed(&has_acquired);
    if (rt_getpid() != process || !(again ? rt_try_lock(&gc_lock) : mgc_hold()))
        return;
    mpeek_acquire();
    mwritten_begin();
    rt_store_relaxed(&has_acquired, true);
    unlock_collections();
}

/* ---- start-up and fork --------------------------------------------------- */

void mgc_init(void)
{
    process = rt_getpid();
    mgccycle_init();
    mgcworker_init(work, watch);
}

void mgc_on_copy(bool (*act)(void))
{
    on_copy = act;
}

void mgc_fork_prepare(void)
{
    lock_collections();
}

bool mgc_fork_try_prepare(void)
{
    return rt_try_lock(&gc_lock);
}

void mgc_fork_parent(void)
{
    unlock_collections();
}

void mgc_fork_child(void)
{
    rt_assert(rt_holds_lock(RT_RANK_GC));
    process = rt_getpid();
    nwaiting = 0;
    has_acquired = false;
    rt_store_relaxed(&mheap.close_due, false);
    mgccycle_fork_child();
    mgcworker_fork_child();
    mgcgang_fork_child();
    unlock_collections();
}
