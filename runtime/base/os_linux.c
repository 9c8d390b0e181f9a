/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* os_linux.c - memory from Linux.
 *
 * Owns the system calls that map, protect and advise memory for the
 * allocator, and nothing else: threads, signals and futexes belong to the
 * files that use them.
 *
 * Calls go to the kernel directly, not through libc's mmap and friends: the
 * runtime wraps those for the program (mappings that a program makes are
 * scanned), and these mappings must not be.
 *
 * Why reserve with PROT_NONE and commit with mprotect, rather than mapping
 * everything writable with MAP_NORESERVE:
 *
 *   - the kernel charges a private mapping when it becomes writable.  So
 *     overcommit accounting, RLIMIT_DATA and the heuristic that refuses an
 *     absurd request work as they do for any other malloc, and a refusal
 *     comes back as ENOMEM and not as a later kill;
 *   - a core dump leaves inaccessible pages out.
 *
 * RLIMIT_AS is the exception: it counts the reservation.  A limit that is
 * there at start-up makes the reservation smaller (mheap.c); one that the
 * program sets later would not be felt, so growing the heap compares with
 * it (os_address_space_limit).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os.h"

#include "rt_atomic.h"
#include "rt_proc.h"
#include "rt_syscall.h"

#include <errno.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Where random bases lie: below the mappings, libraries and stacks at the
 * top of the 47 bits of user space (they grow down from there, by less than
 * 16 TiB), and not in the lower part, where the upper half of an address is
 * an integer below 20480: a struct of two ints, any one and a count, would
 * look like a pointer too often. */
static const uintptr_t random_low = (uintptr_t)5 << 44;
static const uintptr_t random_high = (uintptr_t)7 << 44;

static void *map(void *hint, size_t bytes, int protection, int more_flags)
{
    int saved = errno;
    long result = rt_syscall(SYS_mmap, hint, bytes, protection,
                             MAP_PRIVATE | MAP_ANONYMOUS | more_flags, -1, 0L);
    errno = saved;
    return result == -1 ? NULL : (void *)result;
}

size_t os_page_bytes(void)
{
    unsigned long bytes = getauxval(AT_PAGESZ);
    return bytes != 0 ? bytes : 4096;
}

/* Not for keys. */
static uint64_t random_bits(void)
{
    uint64_t bits = 0;
    int saved = errno;
    if (rt_syscall(SYS_getrandom, &bits, sizeof bits, 1 /* nonblocking */) !=
        (long)sizeof bits) {
        const unsigned char *seed = (void *)getauxval(AT_RANDOM);
        /* The seed guards other things: hash it, one way. */
        bits = (uintptr_t)&bits;
        for (size_t i = 0; seed && i < 16; i++)
            bits = (bits ^ seed[i]) * UINT64_C(0x9e3779b97f4a7c15);
    }
    errno = saved;
    return bits;
}

/* Reserved space is not in core files: gdb's gcore would write all of it. */
static void *without_dump(void *start, size_t bytes)
{
    int saved = errno;
    rt_syscall(SYS_madvise, start, bytes, MADV_DONTDUMP);
    errno = saved;
    return start;
}

void *os_reserve(size_t bytes, size_t align, bool random_base)
{
    void *mapped;
    for (int tries = 0; random_base && tries < 8; tries++) {
        uintptr_t hint = random_low + random_bits() % (random_high -
                                                     random_low);
        hint &= ~(align - 1);
        mapped = map((void *)hint, bytes, PROT_NONE, MAP_FIXED_NOREPLACE);
        /* Kernels before 4.17 take the flag for a mere hint. */
        if (mapped == (void *)hint)
            return without_dump(mapped, bytes);
        if (mapped)
            os_release(mapped, bytes);
    }
    if (bytes > SIZE_MAX - align)
        return NULL;
    mapped = map(NULL, bytes + align, PROT_NONE, 0);
    if (!mapped)
        return NULL;
    uintptr_t start = (uintptr_t)mapped;
    uintptr_t end = start + bytes + align;
    uintptr_t aligned = (start + align - 1) & ~(align - 1);
    if (aligned > start)
        os_release(mapped, aligned - start);
    if (end > aligned + bytes)
        os_release((void *)(aligned + bytes), end - (aligned + bytes));
    return without_dump((void *)aligned, bytes);
}

void os_release(void *start, size_t bytes)
{
    int saved = errno;
    rt_syscall(SYS_munmap, start, bytes);
    errno = saved;
}

