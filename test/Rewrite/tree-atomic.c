// Atomics, as clang's <stdatomic.h> and as gcc's expands: N_ATOMIC with the
// arguments in the order of the text.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck --check-prefixes=CHECK,CLANG %s
#include <stdatomic.h>
struct node { struct node *_Atomic next; struct node *plain; };

void atomics(struct node *n, struct node *v, struct node *e)
{
    atomic_store(&n->next, v);
// CLANG: atomic {{.*}} 'void' __c11_atomic_store
// CLANG-NEXT: address {{.*}} 'struct node *_Atomic *'
// CLANG-NEXT: arrow {{.*}} 'struct node *_Atomic' .next bit 0 lvalue
// CLANG-NEXT: load
// CLANG-NEXT: ref {{.*}} n#
// CLANG-NEXT: load {{.*}} 'struct node *'
// CLANG-NEXT: ref {{.*}} v#
// CLANG-NEXT: number {{.*}} =5
// GCC: atomic {{.*}} 'void' __atomic_store
// GCC-NEXT: load {{.*}} 'struct node *_Atomic *'
// GCC-NEXT: ref {{.*}} __atomic_store_ptr#
// GCC-NEXT: address {{.*}} 'struct node **'
// GCC-NEXT: ref {{.*}} __atomic_store_tmp#
// GCC-NEXT: {{paren|number}} {{.*}} =5
    atomic_compare_exchange_strong(&n->next, &e, v);
// CLANG: atomic {{.*}} '_Bool' __c11_atomic_compare_exchange_strong
// CLANG: arrow {{.*}} .next bit 0
// CLANG: address {{.*}} 'struct node **'
// CLANG-NEXT: ref {{.*}} e#
// CLANG-NEXT: load
// CLANG-NEXT: ref {{.*}} v#
// CLANG-NEXT: =5
// CLANG-NEXT: =5
// GCC: atomic {{.*}} '_Bool' __atomic_compare_exchange
    v = __atomic_exchange_n(&n->plain, e, __ATOMIC_SEQ_CST);
// CHECK: assign {{.*}} 'struct node *' =
// CHECK-NEXT: ref {{.*}} v#
// CHECK-NEXT: atomic {{.*}} 'struct node *' __atomic_exchange_n
// CHECK-NEXT: address {{.*}} 'struct node **'
// CHECK-NEXT: arrow {{.*}} .plain bit 64 lvalue
// CHECK-NEXT: load
// CHECK-NEXT: ref {{.*}} n#
// CHECK-NEXT: load
// CHECK-NEXT: ref {{.*}} e#
// CHECK-NEXT: number {{.*}} =5
    __sync_bool_compare_and_swap(&n->plain, e, v);
// CHECK: atomic {{.*}} '_Bool' __sync_bool_compare_and_swap
// CHECK-NEXT: address {{.*}} 'struct node **'
// CHECK: ref {{.*}} e#
// CHECK: ref {{.*}} v#
    n->next = v;
// CHECK: assign {{.*}} 'struct node *' =
// CHECK-NEXT: arrow {{.*}} 'struct node *_Atomic' .next
// CHECK-NEXT: load {{.*}} 'struct node *'
// CHECK-NEXT: ref {{.*}} n#
// CHECK-NEXT: load {{.*}} 'struct node *'
// CHECK-NEXT: ref {{.*}} v#
    v = n->next;
// CHECK: assign {{.*}} 'struct node *' =
// CHECK-NEXT: ref {{.*}} v#
// CHECK-NEXT: load {{.*}} 'struct node *'{{$}}
}
