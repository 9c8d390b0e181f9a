/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* condition.h - what ends a test program: a condition that does not hold. */
#ifndef CONDITION_H
#define CONDITION_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                    \
    ((condition) ? (void)0                                                  \
                 : (fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,        \
                            __LINE__, #condition),                          \
                    _Exit(1)))

#endif
