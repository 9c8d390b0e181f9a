// OpenACC's directives are about loops and locals as OpenMP's are: numbers that
// they do not name are copied, and the head of a loop has a form.
// REQUIRES: gcc
// RUN: export ESCC_CC=%gcc
// RUN: for o in -O0 '-O2 -fescc-locals=all'; do \
// RUN:   %escc_verify -w $o -fopenacc %s -o %t && %t | FileCheck %s || exit 1; \
// RUN:   done
#include <stdio.h>

static int *kept[4];

static __attribute__((noinline)) void keep(int *p, int i) { kept[i] = p; }

int main(void)
{
    int x = 5, sum = 0, a[10];
    keep(&x, 0), keep(a, 1);
#pragma acc parallel loop num_gangs(1) reduction(+:sum)
    for (int i = 0; i < 10; i++) {
        a[i] = i;
        sum += i;
    }
#pragma acc parallel num_gangs(1)
    {
        x++;
        keep(&x, 2);
    }
#pragma acc parallel loop private(x)
    for (int i = 0; i < 3; i++) {
        x = i;
        keep(&i, 3);
    }
    // CHECK: {{^}}5 45 9
    printf("%d %d %d\n", x, sum, a[9]);
    return 0;
}
