/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_kernel.c - calls that hand the kernel a pointer to keep.
 *
 * epoll_ctl, sigqueue and its relative for threads, mq_notify, and close,
 * after which a pointer may be over.  What they hand over is held in the
 * table of gc/mkernel.c, which says why and for how long; the blocks of that
 * table are made and freed here.  (POSIX timers: mwrap_timer.c.  aio_* and
 * getaddrinfo_a keep the program's pointers in blocks of libc's, which are
 * roots.)
 *
 * A value that is no address in the heap (a descriptor number, mostly)
 * needs no `held`; it gets one only where an older one exists for the same
 * descriptor of the same epoll, so that the newest is the one meant.
 *
 * Lock: mkernel_lock, around the system call.
 */
#include "mwrap_kernel.h"

#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "gc/mbarrier.h"
#include "gc/mkernel.h"
#include "heap/mheap.h"
#include "mwrap_block.h"

#include <errno.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

static uint32_t any_epoll;      /* close need not care before */

/* ---- blocks -------------------------------------------------------------- */

/* The kernel hands values back without a barrier, into memory that a marker
 * may have read: so they are shaded when they are given to it, and when they
 * are no longer held. */
static void shade(uintptr_t value)
{
    if (__escc_tls.marking)
        mbarrier_shade(value);
}

static struct mkernel_held *new_held(enum mkernel_sort sort, int key, int epoll,
                                     uintptr_t value)
{
    struct mkernel_held *held = malloc(sizeof *held);
    shade(value);
    if (held)
        *held = (struct mkernel_held){.value = value, .sort = sort,
                                      .key = key, .epoll = epoll};
    return held;
}

void mwrap_kernel_free(struct mkernel_held *dropped)
{
    while (dropped) {
        struct mkernel_held *next = dropped->next;
        shade(dropped->value);
        free(dropped);
        dropped = next;
    }
}

/* Called with no lock, after something was linked. */
static void look_if_doubled(bool doubled)
{
    if (doubled)
        mkernel_look();
}

/* ---- the calls ----------------------------------------------------------- */

/* A registration needs a `held`; the one that is offered may not be
 * wanted.  Under lock. */
static bool needs_held(int epoll, int file, uintptr_t value)
{
    return mheap_contains(value) ||
           *mkernel_find(mkernel_chain(MKERNEL_EPOLL, file), MKERNEL_EPOLL,
                         file, epoll);
}

static int register_held(int epoll, int operation, int file,
                         struct epoll_event *event,
                         struct mkernel_held **held,
                         struct mkernel_held **dropped)
{
    struct mkernel_held **older = mkernel_chain(MKERNEL_EPOLL, file);
    if (*held && needs_held(epoll, file, (*held)->value)) {
        struct mkernel_held *linked = *held;
        mkernel_link(linked);
        older = &linked->next;
        *held = NULL;
        if (rt_syscall(SYS_epoll_ctl, epoll, operation, file, event) != 0) {
            mkernel_drop_this(linked, dropped);
            return -1;
        }
    } else if (rt_syscall(SYS_epoll_ctl, epoll, operation, file, event) != 0) {
        return -1;
    }
    if (operation != EPOLL_CTL_ADD)
        mkernel_drop(mkernel_find(older, MKERNEL_EPOLL, file, epoll), dropped);
    return 0;
}

RT_EXPORT int epoll_ctl(int epoll, int operation, int file,
                        struct epoll_event *event)
{
    struct mkernel_held *held = NULL, *dropped = NULL;
    if (event && operation != EPOLL_CTL_DEL &&
        (mkernel_has_any() || mheap_contains(event->data.u64))) {
        held = new_held(MKERNEL_EPOLL, file, epoll, event->data.u64);
        if (!held) {
            errno = ENOMEM;
            return -1;
        }
    }
    mkernel_lock();
    int result = register_held(epoll, operation, file, event, &held,
                               &dropped);
    int error = errno;
    bool doubled = mkernel_has_doubled();
    mkernel_unlock();
    rt_store_relaxed(&any_epoll, 1);
    free(held);
    mwrap_kernel_free(dropped);
    look_if_doubled(doubled);
    if (result != 0)
        errno = error;
    return result;
}

