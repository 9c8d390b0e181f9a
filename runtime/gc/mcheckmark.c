/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckmark.c - ESCC_DEBUG=checkmark=1: is all marked that must be?
 *
 * A collector that marks while the program runs and misses an object is
 * found out when the program uses what was there, if ever.  Go's remedy:
 * when marking has ended, and the threads are stopped anyway, mark again in
 * the simple way, and compare.  What the simple way reaches and the first did
 * not would have been freed.  (The reverse is no mistake: what died while
 * the heap was being marked stays until the next collection.)  The same where
 * several threads have marked: the second time one does, alone.
 *
 * The marks of the first way are kept, since more of them is always right.
 *
 * A block of the heap may be the stack that this runs on.  What is in it below
 * the program's last frame are frames of the collector, which change between
 * the two ways: what is reached from there alone was not missed.  Nor was what
 * is reached from words alone that are older and were not read again
 * (mcheckpages.c).  Nor, in a closed world, from what may be halves of two
 * words: each was stored for itself, and no barrier has seen what they look
 * like together.  (A small number behind another looks like an address, since
 * these begin with one.)  So what is not checked is pointers at odd multiples
 * of 4 of which no type tells, in memory that a program carves itself.
 */
#include "mcheckmark.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "base/rt_print.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mcheckpages.h"
#include "mgcmark.h"
#include "mprotected.h"
#include "mroots.h"
#include "mworld.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Of each span, and in this order: the marks of the marker, those of threads.
 * They are told apart again afterwards (mgcminor.c). */
struct copy {
    uint64_t *words;            /* NULL: they are only counted */
    size_t nwords;
};

static void count_words(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    copy->nwords += 2 * (size_t)span->nwords;
}

static void take_marks(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    for (uint32_t i = 0; i < span->nwords; i++) {
        copy->words[copy->nwords++] =
            rt_exchange(&span->mark_bits[i], UINT64_C(0));
        copy->words[copy->nwords++] =
            rt_exchange(&span->shade_bits[i], UINT64_C(0));
    }
}

/* ---- how it is reached --------------------------------------------------- */

/* Who has a pointer into [from, to). */
struct search {
    const struct copy *copy;
    uintptr_t from, to;
    struct mspan *span;         /* NULL: nobody was found */
    uint32_t index;
    uintptr_t at;
    bool by_us;                 /* a frame of ours has one, or a word that
                                   is older, or halves of two */
};

/* Marks of the first way, span by span as they were taken. */
struct asking {
    const struct copy *copy;
    const struct mspan *span;
    size_t at;
    bool marked;
    uint32_t index;
};

static void ask_span(struct mspan *span, void *argument)
{
    struct asking *asking = argument;
    const uint64_t *word = &asking->copy->words[asking->at +
                                                asking->index / 64 * 2];
    if (span == asking->span)
        asking->marked = (word[0] | word[1]) >> asking->index % 64 & 1;
    asking->at += 2 * (size_t)span->nwords;
}

static bool was_marked(const struct copy *copy, const struct mspan *span,
                       uint32_t index)
{
    struct asking asking = {copy, span, 0, false, index};
    mheap_for_each_span(ask_span, &asking);
    return asking.marked;
}

static bool is_own_frame(uintptr_t at, uintptr_t base, uintptr_t end)
{
    const struct mthread *self = __escc_tls.thread;
    uintptr_t sp = self->sp;
    return base <= sp && sp < end && at < sp;
}

static bool may_be_halves(uintptr_t at)
{
    return at % sizeof(uintptr_t) != 0 && mworld_is_closed() &&
           !mgcmark_is_packed();
}

static void look_into(struct mspan *span, uint32_t index, void *argument)
{
    struct search *search = argument;
    uintptr_t base = mbitmap_base(span, index);
    uintptr_t end = base + mbitmap_bytes(span) - sizeof(uintptr_t);
    if (!mbitmap_is_marked(span, index) || base == search->from ||
        mprotected_overlaps(base, end))
        return;
    for (uintptr_t at = base; !search->span && at <= end; at += 4) {
        uintptr_t word;
        memcpy(&word, (const void *)at, sizeof word);
        if (word < search->from || word >= search->to)
            continue;
        if (is_own_frame(at, base, end) ||
            ((mcheckpages_is_unchanged(at) || may_be_halves(at)) &&
             was_marked(search->copy, span, index))) {
            search->by_us = true;
            continue;
        }
        search->span = span;
        search->index = index;
        search->at = at;
    }
}

