/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mdeferred.h - signals that came while their thread was in the runtime.
 * See mdeferred.c. */
#ifndef ESCC_MDEFERRED_H
#define ESCC_MDEFERRED_H

#include "mthread.h"

#include <signal.h>
#include <stdbool.h>

/* In the handler of a signal that came while the calling thread is in the
 * runtime: it will come again afterwards.  False: it cannot. */
bool mdeferred_put_off(struct mthread *self, int signal, const siginfo_t *info,
                       void *context);

/* Re-sends to the calling thread what was put off while it was in the
 * runtime, and unblocks it in the frame that the handshake handler is
 * about to return to.  Only from that handler, outside the runtime. */
void mdeferred_deliver(struct mthread *self, void *context);

/* In a child of fork. */
void mdeferred_fork_child(struct mthread *self);

#endif /* ESCC_MDEFERRED_H */
