// ESCC_LOCALS=none: locals that moved live in their frames, as in plain C, and
// what they lead to is found there, also what another thread stored.
//
// RUN: %escc -I %source_root/include -O1 -w -pthread %s -o %t
// RUN: %t | FileCheck %s --check-prefix=HEAP
// RUN: env ESCC_LOCALS=none %t | FileCheck %s --check-prefix=FRAMES
// RUN: env ESCC_LOCALS=none ESCC_FREE=trust %t | FileCheck %s --check-prefix=FRAMES
// RUN: env ESCC_LOCALS=none ESCC_DEBUG=gcstress=50,clobber=1 %t 40 \
// RUN:   | FileCheck %s --check-prefix=FRAMES
// RUN: env ESCC_LOCALS=none ESCC_DEBUG=concurrent=1,gcstress=50,checkmark=1 %t 40 \
// RUN:   | FileCheck %s --check-prefix=FRAMES
// RUN: env ESCC_LOCALS=non %t 1 2>&1 | FileCheck %s --check-prefix=TYPO
// HEAP: struct: heap, parameter: heap, array: heap
// FRAMES: struct: frame, parameter: frame, array: frame
// HEAP: whole, objects for locals
// FRAMES: whole, none for locals
// TYPO: bad value 'non' of ESCC_LOCALS: escaping or none
#include <escc/gc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    uint64_t number;
};

struct list {
    struct node *first;
    struct list *volatile *where;
    char text[100];
};

static struct list *volatile shared;    /* somebody's local, while it lives */
static void *volatile kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) static const char *place(const void *address)
{
    char *here = __builtin_frame_address(0);
    return (uintptr_t)address - (uintptr_t)here < 1 << 16 ? "frame" : "heap";
}

__attribute__((noinline)) static void tell_struct(void)
{
    struct list list = {0};
    kept = &list;
    printf("struct: %s, ", place(kept));
}

__attribute__((noinline)) static void tell_parameter(int number)
{
    kept = &number;
    printf("parameter: %s, ", place(kept));
}

__attribute__((noinline)) static void tell_array(int n)
{
    long array[n];
    kept = array;
    for (int i = 0; i < n; i++)
        array[i] = i;
    printf("array: %s\n", place(kept));
}

static struct node *make(uint64_t number, struct node *next)
{
    struct node *n = malloc(sizeof *n);
    n->next = next;
    n->number = number;
    return n;
}

/* Another thread stores into the local while its function runs. */
static void *store(void *argument)
{
    for (uint64_t i = 0; i < (uintptr_t)argument; i++) {
        pthread_mutex_lock(&lock);
        if (shared)
            shared->first = make(shared->first->number + 1, shared->first);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

__attribute__((noinline)) static int keep(int rounds)
{
    struct list list;
    int whole = 1;
    list.first = make(0, NULL);
    pthread_mutex_lock(&lock);
    shared = &list;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < rounds; i++)
        free(make(i, NULL));
    pthread_mutex_lock(&lock);
    shared = NULL;
    pthread_mutex_unlock(&lock);
    for (struct node *n = list.first; n->next; n = n->next)
        whole &= n->number == n->next->number + 1;
    return whole;
}

__attribute__((noinline)) static void make_local(int i)
{
    struct list list;
    kept = &list;
    list.text[0] = (char)i;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 1000, whole = 1;
    struct escc_stats before, after;
    pthread_t thread;
    tell_struct();
    tell_parameter(1);
    tell_array(rounds % 10 + 10);
    pthread_create(&thread, NULL, store, (void *)((uintptr_t)rounds * 50));
    for (int i = 0; i < rounds; i++)
        whole &= keep(50);
    pthread_join(thread, NULL);
    escc_stats_get(&before, sizeof before);
    for (int i = 0; i < 100; i++)
        make_local(i);
    escc_stats_get(&after, sizeof after);
    int none = after.heap_allocs_objects - before.heap_allocs_objects < 50;
    printf("%s, %s for locals\n", whole ? "whole" : "NOT WHOLE",
           none ? "none" : "objects");
    return !whole;
}
