/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcshade.h - what threads mark while the collector marks beside them.
 * See mgcshade.c. */
#ifndef ESCC_MGCSHADE_H
#define ESCC_MGCSHADE_H

#include "mgcwork.h"

/* The object that `word` points to, if there is one, will be marked and queued
 * before the collection closes.  In the runtime, in a registered thread whose
 * barriers are on.  Takes a lock now and then; general registers only. */
void mgcshade_word(uintptr_t word);

/* Words that barriers have to look at: those of which [base, base + last] is
 * the heap.  `last` is UINTPTR_MAX while it is all words, and each time: they
 * may hold addresses in bit-fields.  A thread that is stopped between reading
 * the one and the other is late [inv.lateshade]. */
extern struct mgcshade_window {
    uintptr_t base, last;
} mgcshade_window;

/* From here on those of the heap, in a stop in which marking begins; all. */
void mgcshade_narrow(void);
void mgcshade_widen(void);

/* Queues a part of a marked object, [from, to), whose words nobody has
 * shaded.  Same conditions. */
void mgcshade_later(uintptr_t from, uintptr_t to);

/* For the marker: adds what the threads have queued, bases of marked objects,
 * to `greys`, and what they have queued of large ones to `pieces`. */
void mgcshade_take(struct mgcwork *greys, struct mgcwork *pieces);

/* Whether, since the last mgcshade_reset, a thread that is not in the list had
 * a barrier [inv.unknown], or one left the list that may have left a handler
 * by a jump [inv.left]. */
bool mgcshade_saw_unknown(void);

/* In a stop: all that the threads have still to themselves is queued. */
void mgcshade_collect(void);
/* Drops all that there is.  In a stop, or in the child of fork. */
void mgcshade_reset(void);

/* Start-up. */
void mgcshade_init(void);

#endif /* ESCC_MGCSHADE_H */
