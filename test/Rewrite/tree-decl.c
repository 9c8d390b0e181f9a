// Declarations: declarators put together again, names, attributes, storage.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s
#include <stdarg.h>

void clean(int *);
int global, *pointer = &global, (*function)(int), array[2] = { 1 };
// CHECK: decl [[@LINE-1]]:1-[[@LINE-1]]:68
// CHECK-NEXT: var [[@LINE-2]]:5-[[@LINE-2]]:11 global#{{[0-9]+}} 'int' address_taken uses=1
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: var [[@LINE-4]]:14-[[@LINE-4]]:31 pointer#{{[0-9]+}} 'int *' uses=0
// CHECK-NEXT: address
// CHECK-NEXT: ref
// CHECK-NEXT: var [[@LINE-7]]:35-[[@LINE-7]]:49 function#{{[0-9]+}} 'int (*)(int)' uses=1
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: var [[@LINE-9]]:51-[[@LINE-9]]:67 array#{{[0-9]+}} 'int[2]' uses=0
struct tag { int member; } record, *link_to = &record;
// CHECK: decl [[@LINE-1]]:1-[[@LINE-1]]:55
// CHECK-NEXT: other_decl [[@LINE-2]]:1-[[@LINE-2]]:27
// CHECK-NEXT: var [[@LINE-3]]:28-[[@LINE-3]]:34 record#
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: var [[@LINE-5]]:37-[[@LINE-5]]:54 link_to#
static struct in_result { int q; } definition(void)
{
    struct in_result r = { 1 };
    return r;
}
// CHECK-NOT: other_decl
// CHECK: function [[@LINE-6]]:1-[[@LINE-2]]:2 definition#
int old_style(b, a) int a; char *b; { return a + *b; }
// CHECK: function {{.*}} old_style#
// CHECK-NEXT: param {{.*}} b#{{[0-9]+}} 'char *' local
// CHECK-NEXT: param {{.*}} a#{{[0-9]+}} 'int' local
int (*result(int used))(int) { return used ? function : 0; }
// CHECK: function {{.*}} result#
// CHECK-NEXT: param {{.*}} used#{{[0-9]+}} 'int' local uses=1
__asm__(".globl nothing");
// CHECK: asm_top [[@LINE-1]]:1-[[@LINE-1]]:27

void locals(int n, va_list ap)
{
// CHECK: param {{.*}} ap#{{[0-9]+}} 'struct __va_list_tag *' local va_list
    int cleaned __attribute__((cleanup(clean))) = 1, plain;
// CHECK: var {{.*}} cleaned#{{[0-9]+}} 'int' local cleanup
// CHECK: var {{.*}} plain#{{[0-9]+}} 'int' local uses
    _Alignas(32) char aligned1[2]; int aligned2 __attribute__((aligned(64)));
// CHECK: aligned1#{{[0-9]+}} 'char[2]' local aligned(32)
// CHECK: var [[@LINE-2]]:40-[[@LINE-2]]:77 aligned2#{{[0-9]+}} 'int' local aligned(64)
    register int in_register __asm__("rbx") = 1; register int quick;
// CHECK: in_register#{{[0-9]+}} 'int' local asm_register
// CHECK: quick#{{[0-9]+}} 'int' local uses
    static int kept; extern int elsewhere; _Thread_local static int tls;
// CHECK: kept#{{[0-9]+}} 'int' uses=0
// CHECK: elsewhere#{{[0-9]+}} 'int' uses=0
// CHECK: tls#{{[0-9]+}} 'int' thread_local uses=0
    va_list copied; __builtin_va_list *list = &copied;
// CHECK: copied#{{[0-9]+}} {{.*}} local address_taken va_list
    int vla[n][sizeof(int[2])], (*vlas)[n] = 0; typedef int row[n++];
// CHECK: vla#{{[0-9]+}} 'int[n][8]' local
// CHECK: type: load
// CHECK-NEXT: ref {{.*}} n#{{[0-9]+}} lvalue{{$}}
// CHECK: vlas#{{[0-9]+}} 'int (*)[n]' local
// CHECK: other_decl
// CHECK-NEXT: type: incdec
    struct { int w; char s[2 * sizeof n]; } unnamed = { 1 }, other = unnamed;
// CHECK: decl
// CHECK-NEXT: other_decl
// CHECK-NEXT: type: binary {{.*}} unevaluated =8
// CHECK: unnamed#
// CHECK: other#
    __extension__ long long extended = 3, second;
// CHECK: extended#
// CHECK: second#
    int prototype(int x), declared_after = 2;
// CHECK: other_decl {{.*}} prototype#
// CHECK-NEXT: var {{.*}} declared_after#
    int shared = 0, named_nowhere;
#pragma omp parallel for reduction(+:shared)
    for (int i = 0; i < n; i++)
        shared += i;
// CHECK: shared#{{[0-9]+}} 'int' local in_pragma
// CHECK: named_nowhere#{{[0-9]+}} 'int' local uses
// CHECK: for
// CHECK: compound_assign
    typedef int overaligned __attribute__((aligned(128)));
    overaligned by_type; _Alignas(struct tag) char by_struct;
// CHECK: by_type#{{[0-9]+}} 'int' local aligned(128)
// CHECK: by_struct#{{[0-9]+}} 'char' local aligned(64)
    enum { FIRST, SECOND = 5 } e = SECOND;
// CHECK: convert {{.*}} =5
// CHECK-NEXT: ref {{.*}} SECOND#{{[0-9]+}} =5
}
