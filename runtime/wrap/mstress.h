/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstress.h - collections at random moments.  See mstress.c. */
#ifndef ESCC_MSTRESS_H
#define ESCC_MSTRESS_H

/* Starts the thread that collects, if ESCC_DEBUG=gcrandom asks for it.  The
 * runtime is running and the caller is outside it. */
void mstress_start(void);

#endif /* ESCC_MSTRESS_H */