bool os_commit(void *start, size_t bytes)
{
    int saved = errno;
    bool done = rt_syscall(SYS_mprotect, start, bytes,
                           PROT_READ | PROT_WRITE) == 0;
    if (done)
        rt_syscall(SYS_madvise, start, bytes, MADV_DODUMP);
    errno = saved;
    return done;
}

void os_discard(void *start, size_t bytes)
{
    int saved = errno;
    if (rt_syscall(SYS_madvise, start, bytes, MADV_DONTNEED) != 0)
        memset(start, 0, bytes);
    errno = saved;
}

static bool has_swap(void)
{
    struct sysinfo info = {0};
    return rt_syscall(SYS_sysinfo, &info) != 0 || info.totalswap != 0;
}

/* mincore calls a page that is swapped out absent. */
bool os_find_touched(const void *start, size_t npages,
                     unsigned char *touched)
{
    int saved = errno;
    bool can = rt_syscall(SYS_mincore, start, npages * os_page_bytes(),
                          touched) == 0 && !has_swap();
    for (size_t i = 0; can && i < npages; i++)
        touched[i] &= 1;
    errno = saved;
    return can;
}

bool os_may_be_mapped(uintptr_t address)
{
    unsigned char touched;
    int saved = errno;
    size_t page_bytes = os_page_bytes();
    bool may = rt_syscall(SYS_mincore, address & ~(uintptr_t)(page_bytes - 1),
                          page_bytes, &touched) == 0 || errno != ENOMEM;
    errno = saved;
    return may;
}

bool os_is_zero(const void *start, size_t bytes)
{
    typedef uint64_t word __attribute__((may_alias));
    const word *words = start;
    for (size_t i = 0; i < bytes / sizeof *words; i++)
        if (words[i])
            return false;
    return true;
}

/* A page that has only been read is the system's page of zeros. */
void os_clear(void *start, size_t bytes)
{
    /* At once; asking for fewer costs as much as zeroing them. */
    enum { MOST_PAGES = 1024, LEAST_PAGES = 16 };
    unsigned char touched[MOST_PAGES];
    size_t page_bytes = os_page_bytes();
    char *at = start;
    while (bytes >= LEAST_PAGES * page_bytes) {
        size_t n = bytes / page_bytes;
        if (n > MOST_PAGES)
            n = MOST_PAGES;
        if (!os_find_touched(at, n, touched))
            break;
        for (size_t i = 0; i < n; i++, at += page_bytes)
            if (touched[i] && !os_is_zero(at, page_bytes))
                memset(at, 0, page_bytes);
        bytes -= n * page_bytes;
    }
    memset(at, 0, bytes);
}

bool os_replace(void *start, size_t bytes)
{
    return map(start, bytes, PROT_READ | PROT_WRITE, MAP_FIXED);
}

void os_undo_advice(void *start, size_t bytes)
{
    /* Of Linux 6.13. */
    enum { GUARD_REMOVE = 103 };
    int saved = errno;
    rt_syscall(SYS_madvise, start, bytes, GUARD_REMOVE);
    rt_syscall(SYS_madvise, start, bytes, MADV_DOFORK);
    rt_syscall(SYS_madvise, start, bytes, MADV_KEEPONFORK);
    errno = saved;
}

bool os_wipe_in_children(void *start, size_t bytes)
{
    int saved = errno;
    bool done = rt_syscall(SYS_madvise, start, bytes, MADV_WIPEONFORK) == 0;
    errno = saved;
    return done;
}

void os_touch(void *start, size_t bytes)
{
    /* Others may be writing there; and a compiler drops an addition of 0. */
    size_t step = os_page_bytes();
    for (size_t at = 0; at < bytes; at += step)
        rt_cas((unsigned char *)start + at, 0, 0);
}

void os_advise_huge(void *start, size_t bytes)
{
    int saved = errno;
    rt_syscall(SYS_madvise, start, bytes, MADV_HUGEPAGE);
    errno = saved;
}

void os_advise_small(void *start, size_t bytes)
{
    int saved = errno;
    rt_syscall(SYS_madvise, start, bytes, MADV_NOHUGEPAGE);
    errno = saved;
}

/* Before Linux 5.14 the rest comes page by page. */
void *os_map_present(size_t bytes, size_t present)
{
    bool is_all = present == bytes;
    void *memory = map(NULL, bytes, PROT_READ | PROT_WRITE,
                       is_all ? MAP_POPULATE : 0);
    int saved = errno;
    if (memory && !is_all)
        rt_syscall(SYS_madvise, memory, present, MADV_POPULATE_WRITE);
    errno = saved;
    return memory;
}

