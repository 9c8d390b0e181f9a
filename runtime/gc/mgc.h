/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgc.h - the layer gc, and starting collections.
 *
 * The layer gc owns what is reachable and when that is found out: when to
 * collect (here, mgcgoal.h, mgcmachine.h), the steps of it (mgccycle.h) and
 * who does them (mgcworker.h), the marker and its queue (mgcmark.h,
 * mgcwork.h), what is written meanwhile (mgcwatch.h), the roots outside of
 * stacks (mroots.h, mkernel.h), the barrier's slow half (mbarrier.h), the
 * checks of it all (mverify.h, mcheckmark.h) and the trace (mtrace.h).  It
 * decides when to collect, how much memory stays and what is told about it.
 * It may use the layers base, heap and thread.  It allocates no object and
 * knows no function of the C library that the runtime replaces.
 *
 * Here in particular: see mgc.c. */
#ifndef ESCC_MGC_H
#define ESCC_MGC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mgc_reason {
    MGC_HEAP,                   /* the heap reached its goal */
    MGC_FORCED,                 /* escc_gc */
    MGC_MEMORY,                 /* the system gave no memory */
    MGC_STRESS                  /* ESCC_DEBUG=gcstress */
};

/* Where the collection is (mgccycle.c, [inv.phase]). */
enum mgc_phase {
    MGC_OFF,                    /* threads run, sweep, allocate */
    MGC_STOPPING,               /* the handshake that holds is under way */
    MGC_STOPPED,                /* every thread is held */
    MGC_OPEN,                   /* threads run, and mark bits are being set */
    MGC_MARKING,                /* the same, every thread being held */
    MGC_MARKED                  /* and they are final */
};

/* Atomic; who holds the collection lock knows more.  Any context. */
enum mgc_phase mgc_phase(void);

/* Accounts `bytes` of heap that the calling thread has just taken from the
 * central lists (a span given to its mcache, or a large object), and runs a
 * collection if the heap has reached its goal.
 *
 * Call it in the runtime (in_rt set), with no lock held, when the thread's
 * mcache is consistent: the collection flushes the mcaches of all threads,
 * the caller's too, so spans and bits read before are stale on return.
 * What the caller has allocated and not yet returned must be on its stack
 * or in a register. */
void mgc_maybe_start(size_t bytes);

/* Accounts `bytes` that may be garbage from now on.  The next allocation that
 * passes the goal begins a collection: one that began here would find the
 * address in the frames of whoever gives the block back.  Of a big heap the
 * collector's thread looks if nobody allocates.  Same conditions. */
void mgc_owe(size_t bytes);

/* When mheap.is_pressed: the heap is on its way to the memory limit.  Finds
 * out how far it may grow now, after which a collection may be due; sweeps and
 * gives back what is free if it is too large already.  Does not wait for
 * others.  Same conditions. */
void mgc_relieve(void);

/* When mheap.close_due: closes the collection that is open, unless others are
 * at it.  Same conditions. */
void mgc_close(void);

/* When mheap.populate_due: has the collector's thread, if there is one, do it;
 * where it does not keep up the calling thread does.  Same conditions. */
void mgc_populate(void);

/* For every allocation when rt_options.gcstress is not 0: collects at each
 * Nth of the thread.  Same conditions as mgc_maybe_start. */
void mgc_stress_tick(void);
/* Collects; with ESCC_DEBUG=concurrent=1 does the next step of a collection
 * beside the threads.  In the runtime, without a lock. */
void mgc_stress(void);

/* A full collection and its sweep.  Same conditions. */
void mgc_collect(enum mgc_reason reason);

/* The mheap.live_bytes at which the next collection starts; UINT64_MAX:
 * never. */
uint64_t mgc_heap_goal(void);

/* All collections so far. */
struct mgc_totals {
    uint64_t cycles, forced_cycles;
    uint64_t pause_total_ns, pause_max_ns;
    uint64_t marked_bytes;      /* by the last one */
    uint64_t beside_cycles;     /* marked beside the threads */
    uint64_t world;             /* enum escc_gc_world of the last one */
    uint64_t minor_cycles;      /* kept the marks of the one before */
    uint64_t freed_bytes;       /* mheap_freed_bytes when the last began */
};

/* Each figure is exact for some moment during the call; different ones may
 * belong to different moments. */
void mgc_read_totals(struct mgc_totals *out);

/* Runs a handshake that does not hold, outside of a collection.  Same
 * conditions as mgc_maybe_start. */
struct mhandshake;
void mgc_handshake(const struct mhandshake *handshake);

/* Runs `work` while all other threads are stopped (it takes no lock and does
 * not allocate), unless they cannot be, and then, when they run again,
 * `afterwards`.  Does nothing before start-up and in a vfork child.  Same
 * conditions. */
void mgc_while_stopped(void (*work)(void), void (*afterwards)(void));

/* Between these no part of a collection runs; false, and there is nothing to
 * be ended, if none ever will: in a guest, before start-up.  In the runtime,
 * without a lock; may wait for a step, or a stop, of a collection. */
bool mgc_hold(void);
/* The same without waiting for others. */
bool mgc_try_hold(void);
void mgc_release(void);

/* The program is about to forbid itself system calls: an open collection is
 * brought to its end, and what later ones need is acquired, if there have been
 * any.  `stops`: those that stopping threads takes stay allowed; otherwise the
 * collector's thread ends, so that a program of one thread can be collected.
 * In the runtime, without a lock. */
void mgc_before_filter(bool stops);

/* The program is about to give rights up: what later collections need of the
 * kernel is acquired while it can be had.  In the runtime, without a lock; may
 * wait for a step, or a stop, of a collection.  Some 0.1 ms the first time. */
void mgc_before_loss(void);

/* Start-up, after rt_options were read and the heap exists. */
void mgc_init(void);
/* Sets what is called where a collection is wanted in another process than the
 * one that the threads are of: in the runtime, without a lock.  True if they
 * are its own from now on.  Start-up. */
void mgc_on_copy(bool (*act)(void));

/* Around fork, in the forking thread: no collection runs between. */
void mgc_fork_prepare(void);
/* In a copy: false if somebody had the lock when it was made. */
bool mgc_fork_try_prepare(void);
void mgc_fork_parent(void);
void mgc_fork_child(void);

#endif /* ESCC_MGC_H */
