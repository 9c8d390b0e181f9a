/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_clone.c - clone, and libc's `syscall` where it makes a process.
 *
 * What makes namespaces calls the kernel so, in a process of one thread, and
 * goes on in the child as after fork.  But the runtime may have a thread of
 * its own, in the middle of something; so its handlers of fork run, as far as
 * the new process has a memory of its own.  libc's are not called, nor those of
 * the program.  Not where the caller waits until the child has ended, with the
 * locks of these.
 *
 * No locks but those of the handlers.
 */
#include "mwrap_clone.h"

#include "base/mpeek.h"
#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "mwrap_vfork.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

static bool is_watched(void)
{
    return rt_is_running() && !rt_is_guest();
}

static bool copies(uint64_t flags)
{
    return !(flags & (CLONE_VM | CLONE_VFORK));
}

/* What vfork does, on another stack. */
static bool waits_for_child(int flags)
{
    const int both = CLONE_VM | CLONE_VFORK;
    return (flags & both) == both && !(flags & (CLONE_THREAD | CLONE_SETTLS));
}

/* Of clone3's arguments, which may be longer, or not be there. */
static bool is_plain_clone3(uintptr_t given, size_t bytes)
{
    struct clone_args arguments = {0};
    return bytes >= CLONE_ARGS_SIZE_VER0 &&
           mpeek_copy(&arguments, given, CLONE_ARGS_SIZE_VER0) ==
               CLONE_ARGS_SIZE_VER0 &&
           copies(arguments.flags) && !arguments.stack;
}

bool mwrap_clone_is_fork(long number, const long *arguments)
{
    if (!is_watched())
        return false;
    switch (number) {
    case SYS_fork:
        return true;
    case SYS_clone:
        return copies((uint64_t)arguments[0]) && !arguments[1];
    case SYS_clone3:
        return is_plain_clone3((uintptr_t)arguments[0],
                               (size_t)arguments[1]);
    default:
        return false;
    }
}

long mwrap_clone_fork(long number, const long *arguments)
{
    mwrap_fork_prepare();
    long child = rt_syscall_unchecked(number, arguments[0], arguments[1],
                                      arguments[2], arguments[3],
                                      arguments[4], arguments[5]);
    int error = errno;
    if (child == 0)
        mwrap_fork_child();
    else
        mwrap_fork_parent();
    errno = error;
    return child;
}

/* ---- clone --------------------------------------------------------------- */

struct start {
    int (*function)(void *);
    void *argument;
};

static int start_copy(void *argument)
{
    struct start start = *(struct start *)argument;
    mwrap_fork_child();
    return start.function(start.argument);
}

RT_EXPORT int clone(int (*function)(void *), void *stack, int flags,
                    void *argument, ...)
{
    struct start start = {function, argument};
    va_list list;
    va_start(list, argument);
    /* What was not given is whatever stands there: the kernel does not ask for
     * it. */
    pid_t *parent_tid = va_arg(list, pid_t *);
    void *tls = va_arg(list, void *);
    pid_t *child_tid = va_arg(list, pid_t *);
    va_end(list);
    if (!copies((uint64_t)flags) || !function || !stack || !is_watched()) {
        uint64_t before = mwrap_vfork_begin();
        int result = RT_REAL(clone)(function, stack, flags, argument,
                                    parent_tid, tls, child_tid);
        return waits_for_child(flags) && result > 0
                   ? (int)mwrap_vfork_end(result, before) : result;
    }
    mwrap_fork_prepare();
    int child = RT_REAL(clone)(start_copy, stack, flags, &start, parent_tid,
                               tls, child_tid);
    int error = errno;
    mwrap_fork_parent();
    errno = error;
    return child;
}
