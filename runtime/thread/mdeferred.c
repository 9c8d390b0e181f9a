/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mdeferred.c - signals that came while their thread was in the runtime.
 *
 * Such a signal is kept with its siginfo and blocked in the interrupted
 * context, and sent to the thread again when that leaves the runtime
 * (msignal.c says why; mcancel.c has one of libc's put off, too).
 *
 * [inv.queue]  A signal that came had a place in the kernel's queue, which is
 * another's by the time when it is sent again: where the queue is full
 * (RLIMIT_SIGPENDING) real-time signals are refused.  Those stay put off, and
 * blocked, until the thread next leaves the runtime: late, but not lost.
 *
 * All that counts is the calling thread's own, with in_rt set or in the
 * handshake's handler: no lock.
 */
#include "mdeferred.h"

#include "base/mcontext.h"
#include "base/rt_assert.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "mhandshake.h"

#include <errno.h>
#include <stddef.h>

bool mdeferred_put_off(struct mthread *self, int signal, const siginfo_t *info,
                       void *context)
{
    /* Where a filter forbids to send a signal it runs at once. */
    rt_assert(__escc_tls.in_rt && signal != mhandshake_signal());
    rt_assert(self->ndeferred >= 0 && self->ndeferred <= MTHREAD_NDEFERRED);
    if (!rt_sandbox_lets_stop())
        return false;
    /* Only a program that unblocks what waits here comes to that. */
    if (self->ndeferred < MTHREAD_NDEFERRED) {
        self->deferred[self->ndeferred] = *info;
        self->deferred_signal[self->ndeferred] = signal;
        self->ndeferred++;
    }
    mcontext_set_blocked(context, signal, true);
    __escc_tls.pending = 1;
    return true;
}

/* False: the queue is full. */
static bool send_again(const struct mthread *self, int i)
{
    return rt_syscall(SYS_rt_tgsigqueueinfo, rt_getpid(),
                      rt_syscall(SYS_gettid), self->deferred_signal[i],
                      &self->deferred[i]) == 0 || errno != EAGAIN;
}

void mdeferred_deliver(struct mthread *self, void *context)
{
    int nkept = 0;
    unsigned long kept = 0;
    rt_assert(self == __escc_tls.thread && !__escc_tls.in_rt);
    for (int i = 0; i < self->ndeferred; i++) {
        int signal = self->deferred_signal[i];
        unsigned long bit = 1ul << (signal - 1);
        /* Those of one number come in their order. */
        if (!(kept & bit) && send_again(self, i)) {
            mcontext_set_blocked(context, signal, false);
            continue;
        }
        kept |= bit;
        mcontext_set_blocked(context, signal, true);
        self->deferred[nkept] = self->deferred[i];
        self->deferred_signal[nkept++] = signal;
    }
    self->ndeferred = nkept;
    if (nkept)
        __escc_tls.pending = 1;                 /* [inv.queue] */
}

/* What waits was sent to the parent, which gets it, and not to the child: there
 * nothing is pending after a fork. */
void mdeferred_fork_child(struct mthread *self)
{
    unsigned long set = 0;
    for (int i = 0; i < self->ndeferred; i++)
        set |= 1ul << (self->deferred_signal[i] - 1);
    self->ndeferred = 0;
    if (set)
        rt_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, sizeof set);
}
