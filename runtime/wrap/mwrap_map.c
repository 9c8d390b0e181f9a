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
 * These may be called before the runtime has started; they use system
 * calls and the table only.
 */
#include "base/rt_export.h"
#include "gc/mroots.h"
#include "thread/mthread.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

RT_EXPORT void *mmap(void *address, size_t bytes, int protection, int flags,
                     int file, off_t offset)
{
    rt_enter();
    mroots_lock();
    long result = syscall(SYS_mmap, address, bytes, protection, flags, file,
                          offset);
    int error = errno;
    if (result != -1) {
        uintptr_t from = (uintptr_t)result, to = page_up(from + bytes);
        if (may_hold_pointers(flags))
            mroots_add_mapping(from, to);
        else
            mroots_remove_mapping(from, to);
    }
    mroots_unlock();
    rt_leave();
    if (result == -1)
        errno = error;
    return (void *)result;
}

/* The same function for those who were compiled with large offsets. */
RT_EXPORT void *mmap64(void *address, size_t bytes, int protection,
                       int flags, int file, off64_t offset)
    __attribute__((alias("mmap")));

RT_EXPORT int munmap(void *address, size_t bytes)
{
    rt_enter();
    mroots_lock();
    long result = syscall(SYS_munmap, address, bytes);
    int error = errno;
    if (result == 0)
        mroots_remove_mapping((uintptr_t)address,
                              page_up((uintptr_t)address + bytes));
    mroots_unlock();
    rt_leave();
    if (result != 0)
        errno = error;
    return (int)result;
}

RT_EXPORT void *mremap(void *old, size_t old_bytes, size_t bytes, int flags,
                       ...)
{
    va_list list;
    va_start(list, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(list, void *) : NULL;
    va_end(list);
    rt_enter();
    mroots_lock();
    uintptr_t from = (uintptr_t)old, to = page_up(from + old_bytes);
    /* old_bytes 0 duplicates a shared mapping: not in the list. */
    bool listed = mroots_has_mapping(from, to);
    long result = syscall(SYS_mremap, old, old_bytes, bytes, flags, wanted);
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
    }
    mroots_unlock();
    rt_leave();
    if (result == -1)
        errno = error;
    return (void *)result;
}
