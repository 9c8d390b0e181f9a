/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mhandshake.c - the per-thread handshake.
 *
 * A handshake is a round in which something happens once in every thread,
 * at a moment when that thread is not inside the runtime.  Stopping the
 * world is the handshake that holds: every thread publishes its context
 * and waits.  A ragged handshake (barrier on, scan your own stack, ...)
 * does not hold, and is what a concurrent collector is made of; this file
 * does not know which of the two it runs.
 *
 * Who answers for a thread in round R (request == R, acked != R):
 *
 *   RUN, not in the runtime   the thread, in the signal handler.  The frame
 *                             that the kernel pushed holds every register,
 *                             vector registers too: it is scanned.
 *   RUN, in the runtime       the handler only sets `pending`; the
 *                             outermost rt_leave sends the signal to the
 *                             thread itself, and the handler answers then.
 *                             (Malloc may be called where vector registers
 *                             hold pointers: shade keeps all registers.
 *                             A second signal is dearer than an answer in
 *                             place, but has one way to see registers.)
 *   BLOCKED                   the stopper, having moved the state to
 *                             SCANNING; or the thread's own handler, if
 *                             the signal was already on its way.
 *
 * [inv.ackonce]  `acked` goes from an older round to R by one successful
 * compare-and-swap; its winner does the visit and decrements `unanswered`.
 *
 * [inv.ackorder]  Who wants to answer reads `acked` before `request`: a
 * handler that is late by a whole round, which the stopper answered for it,
 * must find its compare-and-swap fail and not answer the older round over
 * the newer one (test/Model/stop.pml, NO_ORDER).
 *
 * [inv.claim]  Leaving BLOCKED is a compare-and-swap BLOCKED -> RUN, which
 * fails while the stopper holds the state at SCANNING.  The stopper puts
 * it back to BLOCKED, at once or, if the round holds, on release.  (To RUN
 * once the process cancels threads; block_end accepts that.)
 *
 * Threads that have answered help to ask the rest (mround.c).
 *
 * The stopper first stores `request` and then reads `state`; a thread
 * first stores BLOCKED and then, if a signal had already set `pending`,
 * rings: the stopper looks again at once.  It does so by itself once in a
 * millisecond, too, whether somebody rings or not, so no order of events
 * leaves both waiting.  At these looks it finds threads that died: tgkill
 * knows no such thread, or /proc says zombie (mtask.c).
 *
 * Threads that nobody registered (started inside libc for a timer or a
 * look-up, or by a bare clone, and never in the runtime yet) run code of
 * the program too.  A round that holds therefore counts the kernel's
 * threads once all known ones are held, and adopts the others: a record is
 * entered for the time of the stop, and the thread, in its handler, fills
 * it in, waits for the release, and never touches it again.  A thread that
 * has our signal blocked is libc's own and runs nothing of the program.
 *
 * [inv.torn]  While a thread moves words in pieces (__escc_tls.torn, see
 * rw_torn.c) an object's address may stand nowhere as a whole, so the handler
 * only sets `pending`, as in the runtime, and __escc_whole raises the signal
 * again.  Unlike runtime code such a loop may be long, or wait for another
 * thread that is held.  So a stopper waits PATIENCE_LOOKS and then tells the
 * threads that have not answered that the round has expired for them: they
 * answer where they are, or are answered for.  (test/Model/stop.pml: NO_TORN,
 * NO_EXPIRY.)
 *
 * [inv.torn.handler]  A signal handler of the program that interrupts such a
 * loop cannot be put off as over the runtime, for the loop may wait for it.
 * It runs with `torn` put aside as `torn_below`, which defers handshakes all
 * the same, and keeps the thread from collecting by itself for
 * MOST_REFUSALS.  A handler that leaves by siglongjmp leaves `torn_below`
 * behind: it is forgotten when either bound is reached.
 *
 * [inv.silent]  A thread may never answer: it blocked our signal by a system
 * call of its own, or the kernel does not let it run.  The program must not
 * hang for that.  Who blocks the signal is given up after BLOCKED_LOOKS, and
 * sooner the next time; so is, after QUEUE_LOOKS, whom no signal can be sent,
 * since the user's processes may have no more of them pending (ulimit -i);
 * anybody else after LAST_LOOKS.  (libc blocks all
 * signals for moments, in posix_spawn until the program has been loaded; and
 * our handler itself runs with all blocked.  Both may wait long for a
 * processor.)  Giving up is answering for it, by the same compare-and-swap
 * [inv.ackonce], without reading anything of it.  No unanswered stack counts
 * as read: the round has failed, and what it was for is put off or dropped by
 * who asked.
 *
 * The handler runs with all signals masked, so no user handler can jump
 * out of it; on the alternate stack, since coroutine stacks may be too
 * small for a signal frame with AVX-512 registers.
 *
 * Memory order: all protocol words are sequentially consistent.  Lock
 * order: the stopper holds RT_RANK_GC and RT_RANK_MTHREAD; the handler
 * takes no lock.
 */
