/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungmark.h - which young blocks are reached.  See mgcyoungmark.c. */
#ifndef ESCC_MGCYOUNGMARK_H
#define ESCC_MGCYOUNGMARK_H

#include "mgcyoung.h"

/* Takes the memory for it; false: there is none. */
bool mgcyoungmark_init(void);

/* In a stop, everything that was told being in the sets: finds out which young
 * blocks are reached, makes old what was before or is kept, and adds to the
 * counts. */
void mgcyoungmark_run(struct mgcyoung_stats *stats);

/* The others: calls `dead` for each span that has such, with a bit for each of
 * its objects, nwords words.  Threads may run, under the collection lock. */
void mgcyoungmark_for_each_dead(void (*dead)(struct mspan *span,
                                             const uint64_t *bits));

/* They have been freed. */
void mgcyoungmark_forget_dead(void);

#endif /* ESCC_MGCYOUNGMARK_H */
