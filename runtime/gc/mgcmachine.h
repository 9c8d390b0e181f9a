/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcmachine.h - what the process may have of the machine, and has.  See
 * mgcmachine.c. */
#ifndef ESCC_MGCMACHINE_H
#define ESCC_MGCMACHINE_H

#include "base/mgcpacer.h"

/* Reads the container's limits, if rt_options leave a question that these
 * answer.  Some 40 system calls; under the collection lock, before the other
 * functions. */
void mgcmachine_learn(void);

/* Processors that collections count on, at least 1. */
unsigned mgcmachine_processors(void);

/* ESCC_MEMLIMIT in bytes; MGCPACER_NEVER: none. */
uint64_t mgcmachine_memory_limit(void);

/* What the process has, for a pacer with this limit; all 0 without one.
 * `at_end`: a collection has marked, and nothing of it is swept.  Tells the
 * heap how much of it may be resident, so that free memory is given back if
 * need be.  Costs some microseconds.  Takes the heap lock; under the
 * collection lock. */
struct mgcpacer_memory mgcmachine_measure(uint64_t limit, bool at_end);

/* Whether a filter of system calls (rt_nfilters) forbids what a collection
 * cannot do without: finding out which memory can be read, and stopping
 * threads.  Says so on standard error, once. */
bool mgcmachine_is_locked_in(void);

#endif /* ESCC_MGCMACHINE_H */
