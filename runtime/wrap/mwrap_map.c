/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_map.c - mmap, munmap and mremap.
 *
 * Memory that the program maps itself may hold pointers to collectable
 * objects (pools, arenas, coroutine stacks), so private and anonymous
 * mappings are roots.  Their protection does not matter: address space is
 * often reserved first and made writable later with mprotect, and what
 * cannot be read is skipped when it is scanned (mpeek.c).
 *
 * Not roots: shared mappings of files (pointers there would outlive the
 * process), and mappings that libc makes for itself, which do not come
 * through these symbols: thread stacks (mstack.c), segments of libraries
 * (mroots.c).
 *
 * The list and the system call change under one lock: otherwise another
 * thread's mapping could get an address range between our munmap and its
 * removal from the list, and be removed.
 *
 * A range of the heap, or of variables, over which the program maps something,
 * or which it unmaps, is noted (gc/mprotected.c).
 *
 * These may be called before the runtime has started; they use system
 * calls and the table only.
 */
#include "mwrap_map.h"

#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "gc/mprotected.h"
#include "gc/mroots.h"
#include "heap/mheap.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SYSTEM_PAGE_BYTES = 4096 };

static uintptr_t page_up(uintptr_t address)
{
    return (address + SYSTEM_PAGE_BYTES - 1) &
           ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
}

/* MAP_SHARED_VALIDATE contains the bits of both, hence the mask. */
static bool may_hold_pointers(int flags)
{
    return (flags & MAP_ANONYMOUS) || (flags & MAP_TYPE) == MAP_PRIVATE;
}

/* Something else takes the place of [from, to), which the collector may read
 * without asking.  `held`: the collection lock, which is taken when it is
 * needed; returns whether it is held. */
static bool begin_over(uintptr_t from, uintptr_t to, bool is_ordinary,
                       bool held)
{
    if (from >= to || !rt_is_running())
        return held;
    bool is_read = (from < mheap.end && to > mheap.base) ||
                   mroots_is_static(from, to);
    if (!is_read && !mprotected_may_overlap(from, to))
        return held;
    if (!held && !mgc_hold())
        return false;
    if (is_read && !is_ordinary)
        mprotected_add(from, to, MPROTECTED_MAPPED);
    else
        mprotected_remove(from, to, MPROTECTED_ALL);
    return true;
}

static void end_over(bool held)
{
    if (held)
        mgc_release();
}

/* What mmap has made. */
static void note_mapping(uintptr_t from, size_t bytes, int flags)
{
    uintptr_t to = page_up(from + bytes);
    if (may_hold_pointers(flags) && (flags & MAP_GROWSDOWN))
        mroots_add_growing_mapping(from, to);
    else if (may_hold_pointers(flags))
        mroots_add_mapping(from, to);
    else
        mroots_remove_mapping(from, to);
}

/* ---- another object's functions ------------------------------------------ */

/* They may do anything, so they are called outside of the runtime.  A mapping
 * is entered before the program has its address, and left out before it is
 * given up: afterwards it may be somebody else's. */
static void *foreign_mmap(void *address, size_t bytes, int protection,
                          int flags, int file, off_t offset)
{
    void *result = rt_real.mmap(address, bytes, protection, flags, file,
                                offset);
    int error = errno;
    rt_enter();
    mroots_lock();
    if (result != MAP_FAILED)
        note_mapping((uintptr_t)result, bytes, flags);
    mroots_unlock();
    rt_leave();
    errno = error;
    return result;
}

static bool forget_mapping(uintptr_t from, uintptr_t to)
{
    rt_enter();
    mroots_lock();
    bool listed = from < to && mroots_has_mapping(from, to);
    if (listed)
        mroots_remove_mapping(from, to);
    mroots_unlock();
    rt_leave();
    return listed;
}

static void enter_mapping(uintptr_t from, uintptr_t to)
{
    int saved = errno;
    rt_enter();
    mroots_lock();
    mroots_add_moved_mapping(from, to);
    mroots_unlock();
    rt_leave();
    errno = saved;
}

/* What mremap leaves where it was, and has elsewhere, too: a shared mapping of
 * which it is told no bytes, or not to unmap them.  `was_aliased`: what it
 * moves. */
static void note_alias(uintptr_t old, size_t old_bytes, uintptr_t now,
                       size_t bytes, int flags, bool was_aliased)
{
    bool stays = !old_bytes || (flags & MREMAP_DONTUNMAP);
    if (stays)
        mroots_alias_mapping(old, page_up(old + bytes));
    if (stays || was_aliased)
        mroots_alias_mapping(now, page_up(now + bytes));
}

static bool is_aliased(uintptr_t from, uintptr_t to)
{
    rt_enter();
    mroots_lock();
    bool result = mroots_is_aliased(from, to);
    mroots_unlock();
    rt_leave();
    return result;
}

static void enter_alias(uintptr_t old, size_t old_bytes, uintptr_t now,
                        size_t bytes, int flags, bool was_aliased)
{
    int saved = errno;
    rt_enter();
    mroots_lock();
    note_alias(old, old_bytes, now, bytes, flags, was_aliased);
    mroots_unlock();
    rt_leave();
    errno = saved;
}

static int foreign_munmap(void *address, size_t bytes)
{
    uintptr_t from = (uintptr_t)address, to = page_up(from + bytes);
    bool listed = forget_mapping(from, to);
    int result = rt_real.munmap(address, bytes);
    if (result != 0 && listed)
        enter_mapping(from, to);
    return result;
}

