/* A pointer that the program has given to the kernel, keeping no copy,
 * keeps its object: in an epoll, in a queued signal, in a notification of a
 * message queue, in a timer's last signal; or to libc for the kernel's sake
 * (aio, getaddrinfo_a).  It does not keep it longer than the kernel may
 * give it back.
 *
 * RUN: %rtcc %s -o %t -pthread && env ESCC_DEBUG=clobber=1 timeout 60 %t
 * RUN: %clang -O1 -I %source_root/include -DSTATIC -c %s -o %t.o
 * RUN: %escc -static %t.o -o %t.static -pthread
 * RUN: env ESCC_DEBUG=clobber=1 timeout 60 %t.static
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <aio.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 1000 };

static int epoll, ends[2], copy;
static int which;
static sigset_t signals;
static sem_t done;

static void make_garbage(void)
{
    new_list(3 * LENGTH);
}

/* Garbage in between, so that a lost object is reused and clobbered. */
static void collect(void)
{
    for (int i = 0; i < 4; i++) {
        run_deep(make_garbage);
        wipe_stack();
        escc_gc();
    }
}

/* Whether a list of LENGTH is alive beyond what was at the start. */
static int keeps_list(uint64_t before)
{
    return marked_bytes() >= before + LENGTH * sizeof(struct node);
}

/* ---- epoll --------------------------------------------------------------- */

static void add(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    event.data.ptr = new_list(LENGTH);
    CHECK(epoll_ctl(epoll, which, ends[0], &event) == 0);
    /* A second time it is in already: the failure changes nothing. */
    event.data.ptr = NULL;
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event) == -1);
}

static void get_event(void)
{
    struct epoll_event events[4];
    memset(events, 0, sizeof events);
    CHECK(epoll_wait(epoll, events, 4, 0) == 1);
    check_list(events[0].data.ptr, LENGTH);
    memset(events, 0, sizeof events);
}

static void open_pipe(void)
{
    CHECK(pipe(ends) == 0);
    CHECK(write(ends[1], "x", 1) == 1);
    which = EPOLL_CTL_ADD;
    run_deep(add);
}

static void test_epoll(void)
{
    uint64_t before = marked_bytes();
    epoll = epoll_create1(0);
    open_pipe();
    collect();
    run_deep(get_event);
    which = EPOLL_CTL_MOD;
    run_deep(add);
    collect();
    run_deep(get_event);
    CHECK(marked_bytes() < before + 2 * LENGTH * sizeof(struct node));
    /* The registration outlives its descriptor. */
    copy = dup(ends[0]);
    close(ends[0]);
    collect();
    run_deep(get_event);
    close(copy);
    CHECK(!keeps_list(before));
    close(ends[1]);
    open_pipe();
    CHECK(keeps_list(before));
    CHECK(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL) == 0);
    CHECK(!keeps_list(before));
    /* So does the epoll its own. */
    run_deep(add);
    copy = dup(epoll);
    close(epoll);
    epoll = copy;
    collect();
    run_deep(get_event);
    close(epoll);
    CHECK(!keeps_list(before));
}

/* A registration outlives its descriptor, whose number another file gets,
 * which is registered with no pointer and removed: `operation` on it means
 * its own, not the older one. */
static void test_successor(int operation)
{
    uint64_t before = marked_bytes();
    struct epoll_event number = {.events = EPOLLIN};
    int others[2];
    epoll = epoll_create1(0);
    open_pipe();
    copy = dup(ends[0]);
    CHECK(pipe(others) == 0);
    CHECK(dup2(others[0], ends[0]) == ends[0]);
    number.data.fd = ends[0];
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &number) == 0);
    CHECK(epoll_ctl(epoll, operation, ends[0], &number) == 0);
    collect();
    run_deep(get_event);
    for (int i = 0; i < 2; i++) {
        close(ends[i]);
        close(others[i]);
    }
    close(copy);
    close(epoll);
    CHECK(!keeps_list(before));
}

/* ---- signals ------------------------------------------------------------- */

static void queue_to_process(void)
{
    union sigval value = {.sival_ptr = new_list(LENGTH)};
    CHECK(sigqueue(getpid(), SIGRTMIN, value) == 0);
}

