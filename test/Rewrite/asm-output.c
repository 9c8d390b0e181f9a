// Inline asm that stores a pointer is followed by a shade.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc -fescc-emit-source -c %s | FileCheck %s
#include <stdio.h>

struct node { struct node *next; int number; };
static struct node a = {0, 1}, b = {&a, 2}, *global;
static int evaluations;

static struct node **slot(void)
{
    evaluations++;
    return &global;
}

int main(void)
{
    struct node *local = &b;
    // CHECK: {__auto_type __escc_s[[N:[0-9]+]]=&(b.next);
    // CHECK-SAME: __escc_shade_range((const void*)__escc_s[[N]]
    __asm__("mov %1, %0" : "=m"(b.next) : "r"(local));
    if (local)
        __asm__ volatile("mov %1, %0" : "=r"(*slot()) : "r"(b.next) : "memory");
    else
        __asm__("" : "=r"(global));
    // CHECK: __asm__("" : "+r"(local))
    __asm__("" : "+r"(local));
    printf("%d %d %d\n", global->number, local->number, evaluations);
    return 0;
}
