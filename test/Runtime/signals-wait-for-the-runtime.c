/* No handler runs in the middle of the runtime, however many different signals
 * come at once, nor one that was set by sigset; each comes afterwards.
 *
 * RUN: %rtcc -Wno-deprecated-declarations %s -o %t -pthread && %t
 * RUN: env ESCC_DEBUG=gcrandom=500 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* All but those that say that something is wrong. */
enum { FIRST = 36, NSIGNALS = 20, LAST = FIRST + NSIGNALS - 1 };

static volatile int ran[LAST + 1], inside[LAST + 1], quit;
static volatile long nran;

static void on_signal(int signal)
{
    inside[signal] += __escc_tls.in_rt != 0;
    ran[signal]++;
    __atomic_add_fetch(&nran, 1, __ATOMIC_SEQ_CST);
}

/* Signals of each number, and the next ones when all have run: a queue of them
 * would fill up. */
static void *send(void *thread)
{
    sigset_t all;
    long nsent = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (!quit) {
        for (int signal = FIRST; signal <= LAST; signal++)
            nsent += pthread_kill(*(pthread_t *)thread, signal) == 0;
        while (nran < nsent && !quit)
            usleep(50);
    }
    return NULL;
}

static void check_sigset(void)
{
    struct sigaction action;
    CHECK(sigset(LAST, on_signal) == SIG_DFL);
    CHECK(sigaction(LAST, NULL, &action) == 0);
    CHECK(action.sa_handler == on_signal);
    CHECK(sigset(LAST, SIG_HOLD) == on_signal);
    raise(LAST);
    CHECK(ran[LAST] == 0);
    CHECK(sigset(LAST, on_signal) == SIG_HOLD);
    CHECK(ran[LAST] == 1);
    CHECK(sigset(LAST, on_signal) == on_signal);
    CHECK(sigset(99, on_signal) == SIG_ERR);
    nran = 0;
}

int main(void)
{
    pthread_t self = pthread_self(), sender;
    struct node *list = new_list(100000);
    check_sigset();
    for (int number = FIRST; number < LAST; number++)
        CHECK(signal(number, on_signal) == SIG_DFL);
    CHECK(pthread_create(&sender, NULL, send, &self) == 0);
    for (int i = 0; i < 300; i++)
        escc_gc();
    quit = 1;
    pthread_join(sender, NULL);
    check_list(list, 100000);
    for (int number = FIRST; number <= LAST; number++)
        CHECK(ran[number] > 0 && inside[number] == 0);
    return 0;
}
