/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpeek.c - reading memory that the runtime does not own.
 *
 * Mappings of the program may be unmapped or protected by calls that we do
 * not see, and stacks of foreign threads may end anywhere.  A load from
 * such a page would kill the program, so the collector has the kernel copy
 * the bytes: process_vm_readv on ourselves reports a bad page instead of
 * faulting.  Where a sandbox forbids it, /proc/self/mem does the same; and
 * without a file descriptor for that, or without /proc, pages are read in
 * place after the kernel has shown that they can be: nobody else unmaps
 * them, since threads are stopped.
 *
 * A mapping may be huge and almost empty (an arena of 64 GiB of which one
 * page was touched).  Reading an absent page would allocate page tables
 * for it; /proc/self/pagemap says which pages hold data: by the ioctl
 * PAGEMAP_SCAN, which steps over holes (Linux 6.7), else entry by entry.
 *
 * Where the page map cannot be opened (after setuid, without /proc) mincore
 * tells the same, but calls pages absent that are swapped out: so only where
 * there is no swap.
 *
 * Pages that the process may not read at the moment have contents all the
 * same, which /proc/self/mem shows to those who ask for that.
 *
 * Single-threaded: the one collection in progress.  System calls only.  With
 * threads running (mpeek_begin_beside) only process_vm_readv will do, or a
 * descriptor of /proc/self/mem that is kept.
 */
#include "mpeek.h"

#include "os.h"
#include "rt_kept.h"
#include "rt_proc.h"
#include "rt_syscall.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    SYSTEM_PAGE_BYTES = 4096,
    /* Entries of the page map read at once: 2 MiB of memory. */
    BATCH_PAGES = 512,
    /* Looked at by mincore at once: 64 MiB. */
    MINCORE_PAGES = 16384
};

/* Bits of an entry of /proc/PID/pagemap: present, swapped. */
static const uint64_t holds_data = (uint64_t)3 << 62;

/* struct pm_scan_arg, struct page_region and the categories of
 * <linux/fs.h>, which older systems' headers do not have. */
struct scan_region {
    uint64_t from, to, categories;
};
struct scan_request {
    uint64_t size, flags, from, to, walk_end, regions, nregions, most_pages;
    uint64_t inverted, all_of, any_of, wanted;
};
enum { SCAN_PRESENT = 1 << 3, SCAN_SWAPPED = 1 << 4, SCAN_ZERO = 1 << 5 };
#define SCAN_IOCTL _IOWR('f', 16, struct scan_request)

/* Of memory_fd: was asked for in vain, which once in a collection is enough. */
enum { REFUSED = -2 };
static int pagemap_fd = -1, memory_fd = -1;
static struct rt_kept kept = RT_KEPT_NONE;     /* a page map, for good */
static struct rt_kept kept_memory = RT_KEPT_NONE;
static bool is_beside;          /* threads run: pagemap_fd is the kept one */
static bool no_process_vm, no_scan_ioctl;

void mpeek_begin(void)
{
    if (memory_fd == REFUSED)
        memory_fd = -1;
    pagemap_fd = rt_kept_is_ours(&kept)
        ? kept.fd : rt_proc_open("/proc/self/pagemap", 0);
}

void mpeek_acquire(void)
{
    int saved = errno;
    if (!rt_kept_is_ours(&kept)) {
        kept.fd = -1;
        rt_keep(&kept, rt_proc_open("/proc/self/pagemap", 0));
    }
    mpeek_keep_hidden();
    errno = saved;
}

bool mpeek_can_beside(void)
{
    uintptr_t word = 0, copy;
    int saved = errno;
    bool can = mpeek_copy(&copy, (uintptr_t)&word, sizeof word) ==
                   sizeof word &&
               (!no_process_vm || mpeek_keep_hidden());
    if (can && !rt_kept_is_ours(&kept)) {
        kept.fd = -1;
        can = rt_keep(&kept, rt_proc_open("/proc/self/pagemap", 0));
    }
    errno = saved;
    return can;
}

