// What is spelled like a moved local and is something else stays as it is:
// members, tags, labels, words of attributes and asm, and what shadows it.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
#include <stddef.h>
#include <stdio.h>

int *kept;
void keep(int *p) { kept = p; }
struct x { int x; struct { int y, x[3]; } in; };
typedef long T;

static int members(void)
{
    int x = 2;
    keep(&x);
    struct x a = { .x = x, .in = { .x[sizeof x - 4] = 3, .y = x } }, *p = &a;
    struct x b = { x: 4, in: { y: x, x: { x } } };
    union x_or { int x; char c[sizeof x]; } u = { .x = x };
    return a.x + p->in.x[0] + b.x + b.in.y + b.in.x[0] + u.x
        + offsetof(struct x, in.x[sizeof x / 4])
        + offsetof(struct x, in . x) + sizeof(struct { int x : 3; });
}

static int labels(int n)
{
    int x = n;
    keep(&x);
    void *target = n > 2 ? &&x : (void *)&&out;
    if (n == 1 && x == 1)
        goto x;
    goto *target;
x:
    x += 10;
out:
    return n && x ? x : 0;
}

static int shadows(void)
{
    int x = 3, sum = 0, T = 4;
    keep(&x);
    keep(&T);
    {
        typedef char x[7];
        sum += sizeof(x) + sizeof(int (*)(x)) + sizeof(x *);
        x y;
        sum += sizeof y;
    }
    {
        enum { x = sizeof x + 40 };
        int (*f)(char (*)[x]) = 0;
        sum += x + (f == 0);
    }
    {
        int f(short x, char (*)[sizeof x]);
        sum += _Generic(f, int (*)(short, char (*)[2]): 100, default: 0);
    }
    {
        extern int printf(const char *x, ...)
            __attribute__((format(printf, 1, 2)));
        struct x { char x[sizeof x]; struct x *next; };
        sum += sizeof(struct x);
    }
    sum += sizeof(int (*)(char (*)[({ short x = 1; sizeof x; })]));
    sum += T * x + (T) + sizeof(T) + sizeof(char[T > 3 ? 2 : 1]);
    return sum + x;
}

static int words(void)
{
    int x = 5, unused = 1, aligned = 2, mode = 3, memory = 4, section = 6;
    keep(&x), keep(&unused), keep(&aligned), keep(&mode), keep(&memory);
    keep(&section);
    int y __attribute__((unused, aligned(8)));
    typedef int word __attribute__((mode(SI)));
    static int z __attribute__((section(".data.z"))) = 1;
    __asm__("mov %[x], %[y]" : [y] "=r"(y) : [x] "r"(x + 1) : "memory");
    switch (x) {
    case sizeof(x) + 1:
        y += z;
        __attribute__((fallthrough));
    default:
        y += (word)aligned;
    }
    return y + x + unused + mode + memory + section;
}

/* Each its own object, in the order of declaration. */
static int several(int n)
{
    int x = n, *y = &x, z[sizeof x + 8] = { [sizeof y] = 0, [2] = 5 };
    keep(y);
    for (int i = 0, *q = &i; i < 2; ++*q) {
        int i = 7;
        keep(&i);
        keep(q);
        n += i + sizeof(char[sizeof i]);
    }
    keep(z);
    return n + z[2] + ({ int x = 3; keep(&x); x + *y; })
        + ({ int w = 4; keep(&w); *kept; });
}

int main(void)
{
    printf("%d %d %d %d\n", members(), labels(1), labels(2), labels(3));
    printf("%d %d %d\n", shadows(), words(), several(4));
    return 0;
}
