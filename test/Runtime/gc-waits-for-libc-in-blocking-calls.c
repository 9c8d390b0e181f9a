/* [inv.blocked.libc] libc frees inside calls in which the thread counts as
 * waiting: pthread_join frees the block of the thread that ended.  A
 * collection that goes on meanwhile must not see the heap change.
 *
 * RUN: %escc_verify -I %source_root/include -O1 %s -o %t -pthread
 * RUN: env ESCC_DEBUG=verify=1 timeout 300 %t | FileCheck %s
 * CHECK: joined 60
 */
#include <escc/gc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 60 };

static volatile int done;

/* Small blocks and large ones: libc's for a thread are in between. */
static void *collect(void *unused)
{
    for (int n = 0; n < 200 && !done; n++) {
        for (int i = 0; i < 20; i++)
            free(malloc(64 + 400 * (size_t)i));
        escc_gc();
    }
    return unused;
}

static void *work(void *argument)
{
#ifdef CANCEL
    for (;;)
        pause();
#endif
    return argument;
}

int main(void)
{
    pthread_t collector;
    int joined = 0;
    if (pthread_create(&collector, NULL, collect, NULL) != 0)
        return 1;
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        /* Larger than what libc keeps for the next thread. */
        pthread_attr_setstacksize(&attributes, (size_t)(1 + i % 3) << 24);
        if (pthread_create(&thread, &attributes, work, NULL) != 0)
            return 1;
        pthread_attr_destroy(&attributes);
#ifdef CANCEL
        pthread_cancel(thread);
#endif
        if (pthread_join(thread, NULL) != 0)
            return 1;
        joined++;
    }
    done = 1;
    pthread_join(collector, NULL);
    printf("joined %d\n", joined);
}
