// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK-NOT: does not escape
/* An address as a number is still one after the library's functions that give
 * the number, or its parts, back.  A block that is returned so is no buffer of
 * its function. */
#include <inttypes.h>
#include <stdlib.h>

int *absolute(void)
{
    int *p = malloc(sizeof *p);
    return (int *)labs((long)p);
}

int *widest(void)
{
    int *p = malloc(sizeof *p);
    return (int *)(intptr_t)imaxabs((intptr_t)p);
}

int *divided(void)
{
    int *p = malloc(sizeof *p);
    ldiv_t parts = ldiv((long)p, 1000);
    return (int *)(parts.quot * 1000 + parts.rem);
}
