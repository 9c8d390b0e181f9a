// The collector's thread begins late: the last thread of the program has ended by
// then, and has taken it for one of the program's or has not seen it yet.  The
// process ends all the same.
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -shared -fPIC -DPRELOADED %s -o %t/late.so
// RUN: %escc -O2 -w -I %source_root/include %s -o %t/program -pthread
// RUN: for debug in clobber=0 markers=3 concurrent=1; do for seen in 0 1; do \
// RUN:   echo $debug, seen: $seen; env LD_PRELOAD=%t/late.so SEEN=$seen \
// RUN:     ESCC_DEBUG=$debug timeout -s KILL 60 %t/program || { echo failed; break; }; \
// RUN:   done; done 2>&1 | FileCheck %s
// CHECK-NOT:  failed
// CHECK:      clobber=0, seen: 0
// CHECK:      late
// CHECK:      ends
// CHECK-NOT:  failed
// CHECK:      concurrent=1, seen: 1
// CHECK:      late
// CHECK:      ends
// CHECK-NOT:  failed
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef PRELOADED
#include <dlfcn.h>

struct start {
    void *(*function)(void *argument);
    void *argument;
};

/* If it is seen the runtime knows it from then on, but not what for. */
static void *wait(void *start)
{
    struct start now = *(struct start *)start;
    struct timespec moment = {.tv_nsec = 300000000};
    if (atoi(getenv("SEEN")))
        free(malloc(1));
    nanosleep(&moment, NULL);
    return now.function(now.argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*function)(void *), void *argument)
{
    static struct start starts[100];
    static int n;
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                void *) = dlsym(RTLD_NEXT, "pthread_create");
    struct start *start = &starts[__atomic_fetch_add(&n, 1, __ATOMIC_SEQ_CST)];
    fputs("late\n", stderr);
    *start = (struct start){function, argument};
    return real(thread, attributes, wait, start);
}
#else
#include "Inputs/collector.h"

struct node {
    struct node *next;
    long number;
};

static struct node *list;

int main(void)
{
    for (long i = 0; i < 200000 || count_collections() < 2; i++) {
        struct node *node = malloc(sizeof *node);
        if (!node)
            return 2;
        node->number = i;
        node->next = i < 200000 ? list : NULL;
        if (i < 200000)
            list = node;
    }
    puts("ends");
    fflush(stdout);
    pthread_exit(NULL);
}
#endif
