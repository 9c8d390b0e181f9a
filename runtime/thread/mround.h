/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mround.h - the round of a handshake in progress: what is done to each thread
 * in it.  For mhandshake.c, which has the protocol.
 *
 * Callers: the stopper, with the collection lock and the thread-list lock, or
 * the handler of a thread that has not counted its answer yet; nothing here
 * blocks, and all of it is signal-safe. */
#ifndef ESCC_MROUND_H
#define ESCC_MROUND_H

#include "mhandshake.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct mround {
    const struct mhandshake *handshake; /* written before any request */
    uint32_t number;
    uint32_t unanswered;        /* threads; atomic */
    uint32_t bell;              /* see mround_ring; a futex; atomic */
    bool is_exact;              /* see mhandshake_is_exact */
    bool is_complete;           /* no thread was given up */
};
extern struct mround mround;

/* The futex system call on a word of this process; `timeout`: relative, or
 * NULL.  -1 and errno on failure. */
long mround_futex(uint32_t *word, int operation, uint32_t value,
                  const struct timespec *timeout);

/* There is something for the stopper to see. */
void mround_ring(void);
/* One more has answered; rings when it was the last. */
void mround_count_answer(void);

/* All threads but `self` are to be asked in the round of this number. */
void mround_request(const struct mthread *self, uint32_t round);
/* Asks those that nobody has asked yet [inv.askon]. */
void mround_ask_on(uint32_t round);
/* Asks one, whose request is stored. */
void mround_ask(struct mthread *thread, uint32_t round);
/* Sends it the signal.  Where the queue of signals is full that has to be tried
 * again (is_unqueued), and a filter of system calls may forbid it.  0 or an
 * error. */
int mround_signal(struct mthread *thread);

/* Answers for a BLOCKED thread.  Returns false if it is not BLOCKED, or in a
 * handler over torn code. */
bool mround_answer_for(struct mthread *thread, uint32_t round);
/* The thread will never answer: the list drops it after the round. */
void mround_answer_for_dead(struct mthread *thread, uint32_t round);
/* The same of one whose id the calling thread has, which nobody registered, if
 * a round waits for it.  Signal-safe. */
void mround_answer_for_predecessor(struct mthread *thread);
/* A thread that was answered for, BLOCKED, may go on. */
void mround_put_back(struct mthread *thread);
/* [inv.silent]: whether a thread that has not answered after so many looks
 * never will; and being done with it. */
bool mround_is_hopeless(const struct mthread *thread, unsigned nlooks);
void mround_give_up(struct mthread *thread, uint32_t round);

#endif /* ESCC_MROUND_H */
