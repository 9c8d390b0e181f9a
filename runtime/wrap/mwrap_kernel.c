/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_kernel.c - pointers of the program that only the kernel has.
 *
 * An event loop gives the kernel a pointer with each descriptor
 * (epoll_event.data) and may keep no copy: the kernel's is the only one
 * until the event comes.  The same holds for a signal's value between
 * sigqueue and its handler, and for that of a message queue's
 * notification.  (POSIX timers: mwrap_timer.c.  aio_* and getaddrinfo_a
 * keep the program's pointers in blocks of libc's, which are roots.)
 *
 * Each such pointer is in a `held`, a foreign block and so a root, from
 * before the system call that hands it over.  The question is when it may
 * go, because the kernel does not say:
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
 * A value that is no address in the heap (a descriptor number, mostly)
 * needs no `held`; it gets one only where an older one exists for the same
 * descriptor of the same epoll, so that the newest is the one meant.
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
 * and drop it.  Blocks are allocated and freed outside.
 */
#include "mwrap_kernel.h"

#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_print.h"
#include "base/rt_real.h"
#include "gc/mgc.h"
#include "heap/mheap.h"
#include "mwrap_block.h"
#include "thread/mthread.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

enum sort { HELD_EPOLL, HELD_SIGNAL, HELD_QUEUE };

struct held {
    struct held *next;          /* in its chain, newest first */
    uintptr_t value;
    enum sort sort;
    int key;                    /* descriptor registered, signal, queue */
    int epoll;                  /* HELD_EPOLL: the descriptor it is in */
    /* EPOLL: /proc lists it.  SIGNAL: not pending at the last look. */
    bool seen;
};

enum {
    NCHAINS = 512,
    /* Below this a look is not worth its system calls. */
    LEAST_TO_LOOK = 256,
    /* Epolls that one look tells apart; with more than that, nothing is
     * dropped. */
    MOST_EPOLLS = 256
};

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct held *chains[NCHAINS];
static size_t nheld, look_at = LEAST_TO_LOOK;
static struct held *dropped_by_look;    /* to be freed */
static uint32_t nclosed;        /* since the last look; atomic */
static uint32_t any_signal;     /* held at the last look or sent since */
static uint32_t any_epoll;      /* close need not care before */

/* ---- chains -------------------------------------------------------------- */

static struct held **chain_of(enum sort sort, int key)
{
    return &chains[((unsigned)key * 3 + sort) % NCHAINS];
}

static struct held *new_held(enum sort sort, int key, int epoll,
                             uintptr_t value)
{
    struct held *held = malloc(sizeof *held);
    if (held)
        *held = (struct held){.value = value, .sort = sort, .key = key,
                              .epoll = epoll};
    return held;
}

static void link_held(struct held *held)
{
    struct held **chain = chain_of(held->sort, held->key);
    held->next = *chain;
    *chain = held;
    nheld++;
}

/* The link to the newest for that key, or to the chain's end. */
static struct held **find(struct held **at, enum sort sort, int key,
                          int epoll)
{
    while (*at && ((*at)->sort != sort || (*at)->key != key ||
                   (*at)->epoll != epoll))
        at = &(*at)->next;
    return at;
}

/* Moves *at from its chain to the list *dropped. */
static void drop(struct held **at, struct held **dropped)
{
    struct held *held = *at;
    if (!held)
        return;
    *at = held->next;
    held->next = *dropped;
    *dropped = held;
    nheld--;
}

static void drop_this(const struct held *held, struct held **dropped)
{
    struct held **at = chain_of(held->sort, held->key);
    while (*at && *at != held)
        at = &(*at)->next;
    drop(at, dropped);
}

static void free_all(struct held *dropped)
{
    while (dropped) {
        struct held *next = dropped->next;
        free(dropped);
        dropped = next;
    }
}

static void lock_chains(void)
{
    rt_enter();
    rt_lock(&lock);
}

static void unlock_chains(void)
{
    rt_unlock(&lock);
    rt_leave();
}

/* ---- what the kernel has, by /proc --------------------------------------- */