static void queue_to_thread(void)
{
    union sigval value = {.sival_ptr = new_list(LENGTH)};
    CHECK(pthread_sigqueue(pthread_self(), SIGRTMIN, value) == 0);
}

static void notify_by_queue(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGRTMIN};
    char name[64];
    snprintf(name, sizeof name, "/escc-test-%d", (int)getpid());
    mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, &attributes);
    if (queue == -1)
        return;                 /* no message queues on this system */
    mq_unlink(name);
    event.sigev_value.sival_ptr = new_list(LENGTH);
    CHECK(mq_notify(queue, &event) == 0);
    ends[1] = queue;
}

static int is_pending(void)
{
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGRTMIN);
}

static void set_timer(void)
{
    timer_t timer;
    struct itimerspec at = {.it_value.tv_nsec = 1};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGRTMIN};
    event.sigev_value.sival_ptr = new_list(LENGTH);
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &at, NULL) == 0);
    while (!is_pending())
        ;
    CHECK(timer_delete(timer) == 0);
}

static void take_signal(void)
{
    siginfo_t info;
    CHECK(sigwaitinfo(&signals, &info) == SIGRTMIN);
    check_list(info.si_value.sival_ptr, LENGTH);
    memset(&info, 0, sizeof info);
}

/* A newer kernel takes the signal of a deleted timer back. */
static void take_timer_signal(void)
{
    const struct timespec none = {0, 0};
    siginfo_t info;
    if (sigtimedwait(&signals, &info, &none) == SIGRTMIN)
        check_list(info.si_value.sival_ptr, LENGTH);
    memset(&info, 0, sizeof info);
}

static void test_signals(void)
{
    uint64_t before = marked_bytes();
    run_deep(queue_to_process);
    run_deep(queue_to_thread);
    collect();
    run_deep(take_signal);
    collect();
    run_deep(take_signal);
    collect();
    CHECK(!keeps_list(before));
    run_deep(set_timer);
    collect();
    run_deep(take_timer_signal);
    collect();
    CHECK(!keeps_list(before));
    ends[1] = -1;
    run_deep(notify_by_queue);
    collect();
    if (ends[1] == -1)
        return;
    CHECK(mq_send(ends[1], "x", 1, 0) == 0);
    run_deep(take_signal);
    mq_close(ends[1]);
}

/* ---- through libc -------------------------------------------------------- */

static void on_done(union sigval value)
{
    escc_gc();
    check_list(value.sival_ptr, LENGTH);
    sem_post(&done);
}

static struct sigevent by_thread(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    event.sigev_notify_function = on_done;
    event.sigev_value.sival_ptr = new_list(LENGTH);
    return event;
}

static void read_later(void)
{
    struct aiocb *block =
        __escc_calloc(1, sizeof *block, SITE("control block"));
    block->aio_fildes = ends[0];
    block->aio_buf = __escc_malloc(100, SITE("buffer"));
    block->aio_nbytes = 100;
    block->aio_sigevent = by_thread();
    CHECK(aio_read(block) == 0);
}

static void test_libc(void)
{
    sem_init(&done, 0, 0);
    CHECK(pipe(ends) == 0);
    run_deep(read_later);
    collect();
    CHECK(write(ends[1], "x", 1) == 1);
    while (sem_wait(&done) != 0)
        ;
}

#ifndef STATIC
static void look_up_later(void)
{
    struct gaicb *request =
        __escc_calloc(1, sizeof *request, SITE("request"));
    struct sigevent event = by_thread();
    request->ar_name = "127.0.0.1";
    CHECK(getaddrinfo_a(GAI_NOWAIT, &request, 1, &event) == 0);
}
#endif

int main(void)
{
    sigemptyset(&signals);
    sigaddset(&signals, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    test_epoll();
    test_successor(EPOLL_CTL_MOD);
    test_successor(EPOLL_CTL_DEL);
    test_signals();
    test_libc();
#ifndef STATIC
    run_deep(look_up_later);
    collect();
    while (sem_wait(&done) != 0)
        ;
#endif
    return 0;
}
