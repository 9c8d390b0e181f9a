 typedef __builtin_va_list va_list;
 typedef long unsigned int size_t;
struct s { char c; int a[4]; struct { int d; } in; };
typedef int v4 __attribute__((vector_size(16)));
long builtins(int n, int *p, char *q, va_list ap)
{
    int *w = __builtin_va_arg(ap, int *) ?: p;
    long o = __builtin_offsetof(struct s, in.d) + __builtin_offsetof(struct s, a[n]);
    o = __builtin_choose_expr(sizeof n == 4, n, q);
    o = _Generic(p, int *: n, char *: q, default: 0);
    o = _Generic(q, int *: 1, char *: 2, default: 3);
    o = _Generic(p, size_t: 1, default: 3);
    o = sizeof n + sizeof(struct s) + _Alignof(long) + sizeof(int[n++]);
    int vla[n]; o = sizeof vla;
    o = __builtin_constant_p(n++) + __builtin_types_compatible_p(int, long);
    const char *f = __func__;
    v4 v = { 1 }, u = __builtin_shufflevector(v, v, 3, 2, 1, 0); v[n] = 2;
    asm volatile("" : [x] "+r"(n), "=m"(*p) : "r"(w), "i"(3) : "memory");
    __int128 big = 1; _Complex double z = 2; __real__ z = big;
    return o;
}
void nulls(int n, void **p)
{
    *p = 0, *p = ((void*)0), *p = (void *)(1 - 1), *p = (char *)0L;
    enum { ZERO }; *p = n ? 0 : (void *)ZERO, *p = (void *)(long)n;
}
int *taken(int n)
{
    int plain = n, indexed[3] = { n }, part[2], passed[2], unevaluated;
    struct s whole = { 1 }, *through = &whole, copy = whole;
    struct { int i; int *p; } field = { 1 };
    asm("" : : "m"(plain));
    field.p = &through->a[1];
    n = indexed[1] + sizeof(&unevaluated) + copy.a[2] + *passed;
    return n ? &part[1] : &field.i;
}
