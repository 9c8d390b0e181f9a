// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
// gcc's <stdatomic.h> has other functions.
// RUN: env ESCC_CC=%gcc %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* What an atomic operation stores is kept; what it compares with is not, which
 * Go does not know. */
#include <stdatomic.h>
#include <stddef.h>

int *plain;
int *_Atomic global;

void store(void) { int x = 1; __atomic_store_n(&plain, &x, __ATOMIC_SEQ_CST); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void store_c11(void) { int x = 1; atomic_store(&global, &x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void assigned(void) { int x = 1; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
int *exchange(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    return __atomic_exchange_n(&plain, &x, __ATOMIC_ACQ_REL);
}
int swap(void)
{
    int new_one = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: new_one
    int *expected = NULL;
    return __atomic_compare_exchange_n(&plain, &expected, &new_one, 0,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
/* `expected` is only compared with: better than Go. */
int swap_expected(void)
{
    int old_one = 1;
    int *expected = &old_one;
    return __atomic_compare_exchange_n(&plain, &expected, NULL, 0,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* What it gets if it differs may be anything. */
void swap_failed(void)
{
    int old_one = 1, x = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: old_one
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: x
    int *expected = &old_one, *mine = &x;
    atomic_compare_exchange_strong(&global, &expected, mine);
    plain = expected;
}

int swap_c11(void)
{
    int old_one = 1;
    int *expected = &old_one;
    return atomic_compare_exchange_weak(&global, &expected, NULL);
}

int *swap_result(void)
{
    int old_one = 1, new_one = 2, *p = &new_one;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: new_one
    return __sync_val_compare_and_swap(&p, &old_one, NULL);
}

int swap_sync(void)
{
    int old_one = 1, new_one = 2;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: new_one
    return __sync_bool_compare_and_swap(&plain, &old_one, &new_one);
}
/* In an object of the function's own nothing escapes. */
int local_store(void)
{
    int x = 1;
    int *_Atomic p = NULL;
    atomic_store(&p, &x);
    return *atomic_load(&p);
}
int *loaded(int *_Atomic *p) { return atomic_load(p); }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=1
void flag(void) { atomic_flag f = ATOMIC_FLAG_INIT; atomic_flag_clear(&f); }
int counter(atomic_int *n) { return atomic_fetch_add(n, 1); }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape
