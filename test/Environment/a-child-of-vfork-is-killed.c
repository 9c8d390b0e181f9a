/* A child of vfork is killed while it waits, with its parent's record of the
 * thread: when the parent goes on it does not count as waiting, and its stack is
 * not read from where the child's was.  The same with clone.
 *
 * RUN: %rtcc %s -I%S/../Runtime -o %t -pthread
 * RUN: timeout 60 %t vfork
 * RUN: timeout 60 %t clone
 * RUN: env ESCC_DEBUG=clobber=1 timeout 60 %t vfork
 * RUN: eval "%clang -O1 -static -I%S/../Runtime -I%S/../../include %s \
 * RUN:   -o %t.static $(%escc -static --print-link-flags)"
 * RUN: timeout 60 %t.static vfork
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NODES = 2000, ROUNDS = 100, CHILDREN = 5 };

static volatile pid_t child;
static volatile int quit;
static int file[2];

static int wait_for_ever(void *unused)
{
    char byte;
    (void)unused;
    child = getpid();
    CHECK(read(file[0], &byte, 1) == -1);
    return 0;
}

static void *kill_it(void *unused)
{
    while (!child)
        usleep(100);
    usleep(10000);
    CHECK(kill(child, SIGKILL) == 0);
    return unused;
}

static void *collect(void *unused)
{
    while (!quit) {
        escc_gc();
        usleep(200);
    }
    return unused;
}

__attribute__((noinline)) static void churn(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct node *list = new_list(NODES);
        usleep(0);
        check_list(list, NODES);
    }
}

/* Where the child was the parent comes again, and goes further. */
__attribute__((noinline)) static void go_down(int depth)
{
    volatile char room[256] = {0};
    if (depth > 0)
        go_down(depth - 1);
    else
        churn();
    CHECK(room[depth % 256] == 0);
}

/* Not in a function that returns before the child ends. */
__attribute__((noinline)) static pid_t make_child(bool clones)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    pid_t made;
    if (clones)
        return clone(wait_for_ever, stack + sizeof stack,
                     CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
    made = vfork();
    if (made == 0) {
        wait_for_ever(NULL);
        _exit(1);
    }
    return made;
}

int main(int count, char **arguments)
{
    pthread_t collector, killer;
    bool clones = count > 1 && strcmp(arguments[1], "clone") == 0;
    int status;
    CHECK(pipe(file) == 0);
    CHECK(pthread_create(&collector, NULL, collect, NULL) == 0);
    for (int i = 0; i < CHILDREN; i++) {
        child = 0;
        CHECK(pthread_create(&killer, NULL, kill_it, NULL) == 0);
        errno = 0;
        pid_t made = make_child(clones);
        CHECK(made > 0 && made == child && errno == 0);
        go_down(20);
        CHECK(waitpid(made, &status, 0) == made);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        CHECK(pthread_join(killer, NULL) == 0);
    }
    quit = 1;
    CHECK(pthread_join(collector, NULL) == 0);
    return 0;
}
