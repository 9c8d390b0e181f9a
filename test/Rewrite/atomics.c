// Atomic operations on pointers: C11's, GNU's, the old __sync ones.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

struct node { struct node *_Atomic next; int number; };
static struct node nodes[4] = {{0, 0}, {0, 1}, {0, 2}, {0, 3}};
static _Atomic(struct node *) head = &nodes[0];
static struct node *plain;
static uintptr_t word;
static int evaluations;

static struct node *at(int i)
{
    evaluations++;
    return &nodes[i];
}

static void standard(void)
{
    atomic_store(&head, at(1));
    struct node *old = atomic_exchange(&head, at(2)), *expected = old;
    _Bool no = atomic_compare_exchange_strong(&head, &expected, at(3));
    _Bool yes = atomic_compare_exchange_weak(&head, &expected, at(3));
    printf("%d %d %d %d %d\n", old->number, no, yes, expected->number,
           atomic_load(&head)->number);
    atomic_store_explicit(&at(0)->next, at(1), memory_order_release);
    atomic_init(&at(1)->next, at(2));
    nodes[2].next = nodes[1].next;
    struct node *_Atomic *slot = &nodes[3].next;
    struct node *got = *slot = at(1);
    atomic_store(slot, NULL);
    printf("%d %d %d %d\n", nodes[0].next->number, nodes[2].next->number,
           got->number, *slot == 0);
}

static void gnu(void)
{
    __atomic_store_n(&plain, at(1), __ATOMIC_RELAXED);
    struct node *v = at(2), *r = 0, *e = at(2);
    struct { struct node *expected; } box = {0};
    __atomic_store(&plain, &v, __ATOMIC_RELEASE);
    v = at(3);
    __atomic_exchange(&plain, &v, &r, __ATOMIC_SEQ_CST);
    __atomic_load(&plain, &box.expected, __ATOMIC_ACQUIRE);
    int ok = __atomic_compare_exchange_n(&plain, &box.expected, at(1), 0,
                                         __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
    int no = __atomic_compare_exchange(&plain, &e, &v, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
    struct node *x = __atomic_exchange_n(&plain, at(0), __ATOMIC_ACQ_REL);
    printf("%d %d %d %d %d %d\n", r->number, ok, no, e->number, x->number,
           plain->number);
    __atomic_fetch_or(&word, (uintptr_t)at(2), __ATOMIC_RELAXED);
    uintptr_t w = __atomic_add_fetch(&word, 4, __ATOMIC_RELAXED);
    printf("%d\n", w - 4 == (uintptr_t)&nodes[2]);
}

static void old(void)
{
    plain = at(0);
    int yes = __sync_bool_compare_and_swap(&plain, at(0), at(1));
    struct node *was = __sync_val_compare_and_swap(&plain, at(1), at(2));
    struct node *set = __sync_lock_test_and_set(&plain, at(3));
    __sync_synchronize();
    printf("%d %d %d %d\n", yes, was->number, set->number, plain->number);
}

int main(void)
{
    standard();
    gnu();
    old();
    printf("%d\n", evaluations);
    return 0;
}
