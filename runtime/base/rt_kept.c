/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_kept.c - descriptors that the runtime keeps open.
 *
 * Programs count on the numbers of theirs: the next one that is opened is the
 * lowest that is free.  So ours are as high as they can be, where hardly a
 * program looks.  And programs close descriptors that they do not know (all
 * above 2, before they become a daemon), after which the number may be that of
 * a file of theirs: so what a number stands for is looked at before it is
 * used.
 *
 * Neither blocks, allocates nor takes a lock; system calls only.
 */
#include "rt_kept.h"

#include "rt_assert.h"
#include "rt_syscall.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The highest free number that some tries find. */
static long move_up(int fd)
{
    enum { TRIES = 64, HIGHEST = 1 << 16, LEAST = 64 };
    struct rlimit limit;
    long high = -1, top = HIGHEST;
    if (rt_syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 &&
        limit.rlim_cur < (rlim_t)top)
        top = (long)limit.rlim_cur;
    for (long i = 1; i <= TRIES && high < 0 && top - i >= LEAST; i++)
        if (rt_syscall(SYS_fcntl, top - i, F_GETFD) < 0)
            high = rt_syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, top - i);
    return high;
}

bool rt_keep(struct rt_kept *kept, int fd)
{
    struct stat status;
    rt_assert(kept->fd < 0);
    if (fd < 0)
        return false;
    long high = move_up(fd);
    rt_syscall(SYS_close, fd);
    if (high < 0 || rt_syscall(SYS_fstat, high, &status) != 0)
        return false;
    *kept = (struct rt_kept){(int)high, status.st_dev, status.st_ino};
    return true;
}

bool rt_kept_is_ours(const struct rt_kept *kept)
{
    return rt_kept_links(kept) >= 0;
}

long rt_kept_links(const struct rt_kept *kept)
{
    struct stat status;
    bool is_ours = kept->fd >= 0 &&
                   rt_syscall(SYS_fstat, kept->fd, &status) == 0 &&
                   status.st_dev == kept->device &&
                   status.st_ino == kept->inode;
    return is_ours ? (long)status.st_nlink : -1;
}

void rt_kept_drop(struct rt_kept *kept)
{
    if (rt_kept_is_ours(kept))
        rt_syscall(SYS_close, kept->fd);
    kept->fd = -1;
}
