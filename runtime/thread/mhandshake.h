/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mhandshake.h - having something done once in, or to, every thread.
 * See mhandshake.c for the protocol. */
#ifndef ESCC_MHANDSHAKE_H
#define ESCC_MHANDSHAKE_H

#include "mthread.h"

#include <stdbool.h>
#include <stdint.h>

/* What one round does.  Static or on the stack of the caller of
 * mhandshake_run; read by other threads until the round has ended. */
struct mhandshake {
    /* Called once for every other thread, whose context is published: by
     * that thread itself, in a signal handler outside the runtime, or on
     * behalf of a BLOCKED one by the thread that runs the handshake or, if
     * that holds, by another one in such a handler.  Must be
     * async-signal-safe, and must not wait for another thread.  NULL: nothing
     * to do but to arrive. */
    void (*visit)(struct mthread *thread, void *argument);
    void *argument;
    /* The threads stay where they are until mhandshake_release: the whole
     * world is stopped when mhandshake_run returns. */
    bool hold;
};

/* Runs a round over all registered threads but the caller's and returns true
 * when each has answered; false if it had to give one up [inv.silent], which
 * then runs on.  The caller is in the runtime and holds the
 * thread-list lock and the collection lock; one round at a time.  A thread
 * that is preempted delays it; one that has died is marked `gone`.  Where
 * mtask_is_blind afterwards there may be threads that run. */
bool mhandshake_run(const struct mhandshake *handshake);

/* Whether the last round met every thread of the program, each of them
 * registered, and none in the middle of words in pieces. */
bool mhandshake_is_exact(void);

/* The number of the last round that has begun; it changes while a thread is
 * held or BLOCKED.  Any context. */
uint32_t mhandshake_round(void);

/* Lets the threads of the last round go on, if it held them. */
void mhandshake_release(void);
/* When the last round began to ask threads, and the first of them may have been
 * held, by the monotonic clock. */
uint64_t mhandshake_asked_ns(void);
/* When the first of the program's threads ran again; or when all could, if the
 * thread that released them came to see that before.  By the monotonic clock,
 * of the last round that held. */
uint64_t mhandshake_resumed_ns(void);

/* Publishes the calling thread's own context, as a visited thread's.  The
 * caller's frame and everything above is scanned. */
void mhandshake_publish_self(void);
/* Its second half, called by the stub of mthread_amd64.S. */
void mhandshake_publish_self_at(const uintptr_t *registers, uintptr_t sp);

/* The calling thread has become BLOCKED after it was asked and put it off: the
 * stopper need not wait until it looks by itself.  Signal-safe. */
void mhandshake_blocked(void);

/* Whether the calling thread must not begin a collection because it, or code
 * below a signal handler that it runs, moves words in pieces [inv.torn]; not
 * for ever. */
bool mhandshake_refuses(struct mthread *self);

/* The signal's number; constant after mhandshake_init. */
int mhandshake_signal(void);

/* Installs the handler.  Start-up, after rt_options were read. */
void mhandshake_init(void);

#endif /* ESCC_MHANDSHAKE_H */
