// Expressions that name moved locals in every grammatical position.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
#include "common.h"
__attribute__((naked)) int naked(int a) { asm("mov %edi, %eax; ret"); }

static long selected(void *p)
{
    struct node n = {p, 3}, *q = &n;
    const int c = 4;
    short s = 2;
    keep(&n), keep(&q), keep(&c), keep(&s);
    return _Generic(n, struct node: n.number, default: 0)
        + _Generic(&c, const int *: c, int *: 100)
        + _Generic(s, short: s, int: 50)
        + _Generic(q->next, void *: 1000, struct node *: 7)
        + __builtin_choose_expr(sizeof n == 16, n.number, q)
        + __builtin_types_compatible_p(__typeof__(n), struct node)
        + __builtin_constant_p(c) * 0
        + (int)__builtin_offsetof(struct node, number);
}

static inline int in_register(register int n)
{
    register struct node *r = make(n);
    r->next = r;
    return r->next->number;
}

static void fill(struct node ***out, struct node **in)
{
    *out = in;
    (*out)[0] = make(9);
}

extern struct node tentative;
struct node tentative;
struct node tentative;
static struct node *const table[] = {&tentative, 0, (struct node *)&table};

static void operators(void)
{
    int x = 5, *volatile p = &x;
    keep((void *)&p), keep(&x);
    x = *p ? x + 1 : 0;
    x <<= 2, x = -x, x ^= ~0, (x) = (x) + 1, ++(x);
    (&x)[0]++, 0 [&x] += 2, *&x -= 1;
    unsigned short us = 65535;
    _Bool b = 0;
    float f = 1;
    char ch = 127;
    struct { int a : 3; unsigned b : 5; long c : 40; } bits = {3, 31, -1};
    keep(&us), keep(&b), keep(&f), keep(&ch), keep(&bits);
    us += 2, us++, b += 5, b |= b, b--, f++, f /= 3, ch++;
    bits.a++, bits.b++, bits.c >>= 1;
    printf("%d %d %d %f %d %d %d %ld\n", x, us, b, f, ch, bits.a, bits.b,
           (long)bits.c);
}

int main(int argc, char *argv[], char *envp[])
{
    char **copy = argv;
    struct node **out, *in[1];
    keep(&argc), keep(&argv), keep(&envp), keep(&copy), keep(&out);
    fill(&out, in);
    churn();
    printf("%d %ld %d %ld %d\n", naked(3), selected(&out), in_register(4),
           out[0]->number, argc);
    operators();
    printf("%d %d\n", table[0] == &tentative,
           envp != 0 && argv[0] == copy[0]);
    return copy[argc] != 0;
}
