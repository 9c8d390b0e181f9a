/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_socket.c - library functions that wait for a file or a socket.
 *
 * The promises are those of mwrap_block.c.  What is special here is the time
 * limit that a socket may have (SO_RCVTIMEO, SO_SNDTIMEO): a call with such
 * a limit is never restarted after a signal handler.
 */
#include "mwrap_block.h"

#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "thread/mhandshake.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

/* ---- time limits --------------------------------------------------------- */

/* A call on a socket with a time limit of its own (SO_RCVTIMEO or
 * SO_SNDTIMEO) was interrupted by us.  Made again it would get the whole
 * limit again, and so might never end; waits for the rest of the time here.
 * False, with errno set, if that is over. */
static bool may_try_again(int file, int option, struct timespec *until)
{
    struct timeval limit;
    socklen_t bytes = sizeof limit;
    if (rt_syscall(SYS_getsockopt, file, SOL_SOCKET, option, &limit,
                   &bytes) != 0 ||
        (limit.tv_sec == 0 && limit.tv_usec == 0))
        return true;
    if (until->tv_sec == 0)
        *until = time_add(time_now(), (struct timespec){
                              limit.tv_sec, limit.tv_usec * 1000});
    struct pollfd ready = {
        .fd = file, .events = option == SO_RCVTIMEO ? POLLIN : POLLOUT};
    if (poll(&ready, 1, time_to_ms(time_left_until(*until))) != 0)
        return true;
    errno = EAGAIN;
    return false;
}

/* WAIT_FOR on what may be a socket. */
#define WAIT_FOR_FILE(result, file, option, call)                           \
    do {                                                                    \
        struct timespec until_ = {0, 0};                                    \
        WAIT_LOOP((result) = (call), (result) == -1 && errno == EINTR,      \
                  if (!may_try_again(file, option, &until_))                \
                      break);                                               \
    } while (0)

/* ---- reading and writing ------------------------------------------------- */

RT_EXPORT ssize_t read(int file, void *buffer, size_t bytes)
{
    void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(read)(file, buffer, bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t write(int file, const void *buffer, size_t bytes)
{
    const void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(write)(file, buffer, bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t recv(int file, void *buffer, size_t bytes, int flags)
{
    void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(recv)(file, buffer, bytes, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t recvfrom(int file, void *restrict buffer, size_t bytes,
                           int flags, struct sockaddr *restrict from,
                           socklen_t *restrict from_bytes)
{
    void *volatile kept[] = {buffer, from, from_bytes};
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(recvfrom)(file, buffer, bytes, flags, from,
                                    from_bytes));
    (void)kept;
    return result;
}

/* What these are with -D_FORTIFY_SOURCE; libc's versions would let an EINTR of
 * ours through. */
static void check_room(size_t bytes, size_t room)
{
    if (room < bytes)
        rt_fatal("buffer overflow detected: %zu bytes into %zu", bytes, room);
}

RT_EXPORT ssize_t __read_chk(int file, void *buffer, size_t bytes,
                             size_t room);
RT_EXPORT ssize_t __read_chk(int file, void *buffer, size_t bytes,
                             size_t room)
{
    check_room(bytes, room);
    return read(file, buffer, bytes);
}

RT_EXPORT ssize_t __recv_chk(int file, void *buffer, size_t bytes,
                             size_t room, int flags);
RT_EXPORT ssize_t __recv_chk(int file, void *buffer, size_t bytes,
                             size_t room, int flags)
{
    check_room(bytes, room);
    return recv(file, buffer, bytes, flags);
}

RT_EXPORT ssize_t __recvfrom_chk(int file, void *restrict buffer,
                                 size_t bytes, size_t room, int flags,
                                 struct sockaddr *restrict from,
                                 socklen_t *restrict from_bytes);
RT_EXPORT ssize_t __recvfrom_chk(int file, void *restrict buffer,
                                 size_t bytes, size_t room, int flags,
                                 struct sockaddr *restrict from,
                                 socklen_t *restrict from_bytes)
{
    check_room(bytes, room);
    return recvfrom(file, buffer, bytes, flags, from, from_bytes);
}

RT_EXPORT ssize_t recvmsg(int file, struct msghdr *message, int flags)
{
    void *volatile kept = message;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(recvmsg)(file, message, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t send(int file, const void *buffer, size_t bytes, int flags)
{
    const void *volatile kept = buffer;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(send)(file, buffer, bytes, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t sendto(int file, const void *buffer, size_t bytes,
                         int flags, const struct sockaddr *to,
                         socklen_t to_bytes)
{
    const void *volatile kept[] = {buffer, to};
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(sendto)(file, buffer, bytes, flags, to, to_bytes));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t sendmsg(int file, const struct msghdr *message, int flags)
{
    const void *volatile kept = message;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(sendmsg)(file, message, flags));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t readv(int file, const struct iovec *parts, int count)
{
    const void *volatile kept = parts;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(readv)(file, parts, count));
    (void)kept;
    return result;
}

RT_EXPORT ssize_t writev(int file, const struct iovec *parts, int count)
{
    const void *volatile kept = parts;
    ssize_t result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(writev)(file, parts, count));
    (void)kept;
    return result;
}

RT_EXPORT int recvmmsg(int file, struct mmsghdr *messages, unsigned count,
                       int flags, struct timespec *time)
{
    void *volatile kept[] = {messages, time};
    int result;
    WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                  RT_REAL(recvmmsg)(file, messages, count, flags, time));
    (void)kept;
    return result;
}

RT_EXPORT int sendmmsg(int file, struct mmsghdr *messages, unsigned count,
                       int flags)
{
    void *volatile kept = messages;
    int result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(sendmmsg)(file, messages, count, flags));
    (void)kept;
    return result;
}

/* ---- connections --------------------------------------------------------- */

/* A collection that ran meanwhile may have had the last descriptor. */
static bool may_be_ours(uint32_t round)
{
    return (errno == EMFILE || errno == ENFILE) &&
           mhandshake_round() != round;
}

RT_EXPORT int accept(int file, struct sockaddr *restrict from,
                     socklen_t *restrict from_bytes)
{
    void *volatile kept[] = {from, from_bytes};
    uint32_t round;
    int result;
    do {
        round = mhandshake_round();
        WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                      RT_REAL(accept)(file, from, from_bytes));
    } while (result == -1 && may_be_ours(round));
    (void)kept;
    return result;
}

/* A static libc has no second name for accept4. */
static int real_accept4(int file, struct sockaddr *from,
                        socklen_t *from_bytes, int flags)
{
    if (rt_real.accept4)
        return rt_real.accept4(file, from, from_bytes, flags);
    return (int)rt_syscall(SYS_accept4, file, from, from_bytes, flags);
}

RT_EXPORT int accept4(int file, struct sockaddr *restrict from,
                      socklen_t *restrict from_bytes, int flags)
{
    void *volatile kept[] = {from, from_bytes};
    uint32_t round;
    int result;
    do {
        round = mhandshake_round();
        WAIT_FOR_FILE(result, file, SO_RCVTIMEO,
                      real_accept4(file, from, from_bytes, flags));
    } while (result == -1 && may_be_ours(round));
    (void)kept;
    return result;
}

RT_EXPORT int connect(int file, const struct sockaddr *to, socklen_t bytes)
{
    const void *volatile kept = to;
    int result;
    WAIT_FOR_FILE(result, file, SO_SNDTIMEO,
                  RT_REAL(connect)(file, to, bytes));
    (void)kept;
    return result;
}
