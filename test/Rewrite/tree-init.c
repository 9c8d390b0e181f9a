// Initialiser lists: each item knows which part of the object it initialises
// (C11 6.7.9), with designators, elided braces and anonymous members.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s

struct inner { int a[2]; struct { int x, y; }; int *p; };
union either { char c[16]; long l; };
int target;

struct inner elided[] = { 1, 2, 3, 4, &target, { { 5 }, { .y = 6 } } };
// CHECK: init_list {{.*}} 'struct inner[2]'
// CHECK-NEXT: init_item {{.*}} 'int' [0] bit 0
// CHECK-NEXT: =1
// CHECK-NEXT: init_item {{.*}} 'int' [1] bit 32
// CHECK-NEXT: =2
// CHECK-NEXT: init_item {{.*}} 'int' .x bit 64
// CHECK-NEXT: =3
// CHECK-NEXT: init_item {{.*}} 'int' .y bit 96
// CHECK-NEXT: =4
// CHECK-NEXT: init_item {{.*}} 'int *' .p bit 128
// CHECK-NEXT: address
// CHECK-NEXT: ref
// CHECK-NEXT: init_item {{.*}} 'struct inner' [1] bit 192
// CHECK-NEXT: init_list {{.*}} 'struct inner'
// CHECK-NEXT: init_item {{.*}} 'int[2]' .a bit 0
// CHECK-NEXT: init_list
// CHECK-NEXT: init_item {{.*}} 'int' [0] bit 0
// CHECK-NEXT: =5
// CHECK-NEXT: init_item {{.*}} .<anonymous> bit 64
// CHECK-NEXT: init_list
// CHECK-NEXT: init_item {{.*}} 'int' .y bit 32

// A designator goes on with what follows the designated member.
struct inner designated[4] = {
    [2].y = 1, &target, [0 ... 1] = { .p = 0 }, 7, [1].a[1] = 8, 9 };
// CHECK: init_list {{.*}} 'struct inner[4]'
// CHECK-NEXT: init_item {{.*}} 'int' .y bit 480
// CHECK: init_item {{.*}} 'int *' .p bit 512
// CHECK: init_item {{.*}} 'struct inner' [0]...[1] bit 0
// CHECK: init_item {{.*}} 'int *' .p bit 128
// CHECK: init_item {{.*}} 'int' [0] bit 384
// CHECK-NEXT: =7
// CHECK: init_item {{.*}} 'int' [1] bit 224
// CHECK-NEXT: =8
// CHECK: init_item {{.*}} 'int' .x bit 256
// CHECK-NEXT: =9

struct { unsigned a : 3, : 5, b : 4; char s[2][4]; union either u; int z; }
    mixed = { 1, 2, { "ab", { 'c' } }, { "text" }, 3 };
// CHECK: init_item {{.*}} 'unsigned int' .a bit 0
// CHECK: init_item {{.*}} 'unsigned int' .b bit 8
// CHECK: init_item {{.*}} 'char[2][4]' .s bit 16
// CHECK: init_item {{.*}} 'char[4]' [0] bit 0
// CHECK-NEXT: string
// CHECK: init_item {{.*}} 'char[4]' [1] bit 32
// CHECK: init_item {{.*}} 'union either' .u bit 128
// CHECK: init_item {{.*}} 'char[16]' .c bit 0
// CHECK: init_item {{.*}} 'int' .z bit 256

void locals(struct inner *q)
{
    struct inner copies[2] = { *q, [1] = *q }, old = { p: &target };
// CHECK: var {{.*}} copies#
// CHECK: init_item {{.*}} 'struct inner' [0] bit 0
// CHECK-NEXT: load {{.*}} 'struct inner'
// CHECK: init_item {{.*}} 'struct inner' [1] bit 192
// CHECK-NEXT: load {{.*}} 'struct inner'
// CHECK: var {{.*}} old#
// CHECK: init_item {{.*}} 'int *' .p bit 128
    int scalar = { 3 }, *literal = (int[]){ [1] = 2, 3 };
// CHECK: var {{.*}} scalar#
// CHECK: init_item {{.*}} 'int' bit 0
// CHECK: compound_literal {{.*}} 'int[3]' <unnamed>#{{[0-9]+}} lvalue
// CHECK: init_item {{.*}} 'int' [1] bit 32
// CHECK: init_item {{.*}} 'int' [2] bit 64
    int excess[1] = { 1, 2 };
// CHECK: var {{.*}} excess#
// CHECK: init_item {{.*}} [0] bit 0
// CHECK: init_item {{.*}} 'int' bit -1
}
