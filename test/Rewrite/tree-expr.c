// Expressions: what libclang hides (loads, decays, conversions, `.` or `->`)
// is in the tree, and implicit nodes have their kid's extent.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s

struct point { int x; struct { int *p; long l; }; int a[3]; };
int called(int, char *);

void values(struct point *s, int n)
{
    struct point t = *s, *u = &t;
// CHECK: var 11:18-11:24 t#{{[0-9]+}} 'struct point' local address_taken
// CHECK-NEXT: load 11:22-11:24 'struct point'
// CHECK-NEXT: deref 11:22-11:24 'struct point' lvalue
// CHECK-NEXT: load 11:23-11:24 'struct point *'
// CHECK-NEXT: ref 11:23-11:24 'struct point *' s#{{[0-9]+}} lvalue
    t.p = s->p;
// CHECK: assign [[@LINE-1]]:5-[[@LINE-1]]:15 'int *' =
// CHECK-NEXT: member [[@LINE-2]]:5-[[@LINE-2]]:8 'int *' .p bit 64 lvalue
// CHECK-NEXT: ref {{.*}} 'struct point' t#
// CHECK-NEXT: load [[@LINE-4]]:11-[[@LINE-4]]:15 'int *'
// CHECK-NEXT: arrow [[@LINE-5]]:11-[[@LINE-5]]:15 'int *' .p bit 64 lvalue
// CHECK-NEXT: load {{.*}} 'struct point *'
    2[u->a] = n;
// CHECK: index [[@LINE-1]]:5-[[@LINE-1]]:12 'int' lvalue
// CHECK-NEXT: decay [[@LINE-2]]:7-[[@LINE-2]]:11 'int *'
// CHECK-NEXT: arrow {{.*}} 'int[3]' .a bit 192 lvalue
// CHECK-NEXT: load
// CHECK-NEXT: ref
// CHECK-NEXT: number [[@LINE-6]]:5-[[@LINE-6]]:6 'int' =2
    n = n ?: 'a', n += 2;
// CHECK: comma [[@LINE-1]]:5-[[@LINE-1]]:25 'int' ,
// CHECK-NEXT: assign
// CHECK-NEXT: ref
// CHECK-NEXT: conditional [[@LINE-4]]:9-[[@LINE-4]]:17 'int'
// CHECK-NEXT: load [[@LINE-5]]:9-[[@LINE-5]]:10
// CHECK-NEXT: ref
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: number [[@LINE-8]]:14-[[@LINE-8]]:17 'int' =97
// CHECK-NEXT: compound_assign [[@LINE-9]]:19-[[@LINE-9]]:25 'int' +
    *s->p++ = --n;
// CHECK: deref [[@LINE-1]]:5-[[@LINE-1]]:12 'int' lvalue
// CHECK-NEXT: incdec [[@LINE-2]]:6-[[@LINE-2]]:12 'int *' x++
// CHECK: incdec [[@LINE-3]]:15-[[@LINE-3]]:18 'int' --x
    n = s && !n || s->l >> 1 != -n;
// CHECK: logical [[@LINE-1]]:9-[[@LINE-1]]:35 'int' ||
// CHECK-NEXT: logical [[@LINE-2]]:9-[[@LINE-2]]:16 'int' &&
// CHECK: unary {{.*}} !
// CHECK: binary {{.*}} 'int' !=
// CHECK-NEXT: binary {{.*}} 'long' >>
// CHECK: convert {{.*}} 'long'
// CHECK-NEXT: unary {{.*}} 'int' -
    called(n, "a" "b");
// CHECK: call [[@LINE-1]]:5-[[@LINE-1]]:23 'int'
// CHECK-NEXT: decay [[@LINE-2]]:5-[[@LINE-2]]:11 'int (*)(int, char *)'
// CHECK-NEXT: ref {{.*}} 'int (int, char *)' called#
// CHECK-NEXT: load
// CHECK-NEXT: ref
// CHECK-NEXT: decay [[@LINE-6]]:15-[[@LINE-6]]:22 'char *'
// CHECK-NEXT: string [[@LINE-7]]:15-[[@LINE-7]]:22 'char[3]' "a" "b" lvalue
    (void)(long)(u = __extension__ &t);
// CHECK: cast {{.*}} 'void'
// CHECK-NEXT: cast {{.*}} 'long'
// CHECK-NEXT: paren [[@LINE-3]]:17-[[@LINE-3]]:39 'struct point *'
// CHECK-NEXT: assign
// CHECK-NEXT: ref
// CHECK-NEXT: paren [[@LINE-6]]:22-[[@LINE-6]]:38 'struct point *'
// CHECK-NEXT: address [[@LINE-7]]:36-[[@LINE-7]]:38 'struct point *'
}

// libclang reports these parameters, their uses, and what carries their type
// along as arrays and functions.
int parameters(int a[static 2], int f(int), int m[][3], int n, int v[n])
{
// CHECK: param {{.*}} a#{{[0-9]+}} 'int *' local uses=
// CHECK-NEXT: param {{.*}} f#{{[0-9]+}} 'int (*)(int)' local
// CHECK-NEXT: param {{.*}} m#{{[0-9]+}} 'int (*)[3]' local
// CHECK: param {{.*}} v#{{[0-9]+}} 'int *' local
    __typeof__(a) b = n ? a : v;
// CHECK: var {{.*}} b#{{[0-9]+}} 'int *' local
// CHECK-NEXT: conditional {{.*}} 'int *'
// CHECK: load {{.*}} 'int *'
// CHECK-NEXT: ref {{.*}} 'int *' a#{{[0-9]+}} lvalue
// CHECK: type: paren {{.*}} 'int *' lvalue unevaluated
    __auto_type c = a;
// CHECK: var {{.*}} c#{{[0-9]+}} 'int *' local
    a = (b), a++;
// CHECK: assign {{.*}} 'int *' =
// CHECK: incdec {{.*}} 'int *' x++
    return f(m[1][2]) + (*f)(*c) + (int)sizeof a;
// CHECK: call
// CHECK-NEXT: load {{.*}} 'int (*)(int)'
// CHECK: call
// CHECK-NEXT: decay {{.*}} 'int (*)(int)'
// CHECK-NEXT: paren {{.*}} 'int (int)'
// CHECK-NEXT: deref {{.*}} 'int (int)'
// CHECK-NEXT: load {{.*}} 'int (*)(int)'
// CHECK: sizeof {{.*}} =8
}
