/* With -D_FORTIFY_SOURCE a read of a socket that has a time limit ends by its
 * time and not by a collection, as without; and it is checked.
 *
 * RUN: %rtcc %s -o %t -pthread && timeout 60 %t
 * RUN: not --crash %t over 2>&1 | FileCheck %s
 * CHECK: fatal: buffer overflow detected
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int);
extern ssize_t __recvfrom_chk(int, void *, size_t, size_t, int,
                              struct sockaddr *, socklen_t *);

static volatile int quit;
static char buffer[64];

static void *collect(void *unused)
{
    struct node *kept = new_list(20000);
    while (!quit)
        escc_gc();
    check_list(kept, 20000);
    return unused;
}

/* `bytes`: 64, which no compiler knows. */
static void read_all(int file, size_t bytes)
{
    CHECK(read(file, buffer, bytes) == -1 && errno == EAGAIN);
    CHECK(recv(file, buffer, bytes, 0) == -1 && errno == EAGAIN);
    CHECK(recvfrom(file, buffer, bytes, 0, NULL, NULL) == -1 &&
          errno == EAGAIN);
    CHECK(__read_chk(file, buffer, bytes, bytes) == -1 && errno == EAGAIN);
    CHECK(__recv_chk(file, buffer, bytes, bytes, 0) == -1 &&
          errno == EAGAIN);
    CHECK(__recvfrom_chk(file, buffer, bytes, bytes, 0, NULL, NULL) == -1 &&
          errno == EAGAIN);
}

int main(int count, char **arguments)
{
    pthread_t collector;
    struct timeval limit = {.tv_usec = 30000};
    int files[2];
    (void)arguments;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, files) == 0);
    if (count > 1)
        return __read_chk(files[0], buffer, 64 + (size_t)count, 64) != 0;
    CHECK(setsockopt(files[0], SOL_SOCKET, SO_RCVTIMEO, &limit,
                     sizeof limit) == 0);
    CHECK(pthread_create(&collector, NULL, collect, NULL) == 0);
    for (int i = 0; i < 5; i++)
        read_all(files[0], 63 + (size_t)count);
    quit = 1;
    CHECK(pthread_join(collector, NULL) == 0);
    CHECK(write(files[1], "text", 4) == 4);
    CHECK(__read_chk(files[0], buffer, 4, 64) == 4);
    CHECK(memcmp(buffer, "text", 4) == 0);
    return 0;
}
