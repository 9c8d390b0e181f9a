/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_lock.h - the runtime's mutex and the one table of lock ranks.
 * See rt_lock.c for the rules. */
#ifndef ESCC_RT_LOCK_H
#define ESCC_RT_LOCK_H

#include <escc/rt.h>

#include <stdbool.h>
#include <stdint.h>

/* A thread takes locks in the order of this table, outermost first; two of
 * one rank are never held together.  Checked in debug builds. */
enum rt_lock_rank {
    RT_RANK_GC,                 /* mgc.c: one collection at a time */
    RT_RANK_MTHREAD,            /* mthread.c: the list of threads */
    RT_RANK_SIGNAL,             /* msignal.c: table of user handlers */
    RT_RANK_ROOTS,              /* mroots.c: mappings and objects loaded */
    RT_RANK_VERIFY,             /* mverify.c: log and shadow */
    RT_RANK_SHADE,              /* mgcshade.c: what threads have marked */
    RT_RANK_YOUNG,              /* mgcyoungset.c: remembered slots */
    RT_RANK_MARKERS,            /* mgcshare.c, mgcdrain.c: among markers */
    RT_RANK_SWEEP,              /* mgcsweep.c */
    RT_RANK_MCENTRAL,           /* mcentral.c, one per span class */
    RT_RANK_MHEAP,              /* mheap.c: pages and spans */
    RT_RANK_MFIXALLOC,          /* mfixalloc.c, off-heap structures */
    RT_RANK_MGCWORK,            /* mgcwork.c: chunks of the mark queue */
    RT_RANK_OS,                 /* os_linux.c */
    RT_RANK_LEAF                /* anything that takes no lock inside */
};

/* Zero-initialised apart from its rank; lives in static or off-heap memory
 * and is never destroyed. */
struct rt_lock {
    uint32_t state;             /* 0 free, 1 held, 2 held and waited for */
    uint8_t rank;               /* enum rt_lock_rank */
};

#define RT_LOCK_INIT(rank_) {.state = 0, .rank = (rank_)}

/* Acquires; waits in the kernel if need be.  The calling thread is inside
 * the runtime (rt_enter) or the process has one thread; it may be any
 * thread, also one not registered.  Never collects. */
void rt_lock(struct rt_lock *lock);
void rt_unlock(struct rt_lock *lock);
/* Acquires if nobody holds it; returns whether it did.  May wait for a fork
 * that is under way. */
bool rt_try_lock(struct rt_lock *lock);

/* Give a lock up for a while, and take it again.  In between a fork waits, as
 * if the thread had it: what the lock guards need not be whole. */
void rt_unlock_meanwhile(struct rt_lock *lock);
void rt_lock_again(struct rt_lock *lock);

/* For loops that take short locks (RT_RANK_MCENTRAL and further in) over and
 * over, between two turns: lets those have them who sleep for one.  Waits some
 * 50 us at most; the caller holds none of them. */
void rt_lock_let_others(void);

/* The number of locks that the thread of `tls` holds: the first of the
 * bytes that the ABI reserves for the runtime. */
static inline volatile unsigned char *rt_lock_count(struct __escc_tls *tls)
{
    return &tls->reserved[0];
}

/* The locks that this thread holds, as a set of ranks (debug builds; 0
 * otherwise). */
uint32_t rt_locks_held(void);
/* For assertions: this thread holds the lock, or one, of that rank. */
bool rt_holds_lock(enum rt_lock_rank rank);

/* For assertions: the calling thread acts for one that holds locks of these
 * ranks, a set, and waits for it. */
void rt_lock_lend(uint32_t ranks);

/* Closes the gate before fork: on return no other thread holds a lock and
 * none gets one before rt_lock_gate_open.  `others_hold` says whether some
 * other thread still holds one (mthread.c knows the threads).  The caller
 * holds the collection and thread-list locks itself. */
void rt_lock_gate_close(bool (*others_hold)(void));
void rt_lock_gate_open(void);
/* In the child of fork: forgets what vanished threads waited for. */
void rt_lock_gate_child(void);

#endif /* ESCC_RT_LOCK_H */
