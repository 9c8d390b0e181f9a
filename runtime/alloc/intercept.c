/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* intercept.c - the C library's allocation functions, for the process.
 *
 * Owns the symbols malloc, free and their family: libc and every library
 * that was not rewritten allocates through these.  What they get is foreign
 * blocks (malloc.c).  The family is complete: one function that were
 * missing would be libc's, and bring libc's heap in with it, or, in a
 * static executable, a second definition of all the others.
 *
 * Results and errno are glibc's: malloc(0) is unique, realloc(p, 0) frees,
 * memalign rounds a strange alignment up, errno is ENOMEM when memory is
 * out and untouched otherwise (free keeps it always).
 *
 * Early calls.  The dynamic linker and libc call malloc before any
 * constructor has run.  The first call of a thread registers it and the
 * first of all starts the runtime (malloc_cache); neither needs anything
 * but relocated code.
 *
 * Where the process's malloc is another one, these hand over to it
 * (mguest.c).
 *
 * The allocator behind ours gets the addresses that we do not know: blocks
 * from before we were loaded (a plain program that loads a library built
 * with escc), or from a direct call of __libc_malloc.  It is the next
 * definition after ours, or in a static executable, where there is no next,
 * libc's internal name.  No name is looked up before such an address comes,
 * since the look-up itself may allocate.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "intercept.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_export.h"
#include "base/rt_print.h"
#include "base/rt_real.h"
#include "heap/mheap.h"
#include "maligned.h"
#include "mcaller.h"
#include "mfree.h"
#include "mguest.h"
#include "rt_malloc.h"
#include "thread/mthread.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the allocator behind ------------------------------------------------ */

extern __typeof__(dlsym) dlsym __attribute__((weak));
extern void __libc_free(void *block) __attribute__((weak));
extern void *__libc_realloc(void *block, size_t bytes)
    __attribute__((weak));

/* The calls are made BLOCKED, for they wait for locks of the dynamic linker and
 * of that allocator: who has them may be stopped, by a stop that waits for this
 * thread. */
static void *look_up(const char *name)
{
    return rt_real_is_static() ? NULL : dlsym(RTLD_NEXT, name);
}

static inline void end_wait(bool blocked)
{
    if (blocked)
        mthread_block_end();
}

void intercept_next_free(void *block)
{
    static void *found;
    void (*next)(void *) = NULL;

    bool blocked = mthread_block_begin();
    if (!found)
        rt_store_relaxed(&found, look_up("free"));
    memcpy(&next, &found, sizeof next);
    if (!next)
        next = __libc_free;
    if (next)
        next(block);
    end_wait(blocked);
}

void *intercept_next_realloc(void *block, size_t bytes)
{
    static void *found;
    void *(*next)(void *, size_t) = NULL;

    bool blocked = mthread_block_begin();
    if (!found)
        rt_store_relaxed(&found, look_up("realloc"));
    memcpy(&next, &found, sizeof next);
    if (!next)
        next = __libc_realloc;
    void *moved = next ? next(block, bytes) : NULL;
    end_wait(blocked);
    if (!next)
        errno = ENOMEM;
    return moved;
}

size_t intercept_next_usable_size(const void *block)
{
    static void *found;
    size_t (*next)(const void *) = NULL;

    bool blocked = mthread_block_begin();
    if (!found)
        rt_store_relaxed(&found, look_up("malloc_usable_size"));
    memcpy(&next, &found, sizeof next);
    size_t bytes = next ? next(block) : 0;
    end_wait(blocked);
    return bytes;
}

/* ---- allocation ---------------------------------------------------------- */

/* [inv.blocked.libc].  A thread that waits inside the runtime is BLOCKED again
 * whatever holds for the waits of the program. */
static inline bool enter(void)
{
    bool was_blocked = mthread_wake();
    rt_enter();
    return was_blocked;
}

static inline void leave(bool was_blocked)
{
    rt_leave();
    if (__builtin_expect(!was_blocked, 1))
        return;
    if (__escc_tls.in_rt)
        mthread_block_begin();
    else
        mthread_wait_begin();
}

