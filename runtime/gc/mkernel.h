/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mkernel.h - pointers of the program that only the kernel has.
 * See mkernel.c. */
#ifndef ESCC_MKERNEL_H
#define ESCC_MKERNEL_H

#include <stdbool.h>
#include <stdint.h>

enum mkernel_sort { MKERNEL_EPOLL, MKERNEL_SIGNAL, MKERNEL_QUEUE };

/* One pointer.  A foreign block, made and freed by the wrappers. */
struct mkernel_held {
    struct mkernel_held *next;  /* in its chain, newest first */
    uintptr_t value;
    enum mkernel_sort sort;
    int key;                    /* descriptor registered, signal, queue */
    int epoll;                  /* MKERNEL_EPOLL: the descriptor it is in */
    /* EPOLL: /proc lists it.  SIGNAL: not pending at the last look. */
    bool seen;
};

/* ---- the table; under mkernel_lock -------------------------------------
 * The lock is taken in the runtime, and held around the system call that
 * hands the pointer over. */
void mkernel_lock(void);
void mkernel_unlock(void);

/* The chain in which the pointers of a sort and key are, newest first. */
struct mkernel_held **mkernel_chain(enum mkernel_sort sort, int key);
/* The link to the newest for that key from `at` on, or to the chain's end. */
struct mkernel_held **mkernel_find(struct mkernel_held **at,
                                   enum mkernel_sort sort, int key,
                                   int epoll);
void mkernel_link(struct mkernel_held *held);
/* Moves *at, if there is one, from its chain to the list *dropped, which is
 * the caller's to free. */
void mkernel_drop(struct mkernel_held **at, struct mkernel_held **dropped);
void mkernel_drop_this(const struct mkernel_held *held,
                       struct mkernel_held **dropped);
/* So many are held that it is time to look what is over (mkernel_look). */
bool mkernel_has_doubled(void);

/* ---- without the lock ---------------------------------------------------- */

bool mkernel_has_any(void);
/* A descriptor was closed.  Signal-safe. */
void mkernel_note_close(void);
/* A signal is about to be sent that has its value in the table. */
void mkernel_note_signal(void);

/* Stops the threads to look what the kernel has given back.  The caller is
 * not in the runtime. */
void mkernel_look(void);

/* Forgets what the kernel has given back, so that it is no root any more.
 * While the threads are stopped for a collection, before marking.  Reads
 * /proc if anything may have changed. */
void mkernel_prune(void);

/* Gives the blocks back that the last look has dropped.  When the threads
 * run again, by the thread that stopped them. */
void mkernel_release(void);

/* Sets what frees such a list.  Start-up. */
void mkernel_on_release(void (*act)(struct mkernel_held *dropped));

#endif /* ESCC_MKERNEL_H */
