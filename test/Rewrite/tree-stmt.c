// Statements: missing parts, ends, labels, and line markers in mid-statement.
// RUN: %clang -E %s -o t.i
// RUN: %rewrite -fescc-dump-tree -fescc-verify-output t.i -- -w | FileCheck %s
#define EMPTY

int statements(int n)
{
    for (;;) break;
// CHECK: for [[@LINE-1]]:5-[[@LINE-1]]:20
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: break [[@LINE-5]]:14-[[@LINE-5]]:20
    for (int i = 0, j = (n, 1);; i++) { continue; }
// CHECK: for
// CHECK-NEXT: decl [[@LINE-2]]:10-[[@LINE-2]]:32
// CHECK: {{^ +-$}}
// CHECK-NEXT: incdec
// CHECK: block
    for (; n ? (n) : 2; );
// CHECK: for
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: conditional
// CHECK: {{^ +-$}}
// CHECK-NEXT: empty
    for (n = 3 EMPTY
         ; EMPTY
         ; n--
        ) ;
// CHECK: for
// CHECK-NEXT: assign
// CHECK: {{^ +-$}}
// CHECK-NEXT: incdec
    if (n) if (n) n = 1; else n = 2;
// CHECK: if [[@LINE-1]]:5-[[@LINE-1]]:37
// CHECK: if [[@LINE-2]]:12-[[@LINE-2]]:37
// CHECK: expr_stmt [[@LINE-3]]:19-[[@LINE-3]]:25
// CHECK: expr_stmt [[@LINE-4]]:31-[[@LINE-4]]:37
// CHECK: {{^ +-$}}
    do n--; while (n) ;
// CHECK: do [[@LINE-1]]:5-[[@LINE-1]]:24
// CHECK-NEXT: expr_stmt
    switch (n) {
    case 1: case 2 ... 4: n++; __attribute__((fallthrough));
// CHECK: case
// CHECK-NEXT: =1
// CHECK-NEXT: {{^ +-$}}
// CHECK-NEXT: case
// CHECK-NEXT: =2
// CHECK-NEXT: =4
// CHECK-NEXT: expr_stmt
// CHECK: empty
    default: inside: n = 0;
// CHECK: default
// CHECK-NEXT: label {{.*}} inside#[[INSIDE:[0-9]+]]
    }
    void *where = &&inside; goto *where;
// CHECK: label_address {{.*}} inside#[[INSIDE]]
// CHECK: goto_computed
    n = ({ __label__ again; again: if (n--) goto again; n; });
// CHECK: stmt_expr
// CHECK-NEXT: block
// CHECK: label {{.*}} again#[[AGAIN:[0-9]+]]
// CHECK: goto {{.*}} again#[[AGAIN]]
// CHECK: expr_stmt
// CHECK-NEXT: load
    return n
        ;
// CHECK: return [[@LINE-2]]:5-[[@LINE-1]]:10
// CHECK-NEXT: load [[@LINE-3]]:12-[[@LINE-3]]:13
}
