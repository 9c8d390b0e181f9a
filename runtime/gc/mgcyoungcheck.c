/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungcheck.c - ESCC_DEBUG=checkmark=1 for young blocks.
 *
 * All that can be reached from all roots is marked, as by a full collection,
 * and none of it may be among those that were found dead.  The marks are
 * forgotten then.  Where marks are kept from one collection to the next nothing
 * is said.
 *
 * A pointer that was overwritten in part, by text, leads to another object
 * nearby.  No barrier has told of that, for it is no pointer.  So an object
 * counts as reached only if a word leads there, at a multiple of its size,
 * whose last two bytes cannot be text: marked objects and static memory are
 * searched for one.  (Numbers that lie side by side look like addresses, at
 * other places.)
 */
#include "mgcyoungcheck.h"

#include "base/rt_fatal.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgcbeside.h"
#include "mgccycle.h"
#include "mgcmark.h"
#include "mgcphase.h"
#include "mgcyoungmark.h"
#include "mroots.h"

#include <stdbool.h>
#include <string.h>

/* Complements: static memory is searched, too. */
static uintptr_t not_wanted, not_wanted_end;
static uintptr_t found_at;      /* 0: nowhere */

static bool is_text(unsigned byte)
{
    return byte == 0 || byte == '\n' || byte == '\t' ||
           (byte >= ' ' && byte <= '~');
}

static void search(uintptr_t from, uintptr_t to)
{
    uintptr_t word, wanted = ~not_wanted, wanted_end = ~not_wanted_end;
    for (; from + sizeof word <= to && !found_at;
         from += sizeof word) {
        memcpy(&word, (const void *)from, sizeof word);
        if (word - wanted < wanted_end - wanted &&
            !(is_text(word & 0xff) && is_text(word >> 8 & 0xff)))
            found_at = from;
    }
}

static void search_object(struct mspan *span, uint32_t index, void *unused)
{
    uintptr_t base = mspan_object_base(span, index);
    (void)unused;
    if (mbitmap_is_marked(span, index))
        search(base, base + span->elemsize);
}

static void search_span(struct mspan *span, void *unused)
{
    if (span->scan)
        mbitmap_for_each_object(span, search_object, unused);
}

static bool can_be_reached(uintptr_t base, uintptr_t end)
{
    not_wanted = ~base;
    not_wanted_end = ~end;
    found_at = 0;
    mheap_for_each_span(search_span, NULL);
    mroots_for_each_own_segment(search);
    return found_at;
}

static void check_span(struct mspan *span, const uint64_t *dead)
{
    for (uint32_t i = 0; i < span->nelems; i++) {
        uintptr_t base = mspan_object_base(span, i);
        if ((dead[i / 64] >> i % 64 & 1) && mbitmap_is_marked(span, i) &&
            can_be_reached(base, base + span->elemsize))
            rt_fatal_hint("this is a mistake of the collector; "
                          "without ESCC_DEBUG=young it does not happen",
                          "checkmark: the young block at %p can be reached "
                          "from %p and was taken for dead",
                          (void *)base, (void *)found_at);
    }
}

void mgcyoungcheck(void)
{
    if (mheap.keeps_marks)
        return;
    mgccycle_finish_sweep();
    mgcphase_flush_caches();
    mgcphase_set(MGC_MARKING);
    mgcmark_again();
    mgcphase_set(MGC_MARKED);
    mgcyoungmark_for_each_dead(check_span);
    mgcbeside_forget_marks();
}
