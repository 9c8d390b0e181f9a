/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mround.c - asking one thread, and answering for it.
 *
 * [inv.askon]  Not only the stopper asks: it stores the requests of all, and
 * then it and each thread that answers take those that are not asked yet from
 * one list.  The stopper may lose its processor to a thread that it has not
 * asked, and those that it has would stand until the scheduler's next tick:
 * on two processors one stop in twenty took 2 to 4 ms for that.  A thread asks
 * others before it counts its answer: the round lasts until it has, so that it
 * asks for no other (test/Model/stop.pml: NO_HELP_FIRST).
 */
#include "mround.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_print.h"
#include "base/rt_process.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mtask.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>

/* See [inv.silent]; ms at least, each. */
enum {
    BLOCKED_LOOKS = 10000, QUEUE_LOOKS = 1000, AGAIN_LOOKS = 10,
    LAST_LOOKS = 120000
};

struct mround mround;

/* The first of those in the list that nobody has asked; atomic. */
static struct mthread *unasked;

long mround_futex(uint32_t *word, int operation, uint32_t value,
                  const struct timespec *timeout)
{
    return rt_syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value,
                      timeout, NULL, 0);
}

void mround_ring(void)
{
    rt_add_seq(&mround.bell, 1);
    mround_futex(&mround.bell, FUTEX_WAKE, 1, NULL);
}

void mround_count_answer(void)
{
    uint32_t left = rt_sub_seq(&mround.unanswered, 1);
    rt_assert(left != 0);                       /* [inv.ackonce] */
    if (left == 1)
        mround_ring();
}

/* ---- answering for others ------------------------------------------------ */

void mround_put_back(struct mthread *thread)
{
    rt_assert(thread->state == MTHREAD_SCANNING && thread->tls);
    /* See mwrap_block.c, "Cancellation".  A thread that waits inside the
     * runtime stays BLOCKED, and so does one that becomes another program:
     * these are no cancellation points. */
    bool runs = rt_load_seq(&mthread_no_block) && !thread->tls->in_rt &&
                !thread->is_leaving;
    rt_store_seq(&thread->state, runs ? MTHREAD_RUN : MTHREAD_BLOCKED);
    mround_futex(&thread->state, FUTEX_WAKE, INT_MAX, NULL);
}

bool mround_answer_for(struct mthread *thread, uint32_t round)
{
    if (rt_load_seq(&thread->state) != MTHREAD_BLOCKED ||
        (rt_load_seq(&thread->torn_below) &&
         rt_load_seq(&thread->expired) != round) ||
        !rt_cas(&thread->state, MTHREAD_BLOCKED, MTHREAD_SCANNING))
        return false;
    uint32_t old = rt_load_seq(&thread->acked);
    if (old == round || !rt_cas(&thread->acked, old, round)) {
        mround_put_back(thread);
        return true;
    }
    const struct mhandshake *handshake = mround.handshake;
    rt_assert(thread->sp);
    if (handshake->visit)
        handshake->visit(thread, handshake->argument);
    if (!handshake->hold)
        mround_put_back(thread);
    mround_count_answer();
    return true;
}

static void answer_for_gone(struct mthread *thread, uint32_t old,
                            uint32_t round)
{
    if (old != round && rt_cas(&thread->acked, old, round)) {
        rt_assert(rt_load_seq(&thread->state) != MTHREAD_SCANNING);
        thread->gone = true;
        mround_count_answer();
    }
}

void mround_answer_for_dead(struct mthread *thread, uint32_t round)
{
    answer_for_gone(thread, rt_load_seq(&thread->acked), round);
}

void mround_answer_for_predecessor(struct mthread *thread)
{
    uint32_t old = rt_load_seq(&thread->acked);         /* [inv.ackorder] */
    answer_for_gone(thread, old, rt_load_seq(&thread->request));
}

bool mround_is_hopeless(const struct mthread *thread, unsigned nlooks)
{
    if (thread->is_unqueued)
        return nlooks >= (thread->silent ? AGAIN_LOOKS : QUEUE_LOOKS);
    return nlooks >= LAST_LOOKS ||
           (nlooks >= (thread->silent ? AGAIN_LOOKS : BLOCKED_LOOKS) &&
            !thread->answering && !thread->adopted &&
            mtask_has_blocked(thread->tid, mhandshake_signal()) &&
            !thread->tls->in_rt);
}

static const char *why_silent(const struct mthread *thread)
{
    if (thread->is_refused)
        return ", since a filter forbids tgkill";
    if (thread->is_unqueued)
        return ", since the system queues no more signals (ulimit -i; "
               "ESCC_SIGNAL=23 needs no queue)";
    return mtask_has_blocked(thread->tid, mhandshake_signal())
               ? ", since it blocks the signal for that by a system call "
                 "of its own" : "";
}

void mround_give_up(struct mthread *thread, uint32_t round)
{
    static bool warned;
    uint32_t old = rt_load_seq(&thread->acked);
    if (old == round || !rt_cas(&thread->acked, old, round))
        return;
    thread->silent = true;
    mround.is_complete = mround.is_exact = false;
    mround_count_answer();
    /* Of the program's own filters a collection tells when it finds them. */
    if (warned ||
        (thread->is_refused && !rt_sandbox_lets_stop()))
        return;
    warned = true;
    rt_print("escc: warning: thread %d cannot be stopped%s; nothing is "
             "collected while that is so\n", thread->tid, why_silent(thread));
}

/* ---- asking -------------------------------------------------------------- */

int mround_signal(struct mthread *thread)
{
    int error = !rt_sandbox_lets_stop() ? EPERM
        : rt_syscall(SYS_tgkill, rt_getpid(), thread->tid,
                     mhandshake_signal()) == 0 ? 0 : errno;
    thread->is_unqueued = error == EAGAIN;
    thread->is_refused = error && error != EAGAIN && error != ESRCH;
    return error;
}

void mround_ask(struct mthread *thread, uint32_t round)
{
    rt_assert(thread != __escc_tls.thread && thread->tid);
    if (mround_answer_for(thread, round))
        return;
    int error = mround_signal(thread);
    if (error == ESRCH)
        mround_answer_for_dead(thread, round);
    else if (thread->is_refused)
        mround_give_up(thread, round);
}

void mround_request(const struct mthread *self, uint32_t round)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        if (t == self)
            continue;
        rt_assert((int32_t)(t->acked - round) < 0);
        rt_store_seq(&t->request, round);
    }
    rt_store_seq(&unasked, mthread_first());
}

void mround_ask_on(uint32_t round)
{
    struct mthread *t = rt_load_seq(&unasked);
    for (; t; t = rt_load_seq(&unasked))
        if (rt_cas(&unasked, t, t->next) &&
            rt_load_seq(&t->request) == round &&
            rt_load_seq(&t->acked) != round)
            mround_ask(t, round);
}