bool mpeek_begin_beside(void)
{
    if (!rt_kept_is_ours(&kept))
        return false;
    pagemap_fd = kept.fd;
    is_beside = true;
    return true;
}

void mpeek_fork_child(void)
{
    bool was_kept = rt_kept_is_ours(&kept_memory);
    rt_kept_drop(&kept);
    rt_kept_drop(&kept_memory);
    if (was_kept)
        mpeek_keep_hidden();
}

void mpeek_end(void)
{
    if (is_beside || pagemap_fd == kept.fd)
        pagemap_fd = -1;
    is_beside = false;
    if (pagemap_fd >= 0)
        rt_syscall(SYS_close, pagemap_fd);
    if (memory_fd >= 0)
        rt_syscall(SYS_close, memory_fd);
    pagemap_fd = memory_fd = -1;
}

/* rt_sigprocmask reads the eight bytes of the mask first (EFAULT), and then
 * finds that there is no operation -1. */
static bool is_readable(uintptr_t address)
{
    enum { MASK_BYTES = 8 };
    uintptr_t mask = address & ~(uintptr_t)(MASK_BYTES - 1);
    return rt_syscall(SYS_rt_sigprocmask, -1l, mask, NULL, MASK_BYTES) == 0 ||
           errno != EFAULT;
}

/* Makes the pages present, as reading them would; false if one of them cannot
 * be read, or before Linux 5.14. */
static bool are_readable(uintptr_t from, size_t bytes)
{
    enum { POPULATE_READ = 22 };
    uintptr_t mask = SYSTEM_PAGE_BYTES - 1, page = from & ~mask;
    return rt_syscall(SYS_madvise, page, (from + bytes - page + mask) & ~mask,
                      POPULATE_READ) == 0;
}

static size_t copy_in_place(char *to, uintptr_t from, size_t bytes)
{
    size_t done = 0;
    /* A system call for each page takes longer than reading it. */
    if (bytes > SYSTEM_PAGE_BYTES && are_readable(from, bytes)) {
        memcpy(to, (const void *)from, bytes);
        return bytes;
    }
    while (done < bytes && is_readable(from + done)) {
        size_t rest = SYSTEM_PAGE_BYTES - (from + done) % SYSTEM_PAGE_BYTES;
        if (rest > bytes - done)
            rest = bytes - done;
        memcpy(to + done, (const void *)(from + done), rest);
        done += rest;
    }
    return done;
}

/* A descriptor of /proc/self/mem; negative: none. */
static int memory_file(void)
{
    if (rt_kept_is_ours(&kept_memory))
        return kept_memory.fd;
    if (memory_fd == -1 && !is_beside) {
        int file = rt_proc_open("/proc/self/mem", 0);
        memory_fd = file < 0 ? REFUSED : file;
    }
    return memory_fd;
}

static size_t read_file(int file, void *to, uintptr_t from, size_t bytes)
{
    long n = rt_syscall(SYS_pread64, file, to, bytes, from);
    return n > 0 ? (size_t)n : 0;
}

static size_t copy_without_process_vm(void *to, uintptr_t from, size_t bytes)
{
    int file = memory_file();
    if (file >= 0)
        return read_file(file, to, from, bytes);
    return is_beside ? 0 : copy_in_place(to, from, bytes);
}

size_t mpeek_copy(void *to, uintptr_t from, size_t bytes)
{
    if (!no_process_vm) {
        struct iovec local = {to, bytes}, remote = {(void *)from, bytes};
        long n = rt_syscall(SYS_process_vm_readv, rt_getpid(), &local, 1l,
                            &remote, 1l, 0l);
        if (n >= 0)
            return (size_t)n;
        if (errno == EFAULT)
            return 0;
        no_process_vm = true;
    }
    return copy_without_process_vm(to, from, bytes);
}

