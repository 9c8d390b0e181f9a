/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcinside.c - what lies inside of large marked objects.
 *
 * A program that has an allocator of its own takes pools of many kilobytes from
 * ours, and its structures point to each other all over them: there are some
 * thousand objects and millions of pointers to them, nearly all to what is
 * marked already.  To find that out takes the marker three steps and a line of
 * memory, which was fetched for nothing.  So there is a byte for each 2 KiB of
 * the heap, which says whether it lies as a whole in an object that this cycle
 * has marked.  It is looked at first, and is in the processor's cache: a heap
 * of 50 MB has 25 KB of them.
 *
 * Where objects are small it would only be one look-up more.  So it is there if
 * the objects of the last cycle were large on average.
 *
 * [inv.inside]  What is told is marked: marks are taken back only where the
 * cycle ends, and each has another number.  But a minor cycle, which begins
 * with the marks of the last (mgcminor.h), goes on with its number: most of
 * what old objects lead to is old.  Unless an object may have lost its mark
 * meanwhile, with the span that it was in (mheap.lost_marks).
 */
#include "mgcinside.h"

#include "base/os.h"
#include "heap/mheap.h"

#include <string.h>

static bool make_room(struct mgcinside *inside, size_t n)
{
    size_t more = n + n / 4;
    if (n <= inside->room)
        return true;
    uint8_t *table = os_alloc(more);
    if (!table)
        return false;
    if (inside->table)
        os_release(inside->table, inside->room);
    inside->table = table;
    inside->room = more;
    inside->number = 0;
    return true;
}

void mgcinside_begin(struct mgcinside *inside, size_t heap_bytes, bool wanted,
                     bool keeps)
{
    size_t n = heap_bytes >> MGCINSIDE_SHIFT;
    inside->n = wanted && make_room(inside, n) ? n : 0;
    if (keeps && inside->number && !rt_load_relaxed(&mheap.lost_marks))
        return;
    rt_store_relaxed(&mheap.lost_marks, false);
    if (++inside->number)
        return;
    inside->number = 1;
    if (inside->table)
        memset(inside->table, 0, inside->room);
}

void mgcinside_add(const struct mgcinside *inside, uintptr_t offset,
                   size_t bytes)
{
    size_t granule = (size_t)1 << MGCINSIDE_SHIFT;
    size_t from = (offset + granule - 1) >> MGCINSIDE_SHIFT;
    size_t to = (offset + bytes) >> MGCINSIDE_SHIFT;
    if (to > inside->n)
        to = inside->n;
    for (; from < to; from++)
        rt_store_relaxed(&inside->table[from], inside->number);
}
