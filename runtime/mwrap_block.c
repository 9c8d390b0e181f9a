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
 * waits are interrupted by collections from then on.
 */
#include "mgc.h"
#include "mhandshake.h"
#include "msignal.h"
#include "mthread.h"
#include "mwrap_thread.h"
#include "rt_atomic.h"
#include "rt_export.h"
#include "rt_fatal.h"
#include "rt_init.h"
#include "rt_real.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/syscall.h>

/* One wait, from its first try on. */
struct wait {
    uint32_t nhandshakes, nuser_signals;
    bool is_blocked;
};

static void begin(struct wait *wait)
{
    if (!rt_load_relaxed(&mthread_no_block))
        wait->is_blocked = mthread_block_begin();
}

static void end(struct wait *wait)
{
    if (wait->is_blocked)
        mthread_block_end();
    wait->is_blocked = false;
}

static struct wait new_wait(void)
{
    const struct mthread *self = __escc_tls.thread;
    struct wait wait = {0};
    if (self) {
        wait.nhandshakes = self->nhandshakes;
        wait.nuser_signals = self->nuser_signals;
    }
    return wait;
}

static bool no_user_handler_ran(const struct wait *wait)
{
    const struct mthread *self = __escc_tls.thread;
    return self && self->nuser_signals == wait->nuser_signals;
}

/* The EINTR is ours: the program is not to see it. */
static bool was_ours(const struct wait *wait)
{
    const struct mthread *self = __escc_tls.thread;
    return no_user_handler_ran(wait) &&
           self->nhandshakes != wait->nhandshakes;
}

/* `call` is made until it ends otherwise than by our signal. */
#define WAIT_FOR(result, call)                                              \
    do {                                                                    \
        struct wait wait_ = new_wait();                                     \
        do {                                                                \
            begin(&wait_);                                                  \
            (result) = (call);                                              \
            end(&wait_);                                                    \
        } while ((result) == -1 && errno == EINTR && was_ours(&wait_));     \
    } while (0)

/* The same for functions that return the error. */
#define WAIT_FOR_ERROR(result, call)                                        \
    do {                                                                    \
        struct wait wait_ = new_wait();                                     \
        do {                                                                \
            begin(&wait_);                                                  \
            (result) = (call);                                              \
            end(&wait_);                                                    \
        } while ((result) == EINTR && was_ours(&wait_));                    \
    } while (0)

/* ---- time ---------------------------------------------------------------- */

static struct timespec now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time;
}

static struct timespec add(struct timespec a, struct timespec b)
{
    struct timespec sum = {a.tv_sec, a.tv_nsec + b.tv_nsec};
    if (__builtin_add_overflow(a.tv_sec, b.tv_sec, &sum.tv_sec))
        sum.tv_sec = LONG_MAX - 1;
    if (sum.tv_nsec >= 1000000000) {
        sum.tv_nsec -= 1000000000;
        sum.tv_sec++;
    }
    return sum;
}

/* What is left until `end`; zero if that is over. */
static struct timespec left_until(struct timespec end)
{
    struct timespec time = now();
    struct timespec left = {end.tv_sec - time.tv_sec,
                            end.tv_nsec - time.tv_nsec};
    if (left.tv_nsec < 0) {
        left.tv_nsec += 1000000000;
        left.tv_sec--;
    }
    return left.tv_sec < 0 ? (struct timespec){0, 0} : left;
}

static struct timespec from_ms(int ms)
{
    return (struct timespec){ms / 1000, ms % 1000 * 1000000l};
}

/* Rounded up: a poll must not end before its time. */
static int to_ms(struct timespec time)
{
    if (time.tv_sec > INT_MAX / 1000 - 1)
        return INT_MAX;
    return (int)(time.tv_sec * 1000 + (time.tv_nsec + 999999) / 1000000);
}

/* ---- sleeping ------------------------------------------------------------ */

RT_EXPORT int nanosleep(const struct timespec *time, struct timespec *left)
{
    struct timespec rest;
    struct wait wait = new_wait();
    int result;
    do {
        begin(&wait);
        result = RT_REAL(nanosleep)(time, &rest);
        end(&wait);
        time = &rest;
    } while (result == -1 && errno == EINTR && was_ours(&wait));
    if (result == -1 && errno == EINTR && left)
        *left = rest;
    return result;
}

RT_EXPORT int clock_nanosleep(clockid_t clock, int flags,
                              const struct timespec *time,
                              struct timespec *left)
{
    struct timespec rest;
    struct wait wait = new_wait();
    bool relative = !(flags & TIMER_ABSTIME);
    int error;
    do {
        begin(&wait);
        error = RT_REAL(clock_nanosleep)(clock, flags, time, &rest);
        end(&wait);
        if (relative)
            time = &rest;
    } while (error == EINTR && was_ours(&wait));
    if (error == EINTR && left && relative)
        *left = rest;
    return error;
}

