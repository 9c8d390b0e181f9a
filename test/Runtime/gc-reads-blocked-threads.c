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

#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { NFILE_KINDS = 12, NKINDS = 23, MS = 300 };

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
    if (kind == 5) {
        int epoll = epoll_create1(0);
        struct epoll_event event;
        CHECK(epoll_pwait2(epoll, &event, 1, &time, NULL) == 0);
        close(epoll);
    }
    close(ends[0]);
    close(ends[1]);
}

static int new_listener(void)
{
    const struct sockaddr_un any = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(listener, (const void *)&any, sizeof any.sun_family) == 0);
    CHECK(listen(listener, 1) == 0);
    return listener;
}

static void fill(int socket)
{
    static const char bytes[4096];
    while (send(socket, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

/* Calls on a socket that has a time limit end with EAGAIN. */
static void wait_within_limit(int kind)
{
    const struct timeval limit = {0, MS * 1000l};
    int ends[2];
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part,
                                          .msg_iovlen = 1}};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    if (kind == 9 || kind == 10) {
        close(ends[0]);
        ends[0] = new_listener();
    }
    if (kind == 11)
        fill(ends[0]);
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    errno = 0;
    switch (kind) {
    case 6: CHECK(read(ends[0], &byte, 1) == -1); break;
    case 7: CHECK(readv(ends[0], &part, 1) == -1); break;
    case 8: CHECK(recvmmsg(ends[0], &message, 1, 0, NULL) == -1); break;
    case 9: CHECK(accept(ends[0], NULL, NULL) == -1); break;
    case 10: CHECK(accept4(ends[0], NULL, NULL, SOCK_CLOEXEC) == -1); break;
    default: CHECK(writev(ends[0], &part, 1) == -1);
    }
    CHECK(errno == EAGAIN);
    close(ends[0]);
    close(ends[1]);
}

static void wait_for_request(const struct timespec *time)
{
    static char byte;
    static struct aiocb request = {.aio_buf = &byte, .aio_nbytes = 1};
    const struct aiocb *requests[] = {&request};
    int ends[2];
    CHECK(pipe(ends) == 0);
    request.aio_fildes = ends[0];
    CHECK(aio_read(&request) == 0);
    CHECK(aio_suspend(requests, 1, time) == -1 && errno == EAGAIN);
    CHECK(write(ends[1], "x", 1) == 1);
    CHECK(aio_suspend(requests, 1, NULL) == 0);
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
    case NFILE_KINDS + 0:
        CHECK(nanosleep(&time, NULL) == 0);
        break;
    case NFILE_KINDS + 1:
        CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL) == 0);
        break;
    case NFILE_KINDS + 2:
        CHECK(usleep(MS * 1000) == 0);
        break;
    case NFILE_KINDS + 3:
        CHECK(sleep(1) == 0);
        break;
    case NFILE_KINDS + 4:
        until = after_ms(CLOCK_REALTIME, MS);
        CHECK(sem_timedwait(&semaphore, &until) == -1 &&
              errno == ETIMEDOUT);
        break;
    case NFILE_KINDS + 5:
        until = after_ms(CLOCK_REALTIME, MS);
        pthread_mutex_lock(&mutex);
        CHECK(pthread_cond_timedwait(&condition, &mutex, &until) ==
              ETIMEDOUT);
        pthread_mutex_unlock(&mutex);
        break;
    case NFILE_KINDS + 6:
        pthread_mutex_lock(&held);
        pthread_mutex_unlock(&held);
        break;
    case NFILE_KINDS + 7:
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        CHECK(sigtimedwait(&set, NULL, &time) == -1 && errno == EAGAIN);
        break;
    case NFILE_KINDS + 8:
        CHECK(thrd_sleep(&time, NULL) == 0);
        break;
    case NFILE_KINDS + 9:
        wait_for_request(&time);
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
    else if (kind < NFILE_KINDS)
        wait_within_limit(kind);
    else
        wait_otherwise(kind);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long ms = (end.tv_sec - start.tv_sec) * 1000 +
              (end.tv_nsec - start.tv_nsec) / 1000000;
    CHECK(ms >= MS - 20 || kind == NFILE_KINDS + 6);
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
