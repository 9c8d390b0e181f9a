// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Addresses in integers, tags, container_of, bytes. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct item { int key; struct item *next; };

uintptr_t global_word;
int *global;
unsigned global_half;
ptrdiff_t global_difference;

void word(void) { int i = 0; global_word = (uintptr_t)&i; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

void tagged(void) { int i = 0; global_word = (uintptr_t)&i | 1; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

void through_variable(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    uintptr_t n = (uintptr_t)&i;
    n += 8;
    n ^= 1;
    global_word = n;
}

void half(void) { int i = 0; global_half = (unsigned)(uintptr_t)&i; }

void low_bits(void) { int i = 0; global_word = (uintptr_t)&i & 15; }

void difference(void)
{
    int a[4] = {0};
    int *p = a, *q = a + 2;
    global_difference = q - p;
}

void hashed(void) { int i = 0; global_word = (uintptr_t)&i % 31; }

void compared(void) { int i = 0; global_word = &i == global; }

struct item *container(struct item **link)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: link to result ~r0 level=0
{
    return (struct item *)((char *)link - offsetof(struct item, next));
}

int container_stays(void)
{
    struct item i = {1, NULL};
    return container(&i.next)->key;
}

struct item *container_leaks(void)
{
    struct item i = {1, NULL};
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    return container(&i.next);
}

uintptr_t same_word(uintptr_t n) { return n; }

int *word_and_back(int *p) { return (int *)same_word((uintptr_t)p); }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0

void bytes_of_pointer(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = &i;
    char bytes[sizeof p];
    memcpy(bytes, &p, sizeof p);
    memcpy(&global, bytes, sizeof p);
}

void punned(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    uintptr_t n;
    *(int **)&n = &i;
    global_word = n;
}

int length_is_no_pointer(const char *s) { size_t n = strlen(s); return (int)n; }
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape

void asm_operand(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = &i;
    __asm__ volatile("mov %0, %%rax" : : "r"(p) : "rax");
}

void asm_memory(void)
{
    int i = 0;
    __asm__ volatile("" : "+m"(i));
}

_Atomic(int *) atomic_global;

void atomic(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    __atomic_store_n(&global, &i, __ATOMIC_SEQ_CST);
}

int *atomic_exchange_result(int **p)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=1
{
    return __atomic_exchange_n(p, (int *)0, __ATOMIC_SEQ_CST);
}

void atomic_compare(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *expected = NULL;
    __atomic_compare_exchange_n(&global, &expected, &i, 0, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
}
