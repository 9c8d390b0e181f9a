/* ESCC_DEBUG=verify=barrier names the sites of a store that has no barrier,
 * into an object or a global, and ends with status 66; a program that
 * shades what it stores, copies in bulk, sorts and reallocates passes.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env ESCC_DEBUG=verify=barrier,gcstress=100 %t
 * RUN: env ESCC_DEBUG=verify=barrier %t
 * RUN: not env ESCC_DEBUG=verify=barrier %t object 2>&1 | FileCheck %s
 * RUN: not env ESCC_DEBUG=verify=barrier %t global 2>&1 | FileCheck %s --check-prefix GLOBAL
 * RUN: %t object
 *
 * CHECK: escc: verify=barrier: missing barrier: the holder ({{.*}}verify-finds-missing-barriers.c:{{[0-9]+}}, test), offset 8, was made to point to the value ({{.*}}verify-finds-missing-barriers.c:{{[0-9]+}}, test); 1 times
 * CHECK: escc: verify=barrier: 1 stores without a barrier
 * GLOBAL: escc: verify=barrier: missing barrier: the word at 0x{{[0-9a-f]+}} was made to point to the value
 */
#include "Inputs/check.h"

#include <pthread.h>

static struct node *global;

static void store(struct node **slot, struct node *value)
{
    *slot = value;
    __asm__ volatile("" ::"m"(*slot), "r"(value));
    if (__escc_tls.marking)
        __escc_shade(value);
}

static int compare(const void *a, const void *b)
{
    long x = (*(struct node *const *)a)->value;
    long y = (*(struct node *const *)b)->value;
    return (x > y) - (x < y);
}

static void *work(void *argument)
{
    size_t n = 64;
    struct node **array = __escc_malloc(n * sizeof *array, SITE("array"));
    for (size_t i = 0; i < n; i++) {
        struct node *m = __escc_malloc(sizeof *m, SITE("m"));
        m->value = (long)(i * 37 % n);
        store(&m->next, i ? array[i - 1] : NULL);
        store(&array[i], m);
    }
    for (int round = 0; round < 8; round++) {
        n *= 2;
        array = __escc_realloc(array, n * sizeof *array, SITE("grown"));
        __escc_memcpy(array + n / 2, array, n / 2 * sizeof *array);
        __escc_memmove(array + 1, array, n / 4 * sizeof *array);
        qsort(array, n, sizeof *array, compare);
    }
    for (size_t i = 1; i < n; i++)
        CHECK(compare(&array[i - 1], &array[i]) <= 0);
    return argument;
}

static void forget_barriers(const char *what)
{
    struct node *holder = __escc_malloc(sizeof *holder, SITE("the holder"));
    struct node *value = __escc_malloc(sizeof *value, SITE("the value"));
    store(&global, holder);
    escc_gc();
    if (strcmp(what, "object") == 0)
        holder->other = value;
    else
        global = value;
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    work(NULL);
    if (argc > 1)
        forget_barriers(argv[1]);
    escc_gc();
    return 0;
}
