/* A program that blocks, ignores or waits for every signal there is does
 * not keep a collection from stopping its threads, nor one that gives a context
 * such a mask, or what a handler interrupted, and pause and sigsuspend end for the program's signals only.
 *
 * RUN: %rtcc %s -o %t -pthread && %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int handled, started, quit;

static void on_signal(int signal)
{
    (void)signal;
    handled = 1;
}

static void block(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    sigprocmask(SIG_BLOCK, &all, NULL);
}

static void *spin(void *has_mask)
{
    struct node *n = new_list(10);
    if (!has_mask)
        block();
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    while (!quit)
        ;
    check_list(n, 10);
    return NULL;
}

static ucontext_t outside, inside;
static char stack_inside[65536];

static void spin_inside(void)
{
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    while (!quit)
        ;
}

static void *change_context(void *unused)
{
    CHECK(getcontext(&inside) == 0);
    sigfillset(&inside.uc_sigmask);
    inside.uc_stack.ss_sp = stack_inside;
    inside.uc_stack.ss_size = sizeof stack_inside;
    inside.uc_link = &outside;
    makecontext(&inside, spin_inside, 0);
    CHECK(swapcontext(&outside, &inside) == 0);
    return unused;
}

static void block_all(int signal, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;
    (void)signal;
    (void)info;
    sigfillset(&interrupted->uc_sigmask);
}

static void *return_from_handler(void *has_mask)
{
    raise(SIGWINCH);
    return spin(has_mask);
}

static void *suspend(void *use_pause)
{
    sigset_t all, usr1;
    sigfillset(&all);
    if (use_pause)
        sigdelset(&all, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    sigfillset(&usr1);
    sigdelset(&usr1, SIGUSR1);
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    int result = use_pause ? pause() : sigsuspend(&usr1);
    CHECK(result == -1 && errno == EINTR && handled);
    return NULL;
}

static void *wait_for_any(void *unused)
{
    sigset_t all;
    int signal;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    CHECK(sigwait(&all, &signal) == 0 && signal == SIGUSR2);
    return unused;
}

int main(void)
{
    enum { NTHREADS = 7 };
    pthread_t threads[NTHREADS];
    sigset_t usr;
    struct timespec begin;
    for (int i = 1; i < 65; i++)
        if (i != SIGUSR1)
            signal(i, SIG_IGN);
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, SIG_DFL);
    struct sigaction action = {.sa_sigaction = block_all,
                               .sa_flags = SA_SIGINFO};
    sigaction(SIGWINCH, &action, NULL);
    sigemptyset(&usr);
    sigaddset(&usr, SIGUSR1);
    sigaddset(&usr, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &usr, NULL);
    pthread_create(&threads[0], NULL, spin, NULL);
    pthread_create(&threads[1], NULL, spin, NULL);
    pthread_create(&threads[2], NULL, suspend, NULL);
    pthread_create(&threads[3], NULL, suspend, &usr);
    pthread_create(&threads[4], NULL, wait_for_any, NULL);
    pthread_create(&threads[5], NULL, change_context, NULL);
    pthread_create(&threads[6], NULL, return_from_handler, &usr);
    while (started < NTHREADS)
        usleep(1000);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int i = 0; i < 50; i++) {
        new_list(100);
        escc_gc();
    }
    /* None was given up. */
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK(end.tv_sec - begin.tv_sec < 9 && !handled);
    quit = 1;
    usleep(10000);
    pthread_kill(threads[2], SIGUSR1);
    pthread_kill(threads[3], SIGUSR1);
    pthread_kill(threads[4], SIGUSR2);
    for (int i = 0; i < NTHREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