static void *result(void *block)
{
    if (__builtin_expect(!block, 0))
        errno = ENOMEM;
    return block;
}

RT_EXPORT void *malloc(size_t bytes)
{
    if (mguest_is_on())
        return mguest_malloc(bytes);
    bool was_blocked = enter();
    void *block = malloc_object(bytes, SPAN_FOREIGN, MALLOC_TRACED);
    leave(was_blocked);
    return result(block);
}

RT_EXPORT void *calloc(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        return result(NULL);
    if (mguest_is_on())
        return mguest_calloc(count, bytes);
    bool was_blocked = enter();
    void *block = malloc_object(total, SPAN_FOREIGN, MALLOC_ZEROED);
    leave(was_blocked);
    return result(block);
}

MCALLER_ENTRY
RT_EXPORT void free(void *block)
{
    if (!block)
        return;
    if (mguest_is_on()) {
        mguest_free(block);
        return;
    }
    bool was_blocked = enter();
    mfree_foreign(block);
    leave(was_blocked);
}

MCALLER_ENTRY
RT_EXPORT void *realloc(void *old, size_t bytes)
{
    if (mguest_is_on() && !mheap_contains((uintptr_t)old))
        return mguest_realloc(old, bytes);
    if (!old)
        return malloc(bytes);
    bool was_blocked = enter();
    bool exhausted;
    void *block = mfree_realloc(old, bytes, SPAN_FOREIGN, 0, false, &exhausted);
    leave(was_blocked);
    return exhausted ? result(NULL) : block;
}

RT_EXPORT void *reallocarray(void *old, size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        return result(NULL);
    return realloc(old, total);
}

/* What all aligned functions do; `alignment` is a power of two. */
static void *aligned(size_t alignment, size_t bytes)
{
    if (mguest_is_on())
        return mguest_memalign(alignment, bytes);
    bool was_blocked = enter();
    void *block = malloc_aligned(bytes, alignment, SPAN_FOREIGN,
                                 MALLOC_TRACED);
    leave(was_blocked);
    return block;
}

RT_EXPORT void *memalign(size_t alignment, size_t bytes)
{
    size_t power = maligned_power(alignment);
    return power ? result(aligned(power, bytes)) : NULL;
}

RT_EXPORT void *aligned_alloc(size_t alignment, size_t bytes)
{
    return memalign(alignment, bytes);
}

RT_EXPORT int posix_memalign(void **out, size_t alignment, size_t bytes)
{
    if (!maligned_is_valid(alignment))
        return EINVAL;
    void *block = aligned(alignment, bytes);
    if (!block)
        return ENOMEM;
    *out = block;
    return 0;
}

RT_EXPORT void *valloc(size_t bytes)
{
    return memalign(os_page_bytes(), bytes);
}

RT_EXPORT void *pvalloc(size_t bytes)
{
    return maligned_whole_pages(&bytes) ? valloc(bytes) : result(NULL);
}

/* ---- questions and settings ---------------------------------------------- */

RT_EXPORT size_t malloc_usable_size(void *block)
{
    if (!block)
        return 0;
    if (mguest_is_on() && !mheap_contains((uintptr_t)block))
        return mguest_usable_size(block);
    bool was_blocked = enter();
    size_t bytes = mfree_usable_size(block);
    leave(was_blocked);
    return bytes;
}

/* glibc's knobs do not fit this allocator; saying that they were set is
 * what programs that tune them expect. */
/* mguest.c asks whether a program's functions are those of a runtime. */
RT_EXPORT int mallopt(int parameter, int value)
{
    (void)value;
    return parameter == MGUEST_IS_IT_YOU ? MGUEST_IT_IS : 1;
}

RT_EXPORT int malloc_trim(size_t pad)
{
    bool was_blocked = enter();
    size_t in_use = rt_load_relaxed(&mheap.stats.span_pages) * PAGE_BYTES;
    size_t given = mheap_scavenge(pad > SIZE_MAX - in_use ? SIZE_MAX
                                                          : in_use + pad);
    leave(was_blocked);
    return given != 0;
}

