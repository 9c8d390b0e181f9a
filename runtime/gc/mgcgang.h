/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgang.h - further threads that mark.  See mgcgang.c. */
#ifndef ESCC_MGCGANG_H
#define ESCC_MGCGANG_H

#include <stdbool.h>
#include <stddef.h>

struct marker;

/* As mgcdrain_some, with the help of others where there are any that may:
 * beside the threads as many as the pacer allows, in a stop as many as there
 * are processors.  When it returns they have stopped, what is left is the
 * marker's, and what they did is in its figures. */
bool mgcgang_some(struct marker *marker, size_t nwords);

/* Makes threads for collections beside the threads of the program, or for
 * stopped ones, if they are not there yet.  In the runtime, without a lock;
 * libc may allocate. */
void mgcgang_prepare(bool stopped);
/* These threads end.  Any context in the runtime. */
void mgcgang_end(void);

/* Start-up. */
void mgcgang_init(void);
/* In the child of fork: it has none. */
void mgcgang_fork_child(void);

#endif /* ESCC_MGCGANG_H */
