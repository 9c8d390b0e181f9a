// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes=2 2>&1 | FileCheck %s
/* Level 2: how an address gets out, from the inside outwards. */
#include <stdlib.h>

int *global;
struct node { struct node *next; int *value; };

void address(void)
{
    int x = 1;
    int *p = &x;
    global = p;
}
// CHECK:      :[[#@LINE-4]]:9: remark: x escapes to heap: [escape]
// CHECK-NEXT: :[[#@LINE-4]]:14: note:   flow: p = &x:
// CHECK-NEXT: :[[#@LINE-5]]:14: note:     from &x (address-of) at {{.*}}:[[#@LINE-5]]:14
// CHECK-NEXT: note:     from {{.*}}p = &x (assign) at {{.*}}:[[#@LINE-6]]:
// CHECK-NEXT: note:   flow: {heap} = p:
// CHECK-NEXT: note:     from global = p (assign) at {{.*}}:[[#@LINE-7]]:5
// CHECK-NEXT: remark: moved to heap: x [escape]

void deep_content(struct node *n) { global = n->next->value; }
// CHECK:      remark: parameter n leaks to {heap} with derefs=2: [escape]
// CHECK-NEXT: note:   flow: {heap} = **n:
// CHECK-NEXT: note:     from n->next (dot of pointer) at
// CHECK-NEXT: note:     from n->next->value (dot of pointer) at
// CHECK-NEXT: note:     from global = n->next->value (assign) at
// CHECK-NEXT: remark: leaking param content: n [escape]

void content(struct node *n) { global = n->value; }

void argument(void)
{
    struct node n = {0, 0};
    int x = 1;
    n.value = &x;
    content(&n);
}
// CHECK:      remark: x escapes to heap: [escape]
// CHECK-NEXT: note:   flow: n = &x:
// CHECK-NEXT: note:     from &x (address-of) at
// CHECK-NEXT: note:     from n.value = &x (assign) at
// CHECK-NEXT: note:   flow: {heap} = n:
// CHECK-NEXT: note:     from &n (address-of) at
// CHECK-NEXT: note:     from content(&n) (call parameter) at
// CHECK-NEXT: :[[#@LINE-16]]:{{.*}} note:       in content: flow: {heap} = *n:
// CHECK-NEXT: note:         from n->value (dot of pointer) at
// CHECK-NEXT: note:         from global = n->value (assign) at
// CHECK-NEXT: remark: moved to heap: x [escape]

int *allocation(size_t count)
{
    int *p = malloc(count
                    * sizeof *p);
    return p;
}
// CHECK:      remark: malloc(count * sizeof *p) escapes to heap: [escape]
// CHECK-NEXT: note:   flow: p = &{storage for malloc(count * sizeof *p)}:
// CHECK:      note:   flow: ~r0 = p:
// CHECK-NEXT: note:     from return p (return) at
// CHECK-NEXT: remark: malloc(count * sizeof *p) escapes to heap [escape]

/* A flow that goes round in a circle does not hide how it gets out. */
void circle(void)
{
    struct node n = {0, 0};
    n.next = &n;
    global = (int *)n.next;
}
// CHECK:      remark: n escapes to heap: [escape]
// CHECK:      note:   flow: {heap} = n:
// CHECK-NEXT: note:     from n.next (dot) at
// CHECK-NEXT: note:     from global = (int *)n.next (assign) at
// CHECK-NEXT: remark: moved to heap: n [escape]

/* Where an explanation ends outside of the unit, it says so. */
void outside(int *);
void (*pointers[2])(); /* of any type */
static void first(int *p) { outside(p); }

