// A moved local that its block may not come to is made where it is used first:
// one object for each time that its declaration is passed, and none if it is
// not used.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc -w -O2 -fescc-emit-source -c %s | FileCheck %s
// RUN: for level in -O0 -Og; do \
// RUN:   %escc -w $level -fescc-emit-source -c %s | \
// RUN:   FileCheck --check-prefix=EAGER %s || exit 1; done
// RUN: for cc in %clang %gcc; do \
// RUN:   ESCC_CC=$cc %escc -w -O2 -DOUTLIVE %s -o %t || exit 1; \
// RUN:   ESCC_DEBUG=gcstress=1,clobber=1 %t | grep '^1 3 5 7$' || exit 1; done
// EAGER-NOT: if(!__escc_p{{[0-9]+}}_
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct record { struct record *next; char text[24]; unsigned bits : 3; };

static void *sink[64];
static int sinks;

static __attribute__((noinline)) void *keep(const void *p)
{
    return sink[sinks++ % 64] = (void *)p;
}

// Optimized away, if it were a constant.
static volatile int one = 1;

// CHECK-LABEL: int rare(
static __attribute__((noinline)) int rare(int n)
{
    struct record r;
    int sum = n;
    if (n > 2) {
        memset(&r, n, sizeof r); // CHECK: memset(&(*__extension__({if(![[R:__escc_p[0-9]+_r]])[[R]]=__escc_new(
        keep(&r);
        sum += r.text[3];
    }
    if (n > 3)
        r.next = &r, sum += r.next->text[2], sum += keep(&r) == r.next;
    return sum;
}

// CHECK-LABEL: int behind_return(
static __attribute__((noinline)) int behind_return(const char *text)
{
    char copy[16];
    if (!*text)
        return 0;
    strcpy(copy, text); // CHECK: strcpy((*__extension__({if(![[C:__escc_p[0-9]+_copy]])[[C]]=
    keep(copy);
    copy[0]++;
    return copy[0] + (int)strlen(copy);
}

// CHECK-LABEL: void each_pass(
static __attribute__((noinline)) void each_pass(void)
{
    int *all[4] = {0};
    for (int i = 0; i < 8; i++) {
        int x;
        if (i % 2) {
            x = i; // CHECK: (*__extension__({if(![[X:__escc_p[0-9]+_x]])[[X]]=
            all[i / 2] = keep(&x);
            x += *all[i / 2];
            printf("%d ", x -= i);
        }
    }
#ifdef OUTLIVE
    printf("\n%d %d %d %d\n", *all[0], *all[1], *all[2], *all[3]);
#endif
}

// CHECK-LABEL: int same_address(
static __attribute__((noinline)) int same_address(int n)
{
    struct record a, b;
    if (n) {
        int equal = keep(&a) == keep(&a), other = keep(&a) != keep(&b);
        // CHECK: printf("%d %d %d\n", equal, other, &(*__extension__({if(![[A:__escc_p[0-9]+_a]])
        printf("%d %d %d\n", equal, other, &a == &a);
    }
    return n;
}

// CHECK-LABEL: int around(
static __attribute__((noinline)) int around(int n)
{
    int passes = 0;
    {
        int x, *first = 0;
again:
        if (n > passes) {
            first = first ? first : keep(&x);
            x = passes++; // CHECK: (*__extension__({if(![[XX:__escc_p[0-9]+_x]])[[XX]]=
            if (first != &x)
                return -1;
            goto again;
        }
        return first ? *first * 10 + passes : 0;
    }
}

// CHECK-LABEL: void unevaluated(
static __attribute__((noinline)) void unevaluated(int n)
{
    struct record r;
    char grid[3][5];
    static const size_t sizes[] = {sizeof r, sizeof(grid[1]), sizeof r.text};
    enum { BYTES = sizeof r.text };
    struct { int b : sizeof(grid[0]); } field = {9};
    char other[sizeof grid];
    __typeof__(r.text) twin = "twin";
    _Static_assert(sizeof r > BYTES, "");
    switch (n) {
    case sizeof grid:
        if (one)
            keep(&r), keep(grid); // CHECK: keep(&(*__extension__({if(![[U:__escc_p[0-9]+_r]])
        break;
    case BYTES:
        printf("bytes\n");
    }
    printf("%zu %zu %zu %d %zu %s %zu %d\n", sizes[0], sizes[1], sizes[2],
           field.b, sizeof other, twin, _Alignof(__typeof__(r)),
           _Generic(r.next, struct record *: 1, default: 2));
}

typedef int function(int);
static int twice(int n) { return 2 * n; }

static __attribute__((noinline)) int kinds(int n)
{
    int plain, *pointer;
    function *f;
    const volatile long moving;
    union { double d; long l; } u;
    struct record r, *next;
    if (n & 1)
        keep(&plain), plain = n, plain += 2, plain++, n += plain--;
    if (n & 2)
        keep(&pointer), n += *(pointer = &n);
    if (n & 4 && keep(&f) && (f = twice))
        n = f(n);
    n += n & 8 && keep((const void *)&moving) ? 3 : 0;
    n += n & 16 ? keep(&u), u.d = n, (int)u.d : 5;
    if (n & 1) {
        keep(&r);
        struct record s = {0, "abc", 5};
        r = s, r.bits++, n += r.bits;
    }
    if (n & 1)
        keep(&next), next = keep(0), n += !next;
    return n;
}

static __attribute__((noinline)) int nested(int n)
{
    int x;
    if (n) {
        x = n, keep(&x);
        {
            int x;
            if (n > 1)
                x = nested(n - 1), keep(&x), n += x;
        }
        n += x;
    }
    return n;
}

// Made at once: what is certain, a loop, an initialiser.
// CHECK-LABEL: int eager(
// CHECK-NOT: if(!__escc_p
// CHECK: return sum;
static __attribute__((noinline)) int eager(int n)
{
    int certain, sum = 0, table[8], set = n;
    keep(&certain);
    if (n) {
        keep(table);
        for (int i = 0; i < 8; i++)
            table[i] = i, sum += table[i];
    }
    if (n)
        keep(&set), sum += set;
    return sum;
}

int main(void)
{
    for (int i = 0; i < 5; i++)
        printf("%d %d %d\n", rare(i), around(i), same_address(i % 2));
    printf("%d %d\n", behind_return(""), behind_return("text"));
    each_pass();
    unevaluated(15), unevaluated(24), unevaluated(0);
    for (int i = 0; i < 32; i++)
        printf("%d ", kinds(i));
    printf("%d %d\n", nested(5), eager(3));
    return 0;
}
