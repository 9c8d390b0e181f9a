// Variably modified types in places of which libclang shows nothing name a
// moved local, or one whose type it is.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
#include <stdarg.h>
#include <stdio.h>

int *kept;
void keep(int *p) { kept = p; }

static int pointer_to_function(void)
{
    int n = 5;
    keep(&n);
    int (*f)(int (*)[n]) = 0;
    return sizeof f;
}

__attribute__((noinline)) static int assumption(int by_name)
{
    int n = 5, r = 1;
    keep(&n);
    __attribute__((assume(n == 5 && by_name == 1)));
    keep(&by_name);
    return r + n + by_name;
}

static int association(void *v)
{
    int n = 5;
    keep(&n);
    return _Generic((int (*)[n])v, int (*)[5]: 4, default: 3) + n;
}

static int prototype(void)
{
    int n = 5;
    keep(&n);
    int f(int k, int a[k][n]);
    int g(int n, int a[n][n]);
    return n;
}

static int argument(void *v, ...)
{
    int n = 5;
    keep(&n);
    va_list ap;
    va_start(ap, v);
    int (*q)[5] = va_arg(ap, int (*)[n]);
    va_end(ap);
    return q != 0;
}

static int operand_of_sizeof(void)
{
    int n = 5;
    keep(&n);
    return sizeof(int (*)(int[n])) + n;
}

static int cast(void *v)
{
    int n = 5;
    keep(&n);
    return ((int (*)(int (*)[n]))v) != 0;
}

struct s { int x; };

static int aligned_like(void)
{
    struct s n = { 5 };
    keep(&n.x);
    __typeof__(n) m __attribute__((aligned(sizeof(n) * 8)));
    m = n;
    extern __typeof__(n) other(__typeof__(n) *);
    return m.x + (int)((unsigned long)&m % 32);
}

static int declared(void)
{
    struct s n = { 5 };
    keep(&n.x);
    extern __typeof__(&n) another(__typeof__(n) *);
    return another != 0;
}

struct s *another(struct s *p) { return p; }

static int parameter(int n, struct s s)
{
    keep(&n);
    keep(&s.x);
    int (*f)(int (*)[n], char (*)[sizeof s]) = 0;
    extern __typeof__(&s) another(__typeof__(s) *);
    n++;
    return sizeof f + n + sizeof(int (*)(int[n]));
}

int main(void)
{
    printf("%d %d %d %d ", pointer_to_function(), assumption(1),
           association(&kept), prototype());
    printf("%d %d %d %d ", argument(0, (void *)&kept), operand_of_sizeof(),
           cast(0), aligned_like());
    printf("%d %d\n", declared(), parameter(7, (struct s){ 1 }));
    return 0;
}
