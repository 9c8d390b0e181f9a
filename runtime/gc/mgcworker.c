/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcworker.c - the collector's thread.
 *
 * It is made when there is a collection for it that takes a while, so most
 * programs never have one, and it waits in a futex, as a BLOCKED thread, when
 * it has nothing to do.  It runs nothing of the program's: all signals but
 * that of handshakes and libc's own are blocked in it.
 *
 * [inv.worker.alone]  It does not keep the process alive: when the last other
 * thread that registered ends, it ends too, so that the process ends as it
 * would without it.
 *
 * After a large collection it looks now and then whether memory can go back to
 * the system, until there is nothing more to be done: a program that has freed
 * what it had and waits for something asks for nothing.
 *
 * Others help it to mark (mgcgang.c): they are made here, and end with it.
 *
 * [inv.worker.gives_way]  Marking is long, and nobody waits for it, but it may
 * have the processor on which a thread of the program wakes up to answer
 * somebody.  Linux lets who runs keep a processor for its slice, in whole
 * ticks: up to 4 ms of waiting, in which work piles up.  So while it marks the
 * thread asks for a long slice (since Linux 6.12; before, it does nothing): who
 * wakes up with a shorter one has the processor at once, while the share of
 * each stays what it was, so that a busy program does not starve its collector,
 * which a lower priority would.  Only with the collection lock, or BLOCKED: a
 * stop of another thread has to wait for all that run, and so would wait for
 * the thread to get a processor again.  Nor in a stop of its own: all threads
 * wait for it then.  How long it waits for a processor depends on when its
 * slice would end, which the kernel works out anew when it wakes up; so it
 * takes the usual slice before it sleeps for the last time.
 *
 * Nor where the heap is about to reach its goal (mgcgoal_has_time): with two
 * threads that allocate all the time it grew to 2.4 times of malloc's.
 *
 * Real-time policies, and any but the usual one, stay as they are.
 *
 * A child of fork has no such thread; it makes one when it needs it.
 */
#include "mgcworker.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_real.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mgcgang.h"
#include "thread/mthread.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Marking does not recurse; libc's start of a thread is what needs it. */
enum { STACK_BYTES = 128 * 1024 };

enum worker_state {
    WORKER_NONE, WORKER_STARTING, WORKER_IDLE, WORKER_REQUESTED,
    WORKER_WORKING, WORKER_AGAIN, WORKER_ENDING
};

static uint32_t state;          /* enum worker_state; a futex */
static uint32_t watches;        /* atomic: ticks are wanted */
static void (*work)(void);
static bool (*look)(void);

/* ---- giving way ---------------------------------------------------------- */

/* The kernel's struct sched_attr, as it was first. */
struct scheduling {
    uint32_t bytes, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t slice_ns, deadline_ns, period_ns;
};

/* Several times the usual one, and longer than a tick.  The kernel takes 100
 * ms, too, but by so much, at worst, a thread comes after others that compete
 * for the processor. */
enum { LONG_SLICE_NS = 10000000 };

/* The collector's thread's own. */
static struct scheduling usual, patient;
static bool can_give_way, gives_way;

static void begin_giving_way(void)
{
    gives_way = false;
    can_give_way = rt_syscall(SYS_sched_getattr, 0, &usual, sizeof usual,
                              0) == 0 && usual.policy == SCHED_OTHER;
    patient = usual;
    patient.policy = SCHED_BATCH;
    patient.slice_ns = LONG_SLICE_NS;
}

bool mgcworker_could_give_way(void)
{
    return can_give_way && !gives_way;
}

/* [inv.worker.gives_way] */
void mgcworker_give_way(bool gives)
{
    if (!mthread_self()->is_helper || !can_give_way || gives == gives_way)
        return;
    rt_syscall(SYS_sched_setattr, 0, gives ? &patient : &usual, 0);
    gives_way = gives;
}

/* ---- the thread ---------------------------------------------------------- */

/* True: there is no request, but it is time to look. */
static bool wait_for_request(void)
{
    static const struct timespec tick = {.tv_nsec = 300000000};
    bool blocked = mthread_block_begin(), is_tick = false;
    while (rt_load_seq(&state) == WORKER_IDLE && !is_tick)
        is_tick = rt_syscall(SYS_futex, &state, FUTEX_WAIT_PRIVATE,
                             WORKER_IDLE,
                             rt_load_seq(&watches) ? &tick : NULL, NULL,
                             0) != 0 && errno == ETIMEDOUT;
    if (blocked)
        mthread_block_end();
    return is_tick;
}

