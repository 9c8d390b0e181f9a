/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_block.c - library functions that wait.
 *
 * Two promises are kept here.
 *
 * BLOCKED.  A thread that waits in one of these calls is BLOCKED: a
 * collection reads its stack from outside and does not wake it, which is
 * 10 to 40 times cheaper than a signal.  The functions are those in which
 * threads of real programs spend their time; a wait that is not here is
 * interrupted by the handshake signal and goes on (SA_RESTART), which is
 * slower and as correct.
 *
 * No EINTR of ours.  Some calls end with EINTR after any signal handler,
 * SA_RESTART or not (signal(7)).  The signal can still arrive here: sent
 * while the thread was in state RUN, delivered when it waits.  So a call
 * that failed with EINTR is made again, with the remaining time, if our
 * handler ran since it began and none of the program's did.
 *
 * Arguments that the kernel uses during the call must stay reachable, also
 * if the caller has forgotten them (read(fd, malloc(n), n)): `kept` holds
 * them in the wrapper's frame.
 *
 * Cancellation.  A cancelled thread unwinds out of the waiting function
 * and runs the program's clean-up handlers: in state BLOCKED, while a
 * collector may believe that it does nothing.  To get back to RUN first
 * one would need an own clean-up handler around each call, which costs
 * more than the call and breaks when a signal handler leaves by
 * siglongjmp.  Few programs cancel threads; so the first pthread_cancel
 * of a process ends BLOCKED waiting for good (mthread_no_block), with a
 * handshake that moves threads that are waiting now to RUN, and their
 * waits are interrupted by collections from then on.  No thread is cancelled
 * before that is done, whoever asks first.
 */
#include "mwrap_block.h"

#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "gc/mgc.h"
#include "mwrap_thread.h"
#include "thread/mcancel.h"
#include "thread/mhandshake.h"
#include "thread/msignal.h"
#include "thread/mthread.h"

#include <threads.h>

/* ---- sleeping ------------------------------------------------------------ */

/* The time that the thread was stopped counts: what is left is taken from
 * the clock and not from the call that was interrupted. */
RT_EXPORT int clock_nanosleep(clockid_t clock, int flags,
                              const struct timespec *time,
                              struct timespec *left)
{
    struct timespec until, rest;
    bool is_cpu_time = clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC &&
                       clock != CLOCK_BOOTTIME;
    bool is_relative = !(flags & TIMER_ABSTIME);
    int error;
    if (is_relative && !is_cpu_time && time)
        until = time_add(time_now(), *time);
    WAIT_LOOP(error = RT_REAL(clock_nanosleep)(clock, flags, time, &rest),
              error == EINTR,
              if (is_relative) {
                  if (!is_cpu_time)
                      rest = time_left_until(until);
                  time = &rest;
              });
    if (error == EINTR && left && is_relative)
        *left = rest;
    return error;
}

/* Another object has one. */
static int foreign_nanosleep(const struct timespec *time,
                             struct timespec *left)
{
    struct timespec until = time_add(time_now(), *time), rest = {0, 0};
    int result;
    WAIT_LOOP(result = rt_real.nanosleep(time, &rest),
              result == -1 && errno == EINTR,
              {
                  rest = time_left_until(until);
                  time = &rest;
              });
    if (result == -1 && errno == EINTR && left)
        *left = rest;
    return result;
}

