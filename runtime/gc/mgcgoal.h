/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgoal.h - how large the heap may become, and when a collection begins.
 * See mgcgoal.c.  Under the collection lock, unless something else is said. */
#ifndef ESCC_MGCGOAL_H
#define ESCC_MGCGOAL_H

#include "mgcmark.h"

#include <stdbool.h>
#include <stdint.h>

/* mheap.live_bytes at which an allocating thread has something to do: begin a
 * collection or, while one is open, help.  Atomic; any context. */
extern uint64_t mgcgoal_act_at;

/* Whether one is due: the heap has reached the size at which it begins. */
bool mgcgoal_is_due(void);

/* A collection is open: threads have something to do beyond the goal. */
void mgcgoal_open(void);
/* A thread has helped, or need not help yet.  Without the lock, too. */
void mgcgoal_helped(void);

/* A collection has marked this; `born`: bytes that were allocated while it was
 * open, and that the marker did not count.  Sets the next goal. */
void mgcgoal_set(const struct mgcmark_stats *mark, uint64_t born);
/* Nothing could be collected: lets the heap grow a little first. */
void mgcgoal_put_off(void);
/* The goal stays, but it has been given up to reach it. */
void mgcgoal_renew(void);

/* Sets by how much the heap may grow; returns what it was. */
int mgcgoal_set_percent(int percent);

/* The next collection had better begin before the goal, since it runs beside
 * the threads.  Start-up. */
void mgcgoal_init(bool (*prefers_open)(void));

#endif /* ESCC_MGCGOAL_H */
