/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_clock.h - the time.  See rt_clock.c. */
#ifndef ESCC_RT_CLOCK_H
#define ESCC_RT_CLOCK_H

#include "rt_syscall.h"

#include <stdint.h>
#include <time.h>

/* Finds out how to ask without a system call.  At start-up, once. */
void rt_clock_init(void);

/* From now on by the system call: a thread is about to be forbidden to read the
 * processor's counter. */
void rt_clock_ask_kernel(void);

/* Nanoseconds of CLOCK_MONOTONIC.  Async-signal-safe. */
uint64_t rt_clock_now_ns(void);

/* Nanoseconds of processor time: a clock of clock_gettime(2), by a system call.
 * Async-signal-safe. */
static inline uint64_t rt_clock_processor_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    rt_syscall(SYS_clock_gettime, clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif /* ESCC_RT_CLOCK_H */