#include "mhandshake.h"

#include "base/mcontext.h"
#include "base/rt_assert.h"
#include "base/rt_clock.h"
#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "mdeferred.h"
#include "mrestart.h"
#include "mround.h"
#include "msignal.h"
#include "mstack.h"
#include "mtask.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A BLOCKED thread that slipped by, as one does that is just being born, is
 * found after 0.1 ms; after that, once in 1 ms, for a thread that is merely
 * preempted answers by itself. */
enum { FIRST_LOOK_NS = 100000, LOOK_AGAIN_NS = 1000000 };

/* 100 looks take at least 100 ms, in which a loop moves some 100 MB by single
 * bytes: what takes longer is no exchange of elements but waits for
 * something. */
enum { PATIENCE_LOOKS = 100 };

/* Who asks, and who is held, looks so many times before it waits in the kernel,
 * from where it comes back some 50 us later on a virtual machine: 40 us and
 * 100 us, what threads take to answer and what a short stop takes.  Not with
 * more than SPINNERS threads: those that spin may keep others from answering.
 */
enum { ASKER_SPINS = 2000, HELD_SPINS = 5000, SPINNERS = 4 };

/* Each is a span of objects or more: about a megabyte. */
enum { MOST_REFUSALS = 100 };

static int handshake_signal;

static uint32_t released;       /* last round released; a futex */
static bool spins;              /* in this round; written before any request */
static uint64_t asked_ns;       /* see mhandshake_asked_ns */
static uint64_t resumed_ns;     /* see mhandshake_resumed_ns; atomic */

static bool is_before(uint32_t round, uint32_t other)
{
    return (int32_t)(round - other) < 0;
}

/* ---- in the thread that is asked ----------------------------------------- */

static void publish_frame(struct mthread *self, const ucontext_t *context)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    self->sp = mcontext_interrupted_sp(context) - MCONTEXT_RED_ZONE_BYTES;
    self->frame = (uintptr_t)context < here ? (uintptr_t)context : here;
    self->frame_end = mcontext_frame_end(context);
    mthread_publish_gs(self);
}

/* The first of the program's to run again notes when that is.  (One that was
 * held in the last round does so before it answers in the next.) */
static void note_resumed(void)
{
    if (!rt_load_seq(&resumed_ns))
        rt_cas(&resumed_ns, 0, rt_clock_now_ns());
}

static void wait_for_release(uint32_t round)
{
    rt_assert(!is_before(rt_load_seq(&mround.number), round));
    for (int i = 0; spins && i < HELD_SPINS; i++) {
        if (!is_before(rt_load_seq(&released), round))
            return;
        rt_pause();
    }
    for (;;) {
        uint32_t seen = rt_load_seq(&released);
        if (!is_before(seen, round))
            return;
        mround_futex(&released, FUTEX_WAIT, seen, NULL);
    }
}

/* Whether the calling thread, or code below a signal handler that it runs,
 * is in the middle of moving words in pieces [inv.torn].  Signal-safe. */
static bool is_torn(const struct mthread *self)
{
    return __escc_tls.torn || rt_load_seq(&self->torn_below);
}

bool mhandshake_refuses(struct mthread *self)
{
    if (!is_torn(self))
        return false;
    if (++self->nrefused < MOST_REFUSALS)
        return true;
    self->nrefused = 0;
    rt_store_seq(&self->torn_below, 0);
    return false;
}