bool mpeek_gather(void *to, const struct mpeek_range *ranges, size_t n,
                  size_t bytes)
{
    struct iovec local = {to, bytes}, remote[MPEEK_RANGES];
    for (size_t i = 0; i < n; i++)
        remote[i] = (struct iovec){(void *)ranges[i].from, ranges[i].bytes};
    return !no_process_vm &&
           rt_syscall(SYS_process_vm_readv, rt_getpid(), &local, 1l, remote, n,
                      0l) == (long)bytes;
}

size_t mpeek_copy_all(void *to, uintptr_t from, size_t bytes)
{
    size_t done = 0;
    for (;;) {
        done += mpeek_copy((char *)to + done, from + done, bytes - done);
        if (done == bytes)
            return done;
        size_t rest = SYSTEM_PAGE_BYTES - (from + done) % SYSTEM_PAGE_BYTES;
        if (rest > bytes - done)
            rest = bytes - done;
        int file = memory_file();
        size_t got = file < 0 ? 0 : read_file(file, (char *)to + done,
                                              from + done, rest);
        done += got;
        if (got < rest)
            return done;
    }
}

bool mpeek_keep_hidden(void)
{
    int saved = errno;
    bool can = rt_kept_is_ours(&kept_memory);
    if (!can) {
        kept_memory.fd = -1;
        can = rt_keep(&kept_memory, rt_proc_open("/proc/self/mem", 0));
    }
    errno = saved;
    return can;
}

/* Fills in up to `room` runs of pages in [from, to).  Returns how many, -1: the
 * kernel cannot tell.  *walked: up to where it has looked. */
static long scan_runs(int file, uintptr_t from, uintptr_t to,
                      struct scan_region *runs, size_t room,
                      uintptr_t *walked)
{
    uintptr_t mask = SYSTEM_PAGE_BYTES - 1;
    struct scan_request request = {
        .size = sizeof request,
        .from = from & ~mask,
        .to = (to + mask) & ~mask,
        .regions = (uintptr_t)runs,
        .nregions = room,
        /* Pages that have only been read are the system's page of zeros. */
        .inverted = SCAN_ZERO,
        .all_of = SCAN_ZERO,
        .any_of = SCAN_PRESENT | SCAN_SWAPPED,
        .wanted = SCAN_PRESENT
    };
    long n = no_scan_ioctl ? -1 : rt_syscall(SYS_ioctl, file, SCAN_IOCTL,
                                             &request);
    no_scan_ioctl |= n < 0;
    *walked = (size_t)n == room ? request.walk_end : to;
    for (long i = 0; i < n; i++) {
        if (runs[i].from < from)
            runs[i].from = from;
        if (runs[i].to > to)
            runs[i].to = to;
    }
    return n;
}

/* 1: found, 0: none, -1: the kernel cannot. */
static int next_run_by_ioctl(uintptr_t *from, uintptr_t *to)
{
    struct scan_region run;
    uintptr_t walked;
    long n = scan_runs(pagemap_fd, *from, *to, &run, 1, &walked);
    if (n > 0) {
        *from = run.from;
        *to = run.to;
    }
    return (int)n;
}

static bool has_swap(void)
{
    static int known = -1;
    struct sysinfo info = {0};
    if (known < 0)
        known = rt_syscall(SYS_sysinfo, &info) != 0 || info.totalswap != 0;
    return known;
}

/* The pages from `page` on that mincore can tell of; 0: the first is not
 * mapped.  *can: whether it can tell at all. */
static size_t look_at_pages(uintptr_t page, size_t npages,
                            unsigned char *present, bool *can)
{
    while (npages > 0 &&
           rt_syscall(SYS_mincore, page, npages * SYSTEM_PAGE_BYTES,
                      present) != 0) {
        *can &= errno == ENOMEM;
        npages /= 2;
    }
    return npages;
}

