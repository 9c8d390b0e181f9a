// A loop that moves words in pieces for ever, waiting for another thread or a
// signal, holds a collection up for a moment only; a handler that leaves it by
// siglongjmp leaves nothing behind.
//
// RUN: %escc_verify -O0 %s -o %t && timeout 60 %t
// RUN: %escc_verify -O2 %s -o %t && timeout 60 %t
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

void escc_gc(void);

static volatile int flag;
static volatile long rounds;
static volatile sig_atomic_t alarms;
static sigjmp_buf out;
static void *words[2];
static int jump;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Swaps until somebody sets the flag. */
__attribute__((noinline)) static long swap_until_flag(char *a, char *b)
{
    long n = 0;
    do
        for (int i = 0; i < 8; i++) {
            char t = a[i];
            a[i] = b[i];
            b[i] = t;
        }
    while (rounds++, n++, !flag);
    return n;
}

static void *collect_and_set(void *seconds)
{
    while (rounds < 10)
        ;
    double begin = now();
    escc_gc();
    escc_gc();
    *(double *)seconds = now() - begin;
    flag = 1;
    return NULL;
}

static void *collect_once(void *seconds)
{
    double begin = now();
    escc_gc();
    *(double *)seconds = now() - begin;
    flag = 1;
    return NULL;
}

static void on_alarm(int signal)
{
    (void)signal;
    alarms++;
    for (int i = 0; i < 1000; i++)
        free(aligned_alloc(16, 100));
    if (jump)
        siglongjmp(out, 1);
    flag = 1;
}

static void set_alarm(void)
{
    struct itimerval in = {.it_value = {.tv_usec = 20000}};
    flag = 0;
    setitimer(ITIMER_REAL, &in, NULL);
}

static double run(void *(*other)(void *))
{
    static double seconds;
    pthread_t thread;
    flag = 0;
    rounds = 0;
    pthread_create(&thread, NULL, other, &seconds);
    swap_until_flag((char *)&words[0], (char *)&words[1]);
    pthread_join(thread, NULL);
    return seconds;
}

int main(void)
{
    words[0] = malloc(100);
    words[1] = malloc(100);
    double held = run(collect_and_set);
    if (held < 0.05 || held > 20)
        return printf("held for %f s\n", held), 1;
    signal(SIGALRM, on_alarm);
    set_alarm();
    if (swap_until_flag((char *)&words[0], (char *)&words[1]) < 1 || !alarms)
        return 2;
    jump = 1;
    set_alarm();
    if (sigsetjmp(out, 1) == 0) {
        swap_until_flag((char *)&words[0], (char *)&words[1]);
        return 3;
    }
    /* Out of the loop: the first stop may wait, the next does not. */
    static double seconds;
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        flag = 0;
        pthread_create(&thread, NULL, collect_once, &seconds);
        while (!flag)
            ;
        pthread_join(thread, NULL);
    }
    if (seconds > 10)
        return printf("then %f s\n", seconds), 4;
    for (int i = 0; i < 1000000; i++)
        if (!malloc(100))
            return 5;
    return 0;
}
