/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_tls.h - the edge between program code and runtime code.
 * See rt_tls.c. */
#ifndef ESCC_RT_TLS_H
#define ESCC_RT_TLS_H

#include "rt_atomic.h"

#include <escc/rt.h>

/* Of __escc_tls.marking: the heap is marked beside the threads, or barriers are
 * checked; there are young blocks (gc/mgcyoung.h). */
enum { RT_TLS_MARKING = 1, RT_TLS_YOUNG = 2 };

/* Enters runtime code: until the matching rt_leave no handshake happens on
 * this thread and no user handler runs in it.  Nests.  Signal-safe. */
static inline void rt_enter(void)
{
    __escc_tls.in_rt++;
    rt_signal_fence();
}

/* What was put off while the thread was in the runtime.  Not signal-safe
 * for the caller's own locks: none may be held. */
void rt_leave_slow(void);

/* Leaves runtime code; takes part in what was put off meanwhile (stops for
 * a collection, runs user handlers) when it is the outermost leave. */
static inline void rt_leave(void)
{
    rt_signal_fence();
    if (--__escc_tls.in_rt == 0 && __builtin_expect(__escc_tls.pending, 0))
        rt_leave_slow();
}

/* The short form of the two for a section that calls nothing: a store each.  A
 * thread that allocates and frees in turn would wait for one count after the
 * other.  False, and nothing is done: it is in the runtime already. */
static inline bool rt_enter_short(void)
{
    if (__builtin_expect(__escc_tls.in_rt != 0, 0))
        return false;
    __escc_tls.in_rt = 1;
    rt_signal_fence();
    return true;
}

/* True: rt_leave_slow, or another section that rt_leave ends, is due. */
static inline bool rt_leave_short(void)
{
    rt_signal_fence();
    __escc_tls.in_rt = 0;
    return __builtin_expect(__escc_tls.pending, 0);
}

/* In a long piece of work in the runtime, at a moment when the thread could as
 * well be outside of it: takes part in what was put off.  Does nothing in an
 * inner section. */
static inline void rt_let_stop(void)
{
    if (__builtin_expect(__escc_tls.pending, 0) && __escc_tls.in_rt == 1) {
        rt_leave();
        rt_enter();
    }
}

/* Sets what rt_leave_slow does on a registered thread.  Start-up, before
 * anything can be put off. */
void rt_on_leave(void (*act)(void));

#endif /* ESCC_RT_TLS_H */
