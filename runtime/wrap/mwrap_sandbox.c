/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_sandbox.c - prctl and seccomp: the program locks itself in.
 *
 * The filter is copied before it is in force (base/rt_sandbox.c), and what
 * later collections need is acquired, if there have been any: by
 * mgc_before_filter.  A program that does not collect gets nothing for it.
 *
 * No lock: a program that installs filters in several threads at once may find
 * one of them counted as another.
 */
#include "mwrap_sandbox.h"

#include "base/rt_clock.h"
#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "mwrap_rights.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>

/* Holds collections, since a handshake's signal that was sent before the filter
 * is there would run its handler behind it; and lets the filter count.  A
 * signal that was put off before could not be sent again: it comes first. */
static bool begin(void)
{
    for (;;) {
        bool held = mgc_hold();
        rt_sandbox_enter();
        if (!__escc_tls.pending || __escc_tls.in_rt > 1)
            return held;
        rt_sandbox_refused();
        if (held)
            mgc_release();
        rt_leave();
        rt_enter();
    }
}

/* `filter`: NULL for the strict mode. */
static int enter_sandbox(long number, const long *given,
                         const struct sock_fprog *filter)
{
    mwake_forbid("a filter of system calls");
    rt_enter();
    bool prepared = rt_is_running() && !rt_is_guest() &&
                    rt_sandbox_prepare(filter);
    if (prepared)
        mgc_before_filter(rt_sandbox_will_let_stop());
    bool held = prepared && begin();
    long result = rt_syscall_unchecked(number, given[0], given[1], given[2],
                                       given[3], given[4], 0);
    int error = errno;
    if (result < 0 && prepared)
        rt_sandbox_refused();
    if (held)
        mgc_release();
    rt_leave();
    errno = error;
    return (int)result;
}

long mwrap_sandbox_seccomp(const long *given)
{
    switch (given[0]) {
    case SECCOMP_SET_MODE_STRICT:
        return enter_sandbox(SYS_seccomp, given, NULL);
    case SECCOMP_SET_MODE_FILTER:
        return enter_sandbox(SYS_seccomp, given,
                             (const struct sock_fprog *)given[2]);
    default:
        return rt_syscall(SYS_seccomp, given[0], given[1], given[2]);
    }
}

/* Of Linux 6.3: what is not executable may not become so. */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif

RT_EXPORT int prctl(int option, ...)
{
    long given[5] = {option};
    va_list list;
    va_start(list, option);
    for (int i = 1; i < 5; i++)
        given[i] = va_arg(list, long);
    va_end(list);
    if (option == PR_SET_SECCOMP && given[1] == SECCOMP_MODE_STRICT)
        return enter_sandbox(SYS_prctl, given, NULL);
    if (option == PR_SET_SECCOMP && given[1] == SECCOMP_MODE_FILTER)
        return enter_sandbox(SYS_prctl, given,
                             (const struct sock_fprog *)given[2]);
    if (option == PR_SET_DUMPABLE && given[1] == 0)
        mwrap_rights_before_hiding();
    if (option == PR_SET_MDWE)
        mwake_forbid("PR_SET_MDWE");
    if (option == PR_SET_TSC && given[1] != PR_TSC_ENABLE)
        rt_clock_ask_kernel();
    return (int)rt_syscall(SYS_prctl, option, given[1], given[2], given[3],
                           given[4]);
}
