/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungmark.c - which young blocks are reached.
 *
 * Reads what [inv.young.slot] names: what the last stop of a marking in a
 * closed world reads again (mgcmark_reread), all foreign blocks, and the slots
 * that were told.  Young blocks that are reached are read; nothing else is.
 *
 * [inv.young.promoted]  A block that becomes old has its slots told from then
 * on.  Those that it has lead to others that are young still: they are added.
 * First all that become old are old, so that only such are added.
 *
 * The dead of a span are noted, and freed when threads run again: nobody has
 * their addresses.
 */
#include "mgcyoungmark.h"

#include "base/mpeek.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mcentral.h"
#include "heap/mheap.h"
#include "mgcmark.h"
#include "mgcyoungread.h"
#include "mgcyoungset.h"
#include "mprotected.h"
#include "mroots.h"
#include "mworld.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <string.h>
#include <unistd.h>

/* The most objects that there can be in the window. */
enum { LEAST_OBJECT = 8 };

struct object {
    struct mspan *span;
    uint32_t index;
};

/* What was reached, in this order; what is behind `nread` has not been read. */
static struct object *reached;
static size_t nreached, nread;

/* Spans with dead objects; a bit for each of them, by 8 bytes of the window. */
static struct mspan **spans;
static size_t nspans;
static uint64_t *dead_bits;
static size_t ndead_words;

static uintptr_t window_bytes;

bool mgcyoungmark_init(void)
{
    if (dead_bits)
        return true;
    window_bytes = mheap.window_npages * PAGE_BYTES;
    reached = os_alloc(window_bytes / LEAST_OBJECT * sizeof *reached);
    spans = os_alloc(mheap.window_npages * sizeof *spans);
    if (reached && spans && mgcyoungread_init())
        dead_bits = os_alloc(window_bytes / LEAST_OBJECT / 8 +
                             mheap.window_npages * sizeof *dead_bits);
    return dead_bits;
}

/* ---- reaching ------------------------------------------------------------ */

static bool is_young(const struct object *object, uint16_t **state)
{
    *state = mgcyoung_state(mspan_object_base(object->span, object->index));
    return object->span->has_young && !(**state & MGCYOUNG_OLD);
}

static void reach_object(const struct object *object)
{
    uint16_t *state;
    if (!is_young(object, &state) || (*state & MGCYOUNG_REACHED))
        return;
    *state |= MGCYOUNG_REACHED;
    reached[nreached++] = *object;
}

static void reach(uintptr_t word)
{
    struct object object;
    if (word - mheap.base < window_bytes &&
        mbitmap_find(word, &object.span, &object.index))
        reach_object(&object);
}

static inline uintptr_t load(uintptr_t at)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    return *(const loose_word *)at;
}

/* Of a root: compilers leave addresses one past an object there. */
static void reach_from_root(uintptr_t word)
{
    struct object object;
    reach(word);
    if (mbitmap_find_past(word, &object.span, &object.index) &&
        mheap_is_in_window(object.span->base))
        reach_object(&object);
}

static void read_reached(void)
{
    for (; nread < nreached; nread++) {
        const struct object *object = &reached[nread];
        uintptr_t base = mspan_object_base(object->span, object->index);
        if (object->span->scan && !rt_load_acquire(&object->span->clearing))
            mgcyoungread_words(base, base + object->span->elemsize, reach);
    }
}

/* ---- roots --------------------------------------------------------------- */

static void root_range(uintptr_t from, uintptr_t to, bool trusted)
{
    mgcyoungread_root(from, to, trusted, reach_from_root);
}

static void root_of_thread(uintptr_t from, uintptr_t to, bool trusted,
                           void *unused)
{
    (void)unused;
    root_range(from, to, trusted);
}

/* Released ones, too: these may be used still.  Threads have some of the spans.
 * */
static void foreign_span(struct mspan *span, void *unused)
{
    (void)unused;
    for (uint32_t i = 0; span->scan && i < span->nelems; i++) {
        uintptr_t base = mspan_object_base(span, i);
        if (mspan_is_allocated(span, i))
            mgcyoungread_words(base, base + span->elemsize,
                               reach_from_root);
    }
}

/* The process begins with its environment there, above all that is live: then
 * it has been read as a part of that. */
static bool is_on_first_stack(uintptr_t address)
{
    bool found = false;
    for (struct mthread *t = mthread_first(); t && !found; t = t->next)
        found = t->is_main && !t->gone && t->sp >= t->stack &&
                address >= t->sp && address < t->stack_end;
    return found;
}

static void read_roots(void)
{
    mpeek_begin();
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (!t->gone)
            mstack_ranges(t, root_of_thread, NULL);
    mroots_for_each_of_threads(root_range);
    mprotected_for_each_root(root_range);
    mheap_for_each_foreign_span(foreign_span, NULL);
    mworld_for_each_unbarriered(root_range);
    mroots_for_each_moved(root_range);
    if (!is_on_first_stack((uintptr_t)environ))
        mroots_for_each_of_environment(root_range);
    mgcyoungread_flush(reach_from_root);
    mpeek_end();
}

