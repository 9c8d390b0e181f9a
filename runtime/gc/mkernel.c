/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mkernel.c - pointers of the program that only the kernel has.
 *
 * An event loop gives the kernel a pointer with each descriptor
 * (epoll_event.data) and may keep no copy: the kernel's is the only one
 * until the event comes.  The same holds for a signal's value between
 * sigqueue and its handler, and for that of a message queue's
 * notification.
 *
 * Each such pointer is in a `held`, a foreign block and so a root, from
 * before the system call that hands it over.  Here is the table of them; the
 * wrappers of those calls (wrap/mwrap_kernel.c) make the blocks, enter them
 * and take back what is over.  The question is when one may go, because the
 * kernel does not say:
 *
 *   epoll    EPOLL_CTL_DEL and _MOD say it.  Closing a descriptor does not:
 *            the registration lives on while a duplicate of the descriptor
 *            does, in this process or another.  So a close only makes a
 *            look due; a collection reads from /proc/self/fdinfo/EPOLL what
 *            the kernel still has, and drops the rest.
 *   signal   A value is dropped at the second collection in a row that
 *            finds no signal of its number pending.  Not at the first: a
 *            signal that was just taken out may be on its way to the frame
 *            of its handler, on a stack that is being scanned as that of
 *            a waiting thread.
 *   queue    The last two of each descriptor number are kept; one
 *            notification may be under way while the next is set up.
 *
 * Several `held` may exist for one descriptor of one epoll: that of a file
 * that was closed under that number, and that of its successor.  DEL and
 * MOD mean the newest, which comes first in its chain.  An epoll that was
 * reached by a duplicate of its descriptor is found under both numbers:
 * what /proc lists under any number is kept under all.
 *
 * Where there is no /proc nothing is dropped that was not deleted.
 *
 * A look opens files of /proc, for moments: with other threads running it
 * would take the descriptor number that one of them counts on, or the last
 * one there is.  So it is only taken while they are stopped.  The cost is
 * constant for each registration and each close: a collection looks when
 * few are held, or as many descriptors were closed as an eighth of that;
 * and since collections may be far apart, threads are also stopped for a
 * look when the number of `held` has doubled, so that a server that accepts
 * connections without end does not fill the memory.
 *
 * Lock: a leaf, over the chains.  It is held around the system call of a
 * registration: else a look could miss a registration that was just made,
 * and drop it.  Blocks are allocated and freed outside of it, above this
 * layer.
 */
#include "mkernel.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_print.h"
#include "base/rt_proc.h"
#include "base/rt_process.h"
#include "base/rt_tls.h"
#include "mbarrier.h"
#include "mgc.h"

#include <fcntl.h>
#include <string.h>

enum {
    NCHAINS = 512,
    /* Below this a look is not worth its system calls. */
    LEAST_TO_LOOK = 256,
    /* Epolls that one look tells apart; with more than that, nothing is
     * dropped. */
    MOST_EPOLLS = 256
};

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct mkernel_held *chains[NCHAINS];
static size_t nheld, look_at = LEAST_TO_LOOK;
static struct mkernel_held *dropped_by_look;    /* to be given back */
static uint32_t nclosed;        /* since the last look; atomic */
static uint32_t any_signal;     /* held at the last look or sent since */
static void (*give_back)(struct mkernel_held *dropped);

/* ---- chains -------------------------------------------------------------- */

struct mkernel_held **mkernel_chain(enum mkernel_sort sort, int key)
{
    return &chains[((unsigned)key * 3 + sort) % NCHAINS];
}

void mkernel_link(struct mkernel_held *held)
{
    struct mkernel_held **chain = mkernel_chain(held->sort, held->key);
    rt_assert(rt_holds_lock(RT_RANK_LEAF));
    held->next = *chain;
    *chain = held;
    nheld++;
}

struct mkernel_held **mkernel_find(struct mkernel_held **at,
                                   enum mkernel_sort sort,
                                   int key, int epoll)
{
    while (*at && ((*at)->sort != sort || (*at)->key != key ||
                   (*at)->epoll != epoll))
        at = &(*at)->next;
    return at;
}

void mkernel_drop(struct mkernel_held **at, struct mkernel_held **dropped)
{
    struct mkernel_held *held = *at;
    if (!held)
        return;
    rt_assert(nheld > 0);
    *at = held->next;
    held->next = *dropped;
    *dropped = held;
    nheld--;
}

void mkernel_drop_this(const struct mkernel_held *held,
                       struct mkernel_held **dropped)
{
    struct mkernel_held **at = mkernel_chain(held->sort, held->key);
    while (*at && *at != held)
        at = &(*at)->next;
    mkernel_drop(at, dropped);
}

void mkernel_lock(void)
{
    rt_enter();
    rt_lock(&lock);
}

void mkernel_unlock(void)
{
    rt_unlock(&lock);
    rt_leave();
}

/* ---- what the kernel has, by /proc --------------------------------------- */

/* One look at a time. */
static struct rt_proc_reader reader;

static void see_registration(int key, uintptr_t value)
{
    struct mkernel_held *h = *mkernel_chain(MKERNEL_EPOLL, key);
    for (; h; h = h->next)
        if (h->sort == MKERNEL_EPOLL && h->key == key && h->value == value)
            h->seen = true;
}

