/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcphase.h - the phases of a collection, and its stops.  See mgcphase.c.
 *
 * All under the collection lock, in the runtime. */
#ifndef ESCC_MGCPHASE_H
#define ESCC_MGCPHASE_H

#include "mgc.h"

enum mgccycle_result {
    MGCCYCLE_DONE,
    MGCCYCLE_STALE,             /* nothing was done: refresh the list of
                                   objects without the lock, and again */
    MGCCYCLE_CANNOT,            /* not beside the threads, here and now */
    MGCCYCLE_MORE               /* threads run again: there is more to mark */
};

/* [inv.phase] */
void mgcphase_set(enum mgc_phase next);

/* Stops all threads, and looks whether the list of objects is what was read:
 * if not, they run again, and it is MGCCYCLE_STALE.  With MGCCYCLE_CANNOT
 * there may be some that were not stopped.  No other lock is held. */
enum mgccycle_result mgcphase_stop(void);
/* The same without looking; false: some were not stopped. */
bool mgcphase_stop_threads(void);
/* The threads run, in MGC_OPEN or MGC_OFF.  Returns when the first of them did,
 * by the monotonic clock; or when all could, if the calling thread saw that
 * before.  (It may lose its processor to them.) */
uint64_t mgcphase_start_threads(enum mgc_phase phase);
/* The same after a stop in which nothing was done.  It counts as a pause. */
void mgcphase_start_in_vain(enum mgc_phase phase);

/* In a stop: [inv.mcache]. */
void mgcphase_flush_caches(void);

/* In the child of fork, where no thread is stopped or asked. */
void mgcphase_fork_child(void);

/* The monotonic clock. */
uint64_t mgcphase_now_ns(void);
/* Processor time of the calling thread. */
uint64_t mgcphase_worked_ns(void);

#endif /* ESCC_MGCPHASE_H */