/* A reserved range that is handed out from its start. */
struct range {
    uintptr_t next, end;        /* atomic */
};

/* What os_set_aside got: its first part is committed at once and is the
 * last to be used. */
static struct range aside, emergency;
static uintptr_t aside_committed;       /* its next part up to here; atomic */

enum {
    /* Mark queue for 32 thousand objects at a time, or the structures of a
     * thousand spans. */
    EMERGENCY_BYTES = 256 << 10,
    /* What is committed beyond what is asked for: at first that is a page here
     * and there, and each time takes two calls. */
    AHEAD_BYTES = 128 << 10
};

/* Of two that commit at the same time each has at least what it needs. */
static bool commit_aside(uintptr_t start, size_t bytes)
{
    uintptr_t from = rt_load_acquire(&aside_committed);
    uintptr_t to = start + bytes, end = rt_load_relaxed(&aside.end);
    if (to <= from)
        return true;
    to = end - to > AHEAD_BYTES ? to + AHEAD_BYTES : end;
    if (!os_commit((void *)from, to - from))
        return os_commit((void *)start, bytes);
    while (from < to && !rt_cas(&aside_committed, from, to))
        from = rt_load_acquire(&aside_committed);
    return true;
}

static void *take(struct range *range, size_t bytes, bool commit)
{
    uintptr_t start;
    do {
        start = rt_load_acquire(&range->next);
        if (rt_load_relaxed(&range->end) - start < bytes)
            return NULL;
    } while (!rt_cas(&range->next, start, start + bytes));
    if (!commit || commit_aside(start, bytes))
        return (void *)start;
    /* Back, unless somebody came in between: then it is lost, a piece of
     * address space. */
    rt_cas(&range->next, start + bytes, start);
    return NULL;
}

void os_set_aside(void *start, size_t bytes)
{
    uintptr_t middle = (uintptr_t)start + EMERGENCY_BYTES;
    size_t ahead = AHEAD_BYTES;
    if (bytes < 2 * EMERGENCY_BYTES)
        return;
    if (!os_commit(start, EMERGENCY_BYTES + ahead)) {
        ahead = 0;
        if (!os_commit(start, EMERGENCY_BYTES))
            return;
    }
    rt_store_relaxed(&aside_committed, middle + ahead);
    rt_store_relaxed(&emergency.end, middle);
    rt_store_release(&emergency.next, (uintptr_t)start);
    rt_store_relaxed(&aside.end, (uintptr_t)start + bytes);
    rt_store_release(&aside.next, middle);
}

void *os_alloc(size_t bytes)
{
    uintptr_t page = os_page_bytes();
    if (bytes > SIZE_MAX - page)
        return NULL;
    bytes = (bytes + page - 1) & ~(page - 1);
    void *memory = take(&aside, bytes, true);
    if (!memory)
        memory = map(NULL, bytes, PROT_READ | PROT_WRITE, 0);
    return memory ? memory : take(&emergency, bytes, false);
}

size_t os_address_space_limit(void)
{
    struct rlimit limit;
    int saved = errno;
    /* The raw call: usable before libc is relocated. */
    bool known = rt_syscall(SYS_prlimit64, 0, RLIMIT_AS, NULL, &limit) == 0;
    errno = saved;
    return known && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur
                                                    : SIZE_MAX;
}

/* The nth number of /proc/self/statm, which are pages, in bytes. */
static size_t statm(unsigned nth)
{
    char text[128] = "";
    const char *at = text;
    int saved = errno;
    int fd = rt_proc_open("/proc/self/statm", 0);
    if (fd >= 0)
        rt_proc_read(fd, text, sizeof text);
    errno = saved;
    for (; nth && *at; at++)
        nth -= *at == ' ';
    return rt_proc_decimal(at) * os_page_bytes();
}

size_t os_address_space_used(void)
{
    return statm(0);
}

size_t os_resident_bytes(void)
{
    return statm(1);
}

void os_name(void *start, size_t bytes, const char *name)
{
#ifdef PR_SET_VMA
    int saved = errno;

    rt_syscall(SYS_prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, start, bytes, name);
    errno = saved;
#else
    (void)start, (void)bytes, (void)name;
#endif
}
