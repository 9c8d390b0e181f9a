/* Real-time signals that came while the thread was in the runtime come again
 * later, also if others have filled the kernel's queue meanwhile
 * (RLIMIT_SIGPENDING); and in their order.
 *
 * RUN: %rtcc %s -o %t -pthread && timeout 120 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { FIRST = 40, SIGNALS = 4, FILLER = 50, ROUNDS = 8, QUEUE = 64 };
enum { WAIT_MS = 20000 };

static pthread_t receiver;
static volatile int collects, quit;
static volatile sig_atomic_t ngot[SIGNALS], last[SIGNALS];

static void on_signal(int signal, siginfo_t *info, void *context)
{
    int i = signal - FIRST;
    (void)context;
    CHECK(info->si_value.sival_int == last[i] + 1);
    last[i] = info->si_value.sival_int;
    ngot[i]++;
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void send(int round)
{
    union sigval value = {.sival_int = round};
    for (int i = 0; i < SIGNALS; i++)
        while (pthread_sigqueue(receiver, FIRST + i, value) == EAGAIN)
            usleep(100);
}

static void fill_queue(void)
{
    union sigval value = {.sival_int = 0};
    while (pthread_sigqueue(pthread_self(), FILLER, value) == 0)
        continue;
}

/* One place at a time. */
static void empty_queue(void)
{
    const struct timespec none = {0, 0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, FILLER);
    while (sigtimedwait(&set, NULL, &none) == FILLER)
        usleep(200);
}

/* Blocks the fillers, and takes none of the others. */
static void *send_all(void *unused)
{
    sigset_t all;
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
    for (int round = 1; round <= ROUNDS; round++) {
        while (!collects)
            usleep(100);
        usleep(1000);
        send(round);
        usleep(2000);
        fill_queue();
        while (collects)
            usleep(100);
        usleep(2000);
        empty_queue();
        long begin = now_ms();
        for (int i = 0; i < SIGNALS; i++)
            while (ngot[i] < round) {
                CHECK(now_ms() - begin < WAIT_MS);
                usleep(100);
            }
    }
    quit = 1;
    return unused;
}

int main(void)
{
    pthread_t sender;
    struct rlimit limit = {QUEUE, QUEUE};
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    receiver = pthread_self();
    for (int i = 0; i < SIGNALS; i++)
        CHECK(sigaction(FIRST + i, &action, NULL) == 0);
    CHECK(setrlimit(RLIMIT_SIGPENDING, &limit) == 0);
    struct node *kept = new_list(200000);
    CHECK(pthread_create(&sender, NULL, send_all, NULL) == 0);
    while (!quit) {
        collects = 1;
        escc_gc();
        collects = 0;
        for (int i = 0; i < 20000 && !quit; i++)
            new_node(NULL, i);
    }
    CHECK(pthread_join(sender, NULL) == 0);
    check_list(kept, 200000);
    return 0;
}
