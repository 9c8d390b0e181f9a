/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcancel.c - threads that are cancelled anywhere.
 *
 * A thread whose cancellation is asynchronous is unwound wherever it is, by
 * libc's handler of a signal of its own.  The program may ask for that where it
 * calls nothing; but a local that has moved is allocated there, and barriers
 * are the runtime's: unwound in the middle of it, a thread would leave locks
 * behind, or a stopped world.  So a handler of ours comes first and puts the
 * signal off until the thread leaves the runtime, as msignal.c does those of
 * the program.
 *
 * libc installs its handler when a thread is first cancelled, so one of ours,
 * which runs nothing, is cancelled before that.  If there is no memory for it,
 * or a filter of system calls might mind, libc's handler stays.
 *
 * No locks.
 */
#include "mcancel.h"

#include "base/rt_atomic.h"
#include "base/rt_real.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mdeferred.h"
#include "mthread.h"

#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/* SIGCANCEL of libc's nptl; no function of its lets others have it.  The next
 * one is libc's, too. */
enum { CANCEL_SIGNAL = 32 };

/* As the kernel has it. */
struct action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static struct action libc_action;
static uint32_t is_over;        /* a futex */

static void on_cancel(int signal, siginfo_t *info, void *context)
{
    struct mthread *self = __escc_tls.thread;
    if (self && __escc_tls.in_rt &&
        mdeferred_put_off(self, signal, info, context))
        return;
    libc_action.handler(signal, info, context);
}

/* Calls nothing that could be left by cancellation. */
static void *wait_until_over(void *unused)
{
    while (!rt_load_seq(&is_over))
        rt_syscall(SYS_futex, &is_over, FUTEX_WAIT_PRIVATE, 0, NULL, NULL,
                   0);
    return unused;
}

/* Has libc install its handler.  The thread takes none of the program's
 * signals.  BLOCKED, since libc takes locks of the dynamic linker for it: who
 * has them may be stopped, by a stop that would wait for this thread. */
static bool cancel_one(void)
{
    unsigned long others = ~(3ul << (CANCEL_SIGNAL - 1)), saved;
    pthread_t thread;
    if (rt_load_relaxed(&rt_nfilters))
        return false;
    rt_enter();
    bool blocked = mthread_block_begin();
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &others, &saved, sizeof saved);
    int error = RT_REAL(pthread_create)(&thread, NULL, wait_until_over, NULL);
    rt_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &saved, NULL, sizeof saved);
    if (!error) {
        RT_REAL(pthread_cancel)(thread);
        rt_store_seq(&is_over, 1);
        rt_syscall(SYS_futex, &is_over, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
        RT_REAL(pthread_join)(thread, NULL);
    }
    if (blocked)
        mthread_block_end();
    rt_leave();
    return !error;
}

void mcancel_prepare(void)
{
    struct action action;
    if (!cancel_one() ||
        rt_syscall(SYS_rt_sigaction, CANCEL_SIGNAL, NULL, &action,
                   sizeof action.mask) != 0 ||
        !(action.flags & SA_SIGINFO) || !action.handler)
        return;
    libc_action = action;
    action.handler = on_cancel;
    rt_syscall(SYS_rt_sigaction, CANCEL_SIGNAL, &action, NULL,
               sizeof action.mask);
}
