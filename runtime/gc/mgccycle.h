/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgccycle.h - the steps of a collection.  See mgccycle.c.
 *
 * Unless something else is said: under the collection lock (mgc.c), in the
 * runtime, with no other lock held and the caller's mcache consistent. */
#ifndef ESCC_MGCCYCLE_H
#define ESCC_MGCCYCLE_H

#include "mgcphase.h"
#include "mtrace.h"

/* A whole collection while the threads are stopped; none is open. */
enum mgccycle_result mgccycle_run_stopped(enum mgc_reason reason);

/* Sweeps all that is left, and gives memory back. */
void mgccycle_finish_sweep(void);

/* Of free memory that makes more than `retain` bytes resident a part goes back
 * to the system, all if the last call was seconds ago or there is a memory
 * limit.  Returns how many bytes.  Without the lock, too. */
size_t mgccycle_give_back(size_t retain);

/* ---- for both ways of collecting ----------------------------------------- */

/* In a stop, no collection being open: marks, and begins the sweep. */
void mgccycle_mark_stopped(struct mtrace_cycle *trace);
/* In MGC_MARKED: what is not marked is dead.  `born`: bytes of objects that
 * were born marked and that the marker did not count. */
void mgccycle_begin_sweep(struct mtrace_cycle *trace, uint64_t born);

/* Figures of a collection that began at `begin`; in its first stop. */
void mgccycle_begin_trace(struct mtrace_cycle *trace, uint64_t begin);
/* All threads stood still for so long. */
void mgccycle_count_pause(uint64_t ns);
/* It has ended, and took `ns` of a processor's time. */
void mgccycle_record(struct mtrace_cycle *trace, enum mgc_reason reason,
                     uint64_t ns);

void mgccycle_init(void);
/* In the child of fork: an open collection is none any more. */
void mgccycle_fork_child(void);

#endif /* ESCC_MGCCYCLE_H */
