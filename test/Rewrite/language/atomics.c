// Every family of atomic operations on slots that hold the only pointer to an
// object of the heap, with moved locals as operands of every role.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
// RUN: %S/../Inputs/differential %escc %clang none %s -I%S/Inputs -DSCOPED
#include <stdatomic.h>
#include <stdbool.h>
#include "common.h"

struct pair { struct node *a; long tag; };
struct slots {
    _Atomic(struct node *) c11;
    struct node *gnu, *sync;
    _Atomic uintptr_t bits;
    uintptr_t plain;
    _Atomic(struct node *) ring[3];
    struct node *_Atomic *indirect;
};
static struct slots *s;

static void c11(void)
{
    atomic_init(&s->c11, make(1));
    struct node *expected = atomic_load(&s->c11);
    keep(&expected);
    struct node *desired = make(2);
    keep(&desired);
    bool done = atomic_compare_exchange_strong(&s->c11, &expected, desired);
    bool again = atomic_compare_exchange_strong(&s->c11, &expected, make(3));
    churn();
    printf("%d %d %ld %ld\n", done, again, expected->number,
           atomic_load(&s->c11)->number);
    struct node *old = atomic_exchange_explicit(&s->c11, make(4),
                                                memory_order_relaxed);
    churn();
    printf("%ld %ld\n", old->number, s->c11->number);
    atomic_store_explicit(&s->c11, make(5), memory_order_release);
    churn();
    s->ring[0] = s->ring[1] = s->c11 = make(6);
    s->indirect = &s->ring[2];
    *s->indirect = make(7);
    churn();
    printf("%ld %ld %ld\n", s->ring[0]->number, s->c11->number,
           s->ring[2]->number);
    int index = 0;
    s->ring[index++] = make(index + 8);
    printf("%d\n", index);
}

static void arithmetic(void)
{
    s->bits = 0;
    s->bits |= (uintptr_t)make(10);
    churn();
    printf("%ld\n", ((struct node *)s->bits)->number);
    s->bits &= 0;
    atomic_fetch_or(&s->bits, (uintptr_t)make(11));
    churn();
    atomic_fetch_add(&s->bits, 1);
    churn();
    printf("%ld\n", ((struct node *)(s->bits & ~7ul))->number);
    atomic_fetch_and(&s->bits, 0);
    atomic_fetch_xor_explicit(&s->bits, (uintptr_t)make(12),
                              memory_order_seq_cst);
    churn();
    printf("%ld\n", ((struct node *)s->bits)->number);
    s->plain = 0;
    uintptr_t r = __sync_fetch_and_or(&s->plain, (uintptr_t)make(13));
    churn();
    printf("%ld %ld\n", (long)r, ((struct node *)s->plain)->number);
    s->plain = 0;
    r = __sync_add_and_fetch(&s->plain, (uintptr_t)make(14));
    churn();
    printf("%ld\n", ((struct node *)r)->number);
    s->plain = 0;
    r = __atomic_or_fetch(&s->plain, (uintptr_t)make(15), __ATOMIC_RELAXED);
    churn();
    printf("%ld %d\n", ((struct node *)s->plain)->number, r == s->plain);
    _Atomic(struct node *) walk = make(16);
    keep((void *)&walk);
    churn();
    printf("%ld\n", atomic_load(&walk)->number);
}

