// Declarations that are hard to change by surgery: attributes in every place,
// alignment, types that a declarator completes, conditional and odd scopes.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
#include "common.h"

typedef int open_array[];
typedef int aligned_int __attribute__((aligned(64)));
typedef unsigned deep __attribute__((mode(DI)));
typedef int fn(int);
enum early { FIRST = 3 };

static int add_one(int n) { return n + 1; }
static int offset(const volatile void *p, unsigned n)
{
    return (uintptr_t)p % n;
}

static void attributes(void)
{
    int a __attribute__((unused)) = 1, __attribute__((unused)) b = 2,
        c __attribute__((aligned(64), unused)), *d __attribute__((aligned(32)));
    unsigned e __attribute__((mode(DI))) = ~0ull;
    int f __attribute__((vector_size(16))) = {1, 2, 3, 4};
    __attribute__((aligned(128))) char g[3], h = 'h';
    unsigned char __attribute__((aligned(4096))) i[2] = {7, 8};
    char text[3] __attribute__((nonstring)) = {'a', 'b', 'c'};
    keep(&a), keep(&b), keep(&c), keep(&d), keep(&e), keep(&f), keep(g);
    keep(&h), keep(i), keep(text);
    c = a + b, d = &c;
    printf("%d %llx %zu %d %zu %c %d\n", *d, (unsigned long long)e, sizeof e,
           f[2], sizeof f, h, i[1]);
    printf("%d %d %d %d %d\n", offset(&c, 64), offset(g, 128), offset(&h, 128),
           offset(i, 4096), offset(&d, 32));
    printf("%zu %zu %zu %zu %zu\n", __alignof__(c), __alignof__(g),
           __alignof__(i), __alignof__(d), __alignof__(e));
    aligned_int j = 5;
    deep l = 1ull << 40;
    keep(&j), keep(&l);
    printf("%d %d %zu %llu\n", j, offset(&j, 64), __alignof__(j),
           (unsigned long long)l);
    _Alignas(64) int m = 3;
    int _Alignas(8) _Alignas(256) n = 4;
    _Alignas(double) char o = 'o', p;
    _Alignas(0) short q = 6;
    keep(&m), keep(&n), keep(&o), keep(&p), keep(&q);
    p = 'p';
    printf("%d %d %c%c%d %d %d %d\n", m, n, o, p, q, offset(&m, 64),
           offset(&n, 256), offset(&o, 8) + offset(&p, 8));
    printf("%zu %zu %zu\n", __alignof__(m), __alignof__(n), __alignof__(o));
}

