/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcdrain.c - from words to marked objects.
 *
 * Everything is conservative: any word at a multiple of 4 (or at a smaller
 * stride, if a unit has packed pointers) whose value lies in the heap may be
 * a pointer.  Objects do not move.  Not of 8, since pools of programs round
 * sizes up to 4 and then hold whole structs at such addresses (tcc).  A word
 * in the middle of two aligned ones has the upper half of one and the lower
 * half of another; that this is an address of the heap is rare.
 *
 * The queue holds candidates, that is words not yet looked up.  A lookup
 * touches the span, its mark bits and then the object, three cache misses
 * in a large heap; so candidates go through three steps, in groups of 8 that
 * follow each other: in the first the span and the object are prefetched; in
 * the second the span has arrived and tells where the mark bits and the end
 * of the object are, which are prefetched then; in the third all is there.
 * (Cher, Hosking and Vitek, "Software prefetching for mark-sweep garbage
 * collection", 2004; OCaml 5 does the same.)  Groups, since a prefetch waits
 * for the translation of its address: those of a group do so together, while
 * what marks an object is long enough to keep the next from being seen.  The
 * mark bit is tested in the last step, hence a candidate may be queued more
 * than once.  Where objects are large, most that lead to marked ones are found
 * out before the first step (mgcinside.c).
 *
 * [inv.recent]  What many lead to comes again soon: two thirds of a program's
 * candidates lead to what is marked, and half of these came shortly before.  So
 * a marker remembers some that it took from its queue and leaves out those that
 * come again.  Whatever is remembered is marked or on its way.  What turns out
 * to be no object is forgotten: something may be born there, and then lead to
 * by words that count (`settles`).  Who gives back what was on its way forgets
 * all, as does who begins (test/Model/minor.pml, NO_FORGET, NO_GIVEN_BACK,
 * NO_NEW_CYCLE).
 *
 * An object above 128 KiB is read in pieces, from a queue of its own that
 * is served when no candidate is left: the candidate queue then never holds
 * more than one piece's words at once, and several markers may share a large
 * array.
 *
 * A large object may be a table that was reserved and hardly touched.  Of one
 * from 1 MiB on only the pages that the system has given are read, and count.
 *
 * [inv.fields]  An address in a bit-field with other bits beside it is no word
 * of the heap.  Units that store such say at which bits they begin; memory is
 * then read a second time for these.
 *
 * Words of roots: mgcdrain_roots.c.
 *
 * Foreign blocks (of uninstrumented code) are roots and read like globals;
 * they are marked first, so that candidates pointing to them end there.
 *
 * What threads mark themselves comes by way of mgcshade.c, as the base of an
 * object that is marked and still to be read.
 *
 * Several markers may be at work at a time, each with a queue and groups of its
 * own (mgcgang.c).  Then a mark is an atomic instruction, and who did not set
 * it leaves the object to who did.  [inv.detour]  What needs the kernel to be
 * read, tables that were hardly touched and protected memory, has buffers that
 * there are once: it is read under a lock then.
 */
#include "mgcdrain.h"

#include "base/mpeek.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgcgang.h"
#include "mgcshade.h"
#include "mprotected.h"

#include <string.h>

enum {
    WORD_BYTES = MGCDRAIN_WORD_BYTES,
    GROUPS = MGCDRAIN_GROUPS,
    GROUP_WORDS = MGCDRAIN_GROUP_WORDS,
    /* Go's maxObletBytes. */
    PIECE_BYTES = 128 * 1024,
    /* Below this the filter's call costs what it saves, or more. */
    FILTER_BYTES = 512,
    /* So many bytes of a piece cost as much as looking up a candidate, about,
     * and an object that a thread marked as much as so many. */
    COST_BYTES = 128,
    GREY_COST = 4,
    /* What one marker looks up before it asks others: they take some 50 us to
     * come. */
#ifdef ESCC_HOSTILE
    ALONE_WORDS = 8
#else
    ALONE_WORDS = 16384
#endif
};

/* ---- detours ------------------------------------------------------------- */

static struct rt_lock detour_lock = RT_LOCK_INIT(RT_RANK_MARKERS);

void mgcdrain_begin_detour(const struct marker *m)
{
    if (m->share)
        rt_lock(&detour_lock);
}

void mgcdrain_end_detour(const struct marker *m)
{
    if (m->share)
        rt_unlock(&detour_lock);
}

/* ---- reading words ------------------------------------------------------- */

static inline bool is_heap_word(const struct marker *m, uintptr_t word)
{
    return word - m->heap_base < m->heap_bytes;
}

static inline void scan_word(struct marker *m, uintptr_t at)
{
    uintptr_t word = mgcdrain_read_word(at);
    if (is_heap_word(m, word))
        mgcwork_push(&m->candidates, word);
}

static __attribute__((noinline)) void scan_fields(struct marker *m,
                                                 uintptr_t from,
                                                 uintptr_t last)
{
    for (uintptr_t at = from; at <= last; at += m->stride) {
        uintptr_t word = mgcdrain_read_word(at), field;
        uint32_t readings = m->fields;
        while (mgcmark_next_field(&readings, word, &field))
            if (is_heap_word(m, field))
                mgcwork_push(&m->candidates, field);
    }
}

static void scan_part(uintptr_t from, uintptr_t to, void *m)
{
    mgcdrain_scan_words(m, from, to);
}

void mgcdrain_scan_words(struct marker *m, uintptr_t from, uintptr_t to)
{
    if (mprotected_may_overlap(from, to) && mprotected_overlaps(from, to)) {
        mgcdrain_begin_detour(m);
        mprotected_read(from, to, scan_part, m);
        mgcdrain_end_detour(m);
        return;
    }
    unsigned step = m->stride;
    uintptr_t at = from;
    if (to - from < WORD_BYTES)
        return;
    uintptr_t last = to - WORD_BYTES;
    if (__builtin_expect(m->fields, 0))
        scan_fields(m, from, last);
    if (m->filter && to - from >= FILTER_BYTES)
        at = m->filter(&m->candidates, from, to, m->heap_base, m->heap_bytes,
                       step);
    if (step == WORD_BYTES / 2)
        for (; at < last; at += WORD_BYTES) {
            scan_word(m, at);
            scan_word(m, at + WORD_BYTES / 2);
        }
    for (; at <= last; at += step)
        scan_word(m, at);
}

/* The same for a small object at the usual stride, without a branch that
 * depends on what it holds: whether a field leads somewhere is what no
 * processor can guess.  False: not possible now. */
static inline bool scan_small(struct marker *m, uintptr_t from, size_t bytes)
{
    uintptr_t heap_base = m->heap_base, heap_bytes = m->heap_bytes;
    uintptr_t *room = mgcwork_room(&m->candidates,
                                   bytes / (WORD_BYTES / 2));
    uintptr_t at = from, last = from + bytes - WORD_BYTES;
    size_t found = 0;
    if (!room || m->stride != WORD_BYTES / 2 || m->fields)
        return false;
    for (;; at += WORD_BYTES) {
        room[found] = mgcdrain_read_word(at);
        found += room[found] - heap_base < heap_bytes;
        if (at == last)
            break;
        room[found] = mgcdrain_read_word(at + WORD_BYTES / 2);
        found += room[found] - heap_base < heap_bytes;
    }
    mgcwork_use(&m->candidates, found);
    return true;
}

/* ---- objects ------------------------------------------------------------- */

void mgcdrain_scan_later(struct marker *m, uintptr_t from, uintptr_t to)
{
    mgcwork_push_range(&m->pieces, from, to);
}

/* Reads the first piece and puts the rest back.  Returns its bytes. */
static size_t scan_piece(struct marker *m, uintptr_t from, uintptr_t to)
{
    uintptr_t end = to;
    rt_assert(from < to && mheap_contains(from));
    if (to - from > PIECE_BYTES) {
        end = from + PIECE_BYTES;
        mgcdrain_scan_later(m, end, to);
        /* A word that straddles the border belongs to this piece. */
        mgcdrain_scan_words(m, from, end + WORD_BYTES - m->stride);
    } else {
        mgcdrain_scan_words(m, from, end);
    }
    return end - from;
}

/* A foreign block that something led to before it was read as a root. */
static void scan_foreign(struct marker *m, uintptr_t from, uintptr_t to)
{
    bool only_queues = m->only_queues;
    uint64_t *root_bytes = m->root_bytes;
    m->root_bytes = &m->read_again;
    m->only_queues = true;      /* the queue is being drained */
    mgcdrain_root_words(m, from, to);
    m->only_queues = only_queues;
    m->root_bytes = root_bytes;
}

static __attribute__((noinline)) size_t
touched_bytes(const struct marker *m, uintptr_t base, size_t bytes)
{
    size_t held = 0;
    uintptr_t from, to;
    mgcdrain_begin_detour(m);
    mpeek_begin_touched(base, base + bytes);
    while (mpeek_next_touched(&from, &to))
        held += to - from;
    mgcdrain_end_detour(m);
    return held;
}

/* Bytes of memory that the object has. */
static inline size_t held_bytes(const struct marker *m, uintptr_t base,
                                size_t bytes)
{
    return bytes < MGCDRAIN_SPARSE_BYTES ? bytes
                                         : touched_bytes(m, base, bytes);
}

static void scan_long(struct marker *m, uintptr_t base, size_t bytes)
{
    uintptr_t from, to;
    if (bytes < MGCDRAIN_SPARSE_BYTES) {
        mgcdrain_scan_later(m, base, base + bytes);
        m->stats->scanned_bytes += bytes;
        return;
    }
    mgcdrain_begin_detour(m);
    mpeek_begin_touched(base, base + bytes);
    while (mpeek_next_touched(&from, &to)) {
        mgcdrain_scan_later(m, from, to);
        m->stats->scanned_bytes += to - from;
    }
    mgcdrain_end_detour(m);
}

static __attribute__((noinline)) void
scan_any(struct marker *m, struct mspan *span, uintptr_t base, size_t bytes)
{
    if (rt_load_acquire(&span->clearing))
        return;
    if (!span->foreign && bytes > PIECE_BYTES) {
        scan_long(m, base, bytes);
        return;
    }
    m->stats->scanned_bytes += held_bytes(m, base, bytes);
    if (span->foreign)
        scan_foreign(m, base, base + bytes);
    else
        mgcdrain_scan_words(m, base, base + bytes);
}

static inline void scan_object(struct marker *m, struct mspan *span,
                               uint32_t index)
{
    uintptr_t base = mbitmap_base(span, index);
    size_t bytes = mbitmap_bytes(span);
    rt_assert(mbitmap_is_marked(span, index) && bytes >= WORD_BYTES);
    if (bytes < FILTER_BYTES && !span->foreign &&
        !mprotected_may_overlap(base, base + bytes) &&
        scan_small(m, base, bytes))
        m->stats->scanned_bytes += bytes;
    else
        scan_any(m, span, base, bytes);
}

/* ---- what came lately [inv.recent] --------------------------------------- */

static inline uintptr_t *recent_of(struct marker *m, uintptr_t word)
{
    return &m->recent[(word >> 4 ^ word >> 12) % MGCDRAIN_RECENT];
}

static inline void forget(struct marker *m, uintptr_t word)
{
    *recent_of(m, word) = 0;
}

/* Takes up to a group of candidates that have not come lately from the queue.
 * Without a branch on what they are, which nobody could guess. */
static inline unsigned pop_new(struct marker *m, uintptr_t *words)
{
    unsigned n = mgcwork_pop_some(&m->candidates, words, GROUP_WORDS), new = 0;
    for (unsigned i = 0; i < n; i++) {
        uintptr_t word = words[i], *recent = recent_of(m, word);
        words[new] = word;
        new += *recent != word;
        *recent = word;
    }
    return new;
}

/* ---- marking ------------------------------------------------------------- */

/* A marked slot is allocated: that is tested last.  `shares`: as m->share says;
 * a constant, as in what follows, since a test for each object would show. */
static inline __attribute__((always_inline)) void
mark_arrival(struct marker *m, const struct mgcdrain_arrival *arrival,
             bool shares)
{
    struct mspan *span = arrival->span;
    uint32_t index = arrival->index;
    rt_assert(index < span->nelems);
    if (mbitmap_is_marked(span, index)) {
        if (m->settles && !mbitmap_is_marked_by_marker(span, index))
            mbitmap_mark_shared(span, index);
        return;
    }
    if (!mbitmap_is_object(span, index)) {
        forget(m, arrival->word);
        return;
    }
    if (!shares)
        mbitmap_mark(span, index);
    else if (!mbitmap_mark_shared(span, index))
        return;                                 /* [inv.gang] */
    if (mbitmap_bytes(span) >= MGCINSIDE_LEAST && m->inside.n)
        mgcinside_add(&m->inside, mbitmap_base(span, index) - m->heap_base,
                      mbitmap_bytes(span));
    m->stats->marked_bytes += held_bytes(m, mbitmap_base(span, index),
                                         mbitmap_bytes(span));
    m->stats->marked_objects++;
    if (span->scan || m->scan_all)
        scan_object(m, span, index);
}

/* An object that a thread marked [inv.grey]. */
static void scan_grey(struct marker *m, uintptr_t base)
{
    struct mspan *span = mheap_span_of(base);
    rt_assert(span);
    uint32_t index = mspan_object_index(span, base - span->base);
    m->stats->marked_bytes += held_bytes(m, base, mbitmap_bytes(span));
    m->stats->marked_objects++;
    if (span->scan || m->scan_all)
        scan_object(m, span, index);
}

/* A group of such.  Returns their number. */
static unsigned scan_greys(struct marker *m)
{
    uintptr_t bases[GROUP_WORDS];
    unsigned n = mgcwork_pop_some(&m->greys, bases, GROUP_WORDS);
    for (unsigned i = 0; i < n; i++) {
        __builtin_prefetch(mheap_span_of(bases[i]));
        __builtin_prefetch((const void *)bases[i]);
    }
    for (unsigned i = 0; i < n; i++)
        scan_grey(m, bases[i]);
    return n;
}

/* ---- draining ------------------------------------------------------------ */

static inline void enter(struct marker *m, struct mgcdrain_arrival *arrival,
                         uintptr_t word)
{
    /* [inv.inside] */
    bool scan, known = mgcinside_has(&m->inside, word - m->heap_base);
    struct mspan *span = known ? NULL : mheap_span_of_scanned(word, &scan);
    *arrival = (struct mgcdrain_arrival){word, span, 0};
    if (span) {
        __builtin_prefetch(span);
        if (scan & m->fetches)
            __builtin_prefetch((const void *)word);
    } else if (!known) {
        forget(m, word);
    }
}

/* The other lines of an object; of a long one the processor finds the rest by
 * itself, once it has read some.  They take as long as the first, so without
 * this half of all objects that are no lines of their own would be waited for.
 * A macro: gcc takes a function that prefetches and no more for one that does
 * nothing, and drops its calls. */
enum { LINE_BYTES = 64, LINES_BYTES = 128, MOST_LINES_BYTES = 512 };
#define PREFETCH_END(base, bytes)                                           \
    (__builtin_prefetch((base) + ((bytes) < LINE_BYTES ? (bytes)            \
                                                       : LINE_BYTES) - 1),  \
     __builtin_prefetch((base) + ((bytes) < LINES_BYTES ? (bytes)           \
                                                        : LINES_BYTES) - 1))
#define PREFETCH_MORE(base, bytes)                                          \
    for (size_t at = LINES_BYTES; at < (bytes) && at < MOST_LINES_BYTES;    \
         at += LINE_BYTES)                                                  \
        __builtin_prefetch((base) + at)

static inline void half_way(struct marker *m,
                            struct mgcdrain_arrival *arrival)
{
    struct mspan *span = arrival->span;
    if (!span)
        return;
    uint32_t index = mspan_object_index(span, arrival->word - span->base);
    if (index >= span->nelems) {
        arrival->span = NULL;   /* the unused tail of a span */
        forget(m, arrival->word);
        return;
    }
    arrival->index = index;
    __builtin_prefetch(&span->mark_bits[index / 64], 1);
    __builtin_prefetch(&span->shade_bits[index / 64]);
    __builtin_prefetch(&span->alloc_bits[index / 64]);
    if ((span->scan | m->scan_all) & m->fetches) {
        const char *base = (const char *)mbitmap_base(span, index);
        size_t bytes = mbitmap_bytes(span);
        PREFETCH_END(base, bytes);
        PREFETCH_MORE(base, bytes);
    }
}

/* Has `n` candidates enter and looks up those that have been here longest.
 * Returns their number. */
static inline __attribute__((always_inline)) unsigned
turn(struct marker *m, const uintptr_t *words, unsigned n, bool shares)
{
    unsigned in = (m->newest + 1) % GROUPS, out = (in + 1) % GROUPS;
    struct mgcdrain_group *group = &m->groups[in];
    rt_assert(in < GROUPS && n <= GROUP_WORDS);
    group->n = n;
    for (unsigned i = 0; i < n; i++)
        enter(m, &group->arrivals[i], words[i]);
    group = &m->groups[m->newest];
    for (unsigned i = 0; i < group->n; i++)
        half_way(m, &group->arrivals[i]);
    m->newest = in;
    group = &m->groups[out];
    for (unsigned i = 0; i < group->n; i++)
        if (group->arrivals[i].span)
            mark_arrival(m, &group->arrivals[i], shares);
    n = group->n;
    group->n = 0;
    return n;
}

/* The queue is empty: looks up what is on its way, until something was.  True
 * if so; it may have queued more. */
static __attribute__((noinline)) bool flush(struct marker *m)
{
    for (unsigned i = 0; i < GROUPS; i++)
        if (m->share ? turn(m, NULL, 0, true) : turn(m, NULL, 0, false))
            return true;
    return false;
}

/* Reads the next part of a large object, or the next objects that threads
 * marked, which it may have to fetch (mgcshade.c).  Returns what that costs,
 * in candidates; 0: there was none. */
static size_t scan_next(struct marker *m)
{
    uintptr_t word, end;
    if (mgcwork_is_empty(&m->pieces) && mgcwork_is_empty(&m->greys))
        mgcshade_take(&m->greys, &m->pieces);
    if (mgcwork_pop(&m->pieces, &word)) {
        rt_check(mgcwork_pop(&m->pieces, &end));
        return GREY_COST + scan_piece(m, word, end) / COST_BYTES;
    }
    return scan_greys(m) * (size_t)GREY_COST;
}

static struct mgcshare_work work_of(struct marker *m)
{
    return (struct mgcshare_work){&m->candidates, &m->pieces, &m->greys};
}

static bool has_surplus(const struct marker *m)
{
    return mgcwork_has_surplus(&m->candidates) ||
           !mgcwork_is_empty(&m->pieces) || mgcwork_has_surplus(&m->greys);
}

/* What the others ask for.  False: the step ends. */
static __attribute__((noinline)) bool attend(struct marker *m)
{
    uint32_t signal = rt_load_relaxed(&m->share->signal);
    struct mgcshare_work work = work_of(m);
    if (signal == MGCSHARE_WANTS && has_surplus(m))
        mgcshare_give(m->share, &work);
    return !(signal & MGCSHARE_ENDS);
}

/* Looks up *left candidates, or what costs as much, and takes that from *left;
 * true if nothing is left for this marker to do. */
static inline __attribute__((always_inline)) bool
drain(struct marker *m, size_t *left, bool shares)
{
    uintptr_t words[GROUP_WORDS];
    size_t nwords = *left;
    unsigned n;
    rt_assert(shares == !!m->share);
    while (nwords > 0) {
        if (shares && !attend(m))
            break;
        if (!mgcwork_is_empty(&m->candidates)) {
            n = pop_new(m, words);
            turn(m, words, n, shares);
            nwords--;
            nwords -= nwords < n ? nwords : n;
            continue;
        }
        if (flush(m))
            continue;
        size_t cost = scan_next(m);
        if (!cost) {
            *left = nwords;
            return true;
        }
        nwords -= nwords < cost ? nwords : cost;
    }
    *left = nwords;
    return false;
}

bool mgcdrain_some(struct marker *m, size_t nwords)
{
    return drain(m, &nwords, false);
}

bool mgcdrain_together(struct marker *m, struct mgcshare *share,
                       size_t nwords)
{
    struct mgcshare_work work = work_of(m);
    bool is_done;
    m->share = share;
    while ((is_done = drain(m, &nwords, true)) &&
           mgcshare_take(share, &work))
        continue;
    if (!is_done && !nwords)
        mgcshare_end(share);
    m->share = NULL;
    return is_done;
}

void mgcdrain_all(struct marker *m)
{
    size_t alone = m->is_check ? SIZE_MAX
        : rt_options.markers ? 0 : ALONE_WORDS;
    while (!mgcdrain_some(m, alone) && !mgcgang_some(m, SIZE_MAX))
        continue;
}

/* ---- as one of several --------------------------------------------------- */

void mgcdrain_follow(struct marker *m, const struct marker *owner,
                     struct mgcmark_stats *stats)
{
    m->heap_base = owner->heap_base;
    m->heap_bytes = owner->heap_bytes;
    m->stride = owner->stride;
    m->fields = owner->fields;
    m->filter = owner->filter;
    m->inside = owner->inside;  /* the same table: its bytes are atomic */
    m->scan_all = owner->scan_all;
    m->no_ends = owner->no_ends;
    m->settles = owner->settles;
    m->fetches = owner->fetches;
    m->hits.overflowed = false;
    m->root_bytes = &m->read_again;
    m->stats = stats;
}

void mgcdrain_put_back(struct marker *m)
{
    for (unsigned i = 0; i < GROUPS; i++) {
        struct mgcdrain_group *group = &m->groups[i];
        for (unsigned k = 0; k < group->n; k++)
            if (group->arrivals[k].span)
                mgcwork_push(&m->candidates, group->arrivals[k].word);
        group->n = 0;
    }
    memset(m->recent, 0, sizeof m->recent);
}

/* ---- the end ------------------------------------------------------------- */

bool mgcdrain_take_overflow(struct marker *m)
{
    bool overflowed = m->candidates.overflowed || m->pieces.overflowed ||
                      m->greys.overflowed;
    rt_assert(mgcwork_is_empty(&m->candidates));
    if (overflowed) {
        mgcwork_reset(&m->pieces);
        mgcwork_reset(&m->greys);
    }
    m->candidates.overflowed = false;
    return overflowed;
}

void mgcdrain_reset(struct marker *m)
{
    mgcwork_reset(&m->candidates);
    mgcwork_reset(&m->pieces);
    mgcwork_reset(&m->greys);
    mgcwork_reset(&m->hits);
    memset(m->groups, 0, sizeof m->groups);
    memset(m->recent, 0, sizeof m->recent);
}

bool mgcdrain_is_idle(struct marker *m)
{
    return mgcwork_is_empty(&m->candidates) && mgcwork_is_empty(&m->pieces) &&
           mgcwork_is_empty(&m->greys) && !flush(m);
}
