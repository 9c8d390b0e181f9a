/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_thread.h - what thread creation and thread end share. */
#ifndef ESCC_MWRAP_THREAD_H
#define ESCC_MWRAP_THREAD_H

#include <pthread.h>

struct passage;

/* The calling thread is about to end; the passage was mthread.passage. */
void mwrap_thread_ended(struct passage *passage);

/* pthread_join as a wrapped blocking call (mwrap_block.c). */
int mwrap_block_join(pthread_t thread, void **value);

/* In the child of fork. */
void mwrap_block_fork_child(void);

#endif /* ESCC_MWRAP_THREAD_H */
