// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a local record or array holds in narrow parts is found while calls
// collect: compilers hold such locals in registers, by members or as they are
// passed, where no register has the address.
// RUN: %clang -O1 %s -o %t.plain && %t.plain > %t.expected
// RUN: %escc_verify -O1 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 %t | diff %t.expected -
// RUN: %escc_verify -O3 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 %t | diff %t.expected -
// RUN: env ESCC_CC=%gcc %escc -Os %s -o %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 %t | diff %t.expected -
// Records in which no pointer is, and unions that none is taken apart by,
// stay in registers.
// RUN: %escc_verify -O1 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: grep -e 'numbers(struct' -e 'either(union' %t.i \
// RUN:   | FileCheck --implicit-check-not='"r"(&' %s
// CHECK: numbers(
// CHECK: either(
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cell { long stamp, more; };
struct bytes { unsigned n; unsigned char b[8]; };
struct shorts { unsigned short n[2], s[4]; };
struct halves {
    unsigned n;
    union {
        struct { struct cell *p; char c; };
        struct { unsigned lo, hi; } in;
    };
};
struct both { struct halves h[1]; long n; };
struct point { int x, y, z; };
union choice { struct cell *p; int n; double d; };

static void *junk[64];
__attribute__((noinline)) static void churn(void)
{
    volatile char waste[2000];
    for (int i = 0; i < 2000; i++)
        waste[i] = 0x5a;
    for (int i = 0; i < 64; i++)
        junk[i] = memset(malloc(16), 0x5a, 16);
}

__attribute__((noinline)) static struct cell *make(long n)
{
    struct cell *c = malloc(sizeof *c);
    c->stamp = n;
    return c;
}

__attribute__((noinline)) static struct bytes to_bytes(struct cell *p)
{
    struct bytes v = { 1, "" };
    memcpy(v.b, &p, sizeof p);
    return v;
}

__attribute__((noinline)) static struct cell *of_bytes(struct bytes v)
{
    struct cell *p;
    memcpy(&p, v.b, sizeof p);
    return p;
}

__attribute__((noinline)) static struct shorts to_shorts(struct cell *p)
{
    struct shorts v = { { 1, 2 }, { 0 } };
    memcpy(v.s, &p, sizeof p);
    return v;
}

__attribute__((noinline)) static struct cell *of_shorts(struct shorts v)
{
    struct cell *p;
    memcpy(&p, v.s, sizeof p);
    return p;
}

__attribute__((noinline)) static struct halves to_halves(struct cell *p)
{
    struct halves v = { 0 };
    v.p = p;
    return v;
}

static struct cell *of_halves(struct halves v)
{
    return (struct cell *)((unsigned long)v.in.hi << 32 | v.in.lo);
}

__attribute__((noinline)) static struct both to_both(struct cell *p)
{
    struct both v = { { to_halves(p) }, 3 };
    return v;
}

static struct cell *of_both(struct both v)
{
    return of_halves(v.h[0]);
}

/* In a variable, a parameter, a copy of one, and variables of a loop. */
#define TEST(type, name) \
    __attribute__((noinline)) static long name##_1(long n) \
    { \
        struct type x = to_##type(make(n)), v; \
        memcpy(&v, &x, sizeof v); \
        memset(&x, 0, sizeof x); \
        churn(); \
        return of_##type(v)->stamp; \
    } \
    __attribute__((noinline)) static struct type name##_in(struct type v) \
    { \
        struct type x = v; \
        memset(&v, 0, sizeof v); \
        churn(); \
        return x; \
    } \
    __attribute__((noinline)) static long name##_2(long n) \
    { \
        return of_##type(name##_in(to_##type(make(n))))->stamp; \
    } \
    __attribute__((noinline)) static long name##_3(long n) \
    { \
        long sum = 0; \
        for (struct type v = to_##type(make(n)); n-- > 0; churn()) \
            sum += of_##type(v)->stamp; \
        return sum; \
    }
TEST(bytes, a)
TEST(shorts, b)
TEST(halves, c)
TEST(both, d)

typedef unsigned __attribute__((may_alias)) half;
static struct cell *shelf[2];

__attribute__((noinline)) static long ints(long n)
{
    half *s = (half *)shelf, h[2];
    shelf[0] = make(n);
    h[0] = s[0], h[1] = s[1];
    shelf[0] = 0;
    churn();
    s[2] = h[0], s[3] = h[1];
    return shelf[1]->stamp;
}

__attribute__((noinline)) static long characters(long n)
{
    unsigned char *s = (unsigned char *)shelf, h[8];
    shelf[0] = make(n);
    for (int i = 0; i < 8; i++)
        h[i] = s[i];
    shelf[0] = 0;
    churn();
    for (int i = 0; i < 8; i++)
        s[8 + i] = h[i];
    return shelf[1]->stamp;
}

__attribute__((noinline)) static int numbers(struct point p) { struct point q = p; churn(); return q.x + p.z; }
__attribute__((noinline)) static long either(union choice u) { union choice v = u; churn(); return v.p->stamp; }

int main(void)
{
    for (long i = 1; i < 4; i++) {
        printf("%ld %ld %ld\n", a_1(i), a_2(i), a_3(i));
        printf("%ld %ld %ld\n", b_1(i), b_2(i), b_3(i));
        printf("%ld %ld %ld\n", c_1(i), c_2(i), c_3(i));
        printf("%ld %ld %ld\n", d_1(i), d_2(i), d_3(i));
        printf("%ld %ld\n", ints(i), characters(i));
        printf("%d\n", numbers((struct point){ 1, 2, 3 }));
        printf("%ld\n", either((union choice){ make(i) }));
    }
    return 0;
}
