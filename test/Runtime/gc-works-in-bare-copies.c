/* A copy of the process that is made by clone, by a system call or by _Fork
 * collects as a child of fork does; so does its parent, and a copy of the copy.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env ESCC_DEBUG=clobber=1 %t
 * RUN: env ESCC_DEBUG=clobber=1,gcrandom=500 %t told
 * RUN: env ESCC_DEBUG=concurrent=1,gcstress=5000,clobber=1 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"
#include "Inputs/collector.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LENGTH = 20000, GARBAGE = 500000, COLLECTS_NOTHING = 77 };

enum way { SYSTEM_CALL, CLONE, BARE_FORK, NWAYS };

static struct node *list;

static void copy_by(enum way way, int depth);

static void *make_garbage(void *unused)
{
    struct node *own = new_list(100);
    for (int i = 0; i < GARBAGE; i++)
        new_node(NULL, i);
    check_list(own, 100);
    return unused;
}

/* False: nothing is collected here. */
static bool work(void)
{
    uint64_t before = count_collections();
    pthread_t thread;
    make_garbage(NULL);
    check_list(list, LENGTH);
    if (count_collections() == before)
        return false;
    CHECK(pthread_create(&thread, NULL, make_garbage, NULL) == 0);
    make_garbage(NULL);
    CHECK(pthread_join(thread, NULL) == 0);
    before = count_collections();
    escc_gc();
    CHECK(count_collections() > before);
    check_list(list, LENGTH);
    return true;
}

static void be_copy(enum way way, int depth)
{
    if (way == BARE_FORK)
        alarm(20);
    if (!work())
        _exit(COLLECTS_NOTHING);
    if (depth > 1)
        copy_by((way + 1) % NWAYS, depth - 1);
    _exit(0);
}

static int run_copy(void *depth)
{
    be_copy(CLONE, *(int *)depth);
    return 1;
}

static pid_t copy(enum way way, int depth)
{
    static char stack[1 << 16] __attribute__((aligned(16)));
    if (way == CLONE)
        return clone(run_copy, stack + sizeof stack, SIGCHLD, &depth);
    pid_t child = way == SYSTEM_CALL
        ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : _Fork();
    if (child == 0)
        be_copy(way, depth);
    return child;
}

/* Where the runtime is not told a thread of its own may be in the middle of
 * something, and the copy collects nothing, or waits for that for ever: so
 * there are some. */
static void copy_by(enum way way, int depth)
{
    enum { TRIES = 20 };
    int ntries = way == BARE_FORK ? TRIES : 1, status = -1;
    for (int i = 0; i < ntries && status != 0; i++) {
        if (way == BARE_FORK)
            usleep(20000);
        pid_t child = copy(way, depth);
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
    }
    CHECK(status == 0);
}

int main(int argc, char **argv)
{
    (void)argv;
    list = new_list(LENGTH);
    make_garbage(NULL);
    for (enum way way = 0; way < (argc > 1 ? BARE_FORK : NWAYS); way++) {
        copy_by(way, argc > 1 ? 1 : 2);
        CHECK(work());
    }
    return 0;
}
