// A signal handler over a loop that moves words in pieces may wait for a thread
// that is held until this one has answered.  It does so in short sleeps, and at
// each of them tells the stopper that it is BLOCKED: that must not keep the
// stopper from losing its patience.
//
// RUN: %escc_verify -O0 %s -o %t && timeout 60 %t
// RUN: %escc_verify -O2 %s -o %t && timeout 60 %t
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

void escc_gc(void);

static volatile sig_atomic_t waits, has_collected, is_over;
static void *words[2];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Swaps until the handler has run. */
__attribute__((noinline)) static void swap_until_over(char *a, char *b)
{
    do
        for (int i = 0; i < 8; i++) {
            char t = a[i];
            a[i] = b[i];
            b[i] = t;
        }
    while (!is_over);
}

static void on_alarm(int signal)
{
    (void)signal;
    for (waits = 1; !has_collected; waits++)
        usleep(1);
    is_over = 1;
}

static void *collect(void *seconds)
{
    while (!waits)
        ;
    double begin = now();
    escc_gc();
    *(double *)seconds = now() - begin;
    has_collected = 1;
    return NULL;
}

/* Returns how long the collection took. */
static double run(void)
{
    static double seconds;
    struct itimerval in = {.it_value = {.tv_usec = 20000}};
    pthread_t thread;
    waits = has_collected = is_over = 0;
    if (pthread_create(&thread, NULL, collect, &seconds) != 0)
        exit(2);
    setitimer(ITIMER_REAL, &in, NULL);
    swap_until_over((char *)&words[0], (char *)&words[1]);
    pthread_join(thread, NULL);
    return seconds;
}

int main(void)
{
    words[0] = malloc(100);
    words[1] = malloc(100);
    signal(SIGALRM, on_alarm);
    /* 0.1 s, unless the machine is busy; it was 4 s, or for ever. */
    for (int tries = 0; tries < 5; tries++) {
        double seconds = run();
        printf("%f s, %d waits\n", seconds, (int)waits);
        if (seconds < 1)
            return 0;
    }
    return 1;
}
