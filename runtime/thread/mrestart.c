/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mrestart.c - system calls that a handshake interrupted.
 *
 * Our handler is one with SA_RESTART: the kernel makes the call again when it
 * returns.  But a stop takes a while, and a signal of the program that comes
 * meanwhile comes before the call is made again, which has nothing to
 * interrupt then: who has set an alarm so as not to wait for a lock for ever
 * waits for ever.  So the call ends as it would have without us, with EINTR, if
 * there is a signal whose handler ends calls (one without SA_RESTART).
 *
 * Only calls of which the kernel makes again just those that it would have
 * ended.  Others (fork, say) it makes again whatever the handler's flags are.
 *
 * In our handler: no lock, system calls only.
 */
#include "mrestart.h"

#include "base/mcontext.h"
#include "base/rt_syscall.h"
#include "msignal.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* A semaphore's, of libc's waits that end by signals.  Those for mutexes with
 * priorities are always made again. */
static bool is_plain_wait(const ucontext_t *context)
{
    long operation = (long)context->uc_mcontext.gregs[REG_RSI] &
                     FUTEX_CMD_MASK;
    return operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
}

static bool may_end(long call, const ucontext_t *context)
{
    switch (call) {
    case SYS_futex:
        return is_plain_wait(context);
    case SYS_read: case SYS_write: case SYS_readv: case SYS_writev:
    case SYS_preadv: case SYS_pwritev: case SYS_preadv2: case SYS_pwritev2:
    case SYS_open: case SYS_openat: case SYS_creat: case SYS_ioctl:
    case SYS_flock: case SYS_fcntl: case SYS_connect: case SYS_accept:
    case SYS_accept4: case SYS_sendto: case SYS_recvfrom: case SYS_sendmsg:
    case SYS_recvmsg: case SYS_sendmmsg: case SYS_recvmmsg: case SYS_sendfile:
    case SYS_splice: case SYS_tee: case SYS_vmsplice: case SYS_wait4:
    case SYS_waitid: case SYS_mq_timedsend: case SYS_mq_timedreceive:
    case SYS_getrandom:
        return true;
    default:
        return false;
    }
}

/* One that waits, that the program lets in, and that ends calls. */
static bool has_ending_signal(const ucontext_t *context)
{
    uint64_t ending = msignal_that_end_calls(), pending = 0, blocked;
    memcpy(&blocked, &context->uc_sigmask, sizeof blocked);
    ending &= ~blocked;
    return ending && rt_syscall(SYS_rt_sigpending, &pending,
                                sizeof pending) == 0 && (pending & ending);
}

void mrestart_look(ucontext_t *context)
{
    if (may_end(mcontext_call_made_again(context), context) &&
        has_ending_signal(context))
        mcontext_end_call(context, EINTR);
}
