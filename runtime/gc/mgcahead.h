/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcahead.h - pages that are ready before a thread needs them. */
#ifndef ESCC_MGCAHEAD_H
#define ESCC_MGCAHEAD_H

#include <stdbool.h>

/* Has the next pages ready for those who allocate, for the calling thread
 * itself (`now`) or, by the collector's thread, for all; whether there are
 * more.  The system takes its time, a millisecond and more, for which no stop
 * waits.  Without a lock; takes the heap's.  Not in a signal handler. */
bool mgcahead_populate(bool now);

#endif /* ESCC_MGCAHEAD_H */