RT_EXPORT int close(int file)
{
    struct wait wait = {0};
    if (rt_load_relaxed(&any_epoll))
        mkernel_note_close();
    /* A socket that lingers: nobody signals us, which would end it. */
    wait_begin(&wait);
    int result = RT_REAL(close)(file);
    wait_end(&wait);
    return result;
}

/* Under lock, around the call that sends: a look in between would find
 * nothing pending. */
static void hold_signal(struct mkernel_held *held)
{
    mkernel_link(held);
    mkernel_note_signal();
}

void mwrap_kernel_hold_signal(int signal, uintptr_t value)
{
    struct mkernel_held *held = mheap_contains(value)
        ? new_held(MKERNEL_SIGNAL, signal, 0, value) : NULL;
    if (!held)
        return;
    mkernel_lock();
    hold_signal(held);
    bool doubled = mkernel_has_doubled();
    mkernel_unlock();
    look_if_doubled(doubled);
}

/* Sends by `send`, to a thread of this process or to `target`.  If that
 * fails the value is held a while for nothing. */
static int send_held(int (*send)(unsigned long target, int signal,
                                 union sigval value),
                     unsigned long target, int signal, union sigval value)
{
    struct mkernel_held *held = NULL;
    if (signal >= 1 && signal <= 64) {
        held = new_held(MKERNEL_SIGNAL, signal, 0,
                        (uintptr_t)value.sival_ptr);
        if (!held) {
            errno = EAGAIN;
            return EAGAIN;
        }
    }
    mkernel_lock();
    if (held)
        hold_signal(held);
    int result = send(target, signal, value);
    int error = errno;
    bool doubled = mkernel_has_doubled();
    mkernel_unlock();
    look_if_doubled(doubled);
    errno = error;
    return result;
}

static int send_to_process(unsigned long target, int signal,
                           union sigval value)
{
    return RT_REAL(sigqueue)((pid_t)target, signal, value);
}

static int send_to_thread(unsigned long target, int signal,
                          union sigval value)
{
    return RT_REAL(pthread_sigqueue)((pthread_t)target, signal, value);
}

RT_EXPORT int sigqueue(pid_t process, int signal, const union sigval value)
{
    if (process != rt_getpid() || !mheap_contains((uintptr_t)value.sival_ptr))
        return RT_REAL(sigqueue)(process, signal, value);
    return send_held(send_to_process, (unsigned long)process, signal,
                     value) ? -1 : 0;
}

RT_EXPORT int pthread_sigqueue(pthread_t thread, int signal,
                               const union sigval value)
{
    if (!mheap_contains((uintptr_t)value.sival_ptr))
        return RT_REAL(pthread_sigqueue)(thread, signal, value);
    return send_held(send_to_thread, thread, signal, value);
}

RT_EXPORT int mq_notify(mqd_t queue, const struct sigevent *event)
{
    struct mkernel_held *held = NULL, *dropped = NULL;
    if (event && event->sigev_notify != SIGEV_NONE) {
        held = new_held(MKERNEL_QUEUE, queue, 0,
                        (uintptr_t)event->sigev_value.sival_ptr);
        if (!held) {
            errno = ENOMEM;
            return -1;
        }
        mkernel_lock();
        mkernel_link(held);
        mkernel_unlock();
    }
    int result = RT_REAL(mq_notify)(queue, event);
    int error = errno;
    if (!held)
        return result;
    mkernel_lock();
    if (result != 0) {
        mkernel_drop_this(held, &dropped);
    } else {
        struct mkernel_held **at = mkernel_find(&held->next, MKERNEL_QUEUE,
                                                queue, 0);
        if (*at)
            mkernel_drop(mkernel_find(&(*at)->next, MKERNEL_QUEUE, queue, 0),
                         &dropped);
    }
    mkernel_unlock();
    mwrap_kernel_free(dropped);
    errno = error;
    return result;
}
