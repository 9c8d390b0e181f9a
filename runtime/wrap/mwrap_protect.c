/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_protect.c - mprotect, pkey_mprotect and madvise.
 *
 * What the collector reads without asking must not become unreadable
 * unnoticed, and what the allocator will use again must not stay read-only
 * (gc/mprotected.c).  Mappings of the program are always read by way of the
 * kernel, so they are of interest only where their contents are hidden.
 *
 * A SIGSEGV handler may call these: they allocate nothing.
 *
 * Lock: the collection lock, around the note and the system call.
 */
#include "mwrap_map.h"

#include "base/rt_export.h"
#include "base/rt_process.h"
#include "base/rt_real.h"
#include "base/rt_syscall.h"
#include "gc/mgc.h"
#include "gc/mprotected.h"
#include "gc/mroots.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SYSTEM_PAGE_BYTES = 4096 };

/* Of Linux 6.13. */
enum { GUARD_INSTALL = 102, GUARD_REMOVE = 103 };

static bool is_mapping(uintptr_t from, uintptr_t to)
{
    mroots_lock();
    bool found = mroots_has_mapping(from, to);
    mroots_unlock();
    return found;
}

/* A system call that changes [from, to), with what it does. */
struct change {
    long number;
    uintptr_t from, to;
    long arguments[4];
    unsigned adds, removes;     /* of enum mprotected_how */
    bool hides;                 /* the contents stay, and cannot be read */
};

static long call(const struct change *change)
{
    const long *arguments = change->arguments;
    return rt_syscall(change->number, arguments[0], arguments[1], arguments[2],
                   arguments[3]);
}

static bool is_of_interest(const struct change *change)
{
    if (change->from >= change->to || change->from % SYSTEM_PAGE_BYTES)
        return false;
    if (change->removes)
        return mprotected_may_overlap(change->from, change->to);
    return change->hides ||
           (change->adds && !is_mapping(change->from, change->to));
}

/* Without memory for the note it does not happen. */
static bool note(const struct change *change)
{
    uintptr_t from = change->from, to = change->to;
    bool can = true;
    if (change->hides)
        can = mprotected_keep_words(from, to);
    if (can && change->adds && !is_mapping(from, to))
        can = mprotected_add(from, to, change->adds);
    if (!can)
        errno = ENOMEM;
    return can;
}

static void note_undone(const struct change *change)
{
    if (change->removes)
        mprotected_remove(change->from, change->to, change->removes);
}

static long call_held(const struct change *change)
{
    long result = note(change) ? call(change) : -1;
    if (result == 0)
        note_undone(change);
    return result;
}

static bool begin(const struct change *change)
{
    return rt_is_running() && is_of_interest(change) && mgc_hold();
}

/* By another object's function, outside of the runtime: the note is made
 * before, and what is undone stays noted until it is. */
static int perform_foreign(const struct change *change)
{
    void *address = (void *)change->arguments[0];
    size_t bytes = (size_t)change->arguments[1];
    int third = (int)change->arguments[2];
    bool can = true;
    rt_enter();
    bool held = begin(change);
    if (held) {
        can = note(change);
        mgc_release();
    }
    rt_leave();
    if (!can)
        return -1;
    int result = change->number == SYS_madvise
        ? rt_real.madvise(address, bytes, third)
        : rt_real.mprotect(address, bytes, third);
    int error = errno;
    rt_enter();
    if (held && result == 0 && mgc_hold()) {
        note_undone(change);
        mgc_release();
    }
    rt_leave();
    errno = error;
    return result;
}

static int perform(const struct change *change)
{
    rt_enter();
    bool held = begin(change);
    long result = held ? call_held(change) : call(change);
    int error = errno;
    if (held)
        mgc_release();
    rt_leave();
    if (result != 0)
        errno = error;
    return (int)result;
}

static struct change change_of(long number, void *address, size_t bytes,
                               long third, long fourth)
{
    uintptr_t from = (uintptr_t)address;
    uintptr_t to = (from + bytes + SYSTEM_PAGE_BYTES - 1) &
                   ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
    return (struct change){
        .number = number, .from = from, .to = to,
        .arguments = {(long)address, (long)bytes, third, fourth}};
}

static struct change protection_of(long number, void *address, size_t bytes,
                                   int protection, int key)
{
    uintptr_t from = (uintptr_t)address;
    mwake_before(from, from + bytes);
    enum { ORDINARY = PROT_READ | PROT_WRITE };
    struct change change = change_of(number, address, bytes, protection, key);
    if ((protection & ORDINARY) == ORDINARY && key <= 0) {
        change.removes = MPROTECTED_PAGES;
    } else {
        change.adds = MPROTECTED_PAGES;
        /* On x86 what can be written can be read. */
        change.hides = (protection & ORDINARY) == 0;
    }
    return change;
}

int mwrap_protect_mprotect(void *address, size_t bytes, int protection)
{
    struct change change = protection_of(SYS_mprotect, address, bytes,
                                         protection, 0);
    return perform(&change);
}

RT_EXPORT int mprotect(void *address, size_t bytes, int protection)
{
    struct change change = protection_of(SYS_mprotect, address, bytes,
                                         protection, 0);
    return rt_real.mprotect ? perform_foreign(&change) : perform(&change);
}

RT_EXPORT int pkey_mprotect(void *address, size_t bytes, int protection,
                            int key)
{
    struct change change = protection_of(SYS_pkey_mprotect, address, bytes,
                                         protection, key);
    return perform(&change);
}

static struct change advice_of(void *address, size_t bytes, int advice)
{
    struct change change = change_of(SYS_madvise, address, bytes, advice, 0);
    switch (advice) {
    case GUARD_INSTALL: change.adds = MPROTECTED_GUARD; break;
    case GUARD_REMOVE: change.removes = MPROTECTED_GUARD; break;
    case MADV_DONTFORK: change.adds = MPROTECTED_NO_FORK; break;
    case MADV_DOFORK: change.removes = MPROTECTED_NO_FORK; break;
    case MADV_WIPEONFORK: change.adds = MPROTECTED_WIPE; break;
    case MADV_KEEPONFORK: change.removes = MPROTECTED_WIPE; break;
    default: break;
    }
    return change;
}

int mwrap_protect_madvise(void *address, size_t bytes, int advice)
{
    struct change change = advice_of(address, bytes, advice);
    return perform(&change);
}

RT_EXPORT int madvise(void *address, size_t bytes, int advice)
{
    struct change change = advice_of(address, bytes, advice);
    return rt_real.madvise ? perform_foreign(&change) : perform(&change);
}
