// Threads of an OpenMP region do not share what each has as a local of its own,
// where moved locals are in their frames: the variable of a loop and a compound
// literal have their room in a block round the region.
// REQUIRES: gcc
// RUN: env ESCC_CC=%gcc %escc_verify -w -O1 -fopenmp %s -o %t \
// RUN:   -Wl,--exclude-libs,ALL
// RUN: env ESCC_DEBUG=gctrace=1 timeout 60 %t 2>&1 | FileCheck %s
// CHECK: escc: nothing is collected: the link of this program hides malloc
// CHECK-NEXT: {{^}}private
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, PASSES = 400 };

static long *volatile kept;

/* Other threads run meanwhile and give theirs another value. */
static __attribute__((noinline)) void check(long *local, long value)
{
    kept = local;
    for (int i = 0; i < 10; i++) {
        sched_yield();
        if (*local != value)
            puts("shared"), exit(1);
    }
}

static void loops(long thread)
{
#pragma omp parallel num_threads(THREADS) firstprivate(thread)
    for (long *at = 0, i = 0; i < PASSES; i++) {
        at = &i;
        check(at, i);
    }
}

static void literals(void)
{
#pragma omp parallel for num_threads(THREADS)
    for (long i = 0; i < THREADS * PASSES; i++)
        check(&(long){i}, i);
}

static void blocks(void)
{
#pragma omp parallel for num_threads(THREADS)
    for (long i = 0; i < THREADS * PASSES; i++) {
        long local = i;
        check(&local, i);
    }
}

int main(void)
{
    loops(0);
    literals();
    blocks();
    puts("private");
    return 0;
}