static void look_into_span(struct mspan *span, void *argument)
{
    const struct search *search = argument;
    if (span->scan && !search->span)
        mbitmap_for_each_object(span, look_into, argument);
}

/* Where a root is that has it: memory that can be read as it is. */
static struct search root_search;

static void look_into_root(uintptr_t from, uintptr_t to, bool trusted)
{
    from = (from + 7) & ~(uintptr_t)7;
    for (; trusted && !root_search.at && from + 8 <= to; from += 8) {
        uintptr_t word = *(const volatile uintptr_t *)from;
        if (word >= root_search.from && word < root_search.to &&
            from - (uintptr_t)&root_search >= sizeof root_search)
            root_search.at = from;
    }
}

static void look_into_stack(uintptr_t from, uintptr_t to, bool trusted,
                            void *unused)
{
    (void)unused;
    look_into_root(from, to, trusted);
}

/* False: only a frame of ours has it. */
static bool find_root(const struct search *object, bool tells)
{
    const char *kind = "globals";
    root_search = (struct search){.from = object->from, .to = object->to};
    mroots_for_each_lasting(look_into_root);
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        if (root_search.at || t->gone)
            continue;
        kind = "a stack";
        mstack_ranges(t, look_into_stack, NULL);
    }
    if (tells)
        rt_print("escc: %p is reached from %s, at %p\n",
                 (void *)object->from, root_search.at ? kind : "some root",
                 (void *)root_search.at);
    return root_search.at || !object->by_us;
}

/* From the missed object back to one that was not, or to a root; false if there
 * is none. */
static bool trace_back(const struct copy *copy, struct mspan *span,
                       uint32_t index, bool tells)
{
    enum { FIRST_STEPS = 5, MOST_STEPS = 100000 };
    for (int i = 0; i < MOST_STEPS; i++) {
        uintptr_t base = mbitmap_base(span, index);
        struct search search = {.copy = copy, .from = base,
                                .to = base + mbitmap_bytes(span)};
        mheap_for_each_span(look_into_span, &search);
        if (!search.span)
            return find_root(&search, tells);
        bool marked = was_marked(copy, search.span, search.index);
        uintptr_t holder = mbitmap_base(search.span, search.index);
        if (tells && i == FIRST_STEPS && !marked)
            rt_print("escc: ...\n");
        if (tells && (i < FIRST_STEPS || marked))
            rt_print("escc: %p (%zu bytes) is in %p + %lu (%zu bytes%s%s)\n",
                     (void *)base, span->elemsize, (void *)holder,
                     search.at - holder, search.span->elemsize,
                     search.span->foreign ? ", foreign" : "",
                     marked ? ", marked" : "");
        if (marked)
            break;
        span = search.span;
        index = search.index;
    }
    return true;
}

static void missed(const struct copy *copy, struct mspan *span,
                   uint32_t index)
{
    if (!trace_back(copy, span, index, false))
        return;
    trace_back(copy, span, index, true);
    rt_fatal_hint("this is a mistake of the collector; ESCC_DEBUG=stw=1 "
                  "avoids it",
                  "checkmark: the object at %p can be reached and was not "
                  "marked", (void *)mbitmap_base(span, index));
}

/* ---- the check ----------------------------------------------------------- */

static void compare_marks(struct mspan *span, void *argument)
{
    struct copy *copy = argument;
    for (uint32_t i = 0; i < span->nwords; i++) {
        uint64_t marked = copy->words[copy->nwords++];
        uint64_t shaded = copy->words[copy->nwords++];
        uint64_t more = rt_load_relaxed(&span->mark_bits[i]) &
                        ~(marked | shaded);
        rt_store_relaxed(&span->mark_bits[i], marked | more);
        rt_store_relaxed(&span->shade_bits[i], shaded);
        for (; more; more &= more - 1)
            missed(copy, span, i * 64 + (uint32_t)__builtin_ctzll(more));
    }
}

void mcheckmark(void)
{
    struct copy copy = {0};
    mheap_for_each_span(count_words, &copy);
    size_t bytes = copy.nwords * sizeof *copy.words + 1;
    copy.words = os_alloc(bytes);
    if (!copy.words)
        return;                 /* nothing can be said */
    copy.nwords = 0;
    mheap_for_each_span(take_marks, &copy);
    mgcmark_again();
    copy.nwords = 0;
    mheap_for_each_span(compare_marks, &copy);
    os_release(copy.words, bytes);
}
