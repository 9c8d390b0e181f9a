/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msignal.h - the program's signal handlers, as the runtime runs them.
 * See msignal.c. */
#ifndef ESCC_MSIGNAL_H
#define ESCC_MSIGNAL_H

#include "mthread.h"

#include <signal.h>
#include <stddef.h>

/* Removes the handshake signal from a set: the program cannot block, wait
 * for or handle it.  Returns `copy`, or NULL for NULL. */
const sigset_t *msignal_strip(const sigset_t *set, sigset_t *copy);

/* The same of a mask that a thread gets.  SIGSEGV in it wakes what sleeps
 * (mwake.c). */
const sigset_t *msignal_mask(const sigset_t *set, sigset_t *copy);

/* The collector's alternate signal stack for the calling thread, unless
 * the program has set its own. */
void msignal_install_altstack(struct mthread *self);

/* In a signal handler with that context: the same, when it returns, for a
 * thread that left a handler by a jump. */
void msignal_rearm_altstack(struct mthread *self, void *context);

/* Makes sure that the handshake signal reaches the calling thread. */
void msignal_unblock(void);

/* The set of signals for which the program has handlers that end system calls
 * (no SA_RESTART), as the kernel has sets.  Signal-safe. */
uint64_t msignal_that_end_calls(void);

/* Called once at start-up: takes over handlers that exist already. */
void msignal_init(void);

/* Puts mwake.c's handler into the place of SIGSEGV's default action, which the
 * program goes on to see; false: it has another one.  Takes RT_RANK_SIGNAL. */
bool msignal_take_faults(void);
/* Whether it is there, and no handler blocks SIGSEGV unseen; no lock. */
bool msignal_has_faults(void);
void msignal_give_faults_back(void);

/* In the child of fork. */
void msignal_fork_child(void);
/* The process is a copy of the one that started the runtime, or that called
 * msignal_fork_child last, made by a bare system call. */
bool msignal_is_copy(void);

/* Whether the thread may have left a handler of the program by a jump since
 * msignal_forget_left [inv.left].  In a stop, or when it leaves the list. */
bool msignal_may_have_left(const struct mthread *thread);
/* The same of any, also of those that are not in the list.  Such a handler may
 * drop what a barrier was to tell of a store in the code below it.  In a
 * stop. */
bool msignal_any_may_have_left(void);
/* In a stop. */
void msignal_forget_left(void);

#endif /* ESCC_MSIGNAL_H */
