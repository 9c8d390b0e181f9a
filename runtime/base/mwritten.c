/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwritten.c - which pages of memory were written since.
 *
 * A collector that marks while the program runs has to know what was stored
 * where it has been already.  Rewritten code could tell by its barriers;
 * libraries, the kernel (read, recv) and stores that nobody thought of tell
 * nothing.  The kernel knows for all of them: userfaultfd in the mode that
 * only notes writes (Linux 6.7).  A watched page is
 * write-protected; the first write to it lifts that without a signal, and
 * PAGEMAP_SCAN lists the pages where it is lifted and protects them again,
 * in one step for each page.  (The soft-dirty bit of older kernels is not
 * used: there are kernels that accept the request and never set it, and
 * reports that mprotect loses it.)
 *
 * What a watcher must count on:
 *
 *   - A kernel may have the calls and not do what they say.  So
 *     mwritten_begin writes to a page of ours and wants to see that, when the
 *     descriptors are new and now and then.
 *   - The loop by which the kernel looks for one category only (is_quick) took
 *     a bit of any entry for that of a page that is there, until Linux 6.9:
 *     a page that was written and is being moved just then looked as if it had
 *     not been.  Such an entry can be had: that of a poisoned page.  So the
 *     loop is used where it tells of one.
 *   - A range may lose its registration (mremap, a mapping made anew).
 *     SCAN_CHECK_WPASYNC turns that into an error; without it such pages
 *     would be left out.
 *   - An error in the middle has protected pages anew that were not listed.
 *     So after any error the whole range counts as written.
 *   - Pages that were never touched cost nothing, neither watched nor
 *     listed: their first write makes them `written`.
 *   - The program may close descriptors that it does not know (rt_kept.h).
 *
 * The first write to a watched page costs a fault: 1 µs on a machine of its
 * own, 20 µs in some virtual ones; within a huge page it also splits that.
 */
#include "mwritten.h"

#include "os.h"
#include "rt_assert.h"
#include "rt_clock.h"
#include "rt_kept.h"
#include "rt_proc.h"
#include "rt_syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Of <linux/userfaultfd.h> and <linux/fs.h> of Linux 6.7; older systems'
 * headers do not have them. */
enum {
    USER_MODE_ONLY = 1,
    FEATURE_WP_UNPOPULATED = 1 << 13,
    FEATURE_WP_ASYNC = 1 << 15,
    PAGE_WRITTEN = 1 << 1,
    /* Where there is data.  A page that nobody has touched counts as written
     * to the kernel; watching it would make page tables for it. */
    PAGE_PRESENT = 1 << 3,
    PAGE_SWAPPED = 1 << 4,
    SCAN_WP_MATCHING = 1 << 0,
    SCAN_CHECK_WPASYNC = 1 << 1
};
struct scan_region {
    uint64_t from, to, categories;
};
struct scan_request {
    uint64_t size, flags, from, to, walk_end, regions, nregions, most_pages;
    uint64_t inverted, all_of, any_of, wanted;
};
#define SCAN_IOCTL _IOWR('f', 16, struct scan_request)
struct poison_request {
    struct uffdio_range range;
    uint64_t mode;
    int64_t updated;
};
#define POISON_IOCTL _IOWR(UFFDIO, 8, struct poison_request)

enum { REGIONS = 512 };

static struct rt_kept fault = RT_KEPT_NONE, pagemap = RT_KEPT_NONE;
static char *planted;           /* a page to try it on */
/* What the kernel listed, and behind it the same for mwritten_list.  Not a
 * variable: those are roots, and this is full of addresses. */
static struct scan_region *regions;
static bool impossible;         /* the kernel cannot: do not ask again */
static bool is_quick;           /* its loop for one category can be used */

static uintptr_t page_down(uintptr_t address)
{
    return address & ~(uintptr_t)(os_page_bytes() - 1);
}

static uintptr_t page_up(uintptr_t address)
{
    return page_down(address + os_page_bytes() - 1);
}

