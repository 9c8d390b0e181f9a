/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_process.h - the layer base, and what state the process is in.
 *
 * The layer base stands on the system alone.  It owns what everything else is
 * written in: atomic accesses, assertions, locks, messages, settings; the
 * calling thread's block of state and the edge between program and runtime
 * (rt_tls.h); memory from the system (os.h) and memory that may not be there
 * (mpeek.h); the C library's own versions of what the runtime replaces
 * (rt_real.h); what is the processor's (mcontext.h); the pacer's arithmetic
 * (mgcpacer.h); what a container allows (mcgroup.h).  It may use
 * include/escc, libc and the kernel.  It knows no heap, no thread but the
 * calling one, no collector.
 *
 * Here in particular: whether the runtime has started, and whether the
 * process's malloc is ours.  Starting is the one thing that a lower layer
 * asks of a higher one: rt_init calls rt_start of wrap/rt_start.c, which
 * knows all layers. */
#ifndef ESCC_RT_PROCESS_H
#define ESCC_RT_PROCESS_H

#include <stdbool.h>

/* Starts the runtime on the calling thread if that has not happened.  The
 * caller is in the runtime.  Returns at once when it is running or when
 * this very thread is just starting it. */
void rt_init(void);

/* Start-up is complete. */
bool rt_is_running(void);

/* Everything that start-up does, in its order; called once, by rt_init. */
void rt_start(void);

/* Whose malloc the process uses; found out by alloc/mguest.c. */
enum rt_guest {
    RT_GUEST_NO,                /* ours */
    RT_GUEST_PROBING,           /* start-up is finding out */
    RT_GUEST_YES                /* another one: nothing is collected */
};

/* An enum rt_guest; set at start-up, before the first block is handed
 * out.  Atomic. */
extern unsigned char rt_guest_state;

/* The process's malloc is not ours; nothing is collected. */
bool rt_is_guest(void);

/* What keeps allocations and frees from the short way. */
enum rt_unusual {
    RT_UNUSUAL_START = 1,       /* the runtime has not started */
    RT_UNUSUAL_GUEST = 2,
    RT_UNUSUAL_STRESS = 4,      /* ESCC_DEBUG=gcstress */
    RT_UNUSUAL_SITES = 8,       /* allocations are noted with their sites */
    RT_UNUSUAL_LOOK = 16,       /* frees are looked at: ESCC_DEBUG=free, and
                                   clobber */
    RT_UNUSUAL_DROP = 32,       /* what ESCC_FREE is */
    RT_UNUSUAL_TRUST = 64,
    RT_UNUSUAL_CHECK = 128,     /* ESCC_DEBUG=checkmark: all is cleared */
    /* Of these for an allocation, and for one that is given back. */
    RT_UNUSUAL_MALLOC = RT_UNUSUAL_START | RT_UNUSUAL_GUEST |
                        RT_UNUSUAL_STRESS | RT_UNUSUAL_SITES |
                        RT_UNUSUAL_CHECK,
    RT_UNUSUAL_REUSE = RT_UNUSUAL_START | RT_UNUSUAL_GUEST | RT_UNUSUAL_LOOK
};

/* All that holds of enum rt_unusual.  Atomic. */
extern unsigned char rt_unusual __attribute__((visibility("hidden")));

/* From now on that holds, too. */
void rt_is_unusual(enum rt_unusual what);

#endif /* ESCC_RT_PROCESS_H */
