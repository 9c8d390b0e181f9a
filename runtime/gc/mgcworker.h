/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcworker.h - the collector's threads.  See mgcworker.c. */
#ifndef ESCC_MGCWORKER_H
#define ESCC_MGCWORKER_H

#include <stdbool.h>

/* Has the thread call `work` soon, once for all requests until then; makes
 * it if there is none.  False if that is not possible.  The caller is in the
 * runtime and holds no lock; libc may allocate. */
bool mgcworker_request(void);

/* Makes it if there is none, while that is possible.  Same conditions. */
void mgcworker_prepare(void);
/* It ends, if there is one, and is gone on return.  Same conditions; may wait
 * until it has ended what it does. */
void mgcworker_dismiss(void);

/* Only those that help it to mark. */
void mgcworker_dismiss_gang(void);

/* Has the thread call `watch` at each tick from now on, until that returns
 * false.  Same conditions. */
void mgcworker_watch(void);
/* Whether it is at it, whether there is one: hints.  Any context. */
bool mgcworker_is_working(void);
bool mgcworker_exists(void);

/* If the calling thread is the collector's: whether who wakes up takes its
 * processor at once.  It has the collection lock. */
void mgcworker_give_way(bool gives);
/* Asked by the collector's thread: whether it does not, but could. */
bool mgcworker_could_give_way(void);

/* Makes another thread of the runtime's own: `run` begins with rt_enter and
 * mthread_become_helper, and ends when mgcworker_dismiss or the end of the
 * program's threads has called mgcgang_end.  Same conditions. */
bool mgcworker_make_thread(void *(*run)(void *), void *argument);

/* Start-up: what the thread calls, in the runtime, without a lock. */
void mgcworker_init(void (*work)(void), bool (*watch)(void));
/* In the child of fork: it has no such thread. */
void mgcworker_fork_child(void);

#endif /* ESCC_MGCWORKER_H */