/* Marks what the epoll still has; false if there is no such descriptor. */
static bool see_epoll(int epoll)
{
    char path[64], line[256];
    bool is_epoll = false;
    rt_format(path, sizeof path, "/proc/self/fdinfo/%d", epoll);
    if (!rt_proc_begin(&reader, path))
        return false;
    while (rt_proc_line(&reader, line, sizeof line))
        if (strncmp(line, "tfd:", 4) == 0) {
            is_epoll = true;
            see_registration(
                (int)rt_proc_number_after(line, "tfd:", 10),
                (uintptr_t)rt_proc_number_after(line, "data:", 16));
        }
    rt_proc_end(&reader);
    return is_epoll;
}

static void see_descriptor(const char *name, void *argument)
{
    (void)argument;
    see_epoll((int)rt_proc_decimal(name));
}

/* An epoll was not found under its number: it may have another. */
static bool see_all_descriptors(void)
{
    int fd = rt_proc_open("/proc/self/fd", O_DIRECTORY);
    if (fd >= 0)
        rt_proc_for_each_entry(fd, see_descriptor, NULL);
    return fd >= 0;
}

static void see_pending(const char *thread, void *argument)
{
    uint64_t *pending = argument;
    char path[64], line[256];
    rt_format(path, sizeof path, "/proc/self/task/%s/status", thread);
    if (!rt_proc_begin(&reader, path))
        return;
    while (rt_proc_line(&reader, line, sizeof line))
        if (strncmp(line, "SigPnd:", 7) == 0 ||
            strncmp(line, "ShdPnd:", 7) == 0)
            *pending |= rt_proc_number_after(line, "Pnd:", 16);
    rt_proc_end(&reader);
}

/* The signals that are pending for the process or a thread, as a set;
 * all if that cannot be read. */
static uint64_t read_pending(void)
{
    uint64_t pending = 0;
    int fd = rt_proc_open("/proc/self/task", O_DIRECTORY);
    if (fd < 0)
        return ~UINT64_C(0);
    rt_proc_for_each_entry(fd, see_pending, &pending);
    return pending;
}

/* ---- looking ------------------------------------------------------------- */

/* Asks every epoll that something is held for; false if the answers are
 * not complete. */
static bool see_epolls(void)
{
    int epolls[MOST_EPOLLS];
    size_t n = 0, i;
    bool complete = true;
    for (size_t c = 0; c < NCHAINS; c++)
        for (struct mkernel_held *h = chains[c]; h; h = h->next) {
            if (h->sort != MKERNEL_EPOLL)
                continue;
            h->seen = false;
            for (i = 0; i < n && epolls[i] != h->epoll; i++)
                ;
            if (i == n && n == MOST_EPOLLS)
                return false;
            if (i == n)
                epolls[n++] = h->epoll;
        }
    for (i = 0; i < n; i++)
        complete &= see_epoll(epolls[i]);
    return complete || see_all_descriptors();
}

static bool is_over(struct mkernel_held *held, bool epolls_known,
                    uint64_t pending)
{
    bool seen = held->seen;
    switch (held->sort) {
    case MKERNEL_EPOLL:
        return epolls_known && !seen;
    case MKERNEL_SIGNAL:
        held->seen = !(pending >> (held->key - 1) & 1);
        return held->seen && seen;
    default:
        return false;
    }
}

/* With the threads stopped, and so without the lock. */
static void look(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED || rt_is_guest());
    uint64_t pending = rt_load_relaxed(&any_signal) ? read_pending() : 0;
    bool epolls_known = see_epolls(), signal_left = false;
    rt_store_relaxed(&nclosed, 0);
    for (size_t c = 0; c < NCHAINS; c++)
        for (struct mkernel_held **at = &chains[c]; *at;) {
            if (is_over(*at, epolls_known, pending)) {
                if (__escc_tls.marking) /* see mwrap_kernel.c */
                    mbarrier_shade((*at)->value);
                (*at)->value = 0;       /* the block is still a root */
                mkernel_drop(at, &dropped_by_look);
                continue;
            }
            signal_left |= (*at)->sort == MKERNEL_SIGNAL;
            at = &(*at)->next;
        }
    rt_store_relaxed(&any_signal, signal_left);
    look_at = nheld * 2 > LEAST_TO_LOOK ? nheld * 2 : LEAST_TO_LOOK;
}

void mkernel_prune(void)
{
    rt_assert(mgc_phase() == MGC_STOPPED);
    uint64_t closed = rt_load_relaxed(&nclosed);
    if (nheld <= LEAST_TO_LOOK)
        closed *= LEAST_TO_LOOK;
    if (nheld > 0 && (rt_load_relaxed(&any_signal) || closed * 8 >= nheld))
        look();
}

void mkernel_release(void)
{
    struct mkernel_held *dropped = dropped_by_look;
    dropped_by_look = NULL;
    rt_assert(mgc_phase() == MGC_OFF || mgc_phase() == MGC_OPEN);
    if (dropped)
        give_back(dropped);
}

void mkernel_on_release(void (*act)(struct mkernel_held *dropped))
{
    give_back = act;
}

/* ---- what the wrappers tell and ask -------------------------------------- */

bool mkernel_has_any(void)
{
    return rt_load_relaxed(&nheld) > 0;
}

bool mkernel_has_doubled(void)
{
    return nheld > look_at;
}

void mkernel_look(void)
{
    rt_enter();
    mgc_while_stopped(look, mkernel_release);
    rt_leave();
}

void mkernel_note_close(void)
{
    rt_add_relaxed(&nclosed, 1);
}

void mkernel_note_signal(void)
{
    rt_store_relaxed(&any_signal, 1);
}
