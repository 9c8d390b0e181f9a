/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mtask.c - what the kernel says about this process's threads.
 *
 * A handshake must know which threads there are besides those that
 * registered, and which of those that do not answer never will.  Both stand
 * in /proc/self/task; how to conclude something from it is here, what to do
 * then is mhandshake.c's.
 *
 * Single-threaded: the one handshake that is running.  System calls only.
 */
#include "mtask.h"

#include "base/rt_kept.h"
#include "base/rt_print.h"
#include "base/rt_proc.h"
#include "base/rt_syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool blind;

void mtask_begin(void)
{
    blind = false;
}

bool mtask_is_blind(void)
{
    return blind;
}

static int open_file(const char *path, int flags)
{
    int fd = rt_proc_open(path, flags);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
        blind = true;
    return fd;
}

/* Whether /proc counts threads as we do; else errno.  ENOENT: it was mounted
 * for another namespace of processes, as in a child of who has asked unshare
 * for a new one, and no number in it is one that we know. */
static bool is_own_namespace(void)
{
    char path[64];
    rt_format(path, sizeof path, "/proc/self/task/%d",
              (int)rt_syscall(SYS_gettid));
    return rt_syscall(SYS_access, path, F_OK) == 0;
}

/* Reads /proc/self/task/TID/`file`; returns the bytes read, 0 if there is
 * no such thread, -1 if /proc does not tell. */
static long read_file(int tid, const char *file, char *text, size_t bytes)
{
    char path[64];
    rt_format(path, sizeof path, "/proc/self/task/%d/%s", tid, file);
    int fd = open_file(path, 0);
    if (fd < 0)
        return errno == ENOENT && is_own_namespace() ? 0 : -1;
    return (long)rt_proc_read(fd, text, bytes);
}

bool mtask_is_dead(int tid)
{
    char text[256];
    long n = read_file(tid, "stat", text, sizeof text);
    if (n <= 0)
        return n == 0;
    while (n > 3 && text[n - 1] != ')')
        n--;
    return n > 3 && (text[n + 1] == 'Z' || text[n + 1] == 'X');
}

/* A thread that is still in our handler, from a stop before, has every
 * signal blocked, also the two that libc never blocks for itself. */
bool mtask_never_answers(int tid, int signal)
{
    const uint64_t libc_s_own = (uint64_t)3 << 31;
    char text[2048];
    if (read_file(tid, "status", text, sizeof text) <= 0)
        return true;
    if (strncmp(text, "Name:\tiou-", 10) == 0)
        return true;
    uint64_t blocked = rt_proc_number_after(text, "SigBlk:", 16);
    return (blocked >> (signal - 1) & 1) &&
           (blocked & libc_s_own) != libc_s_own;
}

bool mtask_has_blocked(int tid, int signal)
{
    char text[2048];
    return read_file(tid, "status", text, sizeof text) > 0 &&
           rt_proc_number_after(text, "SigBlk:", 16) >> (signal - 1) & 1;
}

/* The directory itself.  To find it takes twenty times as long as to ask. */
static struct rt_kept kept = RT_KEPT_NONE;

void mtask_keep(void)
{
    int saved = errno;
    if (kept.fd < 0)
        rt_keep(&kept, rt_proc_open("/proc/self/task", O_DIRECTORY));
    errno = saved;
}

void mtask_fork_child(void)
{
    rt_kept_drop(&kept);
}

/* The directory has a link for itself, its parent and each thread. */
unsigned mtask_count(void)
{
    struct stat status;
    long nlinks = rt_kept_links(&kept);
    if (nlinks < 0 && rt_syscall(SYS_stat, "/proc/self/task", &status) == 0)
        nlinks = (long)status.st_nlink;
    return nlinks < 3 ? 0 : (unsigned)nlinks - 2;
}

struct visitor {
    void (*visit)(int tid, void *argument);
    void *argument;
};

static void visit_entry(const char *name, void *argument)
{
    const struct visitor *visitor = argument;
    visitor->visit((int)rt_proc_decimal(name), visitor->argument);
}

void mtask_for_each(void (*visit)(int tid, void *argument), void *argument)
{
    struct visitor visitor = {visit, argument};
    if (!is_own_namespace() && errno == ENOENT)
        return;
    int fd = open_file("/proc/self/task", O_DIRECTORY);
    if (fd >= 0)
        rt_proc_for_each_entry(fd, visit_entry, &visitor);
}
