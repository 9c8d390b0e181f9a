/* Who joins a thread forgets what was kept for that one, and not what is kept
 * for the next that has its pthread_t by then: its argument and its result.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env ESCC_DEBUG=gcrandom=200,clobber=1 %t
 * RUN: env ESCC_DEBUG=gcrandom=50 %t
 */
#include "Inputs/check.h"

#include <pthread.h>

enum { NMAKERS = 12, NTHREADS = 1500 };

static void *work(void *argument)
{
    struct node *given = argument;
    long value = given->value;
    for (volatile long i = 0; i < value % 7 * 300; i++)
        ;
    check_node(given, value);
    return new_node(NULL, value * 3);
}

/* In a frame of its own: nobody else has the argument. */
__attribute__((noinline)) static void start(pthread_t *thread, long value)
{
    CHECK(pthread_create(thread, NULL, work, new_node(NULL, value)) == 0);
}

static void *make(void *unused)
{
    for (long i = 0; i < NTHREADS; i++) {
        pthread_t thread;
        void *result;
        start(&thread, i);
        CHECK(pthread_join(thread, &result) == 0);
        check_node(result, i * 3);
        /* Foreign blocks of the size that something kept may have. */
        free(calloc(1, 80));
    }
    return unused;
}

int main(void)
{
    pthread_t makers[NMAKERS];
    for (int i = 0; i < NMAKERS; i++)
        CHECK(pthread_create(&makers[i], NULL, make, NULL) == 0);
    for (int i = 0; i < NMAKERS; i++)
        CHECK(pthread_join(makers[i], NULL) == 0);
    return 0;
}
