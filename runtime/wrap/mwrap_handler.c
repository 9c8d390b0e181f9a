/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_handler.c - signal, its older relatives, sigset and siginterrupt.
 *
 * libc's would give the kernel the program's handler as it is.  All of them do
 * what they do by sigaction and pthread_sigmask, which are ours
 * (thread/msignal.c, mwrap_signal.c).
 *
 * Async-signal-safe, as the originals are.
 */
#include "base/rt_export.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NSIGNALS = 65 };

static __sighandler_t set_handler(int signal, __sighandler_t handler,
                                  int flags)
{
    struct sigaction new = {.sa_handler = handler, .sa_flags = flags}, old;
    sigemptyset(&new.sa_mask);
    if (!(flags & SA_NODEFER) && signal > 0 && signal < NSIGNALS)
        sigaddset(&new.sa_mask, signal);
    if (handler == SIG_ERR) {
        errno = EINVAL;
        return SIG_ERR;
    }
    return sigaction(signal, &new, &old) == 0 ? old.sa_handler : SIG_ERR;
}

/* Signals that end system calls, as the program has said: a set of those whose
 * handlers `signal` sets without SA_RESTART. */
static uint64_t interrupting;

static int restart_flag(int signal)
{
    bool known = signal >= 1 && signal < NSIGNALS;
    uint64_t set = __atomic_load_n(&interrupting, __ATOMIC_RELAXED);
    return known && (set >> (signal - 1) & 1) ? 0 : SA_RESTART;
}

/* libc's would change what the kernel has and no more. */
RT_EXPORT int siginterrupt(int number, int interrupt)
{
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0)
        return -1;
    uint64_t bit = UINT64_C(1) << (number - 1);
    if (interrupt) {
        action.sa_flags &= ~SA_RESTART;
        __atomic_fetch_or(&interrupting, bit, __ATOMIC_RELAXED);
    } else {
        action.sa_flags |= SA_RESTART;
        __atomic_fetch_and(&interrupting, ~bit, __ATOMIC_RELAXED);
    }
    return sigaction(number, &action, NULL);
}

RT_EXPORT __sighandler_t signal(int number, __sighandler_t handler)
{
    return set_handler(number, handler, restart_flag(number));
}

/* Gone from the headers, still in libc. */
RT_EXPORT __sighandler_t bsd_signal(int number, __sighandler_t handler);
RT_EXPORT __sighandler_t bsd_signal(int number, __sighandler_t handler)
{
    return set_handler(number, handler, restart_flag(number));
}

RT_EXPORT __sighandler_t ssignal(int number, __sighandler_t handler)
{
    return set_handler(number, handler, restart_flag(number));
}

/* What <signal.h> calls `signal` in strict ISO C modes. */
RT_EXPORT __sighandler_t __sysv_signal(int number, __sighandler_t handler);
RT_EXPORT __sighandler_t __sysv_signal(int number, __sighandler_t handler)
{
    return set_handler(number, handler, (int)SA_RESETHAND | SA_NODEFER);
}

RT_EXPORT __sighandler_t sysv_signal(int number, __sighandler_t handler)
{
    return set_handler(number, handler, (int)SA_RESETHAND | SA_NODEFER);
}

/* System V's.  libc's would give the kernel the handler as it is. */
RT_EXPORT __sighandler_t sigset(int number, __sighandler_t handler)
{
    sigset_t set, before;
    struct sigaction old;
    sigemptyset(&set);
    if (sigaddset(&set, number) != 0)
        return SIG_ERR;
    if (handler == SIG_HOLD) {
        if (sigaction(number, NULL, &old) != 0)
            return SIG_ERR;
    } else {
        old.sa_handler = set_handler(number, handler, 0);
        if (old.sa_handler == SIG_ERR)
            return SIG_ERR;
    }
    pthread_sigmask(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, &set,
                    &before);
    return sigismember(&before, number) ? SIG_HOLD : old.sa_handler;
}