/* Where its stack lies follows from /proc/self/maps (mstack.c). */
static void *run(void *unused)
{
    (void)unused;
    rt_enter();
    mthread_become_helper();
    rt_syscall(SYS_prctl, PR_SET_NAME, "escc-gc", 0, 0, 0);
    begin_giving_way();
    for (;;) {
        if (rt_load_seq(&state) == WORKER_ENDING)
            break;
        if (wait_for_request()) {
            rt_store_seq(&watches, look());
            continue;
        }
        if (!rt_cas(&state, WORKER_REQUESTED, WORKER_WORKING))
            continue;
        work();
        if (!rt_cas(&state, WORKER_WORKING, WORKER_IDLE))
            rt_cas(&state, WORKER_AGAIN, WORKER_REQUESTED);
    }
    rt_store_seq(&state, WORKER_NONE);
    rt_leave();
    return NULL;
}

/* [inv.setxid]  libc's own signals stay open: by one of them setuid and its
 * like have each thread do the same, and wait for it.
 *
 * BLOCKED: libc takes locks of the dynamic linker for it, and who has them may
 * be stopped, by a stop that waits for this thread. */
bool mgcworker_make_thread(void *(*start)(void *), void *argument)
{
    const unsigned long libc_s_own = 3ul << 31;
    unsigned long others = ~libc_s_own, saved;
    pthread_attr_t attributes;
    pthread_t thread;
    int error = ENOMEM, saved_errno = errno;
    if (!mthread_provide())
        return false;
    bool blocked = mthread_block_begin();
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &others, &saved, sizeof saved);
    if (pthread_attr_init(&attributes) == 0) {
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_attr_setstacksize(&attributes, STACK_BYTES);
        error = RT_REAL(pthread_create)(&thread, &attributes, start,
                                        argument);
        pthread_attr_destroy(&attributes);
    }
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved, NULL, sizeof saved);
    if (blocked)
        mthread_block_end();
    errno = saved_errno;
    return error == 0;
}

bool mgcworker_request(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    /* libc makes it, with calls that we do not know. */
    if (rt_load_relaxed(&rt_nfilters) && rt_load_seq(&state) == WORKER_NONE)
        return false;
    if (rt_cas(&state, WORKER_NONE, WORKER_STARTING)) {
        rt_store_seq(&state, WORKER_REQUESTED);
        if (mgcworker_make_thread(run, NULL))
            return true;
        rt_store_seq(&state, WORKER_NONE);
        return false;
    }
    if (!rt_cas(&state, WORKER_WORKING, WORKER_AGAIN) &&
        rt_cas(&state, WORKER_IDLE, WORKER_REQUESTED))
        rt_syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    return true;
}

/* It finds nothing to do. */
void mgcworker_prepare(void)
{
    if (rt_load_seq(&state) == WORKER_NONE)
        mgcworker_request();
}

bool mgcworker_is_working(void)
{
    uint32_t now = rt_load_relaxed(&state);
    return now == WORKER_WORKING || now == WORKER_AGAIN;
}

bool mgcworker_exists(void)
{
    return rt_load_relaxed(&state) != WORKER_NONE;
}

/* [inv.worker.alone] */
static void end(void)
{
    uint32_t now = rt_load_seq(&state);
    while (now != WORKER_NONE && now != WORKER_STARTING &&
           now != WORKER_ENDING && !rt_cas(&state, now, WORKER_ENDING))
        now = rt_load_seq(&state);
    rt_syscall(SYS_futex, &state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    mgcgang_end();
}

static unsigned count_helpers(void)
{
    mthread_list_lock();
    unsigned n = mthread_count() - mthread_count_of_program();
    mthread_list_unlock();
    return n;
}

static void wait_a_moment(void)
{
    static const struct timespec moment = {.tv_nsec = 50000};
    bool blocked = mthread_block_begin();
    rt_syscall(SYS_nanosleep, &moment, NULL);
    if (blocked)
        mthread_block_end();
}

void mgcworker_dismiss(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    end();
    while (mgcworker_exists() || count_helpers() > 0)
        wait_a_moment();
}

void mgcworker_dismiss_gang(void)
{
    rt_assert(__escc_tls.in_rt && rt_locks_held() == 0);
    mgcgang_end();
    while (count_helpers() > mgcworker_exists())
        wait_a_moment();
}

void mgcworker_watch(void)
{
    if (rt_load_relaxed(&watches))
        return;
    rt_store_seq(&watches, 1);
    mgcworker_request();
}

void mgcworker_init(void (*act)(void), bool (*watch)(void))
{
    work = act;
    look = watch;
    mthread_on_alone(end);
}

void mgcworker_fork_child(void)
{
    rt_store_seq(&state, WORKER_NONE);
}
