/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_signal.c - signal sets: nobody blocks or takes the handshake
 * signal.
 *
 * A thread that had our signal blocked would not answer a handshake, and
 * one that waited for it with sigwait would swallow it.  So every function
 * that hands the kernel a set of signals gets a set without ours.  The
 * functions that wait with such a set (sigsuspend, ppoll, ...) are in
 * mwrap_block.c.
 *
 * Async-signal-safe, as the originals are.
 */
#include "base/rt_export.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "thread/mhandshake.h"
#include "thread/msignal.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

RT_EXPORT int sigprocmask(int how, const sigset_t *restrict set,
                          sigset_t *restrict old)
{
    sigset_t copy;
    if (how != SIG_UNBLOCK)
        set = msignal_mask(set, &copy);
    return RT_REAL(sigprocmask)(how, set, old);
}

RT_EXPORT int pthread_sigmask(int how, const sigset_t *restrict set,
                              sigset_t *restrict old)
{
    sigset_t copy;
    if (how != SIG_UNBLOCK)
        set = msignal_mask(set, &copy);
    return RT_REAL(pthread_sigmask)(how, set, old);
}

RT_EXPORT int signalfd(int file, const sigset_t *set, int flags)
{
    sigset_t copy;
    set = msignal_strip(set, &copy);
    return (int)rt_syscall(SYS_signalfd4, file, set, sizeof(unsigned long),
                           flags);
}
