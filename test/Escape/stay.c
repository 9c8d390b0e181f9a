// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -fescc-unknown=stay -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* -fescc-unknown=stay: unknown functions are trusted to keep nothing.  What
 * they return may still be an argument.
 */
struct context { int *p; };

int *global;
int read_it(int *p);
int *pass_on(int *p);
void fill(struct context *c);

int stays(void) { int x = 1; return read_it(&x); }

int *comes_back(void) { int x = 1; return pass_on(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

void into_unknown_memory(void)
{
    struct context c;
    int *p, x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    fill(&c);
    *(int **)c.p = &x;
}

int through_pointer(int (*f)(int *)) { int x = 1; return f(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} f does not escape

void assigned(void) { int x = 1; read_it(&x); global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
