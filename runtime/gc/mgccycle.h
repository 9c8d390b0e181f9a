/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgccycle.h - the steps of a collection.  See mgccycle.c.
 *
 * Unless something else is said: under the collection lock (mgc.c), in the
 * runtime, with no other lock held and the caller's mcache consistent. */
#ifndef ESCC_MGCCYCLE_H
#define ESCC_MGCCYCLE_H

#include "mgc.h"

enum mgccycle_result {
    MGCCYCLE_DONE,
    MGCCYCLE_STALE,             /* nothing was done: refresh the list of
                                   objects without the lock, and again */
    MGCCYCLE_CANNOT             /* not beside the threads, here and now */
};

/* A whole collection while the threads are stopped; none is open. */
enum mgccycle_result mgccycle_run_stopped(enum mgc_reason reason);

/* The same beside the threads.  Opens one, ... */
enum mgccycle_result mgccycle_open(void);
/* ... does a piece of the work, some 100 us; true: it is time to close, */
bool mgccycle_step(void);
/* and closes it: what is left is done while the threads are stopped. */
enum mgccycle_result mgccycle_close(enum mgc_reason reason);
bool mgccycle_is_open(void);

/* Whether the next collection is expected to take so long that it had better
 * be beside the threads.  Any context. */
bool mgccycle_prefers_open(void);

/* mheap.live_bytes at which an allocating thread has something to do: begin a
 * collection or, while one is open, help.  Atomic; any context. */
extern uint64_t mgccycle_act_at;
/* Whether one is due: the heap has reached the size at which it begins. */
bool mgccycle_is_due(void);
/* A thread has helped, or need not help yet.  Without the lock, too. */
void mgccycle_helped(void);

/* Sweeps all that is left, and gives memory back. */
void mgccycle_finish_sweep(void);

/* Threads are stopped between, whether or not a collection is open. */
void mgccycle_stop_threads(void);
void mgccycle_start_threads(void);

/* Sets by how much the heap may grow; returns what it was. */
int mgccycle_set_percent(int percent);

void mgccycle_init(void);
/* In the child of fork: an open collection is none any more. */
void mgccycle_fork_child(void);

#endif /* ESCC_MGCCYCLE_H */
