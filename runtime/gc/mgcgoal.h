/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgoal.h - how large the heap may become, and when a collection begins.
 * See mgcgoal.c.  Under the collection lock, unless something else is said. */
#ifndef ESCC_MGCGOAL_H
#define ESCC_MGCGOAL_H

#include "base/mgcpacer.h"
#include "mtrace.h"

#include <stdbool.h>
#include <stdint.h>

/* mheap.live_bytes at which an allocating thread has something to do: begin a
 * collection or, while one is open, help; under a memory limit also look how
 * much there is.  Atomic; any context. */
extern uint64_t mgcgoal_act_at;

/* Whether one is due: the heap has reached the size at which it begins. */
bool mgcgoal_is_due(void);

/* One is due.  If the program has freed so little that it would hardly find
 * garbage, puts it off: true then.  None is open. */
bool mgcgoal_wait_for_garbage(void);

/* Whether the heap has passed its goal: a collection should have ended.  Any
 * context. */
bool mgcgoal_is_passed(void);

/* Whether it will be so long, at least, until the open collection should have
 * ended, as fast as threads allocate. */
bool mgcgoal_has_time(uint64_t ns);

/* Whether the heap has grown so far beyond its goal that threads had better
 * wait for the collector.  Any context. */
bool mgcgoal_is_exceeded(void);

/* Whether the goal will come near the memory limit if so much is marked. */
bool mgcgoal_is_near_limit(uint64_t marked);

/* Whether more of the heap is resident than the memory limit has room for. */
bool mgcgoal_is_tight(void);

/* A collection is open: from now on threads account for what they allocate. */
void mgcgoal_open(void);
/* It is due, and somebody has been asked for it: threads come by again when
 * they have allocated some more.  Without the lock, too. */
void mgcgoal_asked(void);

/* The calling thread has allocated `bytes`: how much it should mark for that
 * now (mgcpacer_assist).  Without the lock. */
uint64_t mgcgoal_assist(struct mgcpacer_debt *debt, uint64_t bytes);
/* It did so much; or the collector's thread, if `debt` is NULL. */
void mgcgoal_did(struct mgcpacer_debt *debt, uint64_t work);

/* Threads stand still from now on. */
void mgcgoal_stopped(void);
/* A collection has marked, `ns` after it began; `born`: bytes that were
 * allocated while it was open, and that the marker did not count.  Sets the
 * next goal. */
void mgcgoal_set(const struct mtrace_cycle *trace, uint64_t born,
                 uint64_t ns);
/* A minor collection has ended, so much is marked: whether the program frees
 * what it does not need any more, and how much of what it had freed before was
 * not found dead, and so is old. */
bool mgcgoal_is_freed(const struct mtrace_cycle *trace, uint64_t marked,
                      uint64_t *old);
/* An open one is given up. */
void mgcgoal_give_up(void);
/* Nothing could be collected: lets the heap grow a little first. */
void mgcgoal_put_off(void);
/* Computes it again: something else than the heap has changed. */
void mgcgoal_renew(void);

/* All is swept: under a memory limit what is free goes back to the system, as
 * far as it has to. */
void mgcgoal_swept(void);

/* Processors that collections count on. */
unsigned mgcgoal_processors(void);

/* Set by how much the heap may grow, how much memory the process should have
 * at most, and the least goal (0: what follows from the percentage).  They
 * return what it was. */
int mgcgoal_set_percent(int percent);
uint64_t mgcgoal_set_limit(uint64_t bytes);
uint64_t mgcgoal_set_minimum(uint64_t bytes);
/* What they are. */
uint64_t mgcgoal_limit(void);
uint64_t mgcgoal_minimum(void);

/* Free memory that stays with the process after a sweep; bytes, with what is
 * `in_use`. */
size_t mgcgoal_retain(size_t in_use);

/* The next collection had better begin before the goal, since it runs beside
 * the threads.  Start-up. */
void mgcgoal_init(bool (*prefers_open)(void));

#endif /* ESCC_MGCGOAL_H */
