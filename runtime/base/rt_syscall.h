/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_syscall.h - calling the kernel.
 *
 * libc's `syscall` is a symbol like any other: a program may define it, and
 * the runtime does (wrap/mwrap_syscall.c).  So the runtime enters the kernel
 * itself. */
#ifndef ESCC_RT_SYSCALL_H
#define ESCC_RT_SYSCALL_H

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

static inline long rt_syscall_six(long number, long a, long b, long c, long d,
                                  long e, long f)
{
    long result = rt_syscall_raw(number, a, b, c, d, e, f);
    if (__builtin_expect((unsigned long)result >= -4095ul, 0)) {
        errno = (int)-result;
        return -1;
    }
    return result;
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
