// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -O1 -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Objects whose size is a constant by propagation, and large ones.  Where an
 * allocation comes from, its size has no part in whether it escapes. */
#include <stdlib.h>
#include <string.h>

int *global;
int constant(void)
{
    int n = 128;
    int *p = malloc(n * sizeof *p);
// CHECK: :[[#@LINE-1]]:{{.*}} malloc(n * sizeof *p) does not escape: promoted to the frame
    *p = n;
    return *p;
}
int variable(int n)
{
    int *p = malloc(n * sizeof *p);
// CHECK: :[[#@LINE-1]]:{{.*}} malloc(n * sizeof *p) does not escape: promoted to the frame
    *p = n;
    return *p;
}
int zeroed(int n) { int *p = calloc(n, sizeof *p); return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} calloc(n, sizeof *p) does not escape
void kept(int n) { int *p = malloc(n * sizeof *p); global = p; }
// CHECK: :[[#@LINE-1]]:{{.*}} malloc(n * sizeof *p) escapes to heap
int grown(int n)
{
    int *p = malloc(sizeof *p);
// CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *p) does not escape
    p = realloc(p, n * sizeof *p);
// CHECK: :[[#@LINE-1]]:{{.*}} realloc(p, n * sizeof *p) does not escape
    *p = n;
    return *p;
}
int large(void)
{
    char a[1 << 16];
    memset(a, 1, sizeof a);
    return a[3];
}
char *large_returned(void) { char a[1 << 16]; a[0] = 1; return a; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
int of_variable_length(int n)
{
    int a[n];
    memset(a, 0, sizeof a);
    return a[0];
}
int *of_variable_length_returned(int n) { int a[n]; a[0] = n; return a; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
