/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kernel.c - see kernel.h.
 *
 * Asked is what the runtime asks for, in the same words (runtime/base/mpeek.c
 * and mwritten.c): a sandbox that forbids a call, or a kernel that has the call
 * but not what it is wanted for, counts as without.
 */
#define _GNU_SOURCE
#include "kernel.h"

#include "util/strbuf.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Of Linux 6.7's <linux/userfaultfd.h> and <linux/fs.h>. */
enum {
    USER_MODE_ONLY = 1,
    FEATURE_WP_UNPOPULATED = 1 << 13,
    FEATURE_WP_ASYNC = 1 << 15,
    PAGE_BYTES = 4096,
    PAGE_IS_WRITTEN = 1 << 1,
    /* One of them will not be interrupted. */
    TIMED_PAGES = 16
};

/* <linux/fs.h>'s struct pm_scan_arg and PAGEMAP_SCAN. */
struct scan {
    uint64_t size, flags, start, end, walk_end, vector, vector_count, most;
    uint64_t inverted, all_of, any_of, shown;
};
#define SCAN _IOWR('f', 16, struct scan)

/* A descriptor for noting writes, or -1. */
static int open_noting(void)
{
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | USER_MODE_ONLY);
    struct uffdio_api api = {
        .api = UFFD_API,
        .features = FEATURE_WP_UNPOPULATED | FEATURE_WP_ASYNC};
    if (fd >= 0 && ioctl(fd, UFFDIO_API, &api) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool notes_writes(void)
{
    int fd = open_noting();
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool lists_written_pages(void)
{
    static char page[2 * PAGE_BYTES];
    uintptr_t start = ((uintptr_t)page + PAGE_BYTES - 1) / PAGE_BYTES *
                      PAGE_BYTES;
    struct scan scan = {.size = sizeof scan, .start = start,
                        .end = start + PAGE_BYTES, .all_of = PAGE_IS_WRITTEN,
                        .shown = PAGE_IS_WRITTEN};
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    page[PAGE_BYTES] = 1;
    bool listed = fd >= 0 && ioctl(fd, SCAN, &scan) >= 0;
    if (fd >= 0)
        close(fd);
    return listed;
}

static bool copies_memory(void)
{
    char from = 1, to = 0;
    struct iovec here = {&to, 1}, there = {&from, 1};
    return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == 1 && to == 1;
}

static bool has_processes(void)
{
    return access("/proc/self/maps", R_OK) == 0;
}

static bool has_huge_pages(void)
{
    static const char file[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    struct strbuf text = {0};
    bool has = strbuf_read_file(&text, file) && text.text &&
               !strstr(text.text, "[never]");
    strbuf_free(&text);
    return has;
}

const struct kernel_facility *kernel_facilities(void)
{
    static const char stands[] =
        "programs with libraries that escc did not compile stand still while "
        "their memory is marked";
    static const struct kernel_facility all[] = {
        {"process_vm_readv",
         "memory is read through /proc/self/mem, which takes longer",
         copies_memory},
        {"userfaultfd that notes writes (Linux 6.7)", stands, notes_writes},
        {"PAGEMAP_SCAN (Linux 6.7)", stands, lists_written_pages},
        {"transparent huge pages",
         "allocating and marking large heaps takes longer", has_huge_pages},
        {"/proc",
         "threads that the C library starts by itself are not seen, and "
         "huge mappings are read as a whole", has_processes},
        {NULL, NULL, NULL}
    };
    return all;
}

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The least that a first write costs: the rest is others' work. */
static double timed_writes(int fd, char *memory, size_t bytes)
{
    struct uffdio_register range = {
        .range = {(uintptr_t)memory, bytes},
        .mode = UFFDIO_REGISTER_MODE_WP};
    struct uffdio_writeprotect protect = {
        .range = {(uintptr_t)memory, bytes},
        .mode = UFFDIO_WRITEPROTECT_MODE_WP};
    memset(memory, 1, bytes);
    if (ioctl(fd, UFFDIO_REGISTER, &range) != 0 ||
        ioctl(fd, UFFDIO_WRITEPROTECT, &protect) != 0)
        return -1;
    double least = 1e6;
    for (size_t i = 0; i < bytes; i += PAGE_BYTES) {
        double begin = microseconds();
        ((volatile char *)memory)[i] = 2;
        double cost = microseconds() - begin;
        least = cost < least ? cost : least;
    }
    return least;
}

double kernel_noted_write_cost(void)
{
    size_t bytes = (size_t)TIMED_PAGES * PAGE_BYTES;
    int fd = open_noting();
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    double cost = -1;
    if (fd >= 0 && memory != MAP_FAILED)
        cost = timed_writes(fd, memory, bytes);
    if (memory != MAP_FAILED)
        munmap(memory, bytes);
    if (fd >= 0)
        close(fd);
    return cost;
}
