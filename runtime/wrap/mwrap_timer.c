/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_timer.c - POSIX timers.
 *
 * A timer holds a value of the program (sigev_value, often a pointer) in
 * the kernel until it fires, and with SIGEV_THREAD libc calls the
 * program's function in threads of its own, which have every signal
 * blocked: they could not be stopped.  So each timer has a `notice`, a
 * foreign block, which keeps the value alive as long as the timer exists;
 * and notifications by thread go through a function of ours that makes the
 * thread one of the known ones first.
 *
 * Lock: a leaf, over the list of notices.
 */
#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_real.h"
#include "mwrap_kernel.h"
#include "thread/mthread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct notice {
    struct notice *next;
    timer_t timer;
    int signal;                 /* if it notifies by one */
    union sigval value;
    void (*function)(union sigval);
};

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct notice *first;

static void notify(union sigval value)
{
    struct notice notice = *(struct notice *)value.sival_ptr;
    rt_enter();
    mthread_self();
    rt_leave();
    notice.function(notice.value);
}

static void link_notice(struct notice *notice)
{
    rt_enter();
    rt_lock(&lock);
    notice->next = first;
    first = notice;
    rt_unlock(&lock);
    rt_leave();
}

static struct notice *unlink_notice(timer_t timer)
{
    rt_enter();
    rt_lock(&lock);
    struct notice **at = &first;
    while (*at && (*at)->timer != timer)
        at = &(*at)->next;
    struct notice *notice = *at;
    if (notice)
        *at = notice->next;
    rt_unlock(&lock);
    rt_leave();
    return notice;
}

RT_EXPORT int timer_create(clockid_t clock, struct sigevent *restrict event,
                           timer_t *restrict timer)
{
    if (!event || event->sigev_notify == SIGEV_NONE)
        return RT_REAL(timer_create)(clock, event, timer);
    struct notice *notice = malloc(sizeof *notice);
    if (!notice) {
        errno = EAGAIN;
        return -1;
    }
    struct sigevent ours = *event;
    *notice = (struct notice){.signal = event->sigev_signo,
                              .value = event->sigev_value};
    if (event->sigev_notify == SIGEV_THREAD) {
        notice->function = event->sigev_notify_function;
        ours.sigev_notify_function = notify;
        ours.sigev_value.sival_ptr = notice;
    }
    if (RT_REAL(timer_create)(clock, &ours, timer) != 0) {
        free(notice);
        return -1;
    }
    notice->timer = *timer;
    link_notice(notice);
    return 0;
}

/* A notification may just be on its way to its thread, so the notice of a
 * timer with threads is not freed: POSIX leaves no moment when it could be.
 * It is a small block; what its value points to stays alive with it.  A
 * signal of the timer may be pending still. */
RT_EXPORT int timer_delete(timer_t timer)
{
    if (RT_REAL(timer_delete)(timer) != 0)
        return -1;
    struct notice *notice = unlink_notice(timer);
    if (notice && !notice->function) {
        mwrap_kernel_hold_signal(notice->signal,
                                 (uintptr_t)notice->value.sival_ptr);
        free(notice);
    }
    return 0;
}
