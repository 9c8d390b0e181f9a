/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pages.c - libexec/escc/pages.so: large pages for gcc's own allocator.
 *
 * gcc's compiler proper fills tens of megabytes, which it takes from the
 * kernel 2 MB at a time, and each page of 4 KB that it touches is a page
 * fault: up to a fifth of a compilation where the machine is virtual.  The
 * driver preloads this library into the runs of gcc (preload.h).  Such a
 * piece then begins where a large page may, and the kernel is asked for one.
 * What the program sees is memory as before, at an address of the kernel's
 * choice as before.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum {
    LARGE = 2 << 20             /* a large page on x86-64 */
};

static char *map(size_t bytes, int protection, int flags)
{
    return (char *)syscall(SYS_mmap, NULL, bytes, protection, flags, -1, 0L);
}

static void *map_large(size_t bytes, int protection, int flags)
{
    char *got = map(bytes + LARGE, protection, flags);
    if (got == MAP_FAILED)
        return map(bytes, protection, flags);
    char *begin = got + (-(uintptr_t)got & (LARGE - 1));
    size_t behind = (size_t)(got + LARGE - begin);
    if (begin > got)
        munmap(got, (size_t)(begin - got));
    if (behind)
        munmap(begin + bytes, behind);
    madvise(begin, bytes, MADV_HUGEPAGE);
    return begin;
}

/* The C library's, under both of its names.  Memory that is asked for in any
 * other way than malloc's is asked for as it was. */
void *mmap(void *at, size_t bytes, int protection, int flags, int fd,
           off_t offset)
{
    if (!at && bytes >= LARGE && bytes % LARGE == 0 && fd == -1 &&
        protection == (PROT_READ | PROT_WRITE) &&
        flags == (MAP_PRIVATE | MAP_ANONYMOUS))
        return map_large(bytes, protection, flags);
    return (void *)syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t bytes, int protection, int flags, int fd,
             off64_t offset) __attribute__((alias("mmap")));
