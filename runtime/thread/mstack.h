/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstack.h - where threads' stacks are, and reading them as roots.
 * See mstack.c. */
#ifndef ESCC_MSTACK_H
#define ESCC_MSTACK_H

#include "mthread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 64 KiB: our own handler needs the signal frame (at most some 11 KiB with
 * AMX registers) and little more, but on kernels before 4.7 handlers of the
 * program that ask for SA_ONSTACK without having set a stack run on it too
 * (msignal.c).  Untouched pages cost nothing. */
enum { MSTACK_ALTSTACK_BYTES = 64 * 1024 };

/* A mapping as /proc/self/maps tells it. */
struct mstack_mapping {
    uintptr_t from, to;
    bool readable, writable;
};

/* The mapping that `address` lies in; false if none, or no /proc.  Only
 * system calls: usable while threads are stopped. */
bool mstack_find_mapping(uintptr_t address, struct mstack_mapping *out);

/* Sets the bounds of the calling thread's first stack, which `here` lies
 * on; `known` says that mthread_set_stack will follow with exact ones.
 * Async-signal-safe. */
void mstack_init_thread(struct mthread *self, uintptr_t here, bool known);

/* The thread's record goes: it has ended, or, in a child of fork, is not there.
 * If its stack is the process's first, that is read from `from` on, 0: all of
 * it.  Under the list's lock. */
void mstack_leave(const struct mthread *thread, uintptr_t from);
/* What is read so; false if nothing is. */
bool mstack_left(uintptr_t *from, uintptr_t *to);

/* Memory of one thread that may hold pointers: calls `range` for its
 * registers, its stacks and its signal frames.  `trusted` is false for a
 * range that may have pages that cannot be read.  The thread has published
 * its context and does not move. */
void mstack_ranges(const struct mthread *thread,
                   void (*range)(uintptr_t from, uintptr_t to, bool trusted,
                                 void *argument),
                   void *argument);

#endif /* ESCC_MSTACK_H */
