// What asm goto stores in an object that is no local variable would have to be
// shaded at every label: refused, with place and reason.
// RUN: not %escc -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -fescc-on-unsupported=plain -c %s -o %t.o
struct node *slot;
int f(struct node *p)
{
    // CHECK: asm-goto-output.c:[[@LINE+1]]:42: error: escc cannot rewrite this: asm goto with an output that may be a pointer and is no local variable [escc-unsupported]
    asm goto("mov %1, %0; jz %l2" : "=r"(slot) : "r"(p) : "cc" : out);
    return 1;
out:
    return 0;
}
