// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 | FileCheck %s
// RUN: %escc -c %s -o %t.o -w -report-escapes=2 2>&1 \
// RUN:   | FileCheck %s -check-prefix WAY
// RUN: %escc -c %s -o %t.o -w -report-escapes -fescc-unknown=stay 2>&1 \
// RUN:   | FileCheck %s -check-prefix STAY
// RUN: %escc -c %s -o %t.o -w -report-escapes -fescc-locals=all 2>&1 \
// RUN:   | FileCheck %s -check-prefix ALL
/* What depends on functions of other units says on which. */
// STAY-NOT: decided at load
// ALL-NOT: moved to heap: {{.*}}decided at load

struct node { struct node *next; int *value; };

int get(int *, ...), take(struct node *), f1(int *), f2(int *), f3(int *);
int f4(int *), f5(int *);
int *global;

int one(void) { int x; get(&x); return x; }
// CHECK: :[[#@LINE-1]]:21: remark: moved to heap: x, unless get keeps nothing (decided at load) [escape]
// WAY:      :[[#@LINE-2]]:21: remark: x may escape to heap: [escape]
// WAY-NEXT: note:   flow: {kept by get} = &x:
// WAY-NEXT: note:     from &x (address-of) at {{.*}}:[[#@LINE-4]]:28
// WAY-NEXT: note:     from get(&x) (call parameter) at {{.*}}:[[#@LINE-5]]:24
// WAY-NEXT: note:       unknown function get (other unit)
// WAY-NEXT: remark: moved to heap: x, unless get keeps nothing (decided at load) [escape]

int two(void) { int x; f1(&x); f2(&x); return x; }
// CHECK: :[[#@LINE-1]]:21: remark: moved to heap: x, unless f1 and f2 keep nothing (decided

int several(void) { int x; f1(&x), f2(&x), f3(&x), f4(&x); return x; }
// CHECK: :[[#@LINE-1]]:25: remark: moved to heap: x, unless f1, f2, f3 and f4 keep nothing

int more(void) { int x; f1(&x), f2(&x), f3(&x), f4(&x), f5(&x); return x; }
// CHECK: :[[#@LINE-1]]:22: remark: moved to heap: x, unless f1, f2, f3 and 2 others keep nothing

int in_any_case(void) { int x; get(&x); global = &x; return x; }
// CHECK: :[[#@LINE-1]]:29: remark: moved to heap: x [escape]

static int own(int *p) { return get(p); }
// CHECK: :[[#@LINE-1]]:21: remark: leaking param: p, unless get keeps nothing (decided at load) [escape]
// WAY: :[[#@LINE-2]]:21: remark: parameter p may leak to {kept by get} with derefs=0: [escape]

int by_way_of_own(void) { int x; own(&x); return x; }
// CHECK: :[[#@LINE-1]]:31: remark: moved to heap: x, unless get keeps nothing (decided at load)
// WAY: :[[#@LINE-2]]:31: remark: x may escape to heap: [escape]
// WAY-NEXT: note:   flow: {kept by own} = &x:

int content(struct node *p) { return get(p->value); }
// CHECK: :[[#@LINE-1]]:26: remark: leaking param content: p, unless get keeps nothing (decided at load) [escape]

int within(void)
{
    int x = 1;
    struct node n = {0, &x};
    take(&n);
    return x;
}
// CHECK: :[[#@LINE-5]]:9: remark: moved to heap: x, unless take keeps nothing
// CHECK: :[[#@LINE-5]]:17: remark: moved to heap: n, unless take keeps nothing

int literal(void) { return take(&(struct node){0}); }
// CHECK: :[[#@LINE-1]]:34: remark: (struct node){...} escapes to heap, unless take keeps nothing (decided at load) [escape]

int sized(int count) { int x[count]; get(x); return x[0]; }
// CHECK: :[[#@LINE-1]]:28: remark: moved to heap: x [escape]

void *allocated(void) { void *p = __builtin_malloc(8); get(p); return 0; }
// CHECK: :[[#@LINE-1]]:35: remark: __builtin_malloc(8) escapes to heap [escape]

int unused(int *p) { get(0); return *p; }
// CHECK: :[[#@LINE-1]]:17: remark: p does not escape [escape]

#pragma weak pragmatic
int pragmatic(int *);
int weakly(void) { int x; pragmatic(&x); return x; }
// CHECK: :[[#@LINE-1]]:24: remark: moved to heap: x [escape]
