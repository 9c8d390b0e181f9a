/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mtask.h - what the kernel says about this process's threads.
 * See mtask.c. */
#ifndef ESCC_MTASK_H
#define ESCC_MTASK_H

#include <stdbool.h>

/* The thread has ended, or is a zombie.  False where /proc does not tell. */
bool mtask_is_dead(int tid);

/* A thread that nobody registered has `signal` blocked and will not unblock
 * it: it is one of libc's helpers, or a worker of the kernel's io_uring. */
bool mtask_never_answers(int tid, int signal);

/* The thread, which did register, has `signal` blocked at this moment.  False
 * where /proc does not tell. */
bool mtask_has_blocked(int tid, int signal);

/* The kernel's number of threads of this process; 0 if it does not tell. */
unsigned mtask_count(void);
/* Opens what it asks, for good (rt_kept.h): worth it where threads are stopped
 * often.  And the child of fork has threads of its own. */
void mtask_keep(void);
void mtask_fork_child(void);

/* Calls `visit` for each of them. */
void mtask_for_each(void (*visit)(int tid, void *argument), void *argument);

/* Whether a question since mtask_begin could not be asked, because the
 * program has used up its descriptors or the memory for them. */
void mtask_begin(void);
bool mtask_is_blind(void);

#endif /* ESCC_MTASK_H */
