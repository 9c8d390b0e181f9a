/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcancel.h - threads that are cancelled anywhere.  See mcancel.c. */
#ifndef ESCC_MCANCEL_H
#define ESCC_MCANCEL_H

/* Before the process first cancels a thread; once, outside of the runtime.
 * Makes and joins a thread. */
void mcancel_prepare(void);

#endif /* ESCC_MCANCEL_H */
