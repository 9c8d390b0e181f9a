/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_clone.h - copies of the process.  See mwrap_clone.c. */
#ifndef ESCC_MWRAP_CLONE_H
#define ESCC_MWRAP_CLONE_H

#include <stdbool.h>

/* The handlers of fork (rt_start.c): before it, and after it in either process.
 * Outside of the runtime. */
void mwrap_fork_prepare(void);
void mwrap_fork_parent(void);
void mwrap_fork_child(void);

/* The program makes a system call that is fork by another name: a copy of the
 * process on the same stack. */
bool mwrap_clone_is_fork(long number, const long *arguments);
long mwrap_clone_fork(long number, const long *arguments);

#endif /* ESCC_MWRAP_CLONE_H */
