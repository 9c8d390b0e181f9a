// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: gcc
// Stores in a row have one test of the flag also where they are operands of a
// comma, or in blocks as macros have them; what is stored twice in one
// expression has one, a null pointer none.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc_verify -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((__noinline__))

union value { struct node *p; long n; };
struct node {
    struct node *next, *prev, *up;
    union value value;
    struct node *volatile seen;
    long number;
};
static struct node *list;
static int calls;

static NOINLINE struct node *node(long number)
{
    struct node *n = calloc(1, sizeof *n);
    n->number = number;
    calls++;
    return n;
}

static struct node **shelf;
static NOINLINE void keep(struct node **to) { shelf = to; }

/* ---- commas -------------------------------------------------------------- */

#define SAVE(a, b, c) (((a)->next = (b)), (a)->prev = (c))

// CHECK-LABEL: void comma(
// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void comma_of_call(
static NOINLINE void comma(struct node *a, struct node *b, struct node *c)
{
    (SAVE(a, b, c), a->number++, calls++);
}

/* What is called in front of the first store is in front of the test, too; the
 * other may wait for long. */
// CHECK-COUNT-3: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: comma_valued(
static NOINLINE void comma_of_call(struct node *a, struct node *b)
{
    SAVE(a, node(4), b);
    SAVE(a, b, node(5));
}

// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void null_chain(
static NOINLINE struct node *comma_valued(struct node *a, struct node *b)
{
    return SAVE(a, b, b->next);
}

/* ---- chains -------------------------------------------------------------- */

// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void null_seen(
static NOINLINE void null_chain(struct node *a)
{
    a->next = a->prev = a->up = NULL;
}

/* Another thread may have written there. */
// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void chain(
static NOINLINE void null_seen(struct node *a)
{
    a->next = a->seen = NULL;
}

// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void chain_of_call(
static NOINLINE void chain(struct node *a, struct node *b)
{
    a->next = a->prev = a->up = b;
}

/* The call may take long. */
// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void chain_seen(
static NOINLINE void chain_of_call(struct node *a, struct node *b)
{
    node(6)->next = a->prev = b;
}

// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void chain_of_self(
static NOINLINE void chain_seen(struct node *a, struct node *b)
{
    a->next = a->seen = b;
}

/* An object's own address needs no test where it is in the object. */
// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void blocks(
static NOINLINE void chain_of_self(struct node *a)
{
    list = a->up = a;
}

/* ---- blocks -------------------------------------------------------------- */

#define SET(to, from) \
    { \
        struct node *t = (to); \
        const struct node *f = (from); \
        t->value = f->value; \
        t->number += f->number; \
        ((void)f, ((void)0)); \
    }

// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void blocks_of_call(
static NOINLINE void blocks(struct node *a, struct node *b)
{
    SET(a, b);
    SET(b, a);
    a->next = b;
}

// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void too_many(
static NOINLINE void blocks_of_call(struct node *a, struct node *b)
{
    SET(node(7), b);
    a->next = b;
    calls++;
    SET(a, node(8));
}

// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void jumped(
static NOINLINE void too_many(struct node *a, struct node *b)
{
    {
        struct node *t = a;
        t->next = b;
        t->prev = b;
    }
    {
        struct node *t = b;
        t->up = a;
        t->prev = a;
    }
}

// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void left(
static NOINLINE void jumped(struct node *a, struct node *b, int n)
{
    a->next = b;
    {
    again:
        b->prev = a;
    }
    if (n-- > 0)
        goto again;
}

// CHECK-COUNT-2: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void kept(
static NOINLINE void left(struct node *a, struct node *b, int n)
{
    for (; n < 3; n++) {
        {
            struct node *t = a;
            if (n == 1)
                continue;
            t->next = b;
        }
        b->prev = a;
    }
}

/* A local that moves is made in its block. */
// CHECK-COUNT-3: __escc_tls.shade_to
// CHECK-LABEL: long sum(
static NOINLINE void kept(struct node *a, struct node *b)
{
    {
        struct node *t = b;
        keep(&t);
        a->next = *shelf;
    }
    a->prev = b;
}

static NOINLINE long sum(const struct node *n)
{
    long total = n->number;
    if (n->next)
        total = total * 3 + n->next->number;
    if (n->prev)
        total = total * 5 + n->prev->number;
    if (n->value.p)
        total = total * 7 + n->value.p->number;
    if (n->seen)
        total = total * 11 + n->seen->number;
    return n->up ? total * 13 + n->up->number : total;
}

int main(void)
{
    for (int i = 0; i < 20; i++) {
        struct node *a = node(1), *b = node(2), *c = node(3);
        comma(a, b, c);
        printf("%ld", sum(a));
        comma_of_call(a, c);
        printf(" %ld", sum(a));
        b->next = c;
        printf(" %ld", comma_valued(a, b)->number + sum(a));
        chain(a, b);
        printf(" %ld", sum(a));
        null_chain(a);
        chain_of_call(a, c);
        chain_seen(a, b);
        printf(" %ld", sum(a));
        null_seen(a);
        chain_of_self(a);
        printf(" %ld %ld", sum(a), sum(list));
        b->value.p = c;
        blocks(a, b);
        printf(" %ld %ld", sum(a), sum(b));
        blocks_of_call(a, b);
        printf(" %ld", sum(a));
        too_many(a, b);
        jumped(a, b, 2);
        left(a, c, 0);
        printf(" %ld %ld", sum(a), sum(b));
        kept(a, c);
        printf(" %ld %d\n", sum(a), calls);
    }
    return 0;
}
