// A single object lives on while only the address one past its end is kept:
// C allows `p + 1` for it, and `p + 1 - 1` later.  Of each size that fits a
// size class exactly, in memory of the collector's, not on a stack.
// RUN: %escc_verify -I %source_root/include -O2 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=8,clobber=1,verify=1 timeout 60 %t | FileCheck %s
// RUN: %escc_verify -I %source_root/include -O0 -fescc-locals=all %s -o %t
// RUN: env ESCC_DEBUG=gcstress=8,clobber=1,verify=1 timeout 60 %t | FileCheck %s
#include <escc/gc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZES(F) F(16) F(32) F(48) F(64) F(80) F(128) F(256) F(1024)
#define TYPE(n) struct s##n { unsigned char bytes[n]; };
SIZES(TYPE)

enum { COUNT = 64 };
static void **ends;

#define MAKE(n)                                                         \
    static void make##n(int i)                                          \
    {                                                                   \
        struct s##n *p = malloc(sizeof *p);                             \
        memset(p, i, sizeof *p);                                        \
        ends[i] = p + 1;                                                \
    }                                                                   \
    static int wrong##n(int i)                                          \
    {                                                                   \
        struct s##n *p = (struct s##n *)ends[i] - 1;                    \
        for (unsigned k = 0; k < n; k++)                                \
            if (p->bytes[k] != i)                                       \
                return 1;                                               \
        return 0;                                                       \
    }
SIZES(MAKE)

int main(void)
{
    int wrong = 0;
#define ROUND(n)                                                        \
    ends = malloc(COUNT * sizeof *ends);                                \
    for (int i = 0; i < COUNT; i++)                                     \
        make##n(i);                                                     \
    escc_gc();                                                          \
    escc_gc();                                                          \
    for (int i = 0; i < COUNT; i++)                                     \
        wrong += wrong##n(i);
    SIZES(ROUND)
    printf("%d wrong\n", wrong);        // CHECK: {{^}}0 wrong
    return 0;
}
