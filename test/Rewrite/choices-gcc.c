// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: gcc
// RUN: env ESCC_CC=gcc %escc -w -O2 -fescc-emit-source -c %s | FileCheck %s
// RUN: env ESCC_CC=gcc %escc -w -O0 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t
/* gcc and clang do not agree on what is constant, on the type of a bit-field,
 * the class of a type and _Float64: gcc chooses another operand than libclang
 * shows as the chosen one.  Its stores have barriers, what it takes the address
 * of escapes. */
#include <string.h>

static const int constant = 3;
struct bits { unsigned long wide : 40; int *p; } bits;
int *kept;

__attribute__((noinline)) static void by_constant(int *p)
{
    // CHECK: void by_constant(int *p)
    // CHECK: (void)(__extension__({{.*}}__escc_shade
    __builtin_choose_expr(__builtin_constant_p(constant), (void)0,
                          (void)(kept = p));
}

__attribute__((noinline)) static void by_type(int *p)
{
    // CHECK: void by_type(int *p)
    // CHECK: default: (void)(__extension__({{.*}}__escc_shade
    _Generic(bits.wide, unsigned long: (void)0, default: (void)(kept = p));
}

__attribute__((noinline)) static void by_class(int *p, _Bool b)
{
    // CHECK: void by_class(int *p, _Bool b)
    // CHECK: (void)(__extension__({{.*}}__escc_shade
    __builtin_choose_expr(__builtin_classify_type(b) == 1,
                          (void)(kept = p), (void)0);
}

__attribute__((noinline)) static void by_floating_type(int *p)
{
    // CHECK: void by_floating_type(int *p)
    // CHECK: double *: (void)0{{.*}}__escc_shade
    // CHECK: (void)(__extension__({{.*}}__escc_shade
    _Float64 number = 1;
    _Generic(&number, double *: (void)0, default: (void)(kept = p));
    __builtin_choose_expr(__builtin_types_compatible_p(double, _Float64),
                          (void)0, (void)(kept = p));
}

__attribute__((noinline)) static int *escapes(void)
{
    // CHECK: int *escapes(void)
    // CHECK: __escc_new(
    int local = 5;
    local++;
    return _Generic(bits.wide + 0, unsigned long: (int *)0, default: &local);
}

/* These are the same to both. */
static int same(int *p)
{
    // CHECK: static int same(int *p)
    // CHECK-NOT: __escc_shade
    // CHECK: return *p
    __builtin_choose_expr(__builtin_constant_p(3), (void)0, (void)(kept = p));
    _Generic(bits.p, int *: (void)0, default: (void)(kept = p));
    return *p;
}

__attribute__((noinline)) static void overwrite(void)
{
    volatile char frame[4096];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0x55;
}

int main(void)
{
    int number = 1, *local = escapes();
    overwrite();
    by_constant(&number);
    if (*local != 6 || (kept && kept != &number))
        return 1;
    kept = NULL;
    by_type(&number);
    if (kept != &number)
        return 2;
    kept = NULL;
    by_class(&number, 1);
    if (kept != &number)
        return 3;
    kept = NULL;
    by_floating_type(&number);
    return kept != &number || !same(&number);
}
