// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -O1 -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Labels.  A backward goto inside a block keeps the block's objects; one that
 * leaves the block ends their life.  Allocations are new with each pass.
 */
#include <stdlib.h>

int *global;

void forward(int n)
{
    int *p = malloc(sizeof *p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) does not escape: promoted to the frame
    if (n)
        goto end;
    *p = 1;
end:
    free(p);
}

void backward(int n)
{
    int *p = 0;
again:
    if (p)
        *p = 1;
    p = malloc(sizeof *p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) escapes to heap
    if (n--)
        goto again;
    free(p);
}

int same_block(void)
{
    int *p = 0;
again:;
    int x;
    if (p) {
        *p = 42;
        return x;
    }
    p = &x;
    goto again;
}

int leaves_the_block(int n)
{
    int *p = 0;
again:
    if (p && !n)
        return *p;
    {
        int x = n;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        p = &x;
    }
    n--;
    goto again;
}

int *dead_goto(int *p)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
{
    int x = 1;
    if (0)
        goto again;
again:
    return p ? p : (x ? 0 : p);
}

/* A loop that is never gone through; neither Go nor escc looks whether it is.
 */
void dead_backward(void)
{
again:;
    int *p = malloc(sizeof *p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) does not escape
    *p = 1;
    free(p);
    return;
    goto again;
}

int **dead_backward_kept(void)
{
    int *last = 0;
again:;
    int *p = malloc(sizeof *p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) escapes to heap
    if (last)
        *last = *p;
    last = p;
    return 0;
    goto again;
}

void computed(int n)
{
    static void *table[] = {&&first, &&second};
    int *p = 0;
    goto *table[n];
first:
    p = malloc(sizeof *p);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) escapes to heap
    n = 1;
    goto *table[n];
second:
    free(p);
}

void in_switch(int n)
{
    int *p = 0;
    switch (n) {
        int x;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    case 0:
        x = 1;
        p = &x;
        break;
    default:
        x = 2;
    }
    (void)p;
}