static void *foreign_mremap(void *old, size_t old_bytes, size_t bytes,
                            int flags, void *wanted)
{
    uintptr_t from = (uintptr_t)old, to = page_up(from + old_bytes);
    bool was_aliased = is_aliased(from, to);
    bool listed = forget_mapping(from, to);
    void *result = rt_real.mremap(old, old_bytes, bytes, flags, wanted);
    uintptr_t now = (uintptr_t)result;
    bool stays = result == MAP_FAILED || (flags & MREMAP_DONTUNMAP);
    if (listed && stays)
        enter_mapping(from, to);
    if (listed && result != MAP_FAILED)
        enter_mapping(now, page_up(now + bytes));
    if (result != MAP_FAILED)
        enter_alias(from, old_bytes, now, bytes, flags, was_aliased);
    return result;
}

/* Whether what is there matters to nobody but the list of mappings. */
static bool is_elsewhere(uintptr_t from, size_t bytes)
{
    uintptr_t to = page_up(from + bytes);
    return !(from < mheap.end && to > mheap.base) &&
           !mroots_is_static(from, to) &&
           !mprotected_may_overlap(from, to) && !mwake_is_code(from, to);
}

/* ---- the functions ------------------------------------------------------- */

void *mwrap_map_mmap(void *address, size_t bytes, int protection, int flags,
                     int file, off_t offset)
{
    enum { ORDINARY = PROT_READ | PROT_WRITE };
    if (flags & MAP_FIXED)
        mwake_before((uintptr_t)address, (uintptr_t)address + bytes);
    rt_enter();
    bool held = (flags & MAP_FIXED) &&
                begin_over((uintptr_t)address,
                           page_up((uintptr_t)address + bytes),
                           (flags & MAP_ANONYMOUS) &&
                               (flags & MAP_TYPE) == MAP_PRIVATE &&
                               (protection & ORDINARY) == ORDINARY,
                           false);
    mroots_lock();
    long result = rt_syscall(SYS_mmap, address, bytes, protection, flags, file,
                             offset);
    int error = errno;
    if (result != -1)
        note_mapping((uintptr_t)result, bytes, flags);
    mroots_unlock();
    end_over(held);
    rt_leave();
    if (result == -1)
        errno = error;
    return (void *)result;
}

RT_EXPORT void *mmap(void *address, size_t bytes, int protection, int flags,
                     int file, off_t offset)
{
    if (rt_real.mmap && (!(flags & MAP_FIXED) ||
                         is_elsewhere((uintptr_t)address, bytes)))
        return foreign_mmap(address, bytes, protection, flags, file, offset);
    return mwrap_map_mmap(address, bytes, protection, flags, file, offset);
}

/* The same function for those who were compiled with large offsets. */
RT_EXPORT void *mmap64(void *address, size_t bytes, int protection,
                       int flags, int file, off64_t offset)
    __attribute__((alias("mmap")));

int mwrap_map_munmap(void *address, size_t bytes)
{
    mwake_before((uintptr_t)address, (uintptr_t)address + bytes);
    rt_enter();
    bool held = begin_over((uintptr_t)address,
                           page_up((uintptr_t)address + bytes), false,
                           false);
    mroots_lock();
    long result = rt_syscall(SYS_munmap, address, bytes);
    int error = errno;
    if (result == 0)
        mroots_remove_mapping((uintptr_t)address,
                              page_up((uintptr_t)address + bytes));
    mroots_unlock();
    end_over(held);
    rt_leave();
    if (result != 0)
        errno = error;
    return (int)result;
}

RT_EXPORT int munmap(void *address, size_t bytes)
{
    if (rt_real.munmap && is_elsewhere((uintptr_t)address, bytes))
        return foreign_munmap(address, bytes);
    return mwrap_map_munmap(address, bytes);
}

void *mwrap_map_mremap(void *old, size_t old_bytes, size_t bytes, int flags,
                       void *wanted)
{
    uintptr_t from = (uintptr_t)old, to = page_up(from + old_bytes);
    uintptr_t target = (uintptr_t)wanted;
    mwake_before(from, to);
    if (wanted)
        mwake_before(target, target + bytes);
    rt_enter();
    bool held = begin_over(from, to, false, false);
    if (wanted)
        held = begin_over(target, page_up(target + bytes), false, held);
    mroots_lock();
    /* old_bytes 0 duplicates a shared mapping: not in the list. */
    bool listed = mroots_has_mapping(from, to);
    bool was_aliased = mroots_is_aliased(from, to);
    long result = rt_syscall(SYS_mremap, old, old_bytes, bytes, flags, wanted);
    int error = errno;
    if (result != -1) {
        uintptr_t new_from = (uintptr_t)result;
        uintptr_t new_to = page_up(new_from + bytes);
        if (old_bytes && !(flags & MREMAP_DONTUNMAP))
            mroots_remove_mapping(from, to);
        if (listed)
            mroots_add_moved_mapping(new_from, new_to);
        else
            mroots_remove_mapping(new_from, new_to);
        note_alias(from, old_bytes, new_from, bytes, flags, was_aliased);
    }
    mroots_unlock();
    end_over(held);
    rt_leave();
    if (result == -1)
        errno = error;
    return (void *)result;
}

RT_EXPORT void *mremap(void *old, size_t old_bytes, size_t bytes, int flags,
                       ...)
{
    va_list list;
    va_start(list, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(list, void *) : NULL;
    va_end(list);
    if (rt_real.mremap && !wanted && is_elsewhere((uintptr_t)old, old_bytes))
        return foreign_mremap(old, old_bytes, bytes, flags, wanted);
    return mwrap_map_mremap(old, old_bytes, bytes, flags, wanted);
}
