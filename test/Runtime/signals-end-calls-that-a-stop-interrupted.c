/* A signal that comes while a thread is stopped in a system call ends that as
 * it would have without the stop, if its handler has no SA_RESTART; if it has,
 * the call goes on.
 *
 * RUN: %rtcc %s -o %t -pthread && %t %t.lock
 * RUN: %t %t.lock cancels
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* A thread that does not get a processor comes too late for its alarm, as in
 * plain C: some may. */
enum { ROUNDS = 100, MOST_LATE = 10, RESCUE_MS = 500 };

static volatile int quit, nhandled;

static void on_alarm(int signal)
{
    (void)signal;
    nhandled++;
}

/* Takes none of the signals. */
static void *collect(void *unused)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    struct node *kept = new_list(20000);
    while (!quit)
        escc_gc();
    check_list(kept, 20000);
    return unused;
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One alarm, and much later others, lest it wait for ever. */
static void set_alarm(int flags, int us)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    struct itimerval timer = {.it_value.tv_usec = us,
                              .it_interval.tv_usec = RESCUE_MS * 1000};
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void *unlock(void *file)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    usleep(50000);
    CHECK(flock(*(int *)file, LOCK_UN) == 0);
    return NULL;
}

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

/* From then on those that wait are interrupted by each stop. */
static void cancel_one(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

static void wait_for_semaphore(void)
{
    sem_t semaphore;
    int nlate = 0;
    CHECK(sem_init(&semaphore, 0, 0) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        long begin = now_ms();
        set_alarm(0, 5000 + i * 131 % 2000);
        CHECK(sem_wait(&semaphore) == -1 && errno == EINTR);
        nlate += now_ms() - begin >= RESCUE_MS;
    }
    CHECK(nlate <= MOST_LATE);
}

int main(int count, char **arguments)
{
    pthread_t thread, unlocker;
    int nlate = 0;
    CHECK(count >= 2);
    if (count > 2)
        cancel_one();
    int has = open(arguments[1], O_CREAT | O_RDWR, 0600);
    int waits = open(arguments[1], O_RDWR);
    CHECK(has >= 0 && waits >= 0 && flock(has, LOCK_EX) == 0);
    CHECK(pthread_create(&thread, NULL, collect, NULL) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        long begin = now_ms();
        set_alarm(0, 5000 + i * 131 % 2000);
        CHECK(flock(waits, LOCK_EX) == -1 && errno == EINTR);
        nlate += now_ms() - begin >= RESCUE_MS;
    }
    CHECK(nlate <= MOST_LATE);
    wait_for_semaphore();
    for (int i = 0; i < 5; i++) {
        int before = nhandled;
        set_alarm(SA_RESTART, 3000);
        CHECK(pthread_create(&unlocker, NULL, unlock, &has) == 0);
        CHECK(flock(waits, LOCK_EX) == 0 && nhandled > before);
        CHECK(pthread_join(unlocker, NULL) == 0);
        CHECK(flock(waits, LOCK_UN) == 0 && flock(has, LOCK_EX) == 0);
    }
    quit = 1;
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}
