/* More than a megabyte of variables of a thread's own is read to its end, in
 * the main thread and in others.
 *
 * RUN: %rtcc %s -o %t -pthread && %t
 * RUN: env ESCC_DEBUG=clobber=1 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>

static __thread struct {
    struct node *first;
    char between[3 << 20];
    struct node *last;
} large;

__attribute__((noinline)) static void fill(void)
{
    large.first = new_list(10);
    large.last = new_list(20);
}

static void *run(void *unused)
{
    fill();
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(5000);
        escc_gc();
    }
    check_list(large.first, 10);
    check_list(large.last, 20);
    return unused;
}

int main(void)
{
    pthread_t thread;
    run(NULL);
    CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}
