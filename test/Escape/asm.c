// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | grep -v carried.h | FileCheck --implicit-check-not=remark: %s
// RUN: %S/Inputs/everywhere %escc %clang %gcc %s
/* Inline assembly: what goes into an instruction is kept, and so is the
 * address of a memory operand that `lea` takes; an empty template keeps
 * nothing, but hands its inputs to its outputs.
 */
#include "Inputs/carried.h"

static int *global;
static void *kept;

NOINLINE void effective_address(void)
{
    int x = 1;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    __asm__ volatile("lea %1, %0" : "=r"(global) : "m"(x));
}

NOINLINE void effective_address_of_output(void)
{
    int x;          // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    __asm__ volatile("movl $2, %1\n\tlea %1, %0" : "=r"(global), "=m"(x));
}

NOINLINE void effective_address_of_member(void)
{
    struct { int pad, x; } s = {0, 3};
    // CHECK: :[[@LINE-1]]:28: {{.*}}moved to heap: s
    __asm__ volatile("leaq %1, %0" : "=r"(global) : "m"(s.x));
}

NOINLINE void instruction(void)
{
    int x = 4;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    __asm__ volatile("mov %1, %0" : "=r"(global) : "r"(&x));
}

NOINLINE void memory_to_memory(void)
{
    int x = 5, *p = &x; // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    int *q;
    __asm__ volatile("mov %1, %%rax\n\tmov %%rax, %0"
                     : "=m"(q) : "m"(p) : "rax");
    global = q;
}

/* Nothing is executed: the compiler only forgets what it knew. */
NOINLINE void same_register(void)
{
    int x = 6;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    int *q;
    __asm__("" : "=r"(q) : "0"(&x));
    global = q;
}

NOINLINE void same_operand(void)
{
    int x = 7;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    int *q = &x;
    __asm__("" : "+r"(q));
    global = q;
}

NOINLINE void named_operand(void)
{
    int x = 8;      // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    uintptr_t q;
    __asm__("" : [out] "=r"(q) : "[out]"(&x));
    global = (int *)q;
}

/* Compiler barriers and guards. */
NOINLINE int guard(void)
{
    int v = 9;
    volatile int *p = &v;
    __asm__ volatile("" : : "m"(p));
    return *p;
}

NOINLINE int barriers(void)
{
    int v = 10, *p = &v;
    __asm__ volatile("" : : "r"(p) : "memory");
    __asm__ volatile("" : "+m"(v));
    __asm__ volatile("" : "+r"(p));
    __asm__ volatile("" : : "g"(&v), "m"(*p));
    return *p;
}

NOINLINE unsigned short control_word(void)
{
    unsigned short word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    return word;
}

/* A function that asm assigned to a pointer. */
static NOINLINE void keep(void *p) { kept = p; }
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{.*}}leaking param: p
static NOINLINE void ignore(void *p) { (void)p; }
// CHECK: :[[@LINE-1]]:{{[0-9]+}}: {{.*}}p does not escape

NOINLINE void assigned_function(void)
{
    int x = 11;     // CHECK: :[[@LINE]]:9: {{.*}}moved to heap: x
    void (*f)(void *) = ignore;
    __asm__("mov %1, %0" : "=r"(f) : "r"(keep));
    f(&x);
}

int main(void)
{
    effective_address();
    CHECK(*global == 1);
    effective_address_of_output();
    CHECK(*global == 2);
    effective_address_of_member();
    CHECK(*global == 3);
    instruction();
    CHECK(*global == 4);
    memory_to_memory();
    CHECK(*global == 5);
    same_register();
    CHECK(*global == 6);
    same_operand();
    CHECK(*global == 7);
    named_operand();
    CHECK(*global == 8);
    CHECK(guard() == 9);
    CHECK(barriers() == 10);
    CHECK(control_word() != 0);
    assigned_function();
    CHECK(*(int *)kept == 11);
    return failures != 0;
}