/* As next_run_by_ioctl. */
static int next_run_by_mincore(uintptr_t *from, uintptr_t *to)
{
    static unsigned char present[MINCORE_PAGES];
    uintptr_t page = *from & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
    uintptr_t start = 0, end = *to;
    bool can = true;
    while (page < end) {
        size_t npages = (end - page + SYSTEM_PAGE_BYTES - 1) /
                        SYSTEM_PAGE_BYTES;
        npages = look_at_pages(page, npages < MINCORE_PAGES ? npages
                                                            : MINCORE_PAGES,
                               present, &can);
        if (!can)
            return 1;           /* all of it, as where there is swap */
        if (npages == 0)
            present[npages++] = 0;
        for (size_t i = 0; i < npages; i++, page += SYSTEM_PAGE_BYTES) {
            bool here = (present[i] & 1) != 0;
            if (here && !start) {
                start = page > *from ? page : *from;
            } else if (!here && start) {
                *from = start;
                *to = page;
                return 1;
            }
        }
    }
    if (!start)
        return 0;
    *from = start;
    return 1;
}

int mpeek_next_run(uintptr_t *from, uintptr_t *to)
{
    static uint64_t entries[BATCH_PAGES];
    uintptr_t page = *from & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
    uintptr_t start = 0, end = *to;
    if (*from >= *to)
        return 0;
    if (pagemap_fd < 0)
        return has_swap() ? 1 : next_run_by_mincore(from, to);
    int found = next_run_by_ioctl(from, to);
    if (found >= 0)
        return found;
    while (page < end) {
        size_t npages = (end - page + SYSTEM_PAGE_BYTES - 1) /
                        SYSTEM_PAGE_BYTES;
        if (npages > BATCH_PAGES)
            npages = BATCH_PAGES;
        long n = rt_syscall(SYS_pread64, pagemap_fd, entries,
                            npages * sizeof *entries,
                            page / SYSTEM_PAGE_BYTES * sizeof *entries);
        if (n < (long)sizeof *entries)
            return start ? (*from = start, 1) : 1;
        npages = (size_t)n / sizeof *entries;
        for (size_t i = 0; i < npages; i++, page += SYSTEM_PAGE_BYTES) {
            bool here = (entries[i] & holds_data) != 0;
            if (here && !start) {
                start = page > *from ? page : *from;
            } else if (!here && start) {
                *from = start;
                *to = page;
                return 1;
            }
        }
    }
    if (!start)
        return 0;
    *from = start;
    return 1;
}

/* The series.  Its addresses are nobody's pointers: they lie outside of the
 * variables, or are not kept. */
static struct {
    uintptr_t at, to;
    int file;
    struct scan_region *runs;
    size_t nruns, next;
} touched;

enum { RUNS_BYTES = 16 * 1024 };

void mpeek_begin_touched(uintptr_t from, uintptr_t to)
{
    touched.at = from;
    touched.to = to;
    touched.nruns = touched.next = 0;
    touched.file = pagemap_fd;
    if (pagemap_fd < 0 && rt_kept_is_ours(&kept))
        touched.file = kept.fd;
    if (!touched.runs)
        touched.runs = os_alloc(RUNS_BYTES);
}

static bool fetch_runs(void)
{
    if (touched.file < 0 || !touched.runs)
        return false;
    long n = scan_runs(touched.file, touched.at, touched.to, touched.runs,
                       RUNS_BYTES / sizeof *touched.runs, &touched.at);
    touched.next = 0;
    touched.nruns = n > 0 ? (size_t)n : 0;
    return n >= 0;
}

static int next_touched_alone(uintptr_t *from, uintptr_t *to)
{
    int saved = pagemap_fd;
    *from = touched.at;
    *to = touched.to;
    pagemap_fd = touched.file;
    int found = mpeek_next_run(from, to);
    pagemap_fd = saved;
    touched.at = found ? *to : touched.to;
    return found;
}

int mpeek_next_touched(uintptr_t *from, uintptr_t *to)
{
    while (touched.next == touched.nruns) {
        uintptr_t at = touched.at;
        if (at >= touched.to) {
            touched.at = touched.to = 0;
            return 0;
        }
        if (!fetch_runs()) {
            touched.at = at;
            return next_touched_alone(from, to);
        }
    }
    *from = touched.runs[touched.next].from;
    *to = touched.runs[touched.next++].to;
    return 1;
}
