// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not %escc -I%source_root/include -w -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --implicit-check-not=error: %s
// RUN: %escc -I%source_root/include -DHOLDS -w -c %s -o %t.o \
// RUN:   -report-escapes 2>&1 \
// RUN:   | FileCheck --check-prefix=HOLDS --implicit-check-not='heap: ' %s
// RUN: %clang -DHOLDS -Weverything -Wno-attributes -fsyntax-only \
// RUN:   -I%source_root/include %s 2>&1 \
// RUN:   | FileCheck --allow-empty --check-prefix=QUIET %s
/* ESCC_NOESCAPE: an error with the flow where it does not hold, and what
 * callers go by; clang's noescape is gone by, and not checked.  ESCC_RETURNS:
 * the same of all parameters of a function, but for one that is returned. */
// QUIET-NOT: attr.h
#include <escc/attr.h>

int *global;
struct cell { int **slot, *other; };

int reads(int *p ESCC_NOESCAPE, int *q);
int old(int *p __attribute__((noescape)), int *q);
int fills(struct cell *c ESCC_NOESCAPE);
void outside(int *);

int holds(int *p ESCC_NOESCAPE) { return *p; }

/* Of what it points to nothing is said. */
int content(struct cell *c ESCC_NOESCAPE)
{
    global = c->other;
    return 0;
}

int calls(void)
{
    ESCC_NOESCAPE int x = 1;
    int y = 2, z = 3, v = 4;
    /* Not kept, whatever the function is; the others may be. */
    return reads(&x, &y) + old(&z, &v);
}
// HOLDS:      :[[#@LINE-4]]:9: remark: moved to heap: y, unless reads keeps nothing
// HOLDS-NEXT: :[[#@LINE-5]]:23: remark: moved to heap: v, unless old keeps nothing

/* The cell is not kept, but what the function stores there may lead anywhere,
 * and what the cell leads to may be kept. */
int through(void)
{
    int x = 1, y = 2;
    struct cell cell = {0, &x};
    fills(&cell);
    *cell.slot = &y;
    return x;
}
// HOLDS:      :[[#@LINE-6]]:9: remark: moved to heap: x [escape]
// HOLDS-NEXT: :[[#@LINE-7]]:16: remark: moved to heap: y [escape]

ESCC_RETURNS(1) char *after(const char *what, char *text);
#define FIRST 0
extern ESCC_RETURNS(FIRST) int *first(int *p, int *q);

ESCC_RETURNS(1) static char *last(struct cell *c, char *text, int n)
{
    global = c->other;
    return n ? text + n : 0;
}

int results(void)
{
    char text[4] = "abc", other[4] = "def", what[4] = "b";
    int x = 1, y = 2;
    struct cell cell = {0, 0};
    global = first(&x, &y);
    return *after(what, text) + !last(&cell, other, 1);
}
// HOLDS:      :[[#@LINE-5]]:9: remark: moved to heap: x [escape]

#ifndef HOLDS
void stores(int *p ESCC_NOESCAPE) { global = p; }
// CHECK:      :[[#@LINE-1]]:18: error: ESCC_NOESCAPE does not hold: leaking param: p [escc-noescape]
// CHECK-NEXT: :[[#@LINE-2]]:{{[0-9]+}}: note:   flow: {heap} = p:
// CHECK-NEXT: :[[#@LINE-3]]:{{[0-9]+}}: note:     from global = p (assign)

int *returns(int *p ESCC_NOESCAPE) { return p; }
// CHECK:      :[[#@LINE-1]]:19: error: ESCC_NOESCAPE does not hold: leaking param: p to result ~r0 level=0

void gives(int *p ESCC_NOESCAPE, struct cell *c) { c->other = p; }
// CHECK:      :[[#@LINE-1]]:17: error: ESCC_NOESCAPE does not hold: leaking param: p to content of c level=0

/* The mark is in the prototype. */
void apart(int *p ESCC_NOESCAPE, int *q);
void apart(int *p, int *q) { global = p; }
// CHECK:      :[[#@LINE-1]]:17: error: ESCC_NOESCAPE does not hold: leaking param: p

void passes(int *p ESCC_NOESCAPE) { outside(p); }
// CHECK:      :[[#@LINE-1]]:18: error: ESCC_NOESCAPE does not hold: leaking param: p, unless outside keeps nothing (decided at load)
// CHECK:      note:       unknown function outside (other unit)

void locals(void)
{
    int free_to_go = 1, kept ESCC_NOESCAPE = 2;
    ESCC_NOESCAPE int through_a_call = 3;
    outside(&free_to_go);
    global = &kept;
    stores(&through_a_call);
}
// CHECK:      :[[#@LINE-6]]:25: error: ESCC_NOESCAPE does not hold: moved to heap: kept
// CHECK:      :[[#@LINE-6]]:{{[0-9]+}}: error: ESCC_NOESCAPE does not hold: moved to heap: through_a_call
// CHECK:      note:       in stores: flow: {heap} = p:

ESCC_RETURNS(0)
int *either(int *p, int *q) { return *q ? p : q; }
// CHECK:      :[[#@LINE-1]]:26: error: ESCC_RETURNS does not hold: leaking param: q to result ~r0 level=0 [escc-returns]
// CHECK-NEXT: :[[#@LINE-2]]:{{[0-9]+}}: note:   flow: ~r0 = q:

/* The mark is in the prototype. */
ESCC_RETURNS(0) int *hides(int *p);
int *hides(int *p) { return global = p; }
// CHECK:      :[[#@LINE-1]]:17: error: ESCC_RETURNS does not hold: leaking param: p [escc-returns]

/* clang's attribute is the user's word. */
void trusted(int *p __attribute__((noescape))) { global = p; }
#endif
