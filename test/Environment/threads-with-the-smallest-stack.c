/* A thread whose stack is as small as can be has room to allocate and collect
 * on it, also as the first one of the process that does.
 *
 * RUN: %rtcc %s -I%S/../Runtime -o %t -pthread && %t
 * RUN: env ESCC_DEBUG=gcstress=50 %t
 * RUN: env ESCC_DEBUG=concurrent=1,gcstress=50 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <limits.h>
#include <pthread.h>

static void *run(void *unused)
{
    struct node *kept = new_list(10);
    for (int i = 0; i < 200; i++)
        new_list(1000);
    for (size_t bytes = 100; bytes < 20000000; bytes *= 3)
        CHECK(__escc_malloc(bytes, SITE("block")));
    void *block = __escc_malloc(100, SITE("grows"));
    for (size_t bytes = 100; bytes < 20000000 && block; bytes *= 2)
        block = __escc_realloc(block, bytes, SITE("grows"));
    CHECK(block);
    escc_gc();
    check_list(kept, 10);
    return unused;
}

int main(void)
{
    enum { NTHREADS = 4 };
    pthread_t threads[NTHREADS];
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) == 0);
    for (int i = 0; i < NTHREADS; i++)
        CHECK(pthread_create(&threads[i], &attributes, run, NULL) == 0);
    for (int i = 0; i < NTHREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    return 0;
}
