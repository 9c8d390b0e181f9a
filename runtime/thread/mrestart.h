/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mrestart.h - system calls that a handshake interrupted.  See mrestart.c. */
#ifndef ESCC_MRESTART_H
#define ESCC_MRESTART_H

#include <ucontext.h>

/* The handler of handshakes is about to return to that context. */
void mrestart_look(ucontext_t *context);

#endif /* ESCC_MRESTART_H */
