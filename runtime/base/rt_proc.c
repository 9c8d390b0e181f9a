/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_proc.c - reading /proc.
 *
 * The kernel tells there what no system call tells: mappings, threads,
 * signals that are pending, what an epoll has.  The collector asks while
 * threads are stopped, which may hold any lock of libc; so no stdio, no
 * opendir, and the calls go to the kernel directly.
 *
 * No state, no locks.
 */
#include "rt_proc.h"

#include "rt_syscall.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int rt_proc_open(const char *path, int flags)
{
    return (int)rt_syscall(SYS_openat, AT_FDCWD, path,
                           O_RDONLY | O_CLOEXEC | flags);
}

size_t rt_proc_read(int fd, char *text, size_t bytes)
{
    long n = rt_syscall(SYS_read, fd, text, bytes - 1);
    rt_syscall(SYS_close, fd);
    size_t length = n > 0 ? (size_t)n : 0;
    text[length] = 0;
    return length;
}

void rt_proc_for_each_entry(int fd, void (*visit)(const char *name,
                                                  void *argument),
                            void *argument)
{
    char entries[2048] __attribute__((aligned(8)));
    for (;;) {
        long n = rt_syscall(SYS_getdents64, fd, entries, sizeof entries);
        if (n <= 0)
            break;
        for (long at = 0; at < n;) {
            const struct dirent64 *entry =
                (const struct dirent64 *)(entries + at);
            if (entry->d_name[0] != '.')
                visit(entry->d_name, argument);
            at += entry->d_reclen;
        }
    }
    rt_syscall(SYS_close, fd);
}

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    return 16;                  /* none */
}

unsigned long rt_proc_decimal(const char *text)
{
    unsigned long value = 0;
    for (; digit_of(*text) < 10; text++)
        value = value * 10 + digit_of(*text);
    return value;
}

uint64_t rt_proc_number_after(const char *text, const char *label,
                              unsigned base)
{
    const char *at = strstr(text, label);
    uint64_t value = 0;
    if (!at)
        return 0;
    for (at += strlen(label); *at == ' ' || *at == '\t'; at++)
        ;
    for (; digit_of(*at) < base; at++)
        value = value * base + digit_of(*at);
    return value;
}

bool rt_proc_begin(struct rt_proc_reader *reader, const char *path)
{
    reader->at = reader->filled = 0;
    reader->fd = rt_proc_open(path, 0);
    return reader->fd >= 0;
}

int rt_proc_char(struct rt_proc_reader *reader)
{
    if (reader->at == reader->filled) {
        long n = rt_syscall(SYS_read, reader->fd, reader->text,
                            sizeof reader->text);
        if (n <= 0)
            return -1;
        reader->filled = (size_t)n;
        reader->at = 0;
    }
    return (unsigned char)reader->text[reader->at++];
}

bool rt_proc_line(struct rt_proc_reader *reader, char *line, size_t bytes)
{
    size_t n = 0;
    int c = rt_proc_char(reader);
    if (c < 0)
        return false;
    for (; c >= 0 && c != '\n'; c = rt_proc_char(reader))
        if (n < bytes - 1)
            line[n++] = (char)c;
    line[n] = 0;
    return true;
}

void rt_proc_end(struct rt_proc_reader *reader)
{
    rt_syscall(SYS_close, reader->fd);
}