RT_EXPORT int usleep(useconds_t us)
{
    struct timespec time = {us / 1000000, us % 1000000 * 1000l};
    return nanosleep(&time, NULL);
}

RT_EXPORT unsigned sleep(unsigned seconds)
{
    struct timespec time = {seconds, 0}, left = {0, 0};
    int saved = errno;
    if (nanosleep(&time, &left) == 0) {
        errno = saved;
        return 0;
    }
    return (unsigned)left.tv_sec;
}

/* A handler of the program is what these wait for. */
RT_EXPORT int sigsuspend(const sigset_t *set)
{
    sigset_t copy;
    struct wait wait = new_wait();
    set = msignal_strip(set, &copy);
    int result;
    do {
        begin(&wait);
        result = RT_REAL(sigsuspend)(set);
        end(&wait);
    } while (result == -1 && errno == EINTR && was_ours(&wait));
    return result;
}

RT_EXPORT int pause(void)
{
    sigset_t set;
    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigsuspend(&set);
}

/* ---- waiting for descriptors --------------------------------------------- */

RT_EXPORT int poll(struct pollfd *files, nfds_t count, int ms)
{
    void *volatile kept = files;
    struct wait wait = new_wait();
    struct timespec until;
    int result;
    if (ms > 0)
        until = add(now(), from_ms(ms));
    for (;;) {
        begin(&wait);
        result = RT_REAL(poll)(files, count, ms);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (ms > 0)
            ms = to_ms(left_until(until));
    }
    (void)kept;
    return result;
}

/* What poll and ppoll are with -D_FORTIFY_SOURCE; libc's versions would
 * let an EINTR of ours through. */
RT_EXPORT int __poll_chk(struct pollfd *files, nfds_t count, int ms,
                         size_t bytes);
RT_EXPORT int __poll_chk(struct pollfd *files, nfds_t count, int ms,
                         size_t bytes)
{
    if (bytes / sizeof *files < count)
        rt_fatal("buffer overflow detected: poll of %lu files",
                 (unsigned long)count);
    return poll(files, count, ms);
}

/* A static libc has no second name for ppoll.  The kernel stores the time
 * that is left; libc keeps that from its callers. */
static int real_ppoll(struct pollfd *files, nfds_t count,
                      const struct timespec *time, const sigset_t *set)
{
    if (rt_real.ppoll)
        return rt_real.ppoll(files, count, time, set);
    struct timespec left = time ? *time : (struct timespec){0, 0};
    return (int)syscall(SYS_ppoll, files, count, time ? &left : NULL, set,
                        sizeof(unsigned long));
}

RT_EXPORT int ppoll(struct pollfd *files, nfds_t count,
                    const struct timespec *time, const sigset_t *set)
{
    void *volatile kept = files;
    sigset_t copy;
    struct wait wait = new_wait();
    struct timespec until, rest;
    int result;
    set = msignal_strip(set, &copy);
    if (time)
        until = add(now(), *time);
    for (;;) {
        begin(&wait);
        result = real_ppoll(files, count, time, set);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (time) {
            rest = left_until(until);
            time = &rest;
        }
    }
    (void)kept;
    return result;
}

RT_EXPORT int __ppoll_chk(struct pollfd *files, nfds_t count,
                          const struct timespec *time, const sigset_t *set,
                          size_t bytes);
RT_EXPORT int __ppoll_chk(struct pollfd *files, nfds_t count,
                          const struct timespec *time, const sigset_t *set,
                          size_t bytes)
{
    if (bytes / sizeof *files < count)
        rt_fatal("buffer overflow detected: ppoll of %lu files",
                 (unsigned long)count);
    return ppoll(files, count, time, set);
}

/* Linux stores the time that is left in *time, also with EINTR. */
RT_EXPORT int select(int count, fd_set *restrict in, fd_set *restrict out,
                     fd_set *restrict except, struct timeval *restrict time)
{
    void *volatile kept[] = {in, out, except, time};
    int result;
    WAIT_FOR(result, RT_REAL(select)(count, in, out, except, time));
    (void)kept;
    return result;
}

RT_EXPORT int pselect(int count, fd_set *restrict in, fd_set *restrict out,
                      fd_set *restrict except,
                      const struct timespec *restrict time,
                      const sigset_t *restrict set)
{
    void *volatile kept[] = {in, out, except};
    sigset_t copy;
    struct wait wait = new_wait();
    struct timespec until, rest;
    int result;
    set = msignal_strip(set, &copy);
    if (time)
        until = add(now(), *time);
    for (;;) {
        begin(&wait);
        result = RT_REAL(pselect)(count, in, out, except, time, set);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (time) {
            rest = left_until(until);
            time = &rest;
        }
    }
    (void)kept;
    return result;
}

