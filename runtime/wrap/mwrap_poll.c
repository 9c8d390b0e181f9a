/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_poll.c - waiting for descriptors: poll, select, epoll.
 *
 * Wrappers as mwrap_block.c explains.  These calls end with EINTR after any
 * handler, whatever SA_RESTART says, so they are made again with the time
 * that is left.
 */
#include "mwrap_block.h"

#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "thread/msignal.h"


RT_EXPORT int poll(struct pollfd *files, nfds_t count, int ms)
{
    void *volatile kept = files;
    int result;
    WAIT_WITHIN_MS(result, ms, RT_REAL(poll)(files, count, ms));
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
    return (int)rt_syscall(SYS_ppoll, files, count, time ? &left : NULL, set,
                           sizeof(unsigned long));
}

RT_EXPORT int ppoll(struct pollfd *files, nfds_t count,
                    const struct timespec *time, const sigset_t *set)
{
    void *volatile kept = files;
    sigset_t copy;
    int result;
    set = msignal_mask(set, &copy);
    WAIT_WITHIN(result, time, real_ppoll(files, count, time, set));
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

/* Linux stores the time that is left in *time, of the last try. */
RT_EXPORT int select(int count, fd_set *restrict in, fd_set *restrict out,
                     fd_set *restrict except, struct timeval *restrict time)
{
    void *volatile kept[] = {in, out, except, time};
    struct timespec until, rest;
    int result;
    if (time)
        until = time_add(time_now(), (struct timespec){
                             time->tv_sec, time->tv_usec * 1000});
    WAIT_LOOP(result = RT_REAL(select)(count, in, out, except, time),
              result == -1 && errno == EINTR,
              if (time) {
                  rest = time_left_until(until);
                  time->tv_sec = rest.tv_sec;
                  time->tv_usec = (rest.tv_nsec + 999) / 1000;
              });
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
    int result;
    set = msignal_mask(set, &copy);
    WAIT_WITHIN(result, time,
                RT_REAL(pselect)(count, in, out, except, time, set));
    (void)kept;
    return result;
}

/* A static libc has no second name for epoll_pwait. */
static int real_epoll_pwait(int epoll, struct epoll_event *events, int count,
                            int ms, const sigset_t *set)
{
    if (rt_real.epoll_pwait)
        return rt_real.epoll_pwait(epoll, events, count, ms, set);
    return (int)rt_syscall(SYS_epoll_pwait, epoll, events, count, ms, set,
                           sizeof(unsigned long));
}

RT_EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count,
                          int ms, const sigset_t *set)
{
    void *volatile kept = events;
    sigset_t copy;
    int result;
    set = msignal_mask(set, &copy);
    WAIT_WITHIN_MS(result, ms,
                   real_epoll_pwait(epoll, events, count, ms, set));
    (void)kept;
    return result;
}

/* A static libc has no second name for it, an older one has none at all. */
static int real_epoll_pwait2(int epoll, struct epoll_event *events,
                             int count, const struct timespec *time,
                             const sigset_t *set)
{
    if (rt_real.epoll_pwait2)
        return rt_real.epoll_pwait2(epoll, events, count, time, set);
    return (int)rt_syscall(SYS_epoll_pwait2, epoll, events, count, time, set,
                           sizeof(unsigned long));
}

RT_EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int count,
                           const struct timespec *time, const sigset_t *set)
{
    void *volatile kept = events;
    sigset_t copy;
    int result;
    set = msignal_mask(set, &copy);
    WAIT_WITHIN(result, time,
                real_epoll_pwait2(epoll, events, count, time, set));
    (void)kept;
    return result;
}

RT_EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count,
                         int ms)
{
    return epoll_pwait(epoll, events, count, ms, NULL);
}
