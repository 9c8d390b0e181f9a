/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_block.h - the layer wrap, and what its waiting functions share.
 *
 * The layer wrap owns the functions of the C library that the runtime
 * replaces because it must know of the call: those that wait (mwrap_block.c,
 * mwrap_poll.c, mwrap_socket.c), make or end threads, map memory, move words,
 * change signal masks or hand pointers to the kernel; and start-up and fork
 * (rt_start.c), which know all layers.  It may use every other layer; none
 * uses it, but for rt_start, and for what rt_start leaves in lower layers to
 * be called (rt_on_leave, mthread_on_end, mkernel_on_release).
 *
 * Here in particular: see mwrap_block.c for the promises.
 *
 * All are async-signal-safe, take no lock and do not collect; wait_end may
 * wait for a collection to end.
 */
#ifndef ESCC_MWRAP_BLOCK_H
#define ESCC_MWRAP_BLOCK_H

#include "base/rt_atomic.h"
#include "base/rt_clock.h"
#include "base/rt_syscall.h"
#include "thread/mthread.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* One wait, from its first try on. */
struct wait {
    uint32_t nhandshakes, nuser_signals;
    bool is_blocked;
};

static inline void wait_begin(struct wait *wait)
{
    wait->is_blocked = mthread_wait_begin();
}

static inline void wait_end(struct wait *wait)
{
    if (wait->is_blocked)
        mthread_block_end();
    wait->is_blocked = false;
}

static inline struct wait wait_new(void)
{
    const struct mthread *self = __escc_tls.thread;
    struct wait wait = {0};
    if (self) {
        wait.nhandshakes = self->nhandshakes;
        wait.nuser_signals = self->nuser_signals;
    }
    return wait;
}

/* The EINTR is ours: the program is not to see it. */
static inline bool wait_was_ours(const struct wait *wait)
{
    const struct mthread *self = __escc_tls.thread;
    return self && self->nuser_signals == wait->nuser_signals &&
           self->nhandshakes != wait->nhandshakes;
}

/* ---- time ---------------------------------------------------------------- */

static inline struct timespec time_now(void)
{
    uint64_t ns = rt_clock_now_ns();
    return (struct timespec){(time_t)(ns / 1000000000),
                             (long)(ns % 1000000000)};
}

static inline struct timespec time_add(struct timespec a, struct timespec b)
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
static inline struct timespec time_left_until(struct timespec end)
{
    struct timespec time = time_now();
    struct timespec left = {end.tv_sec - time.tv_sec,
                            end.tv_nsec - time.tv_nsec};
    if (left.tv_nsec < 0) {
        left.tv_nsec += 1000000000;
        left.tv_sec--;
    }
    return left.tv_sec < 0 ? (struct timespec){0, 0} : left;
}

static inline struct timespec time_from_ms(int ms)
{
    return (struct timespec){ms / 1000, ms % 1000 * 1000000l};
}

/* Rounded up: a poll must not end before its time. */
static inline int time_to_ms(struct timespec time)
{
    if (time.tv_sec > INT_MAX / 1000 - 1)
        return INT_MAX;
    return (int)(time.tv_sec * 1000 + (time.tv_nsec + 999999) / 1000000);
}

/* ---- waiting --------------------------------------------------------------
 * All waits are this one: `call`, a statement, is made until it ends
 * otherwise than by our signal alone.  `interrupted`: whether it has ended
 * with EINTR; `renew`: a statement before the next try, which may break. */
#define WAIT_LOOP(call, interrupted, renew)                                 \
    do {                                                                    \
        struct wait wait_ = wait_new();                                     \
        for (;;) {                                                          \
            wait_begin(&wait_);                                             \
            call;                                                           \
            wait_end(&wait_);                                               \
            if (!(interrupted) || !wait_was_ours(&wait_))                   \
                break;                                                      \
            renew;                                                          \
        }                                                                   \
    } while (0)

/* A call that returns -1 and sets errno. */
#define WAIT_FOR(result, call)                                              \
    WAIT_LOOP((result) = (call), (result) == -1 && errno == EINTR, (void)0)

/* A call that returns the error. */
#define WAIT_FOR_ERROR(result, call)                                        \
    WAIT_LOOP((result) = (call), (result) == EINTR, (void)0)

/* WAIT_FOR a call with a time limit: `time`, a variable that points to one or
 * is NULL, and then to what is left of it. */
#define WAIT_WITHIN(result, time, call)                                     \
    do {                                                                    \
        struct timespec until_ = {0, 0}, left_;                             \
        if (time)                                                           \
            until_ = time_add(time_now(), *(time));                         \
        WAIT_LOOP((result) = (call), (result) == -1 && errno == EINTR,      \
                  if (time) {                                               \
                      left_ = time_left_until(until_);                      \
                      (time) = &left_;                                      \
                  });                                                       \
    } while (0)

/* The same where the limit is in milliseconds; -1: none. */
#define WAIT_WITHIN_MS(result, ms, call)                                    \
    do {                                                                    \
        struct timespec until_ = {0, 0};                                    \
        if ((ms) > 0)                                                       \
            until_ = time_add(time_now(), time_from_ms(ms));                \
        WAIT_LOOP((result) = (call), (result) == -1 && errno == EINTR,      \
                  if ((ms) > 0)                                             \
                      (ms) = time_to_ms(time_left_until(until_)));          \
    } while (0)

#endif /* ESCC_MWRAP_BLOCK_H */