/* A file of /proc, line by line.  Static: one look at a time. */
struct lines {
    int fd;
    size_t at, filled;
    char text[4096], line[256];
};

static struct lines lines;

static bool lines_open(const char *path)
{
    lines.at = lines.filled = 0;
    lines.fd = (int)syscall(SYS_openat, AT_FDCWD, path,
                            O_RDONLY | O_CLOEXEC);
    return lines.fd >= 0;
}

static int lines_char(void)
{
    if (lines.at == lines.filled) {
        long n = syscall(SYS_read, lines.fd, lines.text, sizeof lines.text);
        if (n <= 0)
            return -1;
        lines.filled = (size_t)n;
        lines.at = 0;
    }
    return (unsigned char)lines.text[lines.at++];
}

/* The next line, cut to what fits; NULL at the end, which closes. */
static const char *lines_next(void)
{
    size_t n = 0;
    int c = lines_char();
    if (c < 0) {
        syscall(SYS_close, lines.fd);
        return NULL;
    }
    for (; c >= 0 && c != '\n'; c = lines_char())
        if (n < sizeof lines.line - 1)
            lines.line[n++] = (char)c;
    lines.line[n] = 0;
    return lines.line;
}

/* The number behind `label` in a line; 0 if there is none. */
static uint64_t number_after(const char *line, const char *label,
                             unsigned base)
{
    const char *at = strstr(line, label);
    uint64_t value = 0;
    if (!at)
        return 0;
    for (at += strlen(label); *at == ' ' || *at == '\t'; at++)
        ;
    for (;; at++) {
        unsigned digit = *at >= '0' && *at <= '9' ? (unsigned)(*at - '0')
                         : *at >= 'a' && *at <= 'f'
                             ? (unsigned)(*at - 'a' + 10)
                             : base;
        if (digit >= base)
            return value;
        value = value * base + digit;
    }
}

static void see_registration(int key, uintptr_t value)
{
    for (struct held *h = *chain_of(HELD_EPOLL, key); h; h = h->next)
        if (h->sort == HELD_EPOLL && h->key == key && h->value == value)
            h->seen = true;
}

/* Marks what the epoll still has; false if there is no such descriptor. */
static bool see_epoll(int epoll)
{
    char path[64];
    const char *line;
    bool is_epoll = false;
    rt_format(path, sizeof path, "/proc/self/fdinfo/%d", epoll);
    if (!lines_open(path))
        return false;
    while ((line = lines_next()))
        if (strncmp(line, "tfd:", 4) == 0) {
            is_epoll = true;
            see_registration((int)number_after(line, "tfd:", 10),
                             (uintptr_t)number_after(line, "data:", 16));
        }
    return is_epoll;
}

/* Calls `look` for each entry of a folder of /proc; false if it cannot be
 * read. */
