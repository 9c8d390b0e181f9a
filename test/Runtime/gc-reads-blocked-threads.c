/* Threads that wait in a library call keep what only their stacks and
 * callee-saved registers hold, while another thread collects; no wait ends
 * early and none reports EINTR.  The same when every collection interrupts
 * the waits, as in a process that has cancelled a thread.
 *
 * RUN: %rtcc -O2 %s -o %t -pthread && env ESCC_DEBUG=clobber=1 %t
 * RUN: env ESCC_DEBUG=clobber=1 %t interrupted
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NKINDS = 15, MS = 300 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int stop;

static struct timespec after_ms(clockid_t clock, long ms)
{
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void wait_for_descriptor(int kind)
{
    int ends[2];
    char byte;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    struct pollfd file = {.fd = ends[0], .events = POLLIN};
    struct timespec time = {0, MS * 1000000l};
    struct timeval limit = {0, MS * 1000l};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    if (kind == 0)
        CHECK(poll(&file, 1, MS) == 0);
    if (kind == 1)
        CHECK(ppoll(&file, 1, &time, NULL) == 0);
    if (kind == 2)
        CHECK(select(ends[0] + 1, &set, NULL, NULL, &limit) == 0);
    if (kind == 3)
        CHECK(pselect(ends[0] + 1, &set, NULL, NULL, &time, NULL) == 0);
    if (kind == 4) {
        int epoll = epoll_create1(0);
        struct epoll_event event;
        CHECK(epoll_wait(epoll, &event, 1, MS) == 0);
        close(epoll);
    }
    if (kind == 5) {            /* a receive with a time limit: EAGAIN */
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        CHECK(read(ends[0], &byte, 1) == -1 && errno == EAGAIN);
    }
    close(ends[0]);
    close(ends[1]);
}

static void wait_otherwise(int kind)
{
    struct timespec time = {0, MS * 1000000l}, until;
    sem_t semaphore;
    sigset_t set;
    sem_init(&semaphore, 0, 0);
    switch (kind) {
    case 6:
        CHECK(nanosleep(&time, NULL) == 0);
        break;
    case 7:
        CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) == 0);
        break;
    case 8:
        CHECK(usleep(MS * 1000) == 0);
        break;
    case 9:
        CHECK(sleep(1) == 0);
        break;
    case 10:
        until = after_ms(CLOCK_REALTIME, MS);
        CHECK(sem_timedwait(&semaphore, &until) == -1 &&
              errno == ETIMEDOUT);
        break;
    case 11:
        until = after_ms(CLOCK_REALTIME, MS);
        pthread_mutex_lock(&mutex);
        CHECK(pthread_cond_timedwait(&condition, &mutex, &until) ==
              ETIMEDOUT);
        pthread_mutex_unlock(&mutex);
        break;
    case 12:
        pthread_mutex_lock(&held);
        pthread_mutex_unlock(&held);
        break;
    case 13:
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        CHECK(sigtimedwait(&set, NULL, &time) == -1 && errno == EAGAIN);
        break;
    default: {
        pid_t child = fork();
        if (child == 0) {
            usleep(MS * 1000);
            _exit(7);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    }
    }
    sem_destroy(&semaphore);
}

static void *wait_with_objects(void *argument)
{
    int kind = (int)(intptr_t)argument;
    /* Live across the wait: in callee-saved registers at -O2. */
    struct node *a = new_list(3), *b = new_list(5), *c = new_list(7);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (kind < 6)
        wait_for_descriptor(kind);
    else
        wait_otherwise(kind);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long ms = (end.tv_sec - start.tv_sec) * 1000 +
              (end.tv_nsec - start.tv_nsec) / 1000000;
    CHECK(ms >= MS - 20 || kind == 12);
    check_list(a, 3);
    check_list(b, 5);
    check_list(c, 7);
    return NULL;
}

static void *collect(void *unused)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        new_list(100);
        escc_gc();
    }
    return unused;
}

static void *wait_for_cancel(void *unused)
{
    for (;;)
        usleep(1000000);
    return unused;
}

static void cancel_a_thread(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_cancel, NULL);
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

int main(int argc, char **argv)
{
    pthread_t threads[NKINDS], collector;
    if (argc > 1 && strcmp(argv[1], "interrupted") == 0)
        cancel_a_thread();
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_mutex_lock(&held);
    pthread_create(&collector, NULL, collect, NULL);
    for (intptr_t i = 0; i < NKINDS; i++)
        CHECK(pthread_create(&threads[i], NULL, wait_with_objects,
                             (void *)i) == 0);
    usleep(MS * 1000);
    pthread_mutex_unlock(&held);
    for (int i = 0; i < NKINDS; i++)
        pthread_join(threads[i], NULL);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    pthread_join(collector, NULL);
    return 0;
}
