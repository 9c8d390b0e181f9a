/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcbeside.h - collections beside the threads.  See mgcbeside.c.
 *
 * Unless something else is said: under the collection lock (mgc.c), in the
 * runtime, with no other lock held and the caller's mcache consistent. */
#ifndef ESCC_MGCBESIDE_H
#define ESCC_MGCBESIDE_H

#include "mgcphase.h"
#include "mtrace.h"

/* Whether the next collection is expected to take so long that it had better
 * be beside the threads, and can be.  Any context. */
bool mgcbeside_is_preferred(void);
/* A collection has ended: what processor time marking took, in ns. */
void mgcbeside_note_mark(const struct mtrace_cycle *trace, uint64_t ns);
/* What the last such one took; 0: there was none.  Any context. */
uint64_t mgcbeside_last_mark_ns(void);

/* Opens a collection, ... */
enum mgccycle_result mgcbeside_open(void);
/* ... does a piece of the work, some 100 us; true: it is time to close, */
bool mgcbeside_step(void);
/* (whoever does steps says what processor time these took; before it closes) */
void mgcbeside_worked(uint64_t ns);
/* (how much that has been in all, in bytes that were read) */
uint64_t mgcbeside_work(void);
/* (and of that: what others helped with) */
uint64_t mgcbeside_helped(void);
/* and closes it: what is left is done while the threads are stopped, unless
 * that is much and can wait: MGCCYCLE_MORE. */
enum mgccycle_result mgcbeside_close(enum mgc_reason reason);
bool mgcbeside_is_open(void);
/* One that did not close it came too early: better not try again at once. */
bool mgcbeside_is_early(void);
/* How many stops did not close the one that is open. */
unsigned mgcbeside_stops(void);
/* The last one was, or would have been, a stop that nobody minds. */
bool mgcbeside_was_short(void);
/* The last one took so long that nobody should be stopped for as long without
 * need. */
bool mgcbeside_was_long(void);
/* Clears all marks, while nobody allocates. */
void mgcbeside_forget_marks(void);
/* In the stop of a collection, the caches flushed, before anything is marked:
 * clears what one that was abandoned has left. */
void mgcbeside_clear_marks(void);
/* Before the threads are stopped for a collection: it shall be minor, and is
 * expected to be short (mgcminor.h).  False: it had better be a full one. */
bool mgcbeside_begin_minor(void);
/* In the stop of such a one, when the next was decided on. */
void mgcbeside_end_minor(void);
/* Or drops it: no other thread runs. */
void mgcbeside_give_up(void);

#endif /* ESCC_MGCBESIDE_H */
