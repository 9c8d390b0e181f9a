// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* A flow through an inline function is seen where the call is, and told where
 * the text of both stands. */
int *global;
static inline int *identity(int *p) { return p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
static inline __attribute__((always_inline)) void keep(int *p) { global = p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
static inline int **address(int *p)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
{
    static int *copy;
    copy = p;
    return &copy;
}

int stays(void) { int x = 1; return *identity(&x); }
int twice(void) { int x = 1; return *identity(identity(&x)); }
int *returned(void) { int x = 1; return identity(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void kept(void) { int x = 1; keep(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
int **by_static(void) { int x = 1; return address(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
/* A body that another unit may replace is not gone by. */
__attribute__((weak)) void replaced(int *p) { (void)p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
void calls_replaced(void) { int x = 1; replaced(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
