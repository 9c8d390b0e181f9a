// Builtins, sizeof, _Generic, asm: named by their text.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s
#include <stdarg.h>
#include <stddef.h>
struct s { char c; int a[4]; struct { int d; } in; };
typedef int v4 __attribute__((vector_size(16)));

long builtins(int n, int *p, char *q, va_list ap)
{
    int *w = va_arg(ap, int *) ?: p;
// CHECK: conditional
// CHECK-NEXT: va_arg {{.*}} 'int *'
// CHECK-NEXT: load {{.*}} 'struct __va_list_tag *'
// CHECK: {{^ +-$}}
    long o = offsetof(struct s, in.d) + __builtin_offsetof(struct s, a[n]);
// CHECK: offsetof {{.*}} =20
// CHECK: offsetof {{.*}} 'unsigned long'{{$}}
// CHECK-NEXT: type: load
    o = __builtin_choose_expr(sizeof n == 4, n, q);
// CHECK: paren {{.*}} 'int' lvalue
// CHECK-NEXT: ref {{.*}} n#
// CHECK-NEXT: type: binary {{.*}} unevaluated =1
    o = _Generic(p, int *: n, char *: q, default: 0);
// CHECK: paren {{.*}} 'int' lvalue
// CHECK-NEXT: ref {{.*}} n#
    o = _Generic(q, int *: 1, char *: 2, default: 3);
// CHECK: paren {{.*}} 'int' =2
    o = _Generic(p, size_t: 1, default: 3);
// CHECK: other_expr
    o = sizeof n + sizeof(struct s) + _Alignof(long) + sizeof(int[n++]);
// CHECK: sizeof {{.*}} =4
// CHECK: sizeof {{.*}} =24
// CHECK: sizeof {{.*}} _Alignof =8
// CHECK: sizeof {{.*}} sizeof{{$}}
// CHECK: type: incdec
    int vla[n]; o = sizeof vla;
// CHECK: sizeof {{.*}} sizeof{{$}}
// CHECK-NEXT: ref {{.*}} 'int[n]' vla#{{[0-9]+}} lvalue{{$}}
    o = __builtin_constant_p(n++) + __builtin_types_compatible_p(int, long);
// CHECK: incdec {{.*}} unevaluated
// CHECK: other_expr {{.*}} =0
    const char *f = __func__;
// CHECK: decay
// CHECK-NEXT: string {{.*}} 'const char[9]' __func__ lvalue
    v4 v = { 1 }, u = __builtin_shufflevector(v, v, 3, 2, 1, 0); v[n] = 2;
// CHECK: other_expr
// CHECK: index {{.*}} 'int' lvalue
// CHECK-NEXT: ref {{.*}} v#
    asm volatile("" : [x] "+r"(n), "=m"(*p) : "r"(w), "i"(3) : "memory");
// CHECK: asm {{.*}} outputs=2 inputs=2 "+r" "=m" "r" "i" volatile memory
// CHECK-NEXT: ref {{.*}} n#
// CHECK-NEXT: deref
// CHECK-NEXT: load
// CHECK-NEXT: ref
// CHECK-NEXT: load {{.*}} 'int *'
    __int128 big = 1; _Complex double z = 2; __real__ z = big;
// CHECK: unary {{.*}} 'double' real lvalue
    return o;
}

// Null pointer constants, in all their forms, and what only looks like one.
void nulls(int n, void **p)
{
    *p = 0, *p = NULL, *p = (void *)(1 - 1), *p = (char *)0L;
// CHECK: convert {{.*}} 'void *' null
// CHECK: paren {{.*}} 'void *' null
// CHECK: cast {{.*}} 'void *' null
// CHECK: cast {{.*}} 'char *' null
    enum { ZERO }; *p = n ? 0 : (void *)ZERO, *p = (void *)(long)n;
// CHECK: conditional {{.*}} 'void *' null
// CHECK: cast {{.*}} 'void *'{{$}}
}

// address_taken: & of the object or a part, and arrays that decay.
int *taken(int n)
{
    int plain = n, indexed[3] = { n }, part[2], passed[2], unevaluated;
    struct s whole = { 1 }, *through = &whole, copy = whole;
    struct { int i; int *p; } field = { 1 };
    asm("" : : "m"(plain));
    field.p = &through->a[1];
    n = indexed[1] + sizeof(&unevaluated) + copy.a[2] + *passed;
    return n ? &part[1] : &field.i;
// CHECK: plain#{{[0-9]+}} 'int' local address_taken
// CHECK: indexed#{{[0-9]+}} 'int[3]' local uses=1
// CHECK: part#{{[0-9]+}} 'int[2]' local address_taken
// CHECK: passed#{{[0-9]+}} 'int[2]' local address_taken
// CHECK: unevaluated#{{[0-9]+}} 'int' local uses=0
// CHECK: whole#{{[0-9]+}} 'struct s' local address_taken
// CHECK: through#{{[0-9]+}} 'struct s *' local uses=1
// CHECK: copy#{{[0-9]+}} 'struct s' local uses=1
// CHECK: field#{{[0-9]+}} {{.*}} local address_taken uses=2
}
