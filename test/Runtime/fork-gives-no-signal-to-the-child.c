/* A signal that waits for the end of a section of the runtime when the process
 * forks is the parent's alone, and is not blocked in the child.
 *
 * RUN: %rtcc %s -o %t -pthread && %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NCHILDREN = 1000 };

static pid_t parent;
static volatile int ran_in_child, ran, quit;

static void on_signal(int signal)
{
    (void)signal;
    ran++;
    if (getpid() != parent)
        ran_in_child = 1;
}

static void *send(void *thread)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (!quit)
        pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

static void be_child(void)
{
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    if (sigismember(&blocked, SIGUSR1))
        _exit(2);
    _exit(ran_in_child);
}

int main(void)
{
    pthread_t self = pthread_self(), sender;
    int status;
    parent = getpid();
    CHECK(signal(SIGUSR1, on_signal) != SIG_ERR);
    CHECK(pthread_create(&sender, NULL, send, &self) == 0);
    for (int i = 0; i < NCHILDREN; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            be_child();
        while (waitpid(child, &status, 0) != child)
            ;
        CHECK(status == 0);
    }
    quit = 1;
    pthread_join(sender, NULL);
    CHECK(ran > 0);
    return 0;
}
