/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckpages.c - what pages of the heap held when the last collection ended.
 *
 * A minor collection does not read again what was not written (mgcminor.c).
 * There may be a word that led nowhere when it was read, since it is no
 * pointer, and leads to an object that is allocated there now; a string that
 * was written over the lower half of an old pointer is enough.  The object is
 * not kept by it, and need not be: what is allocated after a word was stored
 * is not what it means.  But a full collection, and so that which checks,
 * takes it for one.
 *
 * So there is a sum for each page.  If it is the same still the word is older
 * than the object, which was none when that collection ended, or it would have
 * been marked.  Or the same was stored there again: who allocates what he has
 * freed gets the same address, and puts it where it was.  Then the kernel told
 * that it was written, and the collector has read it: what its words lead to
 * must be marked, however old they are.
 *
 * State: the table of sums, under the collection lock.
 */
#include "mcheckpages.h"

#include "base/os.h"
#include "heap/mheap.h"
#include "mprotected.h"

#include <stddef.h>
#include <string.h>

enum { SUM_BYTES = 4096 };

/* By page of SUM_BYTES; 0: not known. */
static uint64_t *sums;
static size_t nsums;

/* FNV's prime, by words. */
static uint64_t sum_of(uintptr_t page)
{
    uint64_t sum = 1;
    for (uintptr_t at = page; at < page + SUM_BYTES; at += sizeof sum) {
        uint64_t word;
        memcpy(&word, (const void *)at, sizeof word);
        sum = (sum ^ word) * UINT64_C(0x100000001b3);
        sum ^= sum >> 32;
    }
    return sum ? sum : 1;
}

static void note_span(struct mspan *span, void *unused)
{
    (void)unused;
    uintptr_t end = span->base + (uintptr_t)span->npages * PAGE_BYTES;
    if (!span->scan || span->sparse || mprotected_overlaps(span->base, end))
        return;
    for (uintptr_t at = span->base; at < end; at += SUM_BYTES)
        sums[(at - mheap.base) / SUM_BYTES] = sum_of(at);
}

void mcheckpages_forget(void)
{
    if (sums)
        os_release(sums, nsums * sizeof *sums);
    sums = NULL;
    nsums = 0;
}

void mcheckpages_note(void)
{
    mcheckpages_forget();
    size_t n = rt_load_acquire(&mheap.arena_used) / SUM_BYTES;
    sums = os_alloc(n * sizeof *sums + 1);
    if (!sums)
        return;
    nsums = n;
    mheap_for_each_span(note_span, NULL);
}

void mcheckpages_was_read(uintptr_t from, uintptr_t to)
{
    size_t first = (from - mheap.base) / SUM_BYTES;
    size_t end = (to - mheap.base + SUM_BYTES - 1) / SUM_BYTES;
    for (; first < end && first < nsums; first++)
        sums[first] = 0;
}

bool mcheckpages_is_unchanged(uintptr_t at)
{
    uintptr_t first = (at - mheap.base) / SUM_BYTES;
    uintptr_t last = (at + sizeof(uintptr_t) - 1 - mheap.base) / SUM_BYTES;
    for (; first <= last; first++)
        if (first >= nsums || !sums[first] ||
            sums[first] != sum_of(mheap.base + first * SUM_BYTES))
            return false;
    return true;
}
