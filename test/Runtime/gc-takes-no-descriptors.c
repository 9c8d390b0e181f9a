/* A program that has one file descriptor left gets it, with the number that
 * it expects, while another thread collects, or has the kernel keep so many
 * pointers that the runtime looks which of them it still has.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: timeout 120 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROUNDS = 100, MAPPINGS = 30, REGISTERED = 600 };

static int listener, clients[ROUNDS], ncollections, last;
static int epoll, registered[REGISTERED];

/* Something to look for in /proc: memory that the program has mapped. */
static void map_some(void)
{
    for (int i = 0; i < MAPPINGS; i++) {
        struct node **memory = mmap(NULL, 1 << 24, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(memory != MAP_FAILED);
        for (int page = i % 2; page < 4096; page += 2)
            memory[page * 512] = new_node(NULL, i);
    }
}

static void open_registered(void)
{
    int ends[2];
    epoll = epoll_create1(0);
    CHECK(epoll >= 0 && pipe(ends) == 0);
    for (int i = 0; i < REGISTERED; i++)
        CHECK((registered[i] = dup(ends[0])) >= 0);
}

static void register_all(int operation)
{
    for (int i = 0; i < REGISTERED; i++) {
        struct epoll_event event = {.events = EPOLLIN,
                                    .data.ptr = new_node(NULL, i)};
        CHECK(epoll_ctl(epoll, operation, registered[i], &event) == 0);
    }
}

static void *collect(void *unused)
{
    (void)unused;
    for (;;) {
        register_all(EPOLL_CTL_ADD);
        escc_gc();
        register_all(EPOLL_CTL_DEL);
        __atomic_add_fetch(&ncollections, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void connect_all(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1,
             "descriptors-%d", getpid());
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(bind(listener, (void *)&address, sizeof address) == 0);
    CHECK(listen(listener, ROUNDS) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        clients[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(connect(clients[i], (void *)&address, sizeof address) == 0);
    }
}

static void leave_one(void)
{
    last = dup(0);
    CHECK(last > 0);
    struct rlimit limit = {(rlim_t)last + 1, (rlim_t)last + 1};
    CHECK(close(last) == 0 && setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void check_descriptor(const char *how, int file)
{
    if (file != last) {
        printf("%s: %d, not %d after %d collections\n", how, file, last,
               ncollections);
        exit(1);
    }
    CHECK(close(file) == 0);
}

int main(void)
{
    pthread_t collector;
    map_some();
    connect_all();
    open_registered();
    leave_one();
    CHECK(pthread_create(&collector, NULL, collect, NULL) == 0);
    while (__atomic_load_n(&ncollections, __ATOMIC_SEQ_CST) < 2)
        ;
    for (int i = 0; i < ROUNDS ||
                    __atomic_load_n(&ncollections, __ATOMIC_SEQ_CST) < 10;
         i++) {
        if (i < ROUNDS)
            check_descriptor("accept", accept(listener, NULL, NULL));
        for (int k = 0; k < 20; k++) {
            check_descriptor("dup", dup(0));
            check_descriptor("open", open("/dev/null", O_RDONLY));
            check_descriptor("socket", socket(AF_UNIX, SOCK_STREAM, 0));
        }
    }
    return 0;
}
