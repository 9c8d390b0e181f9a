/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungcheck.h - ESCC_DEBUG=checkmark=1 for young blocks.
 * See mgcyoungcheck.c. */
#ifndef ESCC_MGCYOUNGCHECK_H
#define ESCC_MGCYOUNGCHECK_H

/* In the stop of a collection of young blocks, when its dead are known: fatal
 * if one of them can be reached. */
void mgcyoungcheck(void);

#endif /* ESCC_MGCYOUNGCHECK_H */
