/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_syscall.h - calling the kernel.
 *
 * libc's `syscall` is a symbol like any other: a program may define it, and
 * the runtime does (wrap/mwrap_syscall.c).  So the runtime enters the kernel
 * itself; but for calls that a filter would punish, or might. */
#ifndef ESCC_RT_SYSCALL_H
#define ESCC_RT_SYSCALL_H

#include "rt_sandbox.h"

#include <errno.h>
#include <sys/syscall.h>

/* What the kernel answers: -4095 to -1 are errors. */
static inline long rt_syscall_raw(long number, long a, long b, long c, long d,
                                  long e, long f)
{
    register long fourth __asm__("r10") = d;
    register long fifth __asm__("r8") = e;
    register long sixth __asm__("r9") = f;
    long result = number;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth),
                       "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
}

/* A call of the program's. */
static inline long rt_syscall_unchecked(long number, long a, long b, long c,
                                        long d, long e, long f)
{
    long result = rt_syscall_raw(number, a, b, c, d, e, f);
    if (__builtin_expect((unsigned long)result >= -4095ul, 0)) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

/* Calls that ordinary programs do not make. */
static inline bool rt_syscall_is_unusual(long number)
{
    return number == SYS_process_vm_readv || number == SYS_userfaultfd ||
           number == SYS_mincore || number == SYS_sched_getattr ||
           number == SYS_sched_setattr || number == SYS_rt_sigpending;
}

static inline long rt_syscall_six(long number, long a, long b, long c, long d,
                                  long e, long f)
{
    if (rt_syscall_is_unusual(number) && rt_sandbox_is_inherited) {
        errno = EPERM;
        return -1;
    }
    if (__builtin_expect(rt_nfilters != 0, 0)) {
        const long arguments[] = {a, b, c, d, e, f};
        if (!rt_sandbox_allows(number, arguments)) {
            errno = EPERM;
            return -1;
        }
    }
    return rt_syscall_unchecked(number, a, b, c, d, e, f);
}

#define RT_SYSCALL_PADDED(number, a, b, c, d, e, f, ...)                    \
    rt_syscall_six(number, (long)(a), (long)(b), (long)(c), (long)(d),      \
                   (long)(e), (long)(f))

/* As syscall(2), with up to six integers or pointers: -1 and errno on errors.
 * Async-signal-safe. */
#define rt_syscall(...)                                                     \
    RT_SYSCALL_PADDED(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

static inline int rt_getpid(void)
{
    return (int)rt_syscall(SYS_getpid);
}

static inline void rt_yield(void)
{
    rt_syscall(SYS_sched_yield);
}

#endif /* ESCC_RT_SYSCALL_H */