static bool for_each_entry(const char *folder, void (*look)(const char *name))
{
    char entries[2048];
    int fd = (int)syscall(SYS_openat, AT_FDCWD, folder,
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    for (;;) {
        long n = syscall(SYS_getdents64, fd, entries, sizeof entries);
        if (n <= 0)
            break;
        for (long at = 0; at < n;) {
            const struct dirent64 *entry =
                (const struct dirent64 *)(entries + at);
            if (entry->d_name[0] != '.')
                look(entry->d_name);
            at += entry->d_reclen;
        }
    }
    syscall(SYS_close, fd);
    return true;
}

static void see_descriptor(const char *name)
{
    see_epoll(atoi(name));
}

/* An epoll was not found under its number: it may have another. */
static bool see_all_descriptors(void)
{
    return for_each_entry("/proc/self/fd", see_descriptor);
}

/* The union over the threads that were looked at. */
static uint64_t found_pending;

static void see_pending(const char *thread)
{
    char path[64];
    const char *line;
    rt_format(path, sizeof path, "/proc/self/task/%s/status", thread);
    if (!lines_open(path))
        return;
    while ((line = lines_next()))
        if (strncmp(line, "SigPnd:", 7) == 0 ||
            strncmp(line, "ShdPnd:", 7) == 0)
            found_pending |= number_after(line, "Pnd:", 16);
}

/* The signals that are pending for the process or a thread, as a set;
 * all if that cannot be read. */
static uint64_t read_pending(void)
{
    found_pending = 0;
    return for_each_entry("/proc/self/task", see_pending)
               ? found_pending : ~UINT64_C(0);
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
        for (struct held *h = chains[c]; h; h = h->next) {
            if (h->sort != HELD_EPOLL)
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

static bool is_over(struct held *held, bool epolls_known, uint64_t pending)
{
    bool seen = held->seen;
    switch (held->sort) {
    case HELD_EPOLL:
        return epolls_known && !seen;
    case HELD_SIGNAL:
        held->seen = !(pending >> (held->key - 1) & 1);
        return held->seen && seen;
    default:
        return false;
    }
}

/* With the threads stopped, and so without the lock. */
static void look(void)
{
    uint64_t pending = rt_load_relaxed(&any_signal) ? read_pending() : 0;
    bool epolls_known = see_epolls(), signal_left = false;
    rt_store_relaxed(&nclosed, 0);
    for (size_t c = 0; c < NCHAINS; c++)
        for (struct held **at = &chains[c]; *at;) {
            if (is_over(*at, epolls_known, pending)) {
                (*at)->value = 0;       /* the block is still a root */
                drop(at, &dropped_by_look);
                continue;
            }
            signal_left |= (*at)->sort == HELD_SIGNAL;
            at = &(*at)->next;
        }
    rt_store_relaxed(&any_signal, signal_left);
    look_at = nheld * 2 > LEAST_TO_LOOK ? nheld * 2 : LEAST_TO_LOOK;
}

void mwrap_kernel_prune(void)
{
    uint64_t closed = rt_load_relaxed(&nclosed);
    if (nheld <= LEAST_TO_LOOK)
        closed *= LEAST_TO_LOOK;
    if (nheld > 0 && (rt_load_relaxed(&any_signal) || closed * 8 >= nheld))
        look();
}

void mwrap_kernel_release(void)
{
    struct held *dropped = dropped_by_look;
    dropped_by_look = NULL;
    free_all(dropped);
}

/* Called with no lock, after something was linked. */
static void look_if_doubled(bool doubled)
{
    if (!doubled)
        return;
    rt_enter();
    mgc_while_stopped(look, mwrap_kernel_release);
    rt_leave();
}

/* ---- the calls ----------------------------------------------------------- */

/* A registration needs a `held`; the one that is offered may not be
 * wanted.  Under lock. */
static bool needs_held(int epoll, int file, uintptr_t value)
{
    return mheap_contains(value) ||
           *find(chain_of(HELD_EPOLL, file), HELD_EPOLL, file, epoll);
}

static int register_held(int epoll, int operation, int file,
                         struct epoll_event *event, struct held **held,
                         struct held **dropped)
{
    struct held **chain = chain_of(HELD_EPOLL, file), **older = chain;
    if (*held && needs_held(epoll, file, (*held)->value)) {
        struct held *linked = *held;
        link_held(linked);
        older = &linked->next;
        *held = NULL;
        if (syscall(SYS_epoll_ctl, epoll, operation, file, event) != 0) {
            drop_this(linked, dropped);
            return -1;
        }
    } else if (syscall(SYS_epoll_ctl, epoll, operation, file, event) != 0) {
        return -1;
    }
    if (operation != EPOLL_CTL_ADD)
        drop(find(older, HELD_EPOLL, file, epoll), dropped);
    return 0;
}

RT_EXPORT int epoll_ctl(int epoll, int operation, int file,
                        struct epoll_event *event)
{
    struct held *held = NULL, *dropped = NULL;
    if (event && operation != EPOLL_CTL_DEL &&
        (rt_load_relaxed(&nheld) > 0 || mheap_contains(event->data.u64))) {
        held = new_held(HELD_EPOLL, file, epoll, event->data.u64);
        if (!held) {
            errno = ENOMEM;
            return -1;
        }
    }
    lock_chains();
    int result = register_held(epoll, operation, file, event, &held,
                               &dropped);
    int error = errno;
    bool doubled = nheld > look_at;
    unlock_chains();
    rt_store_relaxed(&any_epoll, 1);
    free(held);
    free_all(dropped);
    look_if_doubled(doubled);
    if (result != 0)
        errno = error;
    return result;
}

RT_EXPORT int close(int file)
{
    struct wait wait = {0};
    if (rt_load_relaxed(&any_epoll))
        rt_add_relaxed(&nclosed, 1);
    /* A socket that lingers: nobody signals us, which would end it. */
    wait_begin(&wait);
    int result = RT_REAL(close)(file);
    wait_end(&wait);
    return result;
}

/* Under lock, around the call that sends: a look in between would find
 * nothing pending. */
static void hold_signal(struct held *held)
{
    link_held(held);
    rt_store_relaxed(&any_signal, 1);
}

void mwrap_kernel_hold_signal(int signal, uintptr_t value)
{
    struct held *held = mheap_contains(value)
        ? new_held(HELD_SIGNAL, signal, 0, value) : NULL;
    if (!held)
        return;
    lock_chains();
    hold_signal(held);
    bool doubled = nheld > look_at;
    unlock_chains();
    look_if_doubled(doubled);
}

/* Sends by `send`, to a thread of this process or to `target`.  If that
 * fails the value is held a while for nothing. */
static int send_held(int (*send)(unsigned long target, int signal,
                                 union sigval value),
                     unsigned long target, int signal, union sigval value)
{
    struct held *held = NULL;
    if (signal >= 1 && signal <= 64) {
        held = new_held(HELD_SIGNAL, signal, 0,
                        (uintptr_t)value.sival_ptr);
        if (!held) {
            errno = EAGAIN;
            return EAGAIN;
        }
    }
    lock_chains();
    if (held)
        hold_signal(held);
    int result = send(target, signal, value);
    int error = errno;
    bool doubled = nheld > look_at;
    unlock_chains();
    look_if_doubled(doubled);
    errno = error;
    return result;
}

static int send_to_process(unsigned long target, int signal,
                           union sigval value)
{
    return RT_REAL(sigqueue)((pid_t)target, signal, value);
}

static int send_to_thread(unsigned long target, int signal,
                          union sigval value)
{
    return RT_REAL(pthread_sigqueue)((pthread_t)target, signal, value);
}

RT_EXPORT int sigqueue(pid_t process, int signal, const union sigval value)
{
    if (process != getpid() || !mheap_contains((uintptr_t)value.sival_ptr))
        return RT_REAL(sigqueue)(process, signal, value);
    return send_held(send_to_process, (unsigned long)process, signal,
                     value) ? -1 : 0;
}

RT_EXPORT int pthread_sigqueue(pthread_t thread, int signal,
                               const union sigval value)
{
    if (!mheap_contains((uintptr_t)value.sival_ptr))
        return RT_REAL(pthread_sigqueue)(thread, signal, value);
    return send_held(send_to_thread, thread, signal, value);
}

RT_EXPORT int mq_notify(mqd_t queue, const struct sigevent *event)
{
    struct held *held = NULL, *dropped = NULL;
    if (event && event->sigev_notify != SIGEV_NONE) {
        held = new_held(HELD_QUEUE, queue, 0,
                        (uintptr_t)event->sigev_value.sival_ptr);
        if (!held) {
            errno = ENOMEM;
            return -1;
        }
        lock_chains();
        link_held(held);
        unlock_chains();
    }
    int result = RT_REAL(mq_notify)(queue, event);
    int error = errno;
    if (!held)
        return result;
    lock_chains();
    if (result != 0) {
        drop_this(held, &dropped);
    } else {
        struct held **at = find(&held->next, HELD_QUEUE, queue, 0);
        if (*at)
            drop(find(&(*at)->next, HELD_QUEUE, queue, 0), &dropped);
    }
    unlock_chains();
    free_all(dropped);
    errno = error;
    return result;
}
