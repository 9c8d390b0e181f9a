// A moved local keeps its meaning where C wants a constant and libclang shows
// no node: the parameters of function types, attributes' arguments, types in
// va_arg, offsetof and _Generic, static assertions, bit-fields.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <stddef.h>
#include <stdarg.h>
char *kept;
__attribute__((noinline)) void keep(char *p) { kept = p; }
#define S(e) printf("%2d %zu\n", __LINE__, (size_t)(e))
struct big { char a[100]; };
static void va(int n, ...)
{
    char buf[40];
    va_list ap;
    va_start(ap, n);
    keep(buf);
    struct big b = va_arg(ap, struct big);
    S(b.a[sizeof buf]);
    S(sizeof(va_arg(ap, struct { char c[sizeof buf]; })));
    va_end(ap);
}
int main(void)
{
    char buf[40] = "hello";
    struct big b = { { [40] = 9, [8] = 1 } };
    void *v = &b;
    keep(buf);
    extern int (*fn(void))[sizeof(buf)];
    S(sizeof(*fn()));
    extern int (*fn2(int (*)[sizeof buf]))(char (*)[sizeof buf]);
    S(_Generic(fn2, int (*(*)(int (*)[40]))(char (*)[40]): 1, default: 2));
    int fn3(int, char (*p)[sizeof buf]);
    S(_Generic(fn3, int (*)(int, char (*)[40]): 1, default: 2));
    int (*fp)(char (*)[sizeof buf]) = 0;
    S(_Generic(fp, int (*)(char (*)[40]): 1, default: 2));
    _Alignas(sizeof(buf) == 40 ? 64 : 16) char al[1];
    S(_Alignof(al));
    __attribute__((aligned(sizeof(buf) == 40 ? 64 : 16))) char at[1];
    S(_Alignof(at));
    char at2[1] __attribute__((aligned(sizeof(buf) == 40 ? 128 : 16)));
    S(_Alignof(at2));
    struct al { _Alignas(sizeof(buf) == 40 ? 64 : 16) char c; };
    S(_Alignof(struct al));
    struct al3 { char c __attribute__((aligned(sizeof(buf) == 40 ? 64 : 16))); };
    S(_Alignof(struct al3));
    struct __attribute__((aligned(sizeof(buf) == 40 ? 64 : 16))) al2 { char c; };
    S(sizeof(struct al2));
    typedef float vec __attribute__((vector_size(sizeof(buf) == 40 ? 32 : 16)));
    S(sizeof(vec));
    S(offsetof(struct { char q[sizeof buf]; char e; }, e));
    S(offsetof(struct big, a[sizeof buf]));
    S(sizeof(*(char (*)[sizeof buf])v));
    S(((struct { char x[sizeof buf]; char y; } *)v)->y);
    S(sizeof(__typeof__(char[sizeof buf])));
    S(_Generic((char (*)[40])0, char (*)[sizeof buf]: 1, default: 2));
    S(__builtin_types_compatible_p(char[40], char[sizeof buf]));
    S(__builtin_types_compatible_p(__typeof__(buf), char[40]));
    S(__builtin_choose_expr(sizeof(buf) == 40, 1, 2));
    long asmv;
    __asm__("mov %1, %0" : "=r"(asmv) : "i"(sizeof buf));
    S(asmv);
    static int st = sizeof(buf); S(st);
    static char sta[sizeof buf]; S(sizeof sta);
    int init[60] = { [0 ... sizeof(buf)] = 7 }; S(init[40] + init[39]);
    int sw = 0;
    switch (39) { case 20 ... sizeof(buf): sw = 1; }
    S(sw);
    S(sizeof(struct { char c; int w : sizeof(buf) == 40 ? 9 : 1;
                      char d[sizeof buf]; }));
    struct { int f : sizeof(buf) == 40 ? 9 : 5; } bf = { 100 }; S(bf.f);
    enum e { A = sizeof(buf), B }; S(B);
    S(sizeof(enum { C = sizeof buf }) + C);
    S(_Alignof(__typeof__(buf)));
    S(({ struct { char z[sizeof buf]; } z; sizeof z; }));
    S(sizeof(_Atomic(struct { char k[sizeof buf]; })));
    for (struct { char z[sizeof buf]; int i; } it = { .i = 0 }; it.i < 1;
         it.i++)
        S(sizeof it);
    S(sizeof(char[sizeof(char[sizeof buf])]));
    S(sizeof(int (*(*)[sizeof buf])(void))
      + sizeof(*(int (*(*)[sizeof buf])(void))0));
    S(sizeof((union { char q[sizeof buf]; int i; }){ "x" }));
    S(__builtin_object_size(buf, 0) > 39);
    _Static_assert(sizeof(buf) == 40, "as long as it was");
    struct asserted { int i; _Static_assert(sizeof(buf) == 40, "here, too"); };
    do { extern int (*assert_failed(void))[!!sizeof(struct {
        int error_if_negative : (sizeof(buf) >= 20) ? 2 : -1; })]; } while (0);
    extern int returns(char (*)[sizeof buf])
        __attribute__((alloc_size(1), nonnull(1)));
    char cleaned[sizeof buf] __attribute__((aligned(sizeof buf > 39 ? 32 : 8),
                                            unused));
    S((unsigned long)cleaned % 32);
    int shadowed(char buf, int (*f)(char (*)[sizeof buf]));
    S(_Generic(shadowed, int (*)(char, int (*)(char (*)[1])): 1, default: 2));
    enum { D = sizeof buf, E = D + sizeof buf };
    S(E);
    goto *(void *[sizeof buf]){ [sizeof buf - 1] = &&end }[sizeof buf - 1];
end:
    S(__alignof__(buf));
    int m[2][sizeof buf]; S(sizeof m[0]);
    void nested(int n, char x[static sizeof buf]);
    S(sizeof buf[0] + sizeof(&buf) + sizeof *&buf);
    va(1, b);
    return 0;
}
