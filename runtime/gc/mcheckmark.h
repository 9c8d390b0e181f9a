/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckmark.h - ESCC_DEBUG=checkmark=1.  See mcheckmark.c. */
#ifndef ESCC_MCHECKMARK_H
#define ESCC_MCHECKMARK_H

/* Marks once more, from nothing, and is fatal if that reaches an object that
 * is not marked.  In the last stop of a collection beside the threads, when
 * its marks are final. */
void mcheckmark(void);

#endif /* ESCC_MCHECKMARK_H */