/* Whether the answer to this round has to wait for the end of torn code;
 * `pending` is set then.  (A thread that is being adopted has a record that is
 * not its own: `self`.) */
static bool waits_for_pieces(struct mthread *self, uint32_t round)
{
    if (!is_torn(self))
        return false;
    if (rt_load_seq(&self->expired) != round) {
        __escc_tls.pending = 1;
        return true;
    }
    rt_store_seq(&self->torn_below, 0);
    return false;
}

static void answer(struct mthread *self, const ucontext_t *context)
{
    /* [inv.ackorder] */
    uint32_t old = rt_load_seq(&self->acked);
    uint32_t round = rt_load_seq(&self->request);
    if (old == round || waits_for_pieces(self, round))
        return;
    /* A BLOCKED thread has published all that it needs already, and the
     * stopper may be reading it. */
    if (rt_load_seq(&self->state) == MTHREAD_RUN)
        publish_frame(self, context);
    if (!rt_cas(&self->acked, old, round))
        return;                                 /* [inv.ackonce] */
    self->silent = false;
    const struct mhandshake *handshake = mround.handshake;
    rt_assert(handshake && self->sp && rt_locks_held() == 0);
    bool hold = handshake->hold;
    if (handshake->visit)
        handshake->visit(self, handshake->argument);
    if (hold)
        mround_ask_on(round);                   /* [inv.askon] */
    mround_count_answer();
    if (hold) {
        wait_for_release(round);
        if (!self->is_helper)
            note_resumed();
    }
    if (rt_load_seq(&self->state) == MTHREAD_RUN)
        self->frame = self->frame_end = 0;
}

static void answer_adopted(struct mthread *record, const ucontext_t *context)
{
    uint32_t old = rt_load_seq(&record->acked);
    uint32_t round = rt_load_seq(&record->request);
    if (old == round || waits_for_pieces(record, round))
        return;
    record->tls = &__escc_tls;
    mstack_init_thread(record, mcontext_interrupted_sp(context), false);
    publish_frame(record, context);
    rt_assert(mround.handshake->hold && !record->gone);
    if (!rt_cas(&record->acked, old, round))
        return;
    mround_count_answer();
    wait_for_release(round);
}

/* The calling thread is not registered: it is being adopted, or the kernel
 * gave it the id of a thread that ended without unregistering.  While a
 * round waits for that entry the list does not change; if none waits, what
 * is read here may be stale but is readable memory. */
static void answer_unregistered(const ucontext_t *context)
{
    int tid = (int)rt_syscall(SYS_gettid);
    struct mthread *t = mthread_first();
    for (unsigned n = 0; t && n < 1u << 20; n++, t = t->next) {
        if (t->tid != tid || rt_load_seq(&mround.unanswered) == 0)
            continue;
        if (t->adopted)
            answer_adopted(t, context);
        else
            mround_answer_for_predecessor(t);
        return;
    }
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)info;
    struct mthread *self = __escc_tls.thread;
    int saved = errno;
    /* A bare clone may share the TLS block of the thread that made it. */
    if (!self || self->tid != (int)rt_syscall(SYS_gettid)) {
        answer_unregistered(context);
        mrestart_look(context);
        errno = saved;
        return;
    }
    self->nhandshakes++;
    self->answering = true;
    msignal_rearm_altstack(self, context);
    rt_assert(__escc_tls.in_rt || rt_locks_held() == 0);
    if (__escc_tls.in_rt && rt_load_seq(&self->state) == MTHREAD_RUN) {
        __escc_tls.pending = 1;
    } else {
        __escc_tls.pending = 0;
        answer(self, context);
        if (!__escc_tls.in_rt)
            mdeferred_deliver(self, context);
        else if (self->ndeferred > 0)
            __escc_tls.pending = 1;
    }
    mrestart_look(context);
    self->answering = false;
    errno = saved;
}

/* Sends the handshake signal to the calling thread itself: its handler does
 * what was put off, with every register of the interrupted code in the
 * signal frame.  Signal-safe. */
