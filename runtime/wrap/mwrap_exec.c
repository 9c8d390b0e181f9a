/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_exec.c - becoming another program.
 *
 * A signal that is pending in the thread that calls the kernel for it is
 * pending in the other program, which has no handler and ends by it.  Those of
 * the program are its own affair.  That of handshakes is not: another thread
 * may be stopping this one just then.  So before the call the thread becomes
 * BLOCKED, and stays so: it is answered for.  It does that with the collection
 * lock, when no round is under way and all that was sent has been sent; what of
 * that is pending comes before a system call returns.
 *
 * A child that shares its parent's memory (vfork) calls nothing but the C
 * library's functions: nobody sends it anything, and the state is that of its
 * parent's thread.
 *
 * The functions with a list of arguments call those with an array; and without
 * a second name in a static C library execv and its like are what they are
 * there: execve and execvpe with the environment.
 *
 * All are async-signal-safe, as the originals are.
 */
#include "mwrap_exec.h"

#include "base/rt_export.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "thread/mthread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static bool begin(void)
{
    const struct mthread *known = __escc_tls.thread;
    bool blocked = false;
    int saved = errno;
    rt_enter();
    if (known && known->tid == (int)rt_syscall(SYS_gettid) && mgc_hold()) {
        blocked = mthread_block_begin();
        mthread_self()->is_leaving = blocked;
        mgc_release();
    }
    rt_leave();
    rt_getpid();
    errno = saved;
    return blocked;
}

/* There is no other program. */
static void end(bool blocked)
{
    if (!blocked)
        return;
    mthread_block_end();
    mthread_self()->is_leaving = false;
}

#define BECOME(call)                                                        \
    do {                                                                    \
        bool blocked_ = begin();                                            \
        int result_ = (call);                                               \
        end(blocked_);                                                      \
        return result_;                                                     \
    } while (0)

long mwrap_exec_syscall(long number, const long *arguments)
{
    BECOME((int)rt_syscall_unchecked(number, arguments[0], arguments[1],
                                     arguments[2], arguments[3],
                                     arguments[4], arguments[5]));
}

/* ---- with an array ------------------------------------------------------- */

RT_EXPORT int execve(const char *path, char *const arguments[],
                     char *const environment[])
{
    BECOME(RT_REAL(execve)(path, arguments, environment));
}

RT_EXPORT int execvpe(const char *file, char *const arguments[],
                      char *const environment[])
{
    BECOME(RT_REAL(execvpe)(file, arguments, environment));
}

RT_EXPORT int execv(const char *path, char *const arguments[])
{
    if (!rt_real.execv)
        return execve(path, arguments, environ);
    BECOME(rt_real.execv(path, arguments));
}

RT_EXPORT int execvp(const char *file, char *const arguments[])
{
    if (!rt_real.execvp)
        return execvpe(file, arguments, environ);
    BECOME(rt_real.execvp(file, arguments));
}

RT_EXPORT int execveat(int folder, const char *path, char *const arguments[],
                       char *const environment[], int flags)
{
    if (rt_real.execveat)
        BECOME(rt_real.execveat(folder, path, arguments, environment, flags));
    BECOME((int)rt_syscall(SYS_execveat, folder, path, arguments, environment,
                           flags));
}

/* libc's has another way for kernels before 3.19, by /proc. */
RT_EXPORT int fexecve(int file, char *const arguments[],
                      char *const environment[])
{
    if (rt_real.fexecve)
        BECOME(rt_real.fexecve(file, arguments, environment));
    if (file < 0) {
        errno = EINVAL;
        return -1;
    }
    return execveat(file, "", arguments, environment, AT_EMPTY_PATH);
}

/* ---- with a list --------------------------------------------------------- */

/* Of the list behind `first`, with its null pointer. */
static size_t count(const char *first, va_list list)
{
    size_t n = 1;
    for (const char *at = first; at; at = va_arg(list, const char *))
        n++;
    return n;
}

/* Into `room`, which has so many; `list` is behind the null pointer then. */
static char **collect(char **room, size_t n, const char *first, va_list list)
{
    memcpy(room, &first, sizeof first);
    for (size_t i = 1; i < n; i++)
        room[i] = va_arg(list, char *);
    return room;
}

/* On the stack: a child of vfork may allocate nothing. */
#define WITH_LIST(first, array)                                             \
    va_list list;                                                           \
    va_start(list, first);                                                  \
    size_t n = count(first, list);                                          \
    va_end(list);                                                           \
    va_start(list, first);                                                  \
    char **array = collect(__builtin_alloca(n * sizeof *array), n, first,   \
                           list)

RT_EXPORT int execl(const char *path, const char *first, ...)
{
    WITH_LIST(first, arguments);
    va_end(list);
    return execv(path, arguments);
}

RT_EXPORT int execlp(const char *file, const char *first, ...)
{
    WITH_LIST(first, arguments);
    va_end(list);
    return execvp(file, arguments);
}

RT_EXPORT int execle(const char *path, const char *first, ...)
{
    WITH_LIST(first, arguments);
    char *const *environment = va_arg(list, char *const *);
    va_end(list);
    return execve(path, arguments, environment);
}
