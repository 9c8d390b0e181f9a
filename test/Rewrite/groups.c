// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: gcc
// Stores in a row have one test of the flag behind the last; what is between
// them, round them and before them is evaluated as in the source.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %gcc -w -O2 -fopenmp %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env ESCC_CC=%gcc %escc -w -O2 -fopenmp %s -o %t.escc
// RUN: env ESCC_DEBUG=gcstress=8 %t.escc | cmp - %t.expected
// RUN: %escc_verify -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((__noinline__))

struct node { struct node *next, *prev, *up; long value; };
static struct node *list, *other;
static int calls;

static NOINLINE struct node *node(long value)
{
    struct node *n = calloc(1, sizeof *n);
    n->value = value;
    calls++;
    return n;
}

// CHECK-LABEL: void row(
// CHECK-COUNT-1: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void row(struct node *a, struct node *b, struct node *c)
{
    a->next = b;
    a->value++;
    a->prev = c;
    ;
    (void)a->value;
    b->up = a;
}

/* The fourth has another; so has the one behind a call. */
// CHECK-LABEL: void many(
// CHECK-COUNT-3: __escc_tls.shade_to
// CHECK-NOT: __escc_tls.shade_to
// CHECK-LABEL: void exchanged(
static NOINLINE void many(struct node *a, struct node *b)
{
    a->next = node(5);
    a->prev = b;
    a->up = b;
    b->next = a;
    b->prev = node(6);
    b->up = a;
}

static NOINLINE void exchanged(struct node *a)
{
    struct node *t = a->next;
    a->next = a->prev;
    a->prev = t;
    a->up = a->next;
    a->next = NULL;
}

/* The value of the last one is that of the whole. */
static NOINLINE struct node *valued(struct node *a, struct node *b)
{
    return ({ a->next = b; a->prev = b; a->up = b->next; });
}

static NOINLINE long literals(struct node *a)
{
    struct node *one, *two;
    a->next = list;
    one = &(struct node){.value = 3};
    a->prev = other;
    two = &(struct node){.value = 4};
    a->up = one;
    long sum = one->value + two->value;
    a->up = NULL;
    return sum;
}

static NOINLINE void jumps(struct node *a, struct node *b, int n)
{
    switch (n) {
    case 0:
        a->next = b;
        a->prev = b;
        break;
    case 1:
        a->up = b;
    again:
        b->next = a;
        b->prev = a;
        if (n++ < 3)
            goto again;
        b->up = a;
    }
}

static NOINLINE void directed(struct node *a, struct node *b)
{
    int n = 0;
#pragma omp parallel num_threads(2)
    {
#pragma omp master
        a->next = b;
        b->value = 7;
#pragma omp barrier
#pragma omp single
        n++;
    }
    a->value += n;
}

static NOINLINE long sum(const struct node *n)
{
    long total = n->value;
    if (n->next)
        total = total * 3 + n->next->value;
    if (n->prev)
        total = total * 5 + n->prev->value;
    return n->up ? total * 7 + n->up->value : total;
}

int main(void)
{
    for (int i = 0; i < 20; i++) {
        struct node *a = node(1), *b = node(2), *c = node(3);
        row(a, b, c);
        printf("%ld", sum(a));
        many(a, b);
        printf(" %ld %ld", sum(a), sum(b));
        exchanged(a);
        printf(" %ld", sum(a));
        b->next = c;
        printf(" %ld", valued(a, b)->value);
        list = node(8);
        other = node(9);
        printf(" %ld", literals(a));
        jumps(a, b, i % 2);
        printf(" %ld %ld", sum(a), sum(b));
        directed(a, b);
        printf(" %ld %d\n", sum(a), calls);
    }
    return 0;
}