static void raise_again(void)
{
    int saved = errno;
    rt_syscall(SYS_tgkill, rt_getpid(), rt_syscall(SYS_gettid),
               handshake_signal);
    errno = saved;
}

/* The thread is just leaving the runtime, and something is pending. */
static void on_leave(void)
{
    struct mthread *self = __escc_tls.thread;
    if (!is_torn(self) || self->ndeferred)
        raise_again();
}

RT_EXPORT void __escc_whole(void)
{
    if (!__escc_tls.in_rt)
        raise_again();
}

void mhandshake_blocked(void)
{
    int saved = errno;
    mround_ring();
    errno = saved;
}

void mhandshake_publish_self_at(const uintptr_t *registers, uintptr_t sp)
{
    struct mthread *self = __escc_tls.thread;
    rt_assert(self && __escc_tls.in_rt && self->state == MTHREAD_RUN);
    memcpy(self->registers, registers, sizeof self->registers);
    self->sp = sp;
    self->frame = self->frame_end = 0;
}

/* ---- in the thread that asks --------------------------------------------- */

/* A thread that was asked in the middle of the runtime came to where it waits,
 * and says so (mhandshake_blocked). */
static void answer_for_blocked(struct mthread *self, uint32_t round)
{
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t != self && rt_load_seq(&t->acked) != round)
            mround_answer_for(t, round);
}

static void look_again(struct mthread *self, uint32_t round, unsigned nlooks)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        if (t == self || rt_load_seq(&t->acked) == round)
            continue;
        if (mround_answer_for(t, round))
            continue;
        if (t->is_unqueued)
            mround_signal(t);
        if (mtask_is_dead(t->tid) ||
            (t->adopted && mtask_never_answers(t->tid, handshake_signal)))
            mround_answer_for_dead(t, round);
        else if (mround_is_hopeless(t, nlooks))
            mround_give_up(t, round);
    }
}

/* Once a second at most: a thread that is only slow gets no flood of
 * signals. */
static void ask_again(struct mthread *self, uint32_t round)
{
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t != self && rt_load_seq(&t->acked) != round)
            mround_signal(t);
}

/* Nobody waits any longer for loops that move words in pieces. */
static void expire(struct mthread *self, uint32_t round)
{
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t != self && rt_load_seq(&t->acked) != round)
            rt_store_seq(&t->expired, round);
    mround.is_exact = false;
    ask_again(self, round);
}

/* The `nlooks`-th look at those that have not answered. */
static void look(struct mthread *self, uint32_t round, unsigned nlooks)
{
    look_again(self, round, nlooks);
    if (nlooks == PATIENCE_LOOKS)
        expire(self, round);
    else if (nlooks % 1000 == 0)
        ask_again(self, round);
}

/* By the clock, for a thread that goes in and out of waits in a handler over
 * torn code rings each time, and is not answered for: a wait that ends by that
 * would never end by its time. */
static void await_answers(struct mthread *self, uint32_t round)
{
    for (int i = 0;
         spins && i < ASKER_SPINS && rt_load_seq(&mround.unanswered); i++)
        rt_pause();
    uint64_t look_at = rt_clock_now_ns() + FIRST_LOOK_NS;
    for (unsigned nlooks = 0;;) {
        uint32_t seen = rt_load_seq(&mround.bell);
        answer_for_blocked(self, round);
        if (rt_load_seq(&mround.unanswered) == 0)
            return;
        uint64_t now = rt_clock_now_ns();
        if (now >= look_at) {
            look_at = now + LOOK_AGAIN_NS;
            look(self, round, ++nlooks);
        } else {
            struct timespec left = {.tv_nsec = (long)(look_at - now)};
            mround_futex(&mround.bell, FUTEX_WAIT, seen, &left);
        }
    }
}

/* Threads in the list that the kernel counts too. */
static unsigned count_listed(void)
{
    unsigned n = 0;
    for (struct mthread *t = mthread_first(); t; t = t->next)
        n += !t->gone || t->adopted;
    return n;
}

static bool is_listed(int tid)
{
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t->tid == tid)
            return true;
    return false;
}