/* A static libc has no second name for epoll_pwait. */
static int real_epoll_pwait(int epoll, struct epoll_event *events, int count,
                            int ms, const sigset_t *set)
{
    if (rt_real.epoll_pwait)
        return rt_real.epoll_pwait(epoll, events, count, ms, set);
    return (int)syscall(SYS_epoll_pwait, epoll, events, count, ms, set,
                        sizeof(unsigned long));
}

RT_EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count,
                          int ms, const sigset_t *set)
{
    void *volatile kept = events;
    sigset_t copy;
    struct wait wait = new_wait();
    struct timespec until;
    int result;
    set = msignal_strip(set, &copy);
    if (ms > 0)
        until = add(now(), from_ms(ms));
    for (;;) {
        begin(&wait);
        result = real_epoll_pwait(epoll, events, count, ms, set);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (ms > 0)
            ms = to_ms(left_until(until));
    }
    (void)kept;
    return result;
}

RT_EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count,
                         int ms)
{
    return epoll_pwait(epoll, events, count, ms, NULL);
}

/* ---- reading, writing, sockets ------------------------------------------- */

RT_EXPORT ssize_t read(int file, void *buffer, size_t bytes)
{
    void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(read)(file, buffer, bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t write(int file, const void *buffer, size_t bytes)
{
    const void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(write)(file, buffer, bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t recv(int file, void *buffer, size_t bytes, int flags)
{
    void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(recv)(file, buffer, bytes, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t recvfrom(int file, void *restrict buffer, size_t bytes,
                           int flags, struct sockaddr *restrict from,
                           socklen_t *restrict from_bytes)
{
    void *volatile kept[] = {buffer, from, from_bytes};
    ssize_t result;
    WAIT_FOR(result, RT_REAL(recvfrom)(file, buffer, bytes, flags, from,
                                       from_bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t recvmsg(int file, struct msghdr *message, int flags)
{
    void *volatile kept = message;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(recvmsg)(file, message, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t send(int file, const void *buffer, size_t bytes, int flags)
{
    const void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(send)(file, buffer, bytes, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t sendto(int file, const void *buffer, size_t bytes,
                         int flags, const struct sockaddr *to,
                         socklen_t to_bytes)
{
    const void *volatile kept[] = {buffer, to};
    ssize_t result;
    WAIT_FOR(result,
             RT_REAL(sendto)(file, buffer, bytes, flags, to, to_bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t sendmsg(int file, const struct msghdr *message, int flags)
{
    const void *volatile kept = message;
    ssize_t result;
    WAIT_FOR(result, RT_REAL(sendmsg)(file, message, flags));
    (void)kept;
    return result;
}

RT_EXPORT int accept(int file, struct sockaddr *restrict from,
                     socklen_t *restrict from_bytes)
{
    void *volatile kept[] = {from, from_bytes};
    int result;
    WAIT_FOR(result, RT_REAL(accept)(file, from, from_bytes));
    (void)kept;
    return result;
}

RT_EXPORT int connect(int file, const struct sockaddr *to, socklen_t bytes)
{
    const void *volatile kept = to;
    int result;
    WAIT_FOR(result, RT_REAL(connect)(file, to, bytes));
    (void)kept;
    return result;
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
    struct wait wait = new_wait();
    struct timespec until, rest;
    int result;
    if (time)
        until = add(now(), *time);
    for (;;) {
        begin(&wait);
        result = RT_REAL(semtimedop)(set, operations, count, time);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (time) {
            rest = left_until(until);
            time = &rest;
        }
    }
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
    struct wait wait = new_wait();
    struct timespec until, rest;
    int result;
    set = msignal_strip(set, &copy);
    if (time)
        until = add(now(), *time);
    for (;;) {
        begin(&wait);
        result = RT_REAL(sigtimedwait)(set, info, time);
        end(&wait);
        if (result != -1 || errno != EINTR || !was_ours(&wait))
            break;
        if (time) {
            rest = left_until(until);
            time = &rest;
        }
    }
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

RT_EXPORT int pthread_cancel(pthread_t thread)
{
    static const struct mhandshake out_of_blocked = {.hold = false};
    if (!rt_load_seq(&mthread_no_block)) {
        rt_enter();
        rt_init();
        rt_store_seq(&mthread_no_block, 1);
        mgc_handshake(&out_of_blocked);
        rt_leave();
    }
    return RT_REAL(pthread_cancel)(thread);
}