static void gnu(void)
{
    struct node *value = make(20), *result;
    keep(&value), keep(&result);
    __atomic_store(&s->gnu, &value, __ATOMIC_SEQ_CST);
    value = 0;
    churn();
    __atomic_load(&s->gnu, &result, __ATOMIC_ACQUIRE);
    value = make(21);
    struct node *in = value;
    value = 0;
    __atomic_exchange(&s->gnu, &in, &result, __ATOMIC_ACQ_REL);
    in = 0;
    churn();
    printf("%ld %ld\n", result->number, s->gnu->number);
    result = s->gnu;
    value = make(22);
    bool ok = __atomic_compare_exchange(&s->gnu, &result, &value, 0,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
    value = 0;
    churn();
    printf("%d %ld %ld\n", ok, result->number, s->gnu->number);
    ok = __atomic_compare_exchange_n(&s->gnu, &result, make(23), false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
    churn();
    printf("%d %ld\n", ok, result->number);
    result = __atomic_exchange_n(&s->gnu, make(24), __ATOMIC_SEQ_CST);
    churn();
    printf("%ld %ld\n", result->number, s->gnu->number);
    __atomic_store_n(&s->gnu, __atomic_load_n(&s->gnu, __ATOMIC_RELAXED)
                     ? make(25) : NULL, __ATOMIC_RELAXED);
    churn();
    printf("%ld\n", s->gnu->number);
}

static void sync(void)
{
    s->sync = make(30);
    struct node *old = s->sync;
    printf("%d ", __sync_bool_compare_and_swap(&s->sync, old, make(31)));
    churn();
    printf("%ld ", s->sync->number);
    old = __sync_val_compare_and_swap(&s->sync, s->sync, make(32));
    churn();
    printf("%ld %ld ", old->number, s->sync->number);
    old = __sync_lock_test_and_set(&s->sync, make(33));
    churn();
    printf("%ld %ld\n", old->number, s->sync->number);
    __sync_synchronize();
    __sync_lock_release(&s->plain);
    if (__sync_bool_compare_and_swap(&s->sync, s->sync, make(34)),
        s->sync->number == 34)
        puts("sync");
}

static void moved(void)
{
    _Atomic(struct node *) local = make(40), *at = &local;
    atomic_int count = 5;
    atomic_flag flag = ATOMIC_FLAG_INIT;
    keep((void *)&local), keep(&count), keep(&flag);
    count++, count *= 3, count -= 2;
    printf("%d %d %d\n", count, atomic_flag_test_and_set(&flag),
           atomic_flag_test_and_set(&flag));
    *at = make(41);
    churn();
    printf("%ld\n", atomic_load(&local)->number);
    struct node *seen = local;
    keep(&seen);
    for (int i = 0; i < 3; i++) {
        struct node *fresh = make(42 + i);
        keep(&fresh);
        fresh->next = seen;
        while (!atomic_compare_exchange_weak(&local, &seen, fresh))
            fresh->next = seen;
        seen = local;
        churn();
    }
    for (struct node *n = local; n; n = n->next)
        printf("%ld ", n->number);
    struct word { struct node *p; } v;
    _Atomic struct word one;
    keep((void *)&one);
    struct node *wide = make(45);
    v.p = wide;
    one = v;
    wide = 0;
    v.p = 0;
    churn();
    v = one;
    printf("%ld\n", v.p->number);
}

#ifdef SCOPED
static void scoped(void)
{
    __scoped_atomic_store_n(&s->gnu, make(50), __ATOMIC_RELAXED,
                            __MEMORY_SCOPE_DEVICE);
    churn();
    struct node *old = __scoped_atomic_exchange_n(
        &s->gnu, make(51), __ATOMIC_RELAXED, __MEMORY_SCOPE_SYSTEM);
    churn();
    printf("%ld %ld\n", old->number, s->gnu->number);
    printf("%d ", __scoped_atomic_compare_exchange_n(
        &s->gnu, &old, make(52), 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED,
        __MEMORY_SCOPE_SYSTEM));
    __c11_atomic_store(&s->c11, make(53), __ATOMIC_RELAXED);
    old = __sync_swap(&s->sync, make(54));
    churn();
    printf("%ld %ld %ld\n", s->c11->number, s->sync->number, old->number);
    s->plain = 0;
    s->bits = 0;
    __atomic_fetch_max(&s->plain, (uintptr_t)make(55), __ATOMIC_RELAXED);
    __c11_atomic_fetch_max(&s->bits, (uintptr_t)make(56), __ATOMIC_RELAXED);
    churn();
    printf("%ld %ld\n", ((struct node *)s->plain)->number,
           ((struct node *)s->bits)->number);
}
#endif

int main(void)
{
    s = calloc(1, sizeof *s);
    c11();
    arithmetic();
    gnu();
    sync();
    moved();
#ifdef SCOPED
    scoped();
#endif
    return 0;
}
