// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Tags: what callers learn from the callee's parameters. */
#include <stdint.h>
#include <string.h>

int *global;
int **global_pointer;

static int *no_leak(int *p) { (void)p; return 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
static int *leaks(int *p) { global = p; return 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
static int *returned(int *p) { return p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
static int *second(int *p, int *q) { (void)p; return q; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: q to result ~r0 level=0
static int *content(int **p) { return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=1
static int **address_of_parameter(int *p) { int **pp = &p; return pp; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: p

int use_no_leak(void) { int x = 1; no_leak(&x); return x; }

int use_leaks(void) { int x = 1; leaks(&x); return x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

int use_returned(void) { int x = 1; return *returned(&x); }

void use_returned_to_global(void) { int x = 1; global = returned(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

void use_second(void)
{
    int x = 1;
    int y = 2;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: y
    global = second(&x, &y);
}

void use_content(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    int *p = &x;
    global = content(&p);
}

int use_address_of_parameter(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    return **address_of_parameter(&x);
}

void nested(void) { int x = 1; global = returned(returned(&x)); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

int nested_stays(void) { int x = 1; return *returned(returned(&x)); }

/* A parameter that flows into an object that is on the heap itself. */
struct box { int *value; };
struct box *boxed(int *p) { struct box b = {p}; return &b; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: b

/* An address may travel as an integer. */
uintptr_t to_integer(int *p) { return (uintptr_t)p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0

int *from_integer(uintptr_t n) { return (int *)n; }

int *through_integer(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    uintptr_t n = to_integer(&x) | 1;
    return from_integer(n & ~(uintptr_t)1);
}

int integer_is_no_address(int *p) { return (int)(uintptr_t)p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

/* In a loop each pass has its own object. */
void addresses_in_loop(void)
{
    for (int i = 0; i < 3; i++)
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
        global = &i;
}

void body_of_loop(void)
{
    int *last = 0;
    for (int i = 0; i < 3; i++) {
        int copy = i;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: copy
        last = &copy;
    }
    (void)last;
}

/* Copies move what the memory holds. */
void copied_to_global(void)
{
    int x = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    int *p = &x;
    memcpy(global_pointer, &p, sizeof p);
}

int copied_to_local(void)
{
    int x = 1, *p = &x, *q;
    memcpy(&q, &p, sizeof p);
    return *q;
}

int *copied_and_returned(void)
{
    int x = 1, *p = &x, *q;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    memcpy(&q, &p, sizeof p);
    return q;
}

/* No size moves a local. */
int huge_stays(void) { static int n; char a[1 << 20]; a[n] = 1; return a[n]; }