RT_EXPORT int nanosleep(const struct timespec *time, struct timespec *left)
{
    if (rt_real.nanosleep && time)
        return foreign_nanosleep(time, left);
    int error = clock_nanosleep(CLOCK_REALTIME, 0, time, left);
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

RT_EXPORT int usleep(useconds_t us)
{
    struct timespec time = {us / 1000000, us % 1000000 * 1000l};
    struct timespec until;
    int result;
    if (!rt_real.usleep)
        return nanosleep(&time, NULL);
    until = time_add(time_now(), time);
    WAIT_LOOP(result = rt_real.usleep(us), result == -1 && errno == EINTR, {
        time = time_left_until(until);
        us = (useconds_t)(time.tv_sec * 1000000 + time.tv_nsec / 1000);
    });
    return result;
}

RT_EXPORT unsigned sleep(unsigned seconds)
{
    if (rt_real.sleep) {
        WAIT_LOOP(seconds = rt_real.sleep(seconds), seconds != 0, (void)0);
        return seconds;
    }
    struct timespec time = {seconds, 0}, left = {0, 0};
    int saved = errno;
    if (nanosleep(&time, &left) == 0) {
        errno = saved;
        return 0;
    }
    return (unsigned)left.tv_sec;
}

RT_EXPORT int thrd_sleep(const struct timespec *time, struct timespec *left)
{
    int error = clock_nanosleep(CLOCK_REALTIME, 0, time, left);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

/* ---- for signals and requests -------------------------------------------- */

RT_EXPORT int aio_suspend(const struct aiocb *const requests[], int count,
                          const struct timespec *time)
{
    const void *volatile kept[] = {requests, time};
    int result;
    WAIT_WITHIN(result, time,
                RT_REAL(aio_suspend)(requests, count, time));
    (void)kept;
    return result;
}

/* A handler of the program is what these wait for. */
RT_EXPORT int sigsuspend(const sigset_t *set)
{
    sigset_t copy;
    set = msignal_mask(set, &copy);
    int result;
    WAIT_FOR(result, RT_REAL(sigsuspend)(set));
    return result;
}

RT_EXPORT int pause(void)
{
    sigset_t set;
    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigsuspend(&set);
}

/* ---- processes and System V ---------------------------------------------- */

RT_EXPORT pid_t waitpid(pid_t child, int *status, int flags)
{
    void *volatile kept = status;
    pid_t result;
    WAIT_FOR(result, RT_REAL(waitpid)(child, status, flags));
    (void)kept;
    return result;
}

RT_EXPORT pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

RT_EXPORT pid_t wait4(pid_t child, int *status, int flags,
                      struct rusage *usage)
{
    void *volatile kept[] = {status, usage};
    pid_t result;
    WAIT_FOR(result, RT_REAL(wait4)(child, status, flags, usage));
    (void)kept;
    return result;
}

RT_EXPORT int semtimedop(int set, struct sembuf *operations, size_t count,
                         const struct timespec *time)
{
    void *volatile kept = operations;
    int result;
    WAIT_WITHIN(result, time,
                RT_REAL(semtimedop)(set, operations, count, time));
    (void)kept;
    return result;
}

RT_EXPORT int semop(int set, struct sembuf *operations, size_t count)
{
    return semtimedop(set, operations, count, NULL);
}

RT_EXPORT ssize_t msgrcv(int queue, void *message, size_t bytes, long type,
                         int flags)
{
    void *volatile kept = message;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(msgrcv)(queue, message, bytes, type, flags));
    (void)kept;
    return result;
}

RT_EXPORT int msgsnd(int queue, const void *message, size_t bytes, int flags)
{
    const void *volatile kept = message;
    int result;
    WAIT_FOR(result, RT_REAL(msgsnd)(queue, message, bytes, flags));
    (void)kept;
    return result;
}

/* ---- signals as messages ------------------------------------------------- */

RT_EXPORT int sigtimedwait(const sigset_t *restrict set,
                           siginfo_t *restrict info,
                           const struct timespec *restrict time)
{
    void *volatile kept = info;
    sigset_t copy;
    int result;
    set = msignal_strip(set, &copy);
    WAIT_WITHIN(result, time,
                RT_REAL(sigtimedwait)(set, info, time));
    (void)kept;
    return result;
}

RT_EXPORT int sigwaitinfo(const sigset_t *restrict set,
                          siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}

RT_EXPORT int sigwait(const sigset_t *restrict set, int *restrict signal)
{
    int saved = errno, result;
    do
        result = sigtimedwait(set, NULL, NULL);
    while (result == -1 && errno == EINTR);
    int error = errno;
    errno = saved;
    if (result == -1)
        return error;
    *signal = result;
    return 0;
}

/* ---- threads ------------------------------------------------------------- */

RT_EXPORT int sem_wait(sem_t *semaphore)
{
    void *volatile kept = semaphore;
    int result;
    WAIT_FOR(result, RT_REAL(sem_wait)(semaphore));
    (void)kept;
    return result;
}

RT_EXPORT int sem_timedwait(sem_t *restrict semaphore,
                            const struct timespec *restrict until)
{
    void *volatile kept = semaphore;
    int result;
    WAIT_FOR(result, RT_REAL(sem_timedwait)(semaphore, until));
    (void)kept;
    return result;
}

RT_EXPORT int sem_clockwait(sem_t *restrict semaphore, clockid_t clock,
                            const struct timespec *restrict until)
{
    void *volatile kept = semaphore;
    int result;
    WAIT_FOR(result, RT_REAL(sem_clockwait)(semaphore, clock, until));
    (void)kept;
    return result;
}

RT_EXPORT int pthread_cond_wait(pthread_cond_t *restrict condition,
                                pthread_mutex_t *restrict mutex)
{
    void *volatile kept[] = {condition, mutex};
    int result;
    WAIT_FOR_ERROR(result, RT_REAL(pthread_cond_wait)(condition, mutex));
    (void)kept;
    return result;
}

RT_EXPORT int pthread_cond_timedwait(pthread_cond_t *restrict condition,
                                     pthread_mutex_t *restrict mutex,
                                     const struct timespec *restrict until)
{
    void *volatile kept[] = {condition, mutex};
    int result;
    WAIT_FOR_ERROR(result, RT_REAL(pthread_cond_timedwait)(condition, mutex,
                                                           until));
    (void)kept;
    return result;
}

int mwrap_block_join(pthread_t thread, void **value)
{
    int result;
    WAIT_FOR_ERROR(result, RT_REAL(pthread_join)(thread, value));
    return result;
}

/* An uncontended mutex is taken without a change of state. */
RT_EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    void *volatile kept = mutex;
    int result = pthread_mutex_trylock(mutex);
    if (result == EBUSY)
        WAIT_FOR_ERROR(result, RT_REAL(pthread_mutex_lock)(mutex));
    (void)kept;
    return result;
}

enum { CANCELS_NONE, PREPARES_TO_CANCEL, CANCELS };

static uint32_t cancels;        /* atomic */

static void prepare_to_cancel(void)
{
    static const struct mhandshake out_of_blocked = {.hold = false};
    rt_enter();
    rt_init();
    rt_store_seq(&mthread_no_block, 1);
    mgc_handshake(&out_of_blocked);
    rt_leave();
    if (!rt_is_guest())
        mcancel_prepare();
}

RT_EXPORT int pthread_cancel(pthread_t thread)
{
    if (rt_cas(&cancels, CANCELS_NONE, PREPARES_TO_CANCEL)) {
        prepare_to_cancel();
        rt_store_seq(&cancels, CANCELS);
    }
    while (rt_load_seq(&cancels) != CANCELS)
        rt_yield();
    return RT_REAL(pthread_cancel)(thread);
}

void mwrap_block_fork_child(void)
{
    rt_cas(&cancels, PREPARES_TO_CANCEL, CANCELS_NONE);
}
