/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_clock.h - the time.
 *
 * From the kernel: a program may have a clock_gettime of its own, with a lock
 * that a stopped thread holds. */
#ifndef ESCC_RT_CLOCK_H
#define ESCC_RT_CLOCK_H

#include "rt_syscall.h"

#include <stdint.h>
#include <time.h>

/* Nanoseconds of a clock of clock_gettime(2).  Async-signal-safe. */
static inline uint64_t rt_clock_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    rt_syscall(SYS_clock_gettime, clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif /* ESCC_RT_CLOCK_H */
