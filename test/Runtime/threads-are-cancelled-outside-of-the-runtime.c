/* A thread that may be cancelled anywhere, while a local of a function that it
 * calls is allocated, say, is not unwound in the middle of that: its locks would
 * stay taken, and the world stopped.
 *
 * RUN: %rtcc %s -o %t -pthread && %t
 * RUN: env ESCC_DEBUG=gcrandom=300,clobber=1 %t
 */
#include "Inputs/check.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { NTHREADS = 300 };

static volatile int begun, nended;
static struct node *volatile kept;

static void end(void *list)
{
    check_list(list, 3);
    nended++;
}

/* As where a local has moved: in C it calls nothing. */
static long sum(long value)
{
    struct node *local = __escc_new(sizeof *local, _Alignof(struct node),
                                    SITE("local"), NULL);
    local->value = value;
    kept = local;
    if (__escc_tls.marking)
        __escc_shade(local);
    return kept->value;
}

static void *run(void *unused)
{
    struct node *list = new_list(3);
    pthread_cleanup_push(end, list);
    CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
    begun = 1;
    for (long i = 0;; i++)
        sum(i);
    pthread_cleanup_pop(0);
    return unused;
}

int main(void)
{
    struct node *list = new_list(1000);
    alarm(100);
    for (int i = 0; i < NTHREADS; i++) {
        pthread_t thread;
        void *result;
        begun = 0;
        CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
        while (!begun)
            sched_yield();
        for (volatile int k = 0; k < i * 37 % 1000 * 10; k++)
            ;
        CHECK(pthread_cancel(thread) == 0);
        CHECK(pthread_join(thread, &result) == 0);
        CHECK(result == PTHREAD_CANCELED && nended == i + 1);
        if (i % 30 == 0)
            escc_gc();
        check_list(list, 1000);
    }
    return 0;
}
