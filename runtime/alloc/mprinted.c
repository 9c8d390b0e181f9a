/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mprinted.c - objects whose address the program has as text.
 *
 * Rewritten code passes a pointer through __escc_printed before a function
 * writes it with %p (rw_print.c says why).  From then on the text may be the
 * only reference, so the object stays until the program frees it, which is
 * also when plain C stops guaranteeing anything about the text.
 *
 * Each such object has one entry in a hash table.  Entries are foreign
 * blocks, and so roots that are read like any other.
 *
 * Objects that the program reaches by a pointer to somewhere else are kept in
 * the same way (rw_displace.c).
 *
 * The key is the start of the object's slot, whatever part was printed.
 *
 * free has to ask for every object whether it is here.  Programs that print
 * nothing must not pay for that: one relaxed load says that there are none.
 * A thread that frees what another is just printing has a race of its own.
 *
 * Lock: a leaf, over the chains.  Entries are allocated and freed outside.
 */
#include "mprinted.h"

#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_lock.h"
#include "base/rt_syscall.h"
#include "heap/mbitmap.h"
#include "thread/mthread.h"

#include <escc/rt.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct printed {
    struct printed *next;
    uintptr_t key;
};

enum { NCHAINS = 1024 };

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct printed *chains[NCHAINS];
size_t mprinted_count;

static struct printed **chain_of(uintptr_t key)
{
    /* Slots start at multiples of 16, and often of much more. */
    return &chains[key * UINT64_C(0x9e3779b97f4a7c15) >> 54];
}

_Static_assert(NCHAINS == 1 << (64 - 54), "the hash has 10 bits");

/* The link to the entry, or to the chain's end. */
static struct printed **find(uintptr_t key)
{
    struct printed **at = chain_of(key);
    while (*at && (*at)->key != key)
        at = &(*at)->next;
    return at;
}

/* The key of the collectable object at `address`; 0 if there is none. */
static uintptr_t key_of(uintptr_t address)
{
    struct mspan *span;
    uint32_t index;
    if (!mbitmap_find(address, &span, &index) || span->foreign)
        return 0;
    return mbitmap_base(span, index);
}

/* Adds the entry; false if the object has one. */
static bool add(struct printed *entry)
{
    rt_lock(&lock);
    struct printed **at = find(entry->key);
    bool is_new = !*at;
    if (is_new) {
        *at = entry;
        rt_add_relaxed(&mprinted_count, 1);
    }
    rt_unlock(&lock);
    return is_new;
}

void mprinted_take(uintptr_t address)
{
    uintptr_t key = key_of(address);
    rt_lock(&lock);
    struct printed **at = find(key), *entry = *at;
    if (entry) {
        *at = entry->next;
        rt_sub_relaxed(&mprinted_count, 1);
    }
    rt_unlock(&lock);
    free(entry);
}

/* Pipes and sockets may lead back into the process, terminals never; neither
 * can be told from here, and both are mostly for others. */
static bool is_readable(int fd)
{
    struct stat status;
    int flags = (int)rt_syscall(SYS_fcntl, fd, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) == O_RDWR &&
           rt_syscall(SYS_fstat, fd, &status) == 0 && S_ISREG(status.st_mode);
}

static bool is_collectable(const void *pointer)
{
    rt_enter();
    uintptr_t key = key_of((uintptr_t)pointer);
    rt_leave();
    return key != 0;
}

RT_EXPORT void *__escc_printed_fd(int fd, const void *pointer)
{
    int saved = errno;
    if (is_collectable(pointer) && is_readable(fd))
        __escc_printed(pointer);
    errno = saved;
    return (void *)(uintptr_t)pointer;
}

/* A stream without a descriptor is one of fmemopen, open_memstream or
 * fopencookie. */
RT_EXPORT void *__escc_printed_on(void *stream, const void *pointer)
{
    int saved = errno;
    if (is_collectable(pointer)) {
        int fd = fileno(stream ? stream : stdout);
        if (fd < 0 || is_readable(fd))
            __escc_printed(pointer);
    }
    errno = saved;
    return (void *)(uintptr_t)pointer;
}

RT_EXPORT void __escc_displaced(const void *pointer, const void *now)
{
    rt_enter();
    uintptr_t key = key_of((uintptr_t)pointer);
    bool left = key && key_of((uintptr_t)now) != key;
    rt_leave();
    if (left)
        __escc_printed(pointer);
}

RT_EXPORT void *__escc_printed(const void *pointer)
{
    int saved = errno;
    uintptr_t key;
    rt_enter();
    key = key_of((uintptr_t)pointer);
    if (key) {
        struct printed *entry = malloc(sizeof *entry);
        if (entry)
            *entry = (struct printed){.key = key};
        if (entry && !add(entry))
            free(entry);
    }
    rt_leave();
    errno = saved;
    return (void *)(uintptr_t)pointer;
}
