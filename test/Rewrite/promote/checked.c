// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With -fescc-check-escapes buffers of blocks that are in the frame are looked
// at like locals: an address of one that was left behind is found.  The
// analysis lets none be, so it is planted in the rewritten text.
//
// RUN: %clang -w %s -o %t.plain && %t.plain >%t.expected
// RUN: for cc in %clang %gcc; do export ESCC_CC=$cc; \
// RUN:   %escc_verify -O2 -w -fescc-check-escapes %s -o %t && \
// RUN:   ESCC_DEBUG=escapes=1 %t 2>&1 | diff - %t.expected && \
// RUN:   %escc -O2 -w -fescc-check-escapes -fescc-emit-source -c %s >%t.i && \
// RUN:   FileCheck %s <%t.i && \
// RUN:   sed 's/(void)"here"/kept = p/;s/(void)"in"/also = p/' %t.i >%t.planted.i && \
// RUN:   $cc -O2 -w -c -x cpp-output %t.planted.i -o %t.o && \
// RUN:   %escc %t.o -o %t.planted || exit 1; \
// RUN:   ESCC_DEBUG=escapes=1 %t.planted 2>%t.err; [ $? = 66 ] || exit 1; \
// RUN:   FileCheck --check-prefix=FOUND %s <%t.err || exit 1; done
#include <stdio.h>
#include <stdlib.h>

struct pair { long a, b; };
static void *volatile kept, *volatile also;

static void set(struct pair *p, long n) { p->a = n; p->b = 2 * n; }

static long __attribute__((noinline)) sum(long n)
{
    // CHECK: {{^}}static long {{.*}}sum(long n)
    // CHECK: char [[ROOM:__escc_r[0-9]+]][16]{{.*}};void*{{.*}}.at[0].bytes=16,
    // CHECK-SAME: .at[0].at=(const void*)[[ROOM]],
    // FOUND: checked.c:[[#@LINE+1]]: malloc(sizeof *p) of sum is left, and
    struct pair *p = malloc(sizeof *p);
    // FOUND-SAME: something refers to it: static memory
    set(p, n);
    (void)"here";
    n = p->a + p->b;
    free(p);
    return n;
}

/* A block that is left and entered again, of a size that is not constant. */
static long __attribute__((noinline)) turns(long n)
{
    long all = 0;
    if (n > 2) {
        // FOUND: checked.c:[[#@LINE+1]]: malloc(n * sizeof *p) of turns is left
        long *p = malloc(n * sizeof *p);
        for (long i = 0; i < n; i++)
            p[i] = i;
        (void)"in";
        all = p[n - 1];
        free(p);
    }
    return all + n;
}

int main(void)
{
    printf("%ld\n", sum(7));
    kept = NULL;
    printf("%ld\n", turns(3));
    also = NULL;
    printf("%ld\n", turns(4) + sum(1));
    return 0;
}