static void completed(void)
{
    open_array a = {1, 2, 3}, b = {4};
    int c[] = {1, [7] = 2}, d[][2] = {{1}, {2, 3}}, (e)[] = {1, 2},
        f[3][2] = {[1] = {5, 6}};
    char g[] = "text", h[] = {"more"}, i[] = "a" "b" "c", j[2] = "xy";
    const char *k[] = {g, h, [3] = i};
    fn *l = add_one, *m[] = {add_one, l}, **n = m;
    keep(a), keep(b), keep(c), keep(d), keep(e), keep(f), keep(g), keep(h);
    keep(i), keep(j), keep(k), keep(&l), keep(m), keep(&n);
    printf("%zu %zu %zu %zu %zu %zu %zu\n", sizeof a, sizeof b, sizeof c,
           sizeof d, sizeof e, sizeof k, sizeof m);
    printf("%d %d %d %d %d %d %s %s %s %.2s %s %d\n", a[2], b[0], c[7],
           d[1][1], e[1], f[1][1], g, h, i, j, k[3], (*n[1])(1));
    struct { int x; struct { int y; } in; } s = {1, {2}}, *t = &s, u[2] = {s};
    union { int i; float f; } v = {.f = 1}, *w = &v;
    enum { A, B } x = B, *y = &x;
    struct tag { struct tag *self; } z = {&z}, *zz = z.self;
    keep(&s), keep(&t), keep(u), keep(&v), keep(&w), keep(&x), keep(&y);
    keep(&z), keep(&zz);
    printf("%d %d %g %d %d\n", t->in.y, u[0].x, w->f, *y == B,
           zz->self->self == &z);
    int (*pa)[3] = &a ? (int (*)[3])a : 0, (*(*pf)(int))[2] = 0,
        *(*parr[2])[3] = {0}, (*const cp)(int) = add_one;
    keep(&pa), keep(&pf), keep(parr), keep(&cp);
    printf("%d %d %d\n", (*pa)[1], pf == 0 && parr[1] == 0, cp(5));
    int extern_like(int), count = 2, (add_one)(int);
    keep(&count);
    printf("%d\n", add_one(count));
    const volatile int q = 5, * const volatile r = &q;
    keep((void *)&q), keep((void *)&r);
    printf("%d\n", *r);
    struct empty {} nothing, *pn = &nothing;
    int zero[0], one[1] = {1};
    keep(&nothing), keep(&pn), keep(zero), keep(one);
    printf("%zu %zu %d\n", sizeof nothing, sizeof zero, one[0]);
    __typeof__(a) like = {9, 8, 7};
    __typeof__(*u) same = u[1];
    __typeof__(int (*)[2]) shape = &d[1];
    keep(like), keep(&same), keep(&shape);
    printf("%zu %d %d %d\n", sizeof like, like[2], same.x, (*shape)[0]);
    __auto_type i1 = a[0];
    __auto_type i2 = 5;
    __auto_type p1 = &i1;
    keep(&i1), keep(&p1), keep(&i2);
    printf("%d %d\n", *p1 + i2, (int)_Generic(p1, int *: 1, default: 2));
    int static_size[sizeof(a) + FIRST], x1[sizeof static_size];
    keep(static_size), keep(x1);
    static int kept_static[sizeof static_size / sizeof *static_size];
    enum { SIZE = sizeof(c) };
    switch (sizeof kept_static) {
    case sizeof(a) * sizeof(int) + FIRST * 4:
        printf("case %d\n", SIZE);
    }
    volatile int shadow = 1;
    keep((void *)&shadow);
    {
        int shadow = shadow = 2;
        keep(&shadow);
        {
            extern int printf(const char *, ...);
            struct { int shadow; } s = {.shadow = shadow}, *p = &s;
            keep(p);
            goto shadow;
        shadow:
            printf("%d %d\n", p->shadow, shadow);
        }
    }
}

static int old_style(a, b, c, d)
    int a;
    char *b, c;
    float d;
{
    keep(&a), keep(&b), keep(&c), keep(&d);
    c += a, d *= 2, b++;
    return a + *b + c + (int)d;
}

static int many(int n, int a[const], int b[][n], int (*c)[n], int f(int),
                register int r, volatile int v, char (*q)[sizeof(int[n])])
{
    keep(&n), keep(&a), keep(&b), keep(&c), keep(&f), keep((void *)&v);
    keep(&q);
    n++, b++, c++, v += r;
    return a[1] + b[0][1] + (*c)[0] + f(r) + v + (int)sizeof *c
        + (int)sizeof *q + n;
}

static void scopes(void)
{
    for (int i = 0, *p = &i; i < 3; ++*p) {
        int j = i, *q = &j;
        keep(&i), keep(&p), keep(q);
        printf("%d ", *q);
    }
    int total = 0;
    keep(&total);
    for (struct { int n; struct node *at; } s = {0, make(3)}; s.n < 3; s.n++) {
        keep(&s);
        churn();
        total += s.at->number;
    }
    while (1) {
        int once = 5;
        keep(&once);
        if (once++ == 5)
            break;
    }
    do {
        int last;
        keep(&last);
        last = total;
        total = last + 1;
    } while (total < 12);
    if (total) int_label: {
        int inside = total;
        keep(&inside);
        if (inside++ < 14) {
            total++;
            goto int_label;
        }
    }
    printf("%d\n", total);
    switch (total) {
        int unreachable;
    case 14 ... 20:
        keep(&unreachable);
        unreachable = 3;
        printf("%d\n", unreachable);
        break;
    default:
        puts("default");
    }
}

int main(void)
{
    int grid[2][2] = {{1, 2}, {3, 4}}, list[2] = {5, 6};
    attributes();
    completed();
    printf("%d\n", old_style(1, "ab", 'c', 1.5));
    printf("%d\n", many(2, list, grid, grid, add_one, 3, 4, 0));
    scopes();
    return 0;
}
