/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msleep.h - libraries without barriers whose code has not run since some
 * moment.  See msleep.c. */
#ifndef ESCC_MSLEEP_H
#define ESCC_MSLEEP_H

#include <stdbool.h>

/* All loaded objects of which mworld says that they have no barriers sleep from
 * now on: if they are all that opens the world.  False: it is not possible, and
 * nothing has changed.  `woken` is called once, by whoever wakes them, maybe in
 * a signal handler of any thread, before any of their code runs: it is
 * async-signal-safe, and what it stores is seen by whoever runs that code.  It
 * may be called before this returns: then msleep_lasts says so.
 * They sleep once in the life of a process; who was refused may try again (a
 * thread that just begins is one that blocks signals).  Under the collection
 * lock, threads running; reads /proc, which takes some 0.15 ms, and 0.03 ms for
 * each further thread. */
bool msleep_begin(void (*woken)(void));

/* Nobody has woken them since, and no other code without barriers was in the
 * list of objects when it was last read [inv.objects].  Any context, also in a
 * stop.  True: none of their instructions has run since msleep_begin.  False:
 * `woken` was called, or is about to be. */
bool msleep_lasts(void);

/* Wakes them, as `woken` is told.  Any context; async-signal-safe. */
void msleep_end(void);

/* ---- for others of this layer -------------------------------------------- */

/* The list of objects has been read: wakes them if it has more without
 * barriers. */
void msleep_look(void);

/* ESCC_DEBUG=sleep=2: begins, at the first collection.  Under its lock. */
void msleep_for_tests(void);

/* ESCC_DEBUG=gctrace=2: a line when they have fallen asleep, or do not, and one
 * when they have been woken.  Under the collection lock. */
void msleep_trace(void);

#endif /* ESCC_MSLEEP_H */
