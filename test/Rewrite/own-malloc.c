// A unit's own malloc and free are not the library's.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc -fescc-emit-source -c %s | FileCheck %s
// CHECK-NOT: __escc_malloc(3
// CHECK-NOT: __escc_free(p
#include <stdio.h>
static char pool[64];
static int used;
static void *malloc(unsigned long n) { used += (int)n; return pool; }
static int free(void *p) { return p == pool; }
int main(void)
{
    void *p = malloc(3);
    printf("%d ", free(p));
    printf("%d\n", used);
    return 0;
}