static bool open_both(void)
{
    struct uffdio_api api = {.api = UFFD_API,
                             .features = FEATURE_WP_ASYNC |
                                         FEATURE_WP_UNPOPULATED};
    int fd = (int)rt_syscall(SYS_userfaultfd,
                             O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
    /* For want of descriptors it may work the next time. */
    impossible = fd < 0 && errno != EMFILE && errno != ENFILE;
    if (fd >= 0 && rt_syscall(SYS_ioctl, fd, UFFDIO_API, &api) != 0)
        impossible = true;
    if (!rt_keep(&fault, fd))
        return false;
    return rt_keep(&pagemap, rt_proc_open("/proc/self/pagemap", 0));
}

/* ---- watching ------------------------------------------------------------ */

bool mwritten_watch(uintptr_t from, uintptr_t to)
{
    return mwritten_register(from, to) && mwritten_again(from, to);
}

bool mwritten_register(uintptr_t from, uintptr_t to)
{
    struct uffdio_register request = {
        .range = {page_down(from), page_up(to) - page_down(from)},
        .mode = UFFDIO_REGISTER_MODE_WP};
    rt_assert(from < to);
    return rt_syscall(SYS_ioctl, fault.fd, UFFDIO_REGISTER, &request) == 0;
}

/* Meanwhile nobody can map memory, so in parts, of 0.3 ms. */
bool mwritten_again(uintptr_t from, uintptr_t to)
{
    enum { PART_BYTES = 8 << 20 };
    const uintptr_t end = page_up(to);
    struct scan_request scan = {.size = sizeof scan,
                                .flags = SCAN_WP_MATCHING |
                                         SCAN_CHECK_WPASYNC,
                                .from = page_down(from),
                                .all_of = PAGE_WRITTEN,
                                .any_of = PAGE_PRESENT | PAGE_SWAPPED};
    while (scan.from < end) {
        scan.to = end - scan.from > PART_BYTES ? scan.from + PART_BYTES : end;
        if (rt_syscall(SYS_ioctl, pagemap.fd, SCAN_IOCTL, &scan) < 0 ||
            scan.walk_end <= scan.from)
            return false;
        scan.from = scan.walk_end;
    }
    return true;
}

/* Makes pages writable, too, so that their next write is no fault. */
void mwritten_ignore(uintptr_t from, uintptr_t to)
{
    struct uffdio_writeprotect request = {
        .range = {page_down(from), page_up(to) - page_down(from)}};
    rt_syscall(SYS_ioctl, fault.fd, UFFDIO_WRITEPROTECT, &request);
}

void mwritten_unwatch(uintptr_t from, uintptr_t to)
{
    struct uffdio_range range = {page_down(from),
                                 page_up(to) - page_down(from)};
    rt_syscall(SYS_ioctl, fault.fd, UFFDIO_UNREGISTER, &range);
}

/* Returns where it ended, having told all before that; 0: it failed.  `scan`
 * says what is asked for, and where the answer goes. */
static uintptr_t scan_some(struct scan_request *scan, uintptr_t from,
                           uintptr_t to, mwritten_run *run, void *argument)
{
    const struct scan_region *runs = (const struct scan_region *)scan->regions;
    scan->size = sizeof *scan;
    scan->from = page_down(from);
    scan->to = page_up(to);
    /* The kernel has a buffer for so many, each time. */
    uint64_t npages = (scan->to - scan->from) / os_page_bytes();
    scan->nregions = npages < 2 * REGIONS ? npages / 2 + 1 : REGIONS;
    scan->flags |= SCAN_CHECK_WPASYNC;
    scan->all_of = scan->wanted = PAGE_WRITTEN;
    long n = rt_syscall(SYS_ioctl, pagemap.fd, SCAN_IOCTL, scan);
    if (n < 0 || scan->walk_end <= scan->from)
        return 0;
    for (long i = 0; i < n; i++) {
        uintptr_t begin = runs[i].from > from ? runs[i].from : from;
        uintptr_t end = runs[i].to < to ? runs[i].to : to;
        run(begin, end, argument);
    }
    return scan->walk_end < to ? scan->walk_end : to;
}

/* All of it, however many calls that takes. */
static void scan_all(struct scan_request *scan, uintptr_t from, uintptr_t to,
                     mwritten_run *run, void *argument)
{
    for (uintptr_t at = from; at < to;) {
        at = scan_some(scan, at, to, run, argument);
        if (!at) {
            run(from, to, argument);
            return;
        }
    }
}

void mwritten_take(uintptr_t from, uintptr_t to, bool again,
                   mwritten_run *run, void *argument)
{
    struct scan_request scan = {.flags = again ? SCAN_WP_MATCHING : 0,
                                .regions = (uintptr_t)regions,
                                .any_of = PAGE_PRESENT | PAGE_SWAPPED};
    scan_all(&scan, from, to, run, argument);
}

/* One category and no other: for that the kernel has a loop that only looks at
 * the bit, more than twice as fast. */
void mwritten_list(uintptr_t from, uintptr_t to, mwritten_run *run,
                   void *argument)
{
    struct scan_request scan = {
        .regions = (uintptr_t)(regions + REGIONS),
        .any_of = is_quick ? 0 : PAGE_PRESENT | PAGE_SWAPPED};
    scan_all(&scan, from, to, run, argument);
}

/* ---- trying -------------------------------------------------------------- */

/* What a write costs is the least of so many: others may run in between.  Once
 * that is known it is tried again now and then only: each try takes as long as
 * all else that a short collection asks the kernel. */
enum { TRIES = 5, TRIED_AGAIN = 64 };

static uint64_t cost_ns;
static unsigned nbegun, ntrials;

static uint64_t now_ns(void)
{
    return rt_clock_now_ns();
}

static void note_run(uintptr_t from, uintptr_t to, void *argument)
{
    if (from == (uintptr_t)planted && to == from + os_page_bytes())
        ++*(int *)argument;
}

/* Whether a page of ours is listed when it was written, and only then. */
static bool sees_a_write(void)
{
    uintptr_t page = (uintptr_t)planted, end = page + os_page_bytes();
    int before = 0, after = 0;
    ntrials++;
    *(volatile char *)planted = 1;
    if (!mwritten_register(page, end))
        return false;
    cost_ns = UINT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        if (!mwritten_again(page, end))
            return false;
        mwritten_take(page, end, false, note_run, &before);
        uint64_t begin = now_ns();
        *(volatile char *)planted = 2;
        uint64_t cost = now_ns() - begin;
        cost_ns = cost < cost_ns ? cost : cost_ns;
        mwritten_take(page, end, true, note_run, &after);
    }
    return before == 0 && after == TRIES;
}