void called(void)
{
    int x = 1, y = 2;
    char text[] = "A=1";
    first(&x);
    pointers[1](&y);
    putenv(text);
}
// CHECK:      remark: x may escape to heap: [escape]
// CHECK:      from first(&x) (call parameter) at
// CHECK-NEXT: note:       in first: flow: {kept by outside} = p:
// CHECK-NEXT: note:         from outside(p) (call parameter) at
// CHECK-NEXT: :[[#@LINE-14]]:29: note:           unknown function outside (other unit)
// CHECK-NEXT: remark: moved to heap: x, unless outside keeps nothing
// CHECK:      from pointers[1](&y) (call parameter) at
// CHECK-NEXT: note:       unknown function (called through a pointer)
// CHECK-NEXT: remark: moved to heap: y [escape]
// CHECK:      from putenv(text) (call parameter) at
// CHECK-NEXT: note:       putenv keeps it (C library)
// CHECK-NEXT: remark: moved to heap: text [escape]

/* Recursion is followed once. */
static void round_and_round(int *p, int n)
{
    if (n)
        round_and_round(p, n - 1);
    else
        global = p;
}
void recursion(void) { int x = 1; round_and_round(&x, 3); }
// CHECK:      from round_and_round(&x, 3) (call parameter) at
// CHECK-NEXT: note:       in round_and_round: flow: {heap} = p:
// CHECK-NEXT: note:         from global = p (assign) at
// CHECK-NEXT: remark: moved to heap: x [escape]

/* Where a function of the file stores it, in what the caller gave or has. */
static void put(struct node *to, int *value) { to->value = value; }
static void put_twice_removed(struct node *to, int *value) { put(to, value); }

void into_content(struct node *out)
{
    int x = 1;
    put_twice_removed(out, &x);
}
// CHECK:      remark: x escapes to heap: [escape]
// CHECK-NEXT: note:   flow: {content of out} = &x:
// CHECK-NEXT: note:     from &x (address-of) at
// CHECK-NEXT: note:     from put_twice_removed(out, &x) (call parameter) at
// CHECK-NEXT: :[[#@LINE-11]]:{{.*}} note:       in put_twice_removed: flow: {content of to} = value:
// CHECK-NEXT: note:         from put(to, value) (call parameter) at
// CHECK-NEXT: :[[#@LINE-14]]:{{.*}} note:           in put: flow: {content of to} = value:
// CHECK-NEXT: note:             from to->value = value (assign) at
// CHECK-NEXT: remark: moved to heap: x [escape]

struct node shelf;

void into_static(void)
{
    int x = 1;
    put(&shelf, &x);
}
// CHECK:      remark: x escapes to heap: [escape]
// CHECK-NEXT: note:   flow: {heap} = &x:
// CHECK-NEXT: note:     from &x (address-of) at
// CHECK-NEXT: note:     from put(&shelf, &x) (call parameter) at
// CHECK-NEXT: note:       in put: flow: {content of to} = value:
// CHECK-NEXT: note:         from to->value = value (assign) at
// CHECK-NEXT: remark: moved to heap: x [escape]

int into_outer(int n)
{
    struct node last = {0, 0};
    int sum = 0;
    for (int i = 0; i < n; i++) {
        int x = i;
        sum += last.value ? *last.value : 0;
        put(&last, &x);
    }
    return sum;
}
// CHECK:      remark: x escapes to heap: [escape]
// CHECK-NEXT: note:   flow: last = &x:
// CHECK-NEXT: note:     from &x (address-of) at
// CHECK-NEXT: note:     from put(&last, &x) (call parameter) at
// CHECK-NEXT: note:       in put: flow: {content of to} = value:
// CHECK-NEXT: note:         from to->value = value (assign) at
// CHECK-NEXT: remark: moved to heap: x [escape]

/* What a call allocates is its result, and no argument of it. */
char *result(void) { return malloc(8); }
// CHECK:      remark: malloc(8) escapes to heap: [escape]
// CHECK-NEXT: note:   flow: ~r0 = &{storage for malloc(8)}:
// CHECK-NEXT: note:     from malloc(8) (call result) at
// CHECK-NEXT: note:     from return malloc(8) (return) at
// CHECK-NEXT: remark: malloc(8) escapes to heap [escape]

// CHECK:      explain.c: note: [[#]] locals with the address taken: [[#]] on the heap, 1 decided at load, 2 on the stack; 2 allocations: 2 escaping
// CHECK-NEXT: explain.c: note: reasons: {{.*}}1 kept in an object that lives longer, 1 passed to an unknown function of another unit
