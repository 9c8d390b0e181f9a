/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_rights.c - setuid and its like, chroot: the program gives rights up.
 * (By the function syscall, too: mwrap_syscall.c.)
 *
 * A process that was another user's may not be looked into, and that is meant
 * for all: the kernel gives its /proc files to root, so that it cannot open its
 * own page map.  Servers begin as root, change users and then serve for weeks;
 * without a page map nobody knows which pages a library without barriers has
 * written, and each collection would be one stop.  A descriptor that was
 * opened before goes on to work.  So it is opened before, where the program may
 * lose something: as root.  (prctl(PR_SET_DUMPABLE) has the same effect, for
 * whomever: mwrap_sandbox.c.)
 *
 * What a child of fork would need it has to open itself; one that is made
 * after that cannot (docs/limits.md).
 *
 * These may be called in a signal handler, or in a vfork child.
 */
#include "mwrap_rights.h"

#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "thread/mthread.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/fsuid.h>

void mwrap_rights_before_hiding(void)
{
    int saved = errno;
    if (rt_is_running() && !rt_is_guest()) {
        rt_enter();
        mgc_before_loss();
        rt_leave();
    }
    errno = saved;
}

void mwrap_rights_before_loss(void)
{
    int saved = errno;
    bool is_root = rt_syscall(SYS_geteuid) == 0;
    errno = saved;
    if (is_root)
        mwrap_rights_before_hiding();
}

RT_EXPORT int setuid(uid_t user)
{
    mwrap_rights_before_loss();
    return RT_REAL(setuid)(user);
}

RT_EXPORT int setgid(gid_t group)
{
    mwrap_rights_before_loss();
    return RT_REAL(setgid)(group);
}

RT_EXPORT int setreuid(uid_t real, uid_t effective)
{
    mwrap_rights_before_loss();
    return RT_REAL(setreuid)(real, effective);
}

RT_EXPORT int setregid(gid_t real, gid_t effective)
{
    mwrap_rights_before_loss();
    return RT_REAL(setregid)(real, effective);
}

RT_EXPORT int setresuid(uid_t real, uid_t effective, uid_t saved)
{
    mwrap_rights_before_loss();
    return RT_REAL(setresuid)(real, effective, saved);
}

RT_EXPORT int setresgid(gid_t real, gid_t effective, gid_t saved)
{
    mwrap_rights_before_loss();
    return RT_REAL(setresgid)(real, effective, saved);
}

/* A static libc has no second name for the rest; the next two are these calls
 * there. */
RT_EXPORT int seteuid(uid_t user)
{
    mwrap_rights_before_loss();
    if (RT_REAL(seteuid))
        return rt_real.seteuid(user);
    return RT_REAL(setresuid)((uid_t)-1, user, (uid_t)-1);
}

RT_EXPORT int setegid(gid_t group)
{
    mwrap_rights_before_loss();
    if (RT_REAL(setegid))
        return rt_real.setegid(group);
    return RT_REAL(setresgid)((gid_t)-1, group, (gid_t)-1);
}

RT_EXPORT int chroot(const char *path)
{
    mwrap_rights_before_loss();
    if (RT_REAL(chroot))
        return rt_real.chroot(path);
    return (int)rt_syscall(SYS_chroot, path);
}

RT_EXPORT int setfsuid(uid_t user)
{
    mwrap_rights_before_loss();
    if (RT_REAL(setfsuid))
        return rt_real.setfsuid(user);
    return (int)rt_syscall(SYS_setfsuid, user);
}

RT_EXPORT int setfsgid(gid_t group)
{
    mwrap_rights_before_loss();
    if (RT_REAL(setfsgid))
        return rt_real.setfsgid(group);
    return (int)rt_syscall(SYS_setfsgid, group);
}
