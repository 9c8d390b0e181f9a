// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integers in memory that no pointer can get to have no barrier, and neither
// have words in the function's own frame; behind each function is one thing
// that makes the difference.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc_verify -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((__noinline__))

// CHECK-LABEL: void prefix_sums(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void prefix_sums(long *a, int n)
{
    for (int i = 1; i < n; i++)
        a[i] += a[i - 1];
}

// CHECK-LABEL: void sort(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void sort(int64_t *a, int n)
{
    for (int i = 1; i < n; i++) {
        int64_t t = a[i];
        int k = i;
        for (; k > 0 && a[k - 1] > t; k--)
            a[k] = a[k - 1];
        a[k] = t;
    }
}

// CHECK-LABEL: void sort_anything(
// CHECK: __escc_tls.shade_to
void sort_anything(int64_t *a, int n);
void sort_anything(int64_t *a, int n)
{
    for (int i = 1; i < n; i++)
        if (a[i] < a[i - 1])
            a[i] = a[i - 1];
}

struct state { uint64_t v[4], count; };
struct pair { long first, second; };

// CHECK-LABEL: uint64_t mix(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE uint64_t mix(struct state *s, const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    s->v[0] ^= word;
    s->v[1] = (s->v[0] << 13 | s->v[0] >> 51) + s->v[1];
    s->count++;
    return s->v[1];
}

// CHECK-LABEL: void copy_pairs(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void copy_pairs(struct pair *to, const struct pair *from)
{
    to[0] = from[1];
    memcpy(&to[1].first, &from[0].second, sizeof(long));
}

static uint64_t statics[4];
// CHECK-LABEL: uint64_t next(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE uint64_t next(void)
{
    statics[1] ^= statics[0];
    statics[0] = statics[0] * 5 + 1;
    return statics[1];
}

/* Its sibling gets an address. */
struct mixed { uintptr_t number, address; };
// CHECK-LABEL: void put_number(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void put_number(struct mixed *to, const struct mixed *from)
{
    to->number = from->number + 1;
}

// CHECK-LABEL: void put_address(
// CHECK: __escc_tls.shade_to
static NOINLINE void put_address(struct mixed *to, void *p)
{
    to->address = (uintptr_t)p;
}

// CHECK-LABEL: void *frame(
// CHECK-NOT: __escc_tls.shade_to
static NOINLINE void *frame(void *p, void *q)
{
    void *slot = p, **where = &slot;
    struct { void *first, *second; } both = {p, q}, *other = &both;
    if (p != q)
        slot = q;
    both.second = *where;
    return other->second;
}

// CHECK-LABEL: int main(
int main(void)
{
    enum { COUNT = 16 };
    long *a = calloc(COUNT, sizeof *a);
    int64_t *b = calloc(COUNT, sizeof *b), *c = calloc(2, sizeof *c);
    struct state *s = calloc(1, sizeof *s);
    struct pair *pairs = calloc(4, sizeof *pairs);
    struct mixed *mixed = calloc(2, sizeof *mixed);
    for (int i = 0; i < COUNT; i++) {
        a[i] = i;
        b[i] = i * 7 % COUNT;
    }
    prefix_sums(a, COUNT);
    sort(b, COUNT);
    c[0] = 4;
    sort_anything(c, 2);
    pairs[3].first = 3;
    copy_pairs(pairs, pairs + 2);
    put_address(mixed, malloc(8));
    put_number(mixed, mixed + 1);
    for (int i = 0; i < 40; i++)
        free(aligned_alloc(16, 64));
    printf("%ld %ld %ld %lu %ld %lu %lu %d\n", a[COUNT - 1],
           (long)b[COUNT - 1], (long)c[1],
           (unsigned long)mix(s, (const unsigned char *)"12345678"),
           pairs[0].first, (unsigned long)next(),
           (unsigned long)mixed->number, frame(s, a) == a);
    return 0;
}
