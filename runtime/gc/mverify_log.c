/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify_log.c - verify=barrier: the objects that barriers were told of.
 *
 * A set of object addresses: every object that some barrier has shaded
 * since the last stop.  An open-addressed table outside the heap, doubled
 * when it is half full, emptied at each stop by mverify.c.
 *
 * Called from the barrier's register-keeping path, so this file is
 * compiled for general registers only and calls no libc function that
 * copies or fills memory.
 *
 * Lock: RT_RANK_VERIFY.
 */
#include "mverify_log.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "base/rt_lock.h"
#include "heap/mbitmap.h"
#include "mverify.h"

enum { FIRST_ROOM = 1 << 16 };

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_VERIFY);
static uintptr_t *table;
static size_t room, count;

static size_t slot_of(uintptr_t object)
{
    /* Fibonacci hashing of the address in 16-byte units. */
    size_t at = (size_t)((object >> 4) * UINT64_C(11400714819323198485));
    at >>= 16;
    while (table[at & (room - 1)] && table[at & (room - 1)] != object)
        at++;
    return at & (room - 1);
}

static void grow(void)
{
    uintptr_t *old = table;
    size_t old_room = room;
    room = room ? room * 2 : FIRST_ROOM;
    table = os_alloc(room * sizeof *table);
    if (!table)
        rt_fatal("verify=barrier: no memory for the log");
    for (size_t i = 0; i < old_room; i++)
        if (old[i])
            table[slot_of(old[i])] = old[i];
}

static void insert(uintptr_t object)
{
    rt_assert(rt_holds_lock(RT_RANK_VERIFY));
    if (count * 2 >= room)
        grow();
    rt_assert(count < room);
    size_t at = slot_of(object);
    count += table[at] == 0;
    table[at] = object;
}

void mverify_log_word(uintptr_t word)
{
    struct mspan *span;
    uint32_t index;
    if (!mverify_barriers || !mbitmap_find(word, &span, &index) ||
        span->foreign)
        return;
    rt_lock(&lock);
    insert(mbitmap_base(span, index));
    rt_unlock(&lock);
}

bool mverify_log_has(uintptr_t object)
{
    return count && table[slot_of(object)] == object;
}

void mverify_log_clear(void)
{
    for (size_t i = 0; i < room; i++)
        table[i] = 0;
    count = 0;
}
