/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwritten.h - which pages of memory were written since.  See mwritten.c.
 *
 * One user at a time.  System calls only; none waits for another thread. */
#ifndef ESCC_MWRITTEN_H
#define ESCC_MWRITTEN_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the kernel can tell: opens what is needed if it is not, and then, and
 * now and then, has a write of our own shown.  Before each series of the calls
 * below, since the program may have closed our descriptors; with true they work
 * until it does so again. */
bool mwritten_begin(void);
/* How often a write was shown so far.  As long as it is the same, what was
 * registered is; else it had better be registered again. */
unsigned mwritten_trials(void);

/* What the first write to a watched page costs, in ns, as mwritten_begin saw
 * it. */
uint64_t mwritten_cost_ns(void);

/* From now on writes to [from, to) will be told: to be called before the
 * range is read.  False: they will not (the program watches it itself, it is
 * not there, …).  Bounds need not be those of pages. */
bool mwritten_watch(uintptr_t from, uintptr_t to);
/* Its two halves: makes it possible for a range, once, and watches a part of
 * such a range, as often as that is wanted. */
bool mwritten_register(uintptr_t from, uintptr_t to);
bool mwritten_again(uintptr_t from, uintptr_t to);
/* Until then, what is written in such a range is of no interest: no write costs
 * a fault.  If the kernel refuses, it does. */
void mwritten_ignore(uintptr_t from, uintptr_t to);
/* Undoes it for a range that is not the runtime's own: only one watcher can
 * have a page. */
void mwritten_unwatch(uintptr_t from, uintptr_t to);

typedef void mwritten_run(uintptr_t from, uintptr_t to, void *argument);

/* Calls `run` for each run of pages of a watched range that were written
 * since it was watched, or since the last call with `again` if that was
 * later.  With `again` they are watched anew before `run` is called, so what
 * is read there is younger than the watching.  Where the kernel does not
 * tell, the whole range was written. */
void mwritten_take(uintptr_t from, uintptr_t to, bool again,
                   mwritten_run *run, void *argument);

/* The same, without watching anew, for ranges of which hardly any page was
 * never touched: quicker, and such pages may be told, too.  `run` may call
 * mwritten_take. */
void mwritten_list(uintptr_t from, uintptr_t to, mwritten_run *run,
                   void *argument);
/* Whether it is: some kernels err where they are quick. */
bool mwritten_lists_quickly(void);

/* In the child of fork: what is open belongs to the parent's memory. */
void mwritten_fork_child(void);

#endif /* ESCC_MWRITTEN_H */