/* Slots that lead nowhere any more are forgotten. */
static void read_slots(void)
{
    struct mgcyoung_words *slots = &mgcyoung_slots;
    struct object object;
    uint16_t *state;
    size_t kept = 0;
    for (size_t i = 0; i < slots->n; i++) {
        uintptr_t word = load(slots->words[i]);
        if (!mheap_is_in_window(word) ||
            !mbitmap_find(word, &object.span, &object.index) ||
            !is_young(&object, &state))
            continue;
        reach_object(&object);
        slots->words[kept++] = slots->words[i];
    }
    slots->n = kept;
}

/* ---- growing old --------------------------------------------------------- */

static void make_old(const struct object *object)
{
    uint16_t *state;
    if (!is_young(object, &state))
        return;
    *state |= MGCYOUNG_OLD;
    mgcyoung_set_pages(object->span, MGCYOUNG_PAGE_YOUNG);
}

static void keep_words(void)
{
    struct object object;
    for (size_t i = 0; i < mgcyoung_kept.n; i++) {
        reach(mgcyoung_kept.words[i]);
        read_reached();
    }
    for (size_t i = 0; i < mgcyoung_kept.n; i++)
        if (mheap_is_in_window(mgcyoung_kept.words[i]) &&
            mbitmap_find(mgcyoung_kept.words[i], &object.span, &object.index))
            make_old(&object);
    mgcyoung_kept.n = 0;
}

/* [inv.young.promoted] */
static void add_slots(const struct object *holder)
{
    uintptr_t at = mspan_object_base(holder->span, holder->index);
    uintptr_t end = at + holder->span->elemsize;
    struct object object;
    uint16_t *state;
    if (!holder->span->scan)
        return;
    for (; at + sizeof(uintptr_t) <= end; at += mgcmark_stride()) {
        uintptr_t word = load(at);
        if (mheap_is_in_window(word) &&
            mbitmap_find(word, &object.span, &object.index) &&
            is_young(&object, &state))
            mgcyoungset_add(&mgcyoung_slots, at);
    }
}

static void count_survivor(const struct object *object, unsigned state,
                           struct mgcyoung_stats *stats)
{
    stats->survived_bytes += object->span->elemsize;
    stats->survivors[state >> MGCYOUNG_SITE]++;
}

static void grow_old(struct mgcyoung_stats *stats)
{
    for (size_t i = 0; i < nreached; i++) {
        uint16_t *state = mgcyoung_state(
            mspan_object_base(reached[i].span, reached[i].index));
        if (*state & MGCYOUNG_SURVIVED)
            make_old(&reached[i]);
        else
            count_survivor(&reached[i], *state, stats);
        *state |= MGCYOUNG_SURVIVED;
        *state &= (uint16_t)~MGCYOUNG_REACHED;
    }
    for (size_t i = 0; i < nreached; i++)
        if (*mgcyoung_state(mspan_object_base(reached[i].span,
                                              reached[i].index)) &
            MGCYOUNG_OLD)
            add_slots(&reached[i]);
}

/* ---- the dead ------------------------------------------------------------ */

/* A span that nobody takes from and in which nothing is young is left alone
 * from now on.  Of what another thread is just sweeping nothing is known. */
static void look_for_dead(struct mspan *span, struct mgcyoung_stats *stats)
{
    uint64_t *bits = dead_bits + ndead_words;
    unsigned ndead = 0, nyoung = 0;
    memset(bits, 0, span->nwords * sizeof *bits);
    for (uint32_t i = 0; i < span->nelems; i++) {
        uintptr_t base = mspan_object_base(span, i);
        uint16_t *state = mgcyoung_state(base);
        if ((*state & MGCYOUNG_OLD) || !mspan_is_allocated(span, i))
            continue;
        nyoung++;
        if (*state & MGCYOUNG_REACHED)
            continue;
        ndead++;
        stats->dead[*state >> MGCYOUNG_SITE]++;
        *state = 0;
        bits[i / 64] |= (uint64_t)1 << i % 64;
        if (rt_options.clobber)
            mspan_clobber(span, i);
    }
    if (ndead) {
        spans[nspans++] = span;
        ndead_words += span->nwords;
        stats->freed_bytes += ndead * span->elemsize;
    }
    if (nyoung == ndead && rt_load_seq(&span->state) != SPAN_CACHED)
        mgcyoung_set_pages(span, 0);
}

static void find_dead(struct mgcyoung_stats *stats)
{
    const struct pagealloc *pages = &mheap.young_pages;
    size_t end = pages->npages - pagealloc_free_at_end(pages);
    nspans = ndead_words = 0;
    for (size_t page = 0; page < end;) {
        struct mspan *span = mheap_span_at(page);
        if (span && span->has_young && span->sweepgen == mheap.sweepgen)
            look_for_dead(span, stats);
        page += span ? span->npages : 1;
    }
}

void mgcyoungmark_for_each_dead(void (*dead)(struct mspan *span,
                                             const uint64_t *bits))
{
    const uint64_t *bits = dead_bits;
    for (size_t i = 0; i < nspans; i++) {
        size_t nwords = spans[i]->nwords;
        dead(spans[i], bits);
        bits += nwords;
    }
}

void mgcyoungmark_forget_dead(void)
{
    nspans = 0;
}

void mgcyoungmark_run(struct mgcyoung_stats *stats)
{
    nreached = nread = 0;
    read_roots();
    read_slots();
    read_reached();
    keep_words();
    find_dead(stats);
    grow_old(stats);
}
