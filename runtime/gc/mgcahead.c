/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcahead.c - pages that are ready before a thread needs them.
 *
 * Which pages those are is the heap's to know (mgcscavenge.c).  Here they are
 * asked for by a thread that counts as waiting: the first touch of a huge page
 * takes the system a millisecond and more, and another kind of pages as long as
 * the faults that are under way, on whichever thread.  A stop that comes then
 * does without it.
 */
#include "mgcahead.h"

#include "heap/mheap.h"
#include "thread/mthread.h"

static void touch(struct mheap_area *area)
{
    bool blocked = mthread_block_begin();
    mheap_touch(area);
    if (blocked)
        mthread_block_end();
}

static void advise(const struct mheap_area *area)
{
    bool blocked = mthread_block_begin();
    mheap_advise(area);
    if (blocked)
        mthread_block_end();
}

bool mgcahead_populate(bool now)
{
    struct mheap_area area;
    if (!mheap_ahead(now, &area))
        return false;
    touch(&area);
    if (mheap_touched(&area)) {
        advise(&area);
        mheap_advised();
    }
    return true;
}