static void read_stats(struct mheap_stats *stats)
{
    bool was_blocked = enter();
    mheap_read_stats(stats);
    leave(was_blocked);
}

static size_t bytes_in_use(const struct mheap_counts *counts)
{
    return counts->alloc_bytes - counts->free_bytes;
}

RT_EXPORT struct mallinfo2 mallinfo2(void)
{
    struct mallinfo2 info = {0};
    struct mheap_stats stats;
    read_stats(&stats);
    info.arena = stats.committed_bytes;
    info.uordblks = bytes_in_use(&stats.counts);
    info.fordblks = info.arena > info.uordblks ? info.arena - info.uordblks
                                               : 0;
    info.keepcost = (stats.resident_pages - stats.span_pages) * PAGE_BYTES;
    return info;
}

RT_EXPORT struct mallinfo mallinfo(void)
{
    struct mallinfo2 from = mallinfo2();
    struct mallinfo info = {0};
    /* Wraps as glibc's does: the fields are int. */
    info.arena = (int)from.arena;
    info.uordblks = (int)from.uordblks;
    info.fordblks = (int)from.fordblks;
    info.keepcost = (int)from.keepcost;
    return info;
}

RT_EXPORT void malloc_stats(void)
{
    struct mheap_stats stats;
    read_stats(&stats);
    rt_print("escc heap: %lu bytes committed, %lu in use, of these %lu in "
             "blocks of other code; %lu objects allocated, %lu freed\n",
             (unsigned long)stats.committed_bytes,
             (unsigned long)bytes_in_use(&stats.counts),
             (unsigned long)stats.counts.foreign_bytes,
             (unsigned long)stats.counts.alloc_objects,
             (unsigned long)stats.counts.free_objects);
}

RT_EXPORT int malloc_info(int options, FILE *stream)
{
    if (options != 0) {
        errno = EINVAL;
        return -1;
    }
    struct mheap_stats stats;
    read_stats(&stats);
    fprintf(stream,
            "<malloc version=\"1\">\n"
            "<system type=\"current\" size=\"%llu\"/>\n"
            "<total type=\"inuse\" count=\"%llu\" size=\"%llu\"/>\n"
            "</malloc>\n",
            (unsigned long long)stats.committed_bytes,
            (unsigned long long)(stats.counts.alloc_objects -
                                 stats.counts.free_objects),
            (unsigned long long)bytes_in_use(&stats.counts));
    return 0;
}

/* ---- by names of our own ------------------------------------------------- */

/* gcc wants the alias to have the attributes of what it names; clang has no
 * word for that, and does not ask. */
#ifdef __clang__
#define ALIAS(name) alias(#name), visibility("hidden")
#else
#define ALIAS(name) alias(#name), copy(name), visibility("hidden")
#endif

extern __typeof__(malloc) intercept_malloc
    __attribute__((ALIAS(malloc)));
extern __typeof__(malloc_usable_size) intercept_malloc_usable_size
    __attribute__((ALIAS(malloc_usable_size)));
extern __typeof__(calloc) intercept_calloc
    __attribute__((ALIAS(calloc)));
extern __typeof__(realloc) intercept_realloc
    __attribute__((ALIAS(realloc)));
extern __typeof__(posix_memalign) intercept_posix_memalign
    __attribute__((ALIAS(posix_memalign)));
extern __typeof__(aligned_alloc) intercept_aligned_alloc
    __attribute__((ALIAS(aligned_alloc)));
extern __typeof__(memalign) intercept_memalign
    __attribute__((ALIAS(memalign)));
extern __typeof__(pvalloc) intercept_pvalloc
    __attribute__((ALIAS(pvalloc)));
extern __typeof__(reallocarray) intercept_reallocarray
    __attribute__((ALIAS(reallocarray)));
extern __typeof__(valloc) intercept_valloc
    __attribute__((ALIAS(valloc)));
