/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_plain.h - ESCC_DEBUG=verify=noscan.  See mverify_plain.c. */
#ifndef ESCC_MVERIFY_PLAIN_H
#define ESCC_MVERIFY_PLAIN_H

/* Start-up, after the options were read. */
void mverify_plain_init(void);

/* Within a stop, mcaches flushed, when all is marked.  Does not return if an
 * object was lost. */
void mverify_plain_after_marking(void);

#endif /* ESCC_MVERIFY_PLAIN_H */
