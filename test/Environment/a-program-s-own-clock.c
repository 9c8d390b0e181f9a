/* A program's own clock_gettime, getpid and sched_yield, with a lock, are called
 * where the program calls them and nowhere else: not by a collector, which may
 * have stopped the thread that has the lock.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 200000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long now, nothers;

static void count(long *counter)
{
    pthread_mutex_lock(&lock);
    ++*counter;
    for (volatile int i = 0; i < 200; i++)
        continue;
    pthread_mutex_unlock(&lock);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    count(&now);
    *time = (struct timespec){now, 0};
    return 0;
}

pid_t getpid(void)
{
    count(&nothers);
    return 1;
}

int sched_yield(void)
{
    count(&nothers);
    return 0;
}

static void *tick(void *argument)
{
    struct timespec time;
    for (int i = 0; i < CALLS; i++)
        clock_gettime(0, &time);
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, tick, NULL);
    for (int i = 0; i < 4; i++)
        churn(100);
    pthread_join(thread, NULL);
    printf("%ld %ld\n", now, nothers);
    return 0;
}
