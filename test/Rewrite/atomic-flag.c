// atomic_flag can be initialised, although gcc's is an _Atomic struct.
// RUN: %escc_verify %s -o %t && timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -O2 %s -o %t && timeout 60 %t
// REQUIRES: gcc
#include <stdatomic.h>
static atomic_flag global = ATOMIC_FLAG_INIT;
struct lock { atomic_flag flag; struct lock *next; } lock = {.next = &lock};
int main(void)
{
    atomic_flag local = ATOMIC_FLAG_INIT, *volatile p = &local;
    lock.next = &(struct lock){.flag = ATOMIC_FLAG_INIT};
    if (atomic_flag_test_and_set(&global) || !atomic_flag_test_and_set(&global))
        return 1;
    atomic_flag_clear_explicit(&global, memory_order_release);
    if (atomic_flag_test_and_set(p) || !atomic_flag_test_and_set(&local))
        return 2;
    return atomic_flag_test_and_set(&global)
        || atomic_flag_test_and_set(&lock.next->flag);
}
