/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcwatch.h - what is written while the heap is marked beside the threads.
 * See mgcwatch.c.  All under the collection lock, but for mgcwatch_relax. */
#ifndef ESCC_MGCWATCH_H
#define ESCC_MGCWATCH_H

#include "base/mwritten.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Watches the objects of the heap that are read, from now on.  With threads
 * running, before marking begins.  False where the kernel cannot tell, or
 * where the first write to a page costs more than `most_ns`. */
bool mgcwatch_begin(uint64_t most_ns);
/* The same for a minor collection (mgcminor.h): what is watched already stays
 * so, and from now on only spans come to it that have marks. */
bool mgcwatch_begin_minor(uint64_t most_ns);

/* Or does not: barriers tell in this cycle. */
void mgcwatch_begin_by_barriers(void);
bool mgcwatch_is_by_barriers(void);

/* Before threads are stopped for it: there shall be room for ... */
void mgcwatch_prepare(void);

/* which memory has roots, threads being stopped.  False if there
 * is no memory for the list. */
bool mgcwatch_note_roots(void);

/* Watches the next range of the list, which is read afterwards; false if
 * there is none left. */
bool mgcwatch_next_root(uintptr_t *from, uintptr_t *to);
/* It could not be read, in full: forgets that it is watched. */
void mgcwatch_forget_root(void);

/* Calls `read` for what was written in watched roots since that was last
 * asked; what is written meanwhile will be told again.  It returns false if
 * it cannot read.  With threads running. */
void mgcwatch_take_roots(bool (*read)(uintptr_t from, uintptr_t to));
/* The same in a part of the heap, from *at on; moves *at, and returns false
 * behind the end.  0 is the beginning.  `born`: bytes that were allocated since
 * the cycle began, so far. */
bool mgcwatch_take_heap(uintptr_t *at, uint64_t born, mwritten_run *run,
                        void *argument);

/* The same in all of the heap, threads being stopped until the cycle ends. */
void mgcwatch_take_stopped(mwritten_run *run, void *argument);

/* The same for the last time, threads being stopped: also all of the heap
 * and of [from, to), a range of roots, that is not watched. */
void mgcwatch_last_heap(mwritten_run *run, void *argument);
/* In the heap only as long as `run` does not set *is_late: from *at on, and
 * then from the beginning.  False: that was too much, and not the last time;
 * *at is where to go on. */
bool mgcwatch_try_last_heap(uintptr_t *at, mwritten_run *run, void *argument,
                            const bool *is_late);
void mgcwatch_last_roots(uintptr_t from, uintptr_t to, mwritten_run *run,
                         void *argument);

/* By barriers: the roots of the list that were not read, or not in full. */
void mgcwatch_unread_roots(mwritten_run *run, void *argument);

/* The cycle has ended, or is given up: lets go of memory that is not the
 * runtime's, and, unless `keeps_heap`, has mgcwatch_relax let go of the heap.
 * With threads running. */
void mgcwatch_end(bool keeps_heap);
/* Part of it: the roots. */
void mgcwatch_end_roots(void);
/* Has mgcwatch_relax let go of all of the heap: the next cycle begins anew. */
void mgcwatch_let_go(void);
/* It has to.  At any time. */
bool mgcwatch_is_letting_go(void);

/* Lets go of the heap, or, if it was kept, of what will be allocated from, in a
 * part of it; moves *at, which is 0 at first, and returns false behind the end.
 * With threads running and without a lock: should a cycle be opened meanwhile,
 * what is let go counts as written in that, too.  May take 0.3 ms. */
bool mgcwatch_relax(uintptr_t *at);

/* In the child of fork: nothing is watched. */
void mgcwatch_fork_child(void);

#endif /* ESCC_MGCWATCH_H */