static void count_run(uintptr_t from, uintptr_t to, void *argument)
{
    (void)from;
    (void)to;
    ++*(int *)argument;
}

/* Whether that loop tells of a page that nobody watches and that is not there,
 * although its entry is not empty.  Nobody reads the page: that would be
 * fatal. */
static bool knows_entries(void)
{
    size_t bytes = os_page_bytes();
    char *page = os_reserve(bytes, bytes, false);
    uintptr_t from = (uintptr_t)page;
    struct poison_request poison = {.range = {from, bytes}};
    struct scan_request scan = {.regions = (uintptr_t)regions};
    int n = 0;
    if (!page)
        return false;
    bool knows = os_commit(page, bytes) &&
                 mwritten_register(from, from + bytes) &&
                 rt_syscall(SYS_ioctl, fault.fd, POISON_IOCTL, &poison) == 0 &&
                 scan_some(&scan, from, from + bytes, count_run, &n) != 0;
    os_release(page, bytes);
    return knows && n == 1;
}

bool mwritten_lists_quickly(void)
{
    return is_quick;
}

uint64_t mwritten_cost_ns(void)
{
    return cost_ns;
}

unsigned mwritten_trials(void)
{
    return ntrials;
}

/* What was opened before is ours still, and works. */
static bool still_works(void)
{
    return rt_kept_is_ours(&fault) && rt_kept_is_ours(&pagemap) &&
           (++nbegun % TRIED_AGAIN != 0 || sees_a_write());
}

static void drop_both(void)
{
    rt_kept_drop(&fault);
    rt_kept_drop(&pagemap);
}

bool mwritten_begin(void)
{
    int saved = errno;
    bool works = false;
    if (!planted)
        planted = os_alloc(os_page_bytes());
    if (!regions)
        regions = os_alloc(2 * REGIONS * sizeof *regions);
    if (!impossible && planted && regions) {
        works = still_works();
        if (!works) {
            drop_both();
            nbegun = 0;
            works = open_both() && sees_a_write();
            is_quick = works && knows_entries();
        }
        if (!works)
            drop_both();
    }
    errno = saved;
    return works;
}

void mwritten_fork_child(void)
{
    drop_both();
}