static void adopt(int tid, uint32_t round)
{
    struct mthread *record = mthread_adopt(tid);
    record->gone = mtask_is_dead(tid) ||
                   mtask_never_answers(tid, handshake_signal);
    /* In this order: a signal of a former round may come [inv.ackorder]. */
    rt_store_seq(&record->request, record->gone ? round : round - 1);
    rt_store_seq(&record->acked, record->gone ? round : round - 1);
    if (record->gone)
        return;
    mround.is_exact = false;
    rt_add_seq(&mround.unanswered, 1);
    rt_store_seq(&record->request, round);
    mround_ask(record, round);
}

static void adopt_unlisted(int tid, void *argument)
{
    const uint32_t *round = argument;
    if (tid && !is_listed(tid))
        adopt(tid, *round);
}

/* For an assertion: nobody is left of those that a round was for. */
static bool has_everybody(const struct mthread *self, uint32_t round,
                          bool hold)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        if (t == self || t->gone || t->silent)
            continue;
        if (rt_load_seq(&t->acked) != round || (hold && !t->sp))
            return false;
    }
    return rt_load_seq(&mround.unanswered) == 0;
}

bool mhandshake_run(const struct mhandshake *handshake)
{
    struct mthread *self = __escc_tls.thread;
    uint32_t round = mround.number + 1;
    rt_assert(rt_holds_lock(RT_RANK_GC) && rt_holds_lock(RT_RANK_MTHREAD));
    rt_assert(self && __escc_tls.in_rt && self->state == MTHREAD_RUN);
    rt_assert(mround.unanswered == 0);
    mround.is_exact = mround.is_complete = true;
    spins = mthread_count_of_program() + self->is_helper <= SPINNERS;
    mtask_begin();
    rt_store_seq(&mround.handshake, handshake);
    rt_store_seq(&mround.number, round);
    rt_store_seq(&mround.unanswered, mthread_count() - 1);
    asked_ns = rt_clock_now_ns();
    mround_request(self, round);
    mround_ask_on(round);
    await_answers(self, round);
    /* Adopted threads may have started more before they were held. */
    while (handshake->hold && mtask_count() > count_listed()) {
        unsigned before = mthread_count();
        mtask_for_each(adopt_unlisted, &round);
        if (mthread_count() == before)
            break;              /* what was counted has ended since */
        await_answers(self, round);
    }
    rt_assert(has_everybody(self, round, handshake->hold));
    return mround.is_complete;
}

bool mhandshake_is_exact(void)
{
    return mround.is_exact && !mtask_is_blind();
}

uint32_t mhandshake_round(void)
{
    return rt_load_seq(&mround.number);
}

void mhandshake_release(void)
{
    struct mthread *self = __escc_tls.thread;
    uint32_t round = mround.number;
    rt_assert(rt_holds_lock(RT_RANK_GC) && rt_holds_lock(RT_RANK_MTHREAD));
    if (!mround.handshake->hold)
        return;
    rt_assert(is_before(released, round));
    rt_store_seq(&resumed_ns, 0);
    rt_store_seq(&released, round);
    mround_futex(&released, FUTEX_WAKE, INT_MAX, NULL);
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (t != self && rt_load_seq(&t->state) == MTHREAD_SCANNING)
            mround_put_back(t);
    note_resumed();
}

uint64_t mhandshake_asked_ns(void)
{
    return asked_ns;
}

uint64_t mhandshake_resumed_ns(void)
{
    return rt_load_seq(&resumed_ns);
}

int mhandshake_signal(void)
{
    return handshake_signal;
}

void mhandshake_init(void)
{
    handshake_signal = rt_options.signal;
    rt_on_leave(on_leave);
    rt_assert(handshake_signal >= 1 && handshake_signal <= 64);
    if (rt_is_guest())
        return;                 /* nobody is stopped */
    struct sigaction action = {.sa_sigaction = on_signal};
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    /* sigfillset would leave out libc's own signals; with the one for
     * cancellation let in, a stopped thread could be unwound. */
    memset(&action.sa_mask, 0xff, sizeof action.sa_mask);
    if (RT_REAL(sigaction)(handshake_signal, &action, NULL) != 0)
        rt_fatal_hint("choose another one with ESCC_SIGNAL",
                      "cannot install a handler for signal %d",
                      handshake_signal);
}
