/* A child that shares its parent's memory, by vfork or clone, changes signal
 * actions, masks and alternate stacks of its own: the parent's handlers stay.
 * It finds what it has inherited, and its own handlers run.  A copy of the
 * process that a bare system call makes keeps the handlers, too.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int got, in_child;

static void handler(int number)
{
    (void)number;
    got++;
}

static void child_s(int number)
{
    (void)number;
    in_child++;
}

static int act(void *unused)
{
    struct sigaction old;
    stack_t none = {.ss_flags = SS_DISABLE};
    (void)unused;
    sigaction(SIGUSR1, NULL, &old);
    if (old.sa_handler != handler)
        return 1;
    signal(SIGUSR1, SIG_DFL);
    signal(SIGUSR2, child_s);
    sigaltstack(&none, NULL);
    kill(getpid(), SIGUSR2);
    sigaction(SIGUSR2, NULL, &old);
    return old.sa_handler == child_s && in_child ? 0 : 2;
}

static void show(const char *how, pid_t child)
{
    struct sigaction action;
    int status;
    waitpid(child, &status, 0);
    raise(SIGUSR1);
    sigaction(SIGUSR2, NULL, &action);
    printf("%s: status %x, handler %d, child's %d, default %d\n", how, status,
           got, in_child, action.sa_handler == SIG_DFL);
    fflush(stdout);
    got = in_child = 0;
}

int main(void)
{
    static char stack[65536] __attribute__((aligned(16)));
    signal(SIGUSR1, handler);
    churn(64);
    pid_t child = vfork();
    if (!child)
        _exit(act(NULL));
    show("vfork", child);
    child = clone(act, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD,
                  NULL);
    show("clone", child);
    child = fork();
    if (!child)
        _exit(act(NULL));
    show("fork", child);
    child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (!child)
        _exit(act(NULL));
    show("bare clone", child);
    return 0;
}
