// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Values in a box: `void *`, a tagged union, a table of functions.  What is in
 * a box lives as long as the box. */
#include <stdlib.h>

void *global;
enum kind { INT, POINTER };
struct value { enum kind kind; union { long i; int *p; } as; };
struct value global_value;

static void *box(void *p) { return p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
int boxed_stays(void) { int x = 1; void *b = box(&x); return *(int *)b; }
void boxed_escapes(void) { int x = 1; global = box(&x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

int tagged_stays(void)
{
    int x = 1;
    struct value v = {POINTER, {.p = &x}};
    return v.kind == POINTER ? *v.as.p : (int)v.as.i;
}
void tagged_escapes(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct value v = {POINTER, {.p = &x}};
    global_value = v;
}
/* The bits of a pointer, by the union's other member. */
void tagged_as_integer(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct value v = {POINTER, {.p = &x}};
    global_value.as.i = v.as.i;
}

struct shape;
struct methods { int (*area)(const struct shape *); };
struct shape { const struct methods *methods; int *side; };
/* Whose table this is, is not known. */
int unknown_methods(const struct methods *m)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: m
{
    int side = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: side
    struct shape s = {m, &side};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: s
    return s.methods->area(&s);
}
int *unboxed(struct value *v) { return v->kind == POINTER ? v->as.p : 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: v to result ~r0 level=1
