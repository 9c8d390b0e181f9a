/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mverify.c - the collector's checks on itself and on the rewriter.
 *
 * verify=1      the heap's invariants, at both edges of marking.
 *
 * verify=barrier  finds stores of pointers that have no barrier.  Marking
 * stops the world today, so a missing barrier loses nothing yet; it would
 * with a concurrent collector, and then only once in a billion stores.
 * This mode finds it at its first store, and names it:
 *
 *   - the barrier flag is on in every thread from birth on;
 *   - every object that a barrier was told of is logged (mverify_log.c);
 *   - a shadow copy is kept of all collectable objects and of the
 *     executable's globals.  At each stop every word is compared with its
 *     shadow.  A word that has changed and now leads to a collectable
 *     object that is not in the log was stored without a barrier.
 *
 * What is not reported: a word that leads to the same object as before
 * (`p++` in memory has no barrier and needs none), or to the one that it is in
 * [inv.barrier.self]; pointers to foreign
 * blocks, which are roots; words of foreign blocks, whose code has no
 * barriers.  A fresh object counts as zero.
 *
 * A thread may be stopped just between a store and its barrier.  So what
 * looks wrong is a suspect first, and is acquitted if the next interval's
 * log has the object.
 *
 * verify=noscan   reads objects that are said to hold no pointers
 * (mverify_plain.c).
 *
 * A report names the objects' allocation sites (mverify_sites.c): one line
 * per pair of sites and offset; the process ends with status 66 if there was
 * any.
 *
 * The tables are as large as the heap's reservation but cost only what is
 * touched.  All state that may hold addresses of objects lies outside of
 * the executable's segments, else it would keep objects alive.
 *
 * Runs in the stop, on the collecting thread.  No locks of its own.
 */
#include "mverify.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_fatal.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_syscall.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mbarrier.h"
#include "mgc.h"
#include "mgcmark.h"
#include "mroots.h"
#include "mverify_log.h"
#include "mverify_plain.h"
#include "mverify_sites.h"
#include "thread/mthread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MOST_SUSPECTS = 4096,
    MOST_REPORTS = 256
};

/* A store that seems to have had no barrier. */
struct suspect {
    const struct __escc_site *slot_site;    /* NULL: a global */
    uintptr_t offset;           /* in the object, or the global's address */
    const struct __escc_site *value_site;
    uintptr_t value;            /* start of the object stored */
};

struct report {
    struct suspect what;
    unsigned count;
};

struct segment_shadow {
    uintptr_t from, bytes;
    uintptr_t *shadow;
};

/* Off-heap; everything of this mode. */
struct verify {
    uintptr_t *shadow;          /* of the heap, word by word */
    struct suspect suspects[MOST_SUSPECTS];
    struct report reports[MOST_REPORTS];
    struct segment_shadow segments[8];
    size_t nsuspects, nreports, nsegments;
    size_t nstores;             /* confirmed */
    size_t ndropped;            /* suspects beyond the table */
};

bool mverify_barriers;
static struct verify *verify;

/* ---- sites --------------------------------------------------------------- */

static uintptr_t *shadow_of(uintptr_t address)
{
    rt_assert(mheap_contains(address) && address % sizeof(uintptr_t) == 0);
    return verify->shadow + (address - mheap.base) / sizeof(uintptr_t);
}

void mverify_record_site(uintptr_t object, const struct __escc_site *site)
{
    struct mspan *span = mheap_span_of(object);
    if (!span)
        return;
    mverify_sites_record(object, site);
    if (verify && span->scan && !span->foreign)
        memset(shadow_of(object), 0, span->elemsize);
}

/* ---- reports ------------------------------------------------------------- */

static void print_report(const struct report *report)
{
    char slot[256], value[256];
    const struct suspect *what = &report->what;
    mverify_format_site(value, sizeof value, what->value_site);
    if (what->slot_site || what->offset < mheap.end - mheap.base)
        mverify_format_site(slot, sizeof slot, what->slot_site);
    if (what->slot_site)
        rt_print("escc: verify=barrier: missing barrier: %s, offset %lu, "
                 "was made to point to %s; %u times\n",
                 slot, what->offset, value, report->count);
    else
        rt_print("escc: verify=barrier: missing barrier: the word at %p "
                 "was made to point to %s; %u times\n",
                 (void *)what->offset, value, report->count);
}

static bool is_same(const struct suspect *a, const struct suspect *b)
{
    return a->slot_site == b->slot_site && a->offset == b->offset &&
           a->value_site == b->value_site;
}

static void confirm(const struct suspect *suspect)
{
    verify->nstores++;
    for (size_t i = 0; i < verify->nreports; i++)
        if (is_same(&verify->reports[i].what, suspect)) {
            verify->reports[i].count++;
            return;
        }
    if (verify->nreports < MOST_REPORTS)
        verify->reports[verify->nreports++] =
            (struct report){.what = *suspect, .count = 1};
}

static void judge_suspects(void)
{
    for (size_t i = 0; i < verify->nsuspects; i++)
        if (!mverify_log_has(verify->suspects[i].value))
            confirm(&verify->suspects[i]);
    verify->nsuspects = 0;
}

