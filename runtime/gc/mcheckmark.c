/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckmark.c - ESCC_DEBUG=checkmark=1: is all marked that must be?
 *
 * A collector that marks while the program runs and misses an object is
 * found out when the program uses what was there, if ever.  Go's remedy:
 * when marking has ended, and the threads are stopped anyway, mark again in
 * the simple way, and compare.  What the simple way reaches and the first did
 * not would have been freed.  (The reverse is no mistake: what died while
 * the heap was being marked stays until the next collection.)
 *
 * The marks of the first way are kept, since more of them is always right.
 */
#include "mcheckmark.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgcmark.h"

#include <stddef.h>

struct copy {
    uint64_t *words;            /* NULL: they are only counted */
    size_t nwords;
};

static void count_words(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    copy->nwords += span->nwords;
}

static void take_marks(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    for (uint32_t i = 0; i < span->nwords; i++)
        copy->words[copy->nwords++] =
            rt_exchange(&span->mark_bits[i], UINT64_C(0));
}

static void missed(const struct mspan *span, uint32_t index)
{
    rt_fatal_hint("this is a mistake of the collector; ESCC_DEBUG=stw=1 "
                  "avoids it",
                  "checkmark: the object at %p (%zu bytes%s) can be reached "
                  "and was not marked",
                  (void *)mspan_object_base(span, index), span->elemsize,
                  span->foreign ? ", foreign" : "");
}

static void compare_marks(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    for (uint32_t i = 0; i < span->nwords; i++) {
        uint64_t before = copy->words[copy->nwords++];
        uint64_t more = rt_load_relaxed(&span->mark_bits[i]) & ~before;
        if (more)
            missed(span, i * 64 + (uint32_t)__builtin_ctzll(more));
        rt_or_relaxed(&span->mark_bits[i], before);
    }
}

void mcheckmark(void)
{
    struct mgcmark_stats unused;
    struct copy copy = {0};
    mheap_for_each_span(count_words, &copy);
    size_t bytes = copy.nwords * sizeof *copy.words + 1;
    copy.words = os_alloc(bytes);
    if (!copy.words)
        return;                 /* nothing can be said */
    copy.nwords = 0;
    mheap_for_each_span(take_marks, &copy);
    mgcmark_all(&unused);
    copy.nwords = 0;
    mheap_for_each_span(compare_marks, &copy);
    os_release(copy.words, bytes);
}
