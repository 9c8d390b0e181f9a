/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ESCC_DEBUG=verify=noscan finds a pointer in an object that was said to hold
 * none, when what it leads to is lost; what was in the memory before is none.
 *
 * RUN: %rtcc %s -o %t
 * RUN: env ESCC_DEBUG=verify=noscan,gcstress=1 %t
 * RUN: not --crash env ESCC_DEBUG=verify=noscan %t lost 2>&1 | FileCheck %s
 *
 * CHECK: escc: fatal: verify=noscan: the holder ({{.*}}verify-finds-pointers-where-none-should-be.c:{{[0-9]+}}, main), offset 8, was said to hold no pointer, and leads to the value ({{.*}}verify-finds-pointers-where-none-should-be.c:{{[0-9]+}}, main)
 * CHECK: hint: this is a mistake of escc
 */
#include "Inputs/check.h"

static void **holder;

static __attribute__((noinline)) void fill(const struct __escc_site *holds,
                                           const struct __escc_site *is)
{
    holder = __escc_malloc(32, holds);
    holder[1] = __escc_malloc(32, is);
}

static __attribute__((noinline)) void clear_stack(void)
{
    char hollow[4096];
    memset(hollow, 0, sizeof hollow);
    __asm__ volatile("" : : "r"(hollow) : "memory");
}

int main(int argc, char **argv)
{
    static const struct __escc_site holds = {__FILE__, "main", "the holder",
                                             __LINE__, __ESCC_NOSCAN};
    static const struct __escc_site reads = {__FILE__, "main", "the reader",
                                             __LINE__, 0};
    static const struct __escc_site is = {__FILE__, "main", "the value",
                                          __LINE__, 0};
    (void)argv;
    /* Memory that had pointers becomes objects that have none. */
    for (int i = 0; i < 100; i++) {
        fill(&reads, &is);
        holder = NULL;
        clear_stack();
        escc_gc();
        holder = __escc_malloc(32, &holds);
    }
    if (argc > 1) {
        fill(&holds, &is);
        clear_stack();
        escc_gc();
    }
    puts("nothing");
    return 0;
}