/* ---- comparing ----------------------------------------------------------- */

static uintptr_t object_at(uintptr_t word)
{
    struct mspan *span;
    uint32_t index;
    if (word - mheap.base >= mheap.end - mheap.base ||
        !mbitmap_find(word, &span, &index) || span->foreign)
        return 0;
    return mbitmap_base(span, index);
}

/* Start of the collectable object that `word` leads to, or 0. */
static uintptr_t object_of(uintptr_t word)
{
    uint32_t readings = mgcmark_fields();
    uintptr_t object = object_at(word), field;
    while (!object && mgcmark_next_field(&readings, word, &field))
        object = object_at(field);              /* [inv.fields] */
    return object;
}

static void suspect(const struct __escc_site *slot_site, uintptr_t offset,
                    uintptr_t value)
{
    if (verify->nsuspects == MOST_SUSPECTS) {
        verify->ndropped++;
        return;
    }
    verify->suspects[verify->nsuspects++] = (struct suspect){
        slot_site, offset, mverify_site_of(value), value};
}

/* Compares one word with its shadow and renews that.  `in`: the object that it
 * is in, or 0. */
static void compare(uintptr_t *shadow, uintptr_t word, uintptr_t in,
                    const struct __escc_site *slot_site, uintptr_t offset)
{
    uintptr_t old = *shadow;
    if (old == word)
        return;
    *shadow = word;
    uintptr_t value = object_of(word);
    if (value && value != in && value != object_of(old) &&
        !mverify_log_has(value))
        suspect(slot_site, offset, value);
}

static void compare_object(struct mspan *span, uint32_t index,
                           void *argument)
{
    (void)argument;
    uintptr_t base = mbitmap_base(span, index);
    size_t nwords = mbitmap_bytes(span) / sizeof(uintptr_t);
    const uintptr_t *words = (const uintptr_t *)base;
    uintptr_t *shadow = shadow_of(base);
    const struct __escc_site *site = mverify_site_of(base);
    for (size_t i = 0; i < nwords; i++)
        compare(shadow + i, rt_load_relaxed(&words[i]), base, site,
                i * sizeof(uintptr_t));
}

static void compare_span(struct mspan *span, void *argument)
{
    if (span->scan && !span->foreign)
        mbitmap_for_each_object(span, compare_object, argument);
}

static void compare_segments(void)
{
    for (size_t i = 0; i < verify->nsegments; i++) {
        const struct segment_shadow *s = &verify->segments[i];
        const uintptr_t *words = (const uintptr_t *)s->from;
        for (size_t w = 0; w < s->bytes / sizeof(uintptr_t); w++) {
            /* The collector's own variables have no barriers. */
            if (s->shadow[w] != rt_load_relaxed(&words[w]) &&
                !mroots_is_excluded((uintptr_t)&words[w]))
                compare(s->shadow + w, rt_load_relaxed(&words[w]), 0, NULL,
                        s->from + w * sizeof(uintptr_t));
        }
    }
}

/* ---- phase edges --------------------------------------------------------- */

void mverify_before_marking(void)
{
    if (rt_verify_enabled)
        mheap_verify();
    rt_assert(mgc_phase() == MGC_STOPPED);
    if (!mverify_barriers)
        return;
    judge_suspects();
    compare_segments();
    mheap_for_each_span(compare_span, NULL);
    mverify_log_clear();
}

void mverify_after_marking(void)
{
    rt_assert(mgc_phase() == MGC_MARKED);
    if (rt_verify_enabled)
        mheap_verify();
    mverify_plain_after_marking();
}

/* ---- start and end ------------------------------------------------------- */

static void add_segment(uintptr_t from, uintptr_t to)
{
    const uintptr_t mask = sizeof(uintptr_t) - 1;
    struct segment_shadow *s = &verify->segments[verify->nsegments];
    if (verify->nsegments == sizeof verify->segments / sizeof *s)
        return;
    s->from = (from + mask) & ~mask;
    s->bytes = (to - s->from) & ~mask;
    s->shadow = mverify_sparse(s->bytes + sizeof(uintptr_t));
    memcpy(s->shadow, (const void *)s->from, s->bytes);
    verify->nsegments++;
}

/* Two collections: the first compares, the second judges its suspects. */
static void at_exit(void)
{
    rt_enter();
    mgc_collect(MGC_FORCED);
    mgc_collect(MGC_FORCED);
    rt_leave();
    for (size_t i = 0; i < verify->nreports; i++)
        print_report(&verify->reports[i]);
    if (verify->nstores == 0)
        return;
    rt_print("escc: verify=barrier: %lu stores without a barrier\n",
             verify->nstores + verify->ndropped);
    fflush(NULL);
    _exit(MVERIFY_EXIT_STATUS);
}

void mverify_init(void)
{
    mverify_plain_init();
    if (!(rt_options.verify & RT_VERIFY_BARRIER))
        return;
    verify = mverify_sparse(sizeof *verify);
    verify->shadow = mverify_sparse(mheap.end - mheap.base);
    mverify_sites_init();
    mroots_for_each_own_segment(add_segment);
    mverify_barriers = true;
    mbarrier_set_marking(true);
    atexit(at_exit);
}
