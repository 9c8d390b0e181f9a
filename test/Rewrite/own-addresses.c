// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stores that need no barrier: of an object's own address in it, of what
// constant objects hold; and such that look like it.
// RUN: %escc_verify -w -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
// RUN: %escc -w -O2 %s -o %t.exe
// RUN: env ESCC_DEBUG=verify=barrier,gcstress=16 %t.exe
// RUN: env ESCC_DEBUG=gcstress=4,clobber=1 %t.exe
#include <stdlib.h>

#define NOINLINE __attribute__((__noinline__))

struct part { struct own *up; long *at; };
struct own {
    long *first, *last, room[4];
    struct part part, parts[2];
    struct own *self, *other;
    const char *text;
};
static struct own *kept;
static int called;
static NOINLINE void calls(void) { called++; }

// CHECK-LABEL: void own(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void own(struct own *p, int i)
{
    p->first = p->room;
    p->last = &p->room[3];
    p->part.at = &p->room[i];
    p->self = p;
    (*p).part.up = (struct own *)(void *)p;
    p->parts[i].at = &p->room[i];
    // CHECK-LABEL: void index_with_effect(
}

// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void index_with_effect(struct own *p, int i)
{
    p->parts[(calls(), i)].at = p->room;
}

// CHECK-LABEL: void others(
// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void others(struct own *p, struct own *q)
{
    p->self = q;
}

// CHECK-LABEL: void behind(
// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void behind(struct own *p)
{
    p->part.at = p->self->room;
}

// CHECK-LABEL: void far(
// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void far(struct own *p)
{
    p->other->first = p->room;
}

// CHECK-LABEL: void shared(
// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void shared(struct own *p)
{
    struct own **change = &p;
    *change = kept;
    p->first = p->room;
}

static const char *const texts[] = {"zero", "one"};
const char *const elsewhere[2] = {"zero", "one"};
static const char *variable[] = {"zero", "one"};

// CHECK-LABEL: void constant(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void constant(struct own *p, int i)
{
    p->text = texts[i];
    p->text = elsewhere[i];
    // CHECK-LABEL: void no_constant(
}

// CHECK-COUNT-2: __escc_tls.shade_to
static NOINLINE void no_constant(struct own *p, int i,
                                 const char *const *given)
{
    p->text = variable[i];
    calls();
    p->text = given[i];
    // CHECK-LABEL: void local_constant(
}

// CHECK-COUNT-1: __escc_tls.shade_to
static NOINLINE void local_constant(struct own *p)
{
    const char *const text = malloc(8);
    p->text = text;
}

// CHECK-LABEL: int main(
int main(void)
{
    for (int n = 0; n < 100; n++) {
        struct own *p = calloc(1, sizeof *p), *q = calloc(1, sizeof *q);
        kept = p;
        p->room[1] = n;
        own(p, 1);
        q->self = q->other = p;
        others(p, q);
        behind(q);
        far(q);
        index_with_effect(q, 0);
        shared(q);
        constant(p, 1);
        no_constant(q, 1, texts);
        local_constant(q);
        if (*p->part.at != n || p->self != q || !p->text[0])
            return 1;
        free(p);
        free(q);
    }
    return !called;
}
