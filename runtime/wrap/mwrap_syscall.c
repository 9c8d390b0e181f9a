/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_syscall.c - libc's `syscall`.
 *
 * A program that calls the kernel by number does what it could do by name.
 * Where the runtime has to know of that, the function of the name is called;
 * it answers in the same way.  All else goes to the kernel.  And arch_prctl,
 * since the base of the segment gs, too, may be all that leads to an object.
 */
#include "base/rt_export.h"
#include "base/rt_syscall.h"
#include "mwrap_clone.h"
#include "mwrap_exec.h"
#include "mwrap_map.h"
#include "mwrap_rights.h"
#include "mwrap_sandbox.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <asm/prctl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NARGUMENTS = 6 };

/* In no header. */
RT_EXPORT int arch_prctl(int code, unsigned long argument);
RT_EXPORT int arch_prctl(int code, unsigned long argument)
{
    rt_enter();
    long result = rt_syscall(SYS_arch_prctl, code, argument);
    if (result == 0 && code == ARCH_SET_GS)
        mthread_note_gs(argument);
    rt_leave();
    return (int)result;
}

/* Of Linux 6.10. */
enum { CALL_MSEAL = 462 };

/* Calls by which a fault might come to nobody who waits for it, a child not
 * have its handler, or code not be made executable again (thread/mwake.c). */
static bool hides_faults(long number, const long *given)
{
    switch (number) {
    case SYS_rt_sigaction: return given[1] != 0;
    case SYS_rt_sigprocmask: return given[1] && given[0] != SIG_UNBLOCK;
    case SYS_ppoll: return given[3] != 0;
    case SYS_pselect6: return given[5] != 0;
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2: return given[4] != 0;
    case SYS_io_uring_enter: return given[4] != 0;
    case SYS_rt_sigsuspend:
    case SYS_rt_sigreturn:
    case SYS_clone3:
    case SYS_ptrace:
    case CALL_MSEAL: return true;
    default: return false;
    }
}

RT_EXPORT long syscall(long number, ...)
{
    long given[NARGUMENTS];
    va_list list;
    va_start(list, number);
    /* What was not given is whatever stands there: the kernel does not ask
     * for it. */
    for (int i = 0; i < NARGUMENTS; i++)
        given[i] = va_arg(list, long);
    va_end(list);
    void *address = (void *)given[0];
    size_t bytes = (size_t)given[1];
    if (hides_faults(number, given))
        mwake_forbid("a system call");
    switch (number) {
    case SYS_seccomp:
        return mwrap_sandbox_seccomp(given);
    case SYS_prctl:
        return prctl((int)given[0], given[1], given[2], given[3], given[4]);
    case SYS_arch_prctl:
        return arch_prctl((int)given[0], (unsigned long)given[1]);
    case SYS_mmap:
        return (long)mwrap_map_mmap(address, bytes, (int)given[2],
                                    (int)given[3], (int)given[4], given[5]);
    case SYS_munmap:
        return mwrap_map_munmap(address, bytes);
    case SYS_mremap:
        return (long)mwrap_map_mremap(address, bytes, (size_t)given[2],
                                      (int)given[3],
                                      given[3] & MREMAP_FIXED
                                          ? (void *)given[4] : NULL);
    case SYS_mprotect:
        return mwrap_protect_mprotect(address, bytes, (int)given[2]);
    case SYS_pkey_mprotect:
        return pkey_mprotect(address, bytes, (int)given[2], (int)given[3]);
    case SYS_madvise:
        return mwrap_protect_madvise(address, bytes, (int)given[2]);
    case SYS_fork:
    case SYS_clone:
    case SYS_clone3:
        if (mwrap_clone_is_fork(number, given))
            return mwrap_clone_fork(number, given);
        break;
    case SYS_execve:
    case SYS_execveat:
        return mwrap_exec_syscall(number, given);
    case SYS_setuid: case SYS_setreuid: case SYS_setresuid: case SYS_setfsuid:
    case SYS_setgid: case SYS_setregid: case SYS_setresgid: case SYS_setfsgid:
    case SYS_chroot:
        /* Of one thread alone, which the function would not do. */
        mwrap_rights_before_loss();
        break;
    default:
        break;
    }
    return rt_syscall_unchecked(number, given[0], given[1], given[2],
                                given[3], given[4], given[5]);
}
