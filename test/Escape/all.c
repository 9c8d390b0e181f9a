// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -fescc-locals=all -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* The stress mode: whatever has its address taken and can move, moves. */
#include <stdarg.h>

struct point { int x, y; };

static int read_point(const struct point *p) { return p->x + p->y; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

int local(void) { int x = 1, y = 2, *p = &x; return *p + y; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

int parameter(int n, int m) { int *p = &n; return *p + m; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: n

int array(void) { int a[3] = {0}, b[3] = {0}; int *p = a; return *p + b[1]; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a

int member(void) { struct point s = {1, 2}; int *p = &s.y; return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: s

int literal(void) { return read_point(&(struct point){1, 2}); }
// CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} escapes to heap

/* Not these. */
int in_register(void) { register int x = 1; return x; }

int variable_arguments(int n, ...)
{
    va_list list;
    va_start(list, n);
    n = va_arg(list, int);
    va_end(list);
    return n;
}

static int of_static(void) { static int x; int *p = &x; return *p; }
int use(void) { return of_static(); }
