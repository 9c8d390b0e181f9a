/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcmark.c - finding what is reachable.
 *
 * Owns the order in which memory is read for pointers: roots first, then what
 * they lead to (mgcdrain.c has how a word becomes a marked object).  While the
 * threads are stopped all that is one piece of work, mgcmark_all.  Beside them
 * it is done in parts, by whoever has the collection lock: the thread of the
 * collector, or one that allocates and has to help (mgc.c).  What is written
 * meanwhile is told by barriers (mgcshade.c), or is read again (mgcwatch.c),
 * so the order in which memory is read does not matter.
 *
 * The state is one static marker, under the collection lock.  Where much is to
 * be looked up further markers help it to (mgcgang.c), and when they have
 * stopped it has all that is left.
 */
#include "mgcmark.h"

#include "base/mpeek.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_clock.h"
#include "base/rt_export.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mcentral.h"
#include "heap/mheap.h"
#include "mbarrier.h"
#include "mcheckpages.h"
#include "mgc.h"
#include "mgcdrain.h"
#include "mgcgang.h"
#include "mgcshade.h"
#include "mgcwatch.h"
#include "mprotected.h"
#include "mroots.h"
#include "mworld.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <string.h>

enum {
    WORD_BYTES = MGCDRAIN_WORD_BYTES,
    /* What is copied at once from memory that may not be there. */
    PEEK_BYTES = 64 * 1024,
    /* From here on it is worth a system call to find out which pages of a
     * range were never touched: reading one costs a fault. */
    HOLEY_BYTES = 64 * 1024,
    /* Parts of an object that are longer are read piece by piece. */
    LONG_BYTES = 128 * 1024,
    /* Chunks of the queue after which written memory is left for what it has
     * led to. */
    WRITTEN_CHUNKS = 64,
    /* What the last stop looks up before others are asked to help: most of them
     * end sooner. */
    STOP_WORDS = 4096
};

static struct marker marker;
static size_t words_alone;      /* of the next steps: without help */
static uint64_t leave_at = UINT64_MAX;  /* the stop */
static mgcfilter *filter;
static unsigned stride = WORD_BYTES / 2;
static uint32_t is_packed;      /* a unit has said so; atomic */
static bool has_large;          /* objects, on average, in the last cycle */
static uint32_t fields;         /* a bit for each beginning of a field */
/* A word may straddle two pieces of a peek when the stride is small, so
 * the buffer keeps the last bytes of the one before. */
static char peek_buffer[WORD_BYTES + PEEK_BYTES]
    __attribute__((aligned(16)));

/* ---- roots --------------------------------------------------------------- */

/* One run of pages that may be unmapped while it is being read. */
static void peek_run(struct marker *m, uintptr_t from, uintptr_t to)
{
    char *fresh = peek_buffer + WORD_BYTES;
    bool contiguous = false;
    while (from < to) {
        size_t bytes = to - from < PEEK_BYTES ? to - from : PEEK_BYTES;
        size_t got = mpeek_copy_all(fresh, from, bytes);
        rt_assert(got <= bytes && from % WORD_BYTES == 0);
        uintptr_t start = (uintptr_t)(contiguous ? peek_buffer : fresh);
        if (got)
            mgcdrain_root_words(m, start, (uintptr_t)fresh + got);
        contiguous = got == bytes;
        m->has_skipped |= !contiguous;
        if (contiguous)
            memcpy(peek_buffer, fresh + got - WORD_BYTES, WORD_BYTES);
        /* The page that could not be read is stepped over. */
        from += got == bytes ? bytes
                             : ((got + from + 4096) & ~(uintptr_t)4095) -
                                   from;
    }
}

/* Every byte can be read. */
static void root_trusted(uintptr_t from, uintptr_t to)
{
    while (from < to) {
        uintptr_t start = from, end = to;
        if (to - from >= HOLEY_BYTES && !mpeek_next_run(&start, &end))
            return;
        mgcdrain_root_words(&marker, start, end);
        from = end;
    }
}

/* Reads [from, to) for pointers to objects, which are kept and later read
 * themselves.  `trusted`: every byte can be read. */
static void root_range(uintptr_t from, uintptr_t to, bool trusted)
{
    struct marker *m = &marker;
    if (trusted) {
        root_trusted(from, to);
        return;
    }
    from = (from + WORD_BYTES - 1) & ~(uintptr_t)(WORD_BYTES - 1);
    while (from < to) {
        uintptr_t start = from, end = to;
        if (!mpeek_next_run(&start, &end))
            return;
        peek_run(m, start, end);
        from = end;
    }
}

static void root_of_thread(uintptr_t from, uintptr_t to, bool trusted,
                           void *argument)
{
    (void)argument;
    root_range(from, to, trusted);
}

static void foreign_block(uintptr_t base, size_t bytes, void *argument)
{
    (void)argument;
    mgcdrain_root_words(&marker, base, base + bytes);
}

static void foreign_span(struct mspan *span, void *argument)
{
    (void)argument;
    mbitmap_mark_foreign_roots(span, foreign_block, NULL);
}

static void mark_stacks(struct marker *m)
{
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    m->root_bytes = &m->stats->stack_bytes;
    for (struct mthread *t = mthread_first(); t; t = t->next)
        if (!t->gone)
            mstack_ranges(t, root_of_thread, NULL);
    m->root_bytes = &m->stats->global_bytes;
    mroots_for_each_of_threads(root_range);
    mprotected_for_each_root(root_range);
}

static void mark_roots(struct marker *m)
{
    rt_assert(mgc_phase() == MGC_MARKING);
    m->root_bytes = &m->stats->foreign_bytes;
    mheap_for_each_foreign_span(foreign_span, NULL);
    mark_stacks(m);
    m->root_bytes = &m->stats->global_bytes;
    mroots_for_each_lasting(root_range);
}

/* ---- the whole ----------------------------------------------------------- */

static void rescan_object(struct mspan *span, uint32_t index, void *argument)
{
    if (mbitmap_is_marked(span, index)) {
        mgcdrain_reread_object(argument, span, index);
        mgcdrain_all(argument);
    }
}

static void rescan_span(struct mspan *span, void *argument)
{
    if (span->scan)
        mbitmap_for_each_object(span, rescan_object, argument);
}

/* What the inner loops go by.  To ask the processor what it has may take 20 us,
 * on a virtual machine: programs that never collect need not know. */
static void look_at_heap(struct marker *m)
{
    static bool has_chosen;
    if (!has_chosen)
        filter = mgcfilter_choose((unsigned)rt_options.simd);
    has_chosen = true;
    m->heap_base = mheap.base;
    m->heap_bytes = rt_load_acquire(&mheap.arena_used);
    m->stride = mgcmark_stride();
    m->fields = mgcmark_fields();
    m->filter = m->stride < WORD_BYTES / 2 ? NULL : filter;
}

/* The heap grows meanwhile, and what is born there is marked only if it is
 * known to be of the heap; and a library is loaded that stores pointers where
 * none were before [inv.fields].  Looked at behind each protection of pages,
 * and so in front of whatever is read then [inv.kept]. */
static void look_again(struct marker *m)
{
    if (m->settles)
        look_at_heap(m);
}

static void begin(struct marker *m, struct mgcmark_stats *stats, bool keeps)
{
    rt_assert(mgcdrain_is_idle(m));
    memset(stats, 0, sizeof *stats);
    m->stats = stats;
    look_at_heap(m);
    /* What checks the marks does without it; the marks are made with it. */
    mgcinside_begin(&m->inside, m->heap_bytes,
                    (has_large || rt_options.checkmark) && !m->is_check,
                    keeps);
    m->keeps = keeps;
    m->scan_all = rt_options.conservative;
    m->only_queues = m->settles = false;
    m->fetches = true;
    stats->npasses = stats->nmarkers = 1;
}

/* All roots have been looked at: what they lead to, and the end. */
static void finish(struct marker *m)
{
    mgcdrain_all(m);
    while (mgcdrain_take_overflow(m)) {                  /* [inv.overflow] */
        mark_roots(m);
        mgcdrain_all(m);
        mheap_for_each_span(rescan_span, m);
        m->stats->npasses++;
    }
    mpeek_end();
    rt_assert(mgcdrain_is_idle(m));
    mgcdrain_reset(m);
    if (!m->keeps)
        has_large = m->stats->marked_bytes >> MGCINSIDE_SHIFT >
                    m->stats->marked_objects;
}

void mgcmark_all(struct mgcmark_stats *stats)
{
    begin(&marker, stats, false);
    mpeek_begin();
    mark_roots(&marker);
    finish(&marker);
}

static void minor_written(uintptr_t from, uintptr_t to, void *bytes)
{
    *(uint64_t *)bytes += mgcmark_written(from, to);
}

uint64_t mgcmark_minor(struct mgcmark_stats *stats)
{
    uint64_t bytes = 0;
    begin(&marker, stats, true);
    mpeek_begin();
    /* First: what is reached from the roots is not read twice then. */
    mgcwatch_take_stopped(minor_written, &bytes);
    mark_roots(&marker);
    finish(&marker);
    return bytes;
}

void mgcmark_again(void)
{
    struct mgcmark_stats unused;
    marker.no_ends = marker.is_check = true;
    mgcmark_all(&unused);
    marker.no_ends = marker.is_check = false;
}

/* ---- beside the threads -------------------------------------------------- */

void mgcmark_begin(struct mgcmark_stats *stats, bool settles, bool keeps)
{
    begin(&marker, stats, keeps);
    marker.settles = settles;
    words_alone = 0;
    mpeek_begin();
    marker.only_queues = true;
    mark_stacks(&marker);
    marker.only_queues = false;
    mpeek_end();
}

void mgcmark_expect_marked(void)
{
    marker.fetches = false;
}

bool mgcmark_some(size_t nwords)
{
    look_again(&marker);
    if (words_alone == 0)
        return mgcgang_some(&marker, nwords);
    if (nwords > words_alone)
        nwords = words_alone;
    words_alone -= nwords;
    return mgcdrain_some(&marker, nwords);
}

uintptr_t mgcmark_skip_holes(uintptr_t from, uintptr_t to)
{
    uintptr_t start = from, end = to;
    if (!mpeek_begin_beside())
        return from;
    if (!mpeek_next_run(&start, &end))
        start = to;
    mpeek_end();
    return start;
}

bool mgcmark_root(uintptr_t from, uintptr_t to)
{
    marker.root_bytes = &marker.stats->global_bytes;
    if (!mpeek_begin_beside())
        return false;
    look_again(&marker);
    marker.only_queues = true;
    marker.has_skipped = false;
    root_range(from, to, false);
    marker.only_queues = false;
    mpeek_end();
    return !marker.has_skipped;
}

size_t mgcmark_foreign(size_t page, size_t npages)
{
    size_t used = marker.heap_bytes / PAGE_BYTES, end = page + npages;
    marker.root_bytes = &marker.stats->foreign_bytes;
    marker.only_queues = true;
    if (page < mheap.window_npages) {           /* no such blocks are there */
        page = mheap.window_npages;
        end = page + npages;
    }
    while (page < used && page < end) {
        struct mspan *span = mheap_span_at(page);
        uintptr_t address = marker.heap_base + page * PAGE_BYTES;
        bool begins = span && span->base == address;
        if (begins && span->foreign)
            foreign_span(span, NULL);
        page += begins ? rt_load_relaxed(&span->npages) : 1;
    }
    marker.only_queues = false;
    return page < used ? page : SIZE_MAX;
}

/* What was written since it was read of an object and those that follow it.
 * Foreign blocks are roots: an address one past an end counts in them, too.
 * A large object that grows has pages before it is as long: they are zero then
 * (mheap_grow_span). */
static void rescan_part(struct marker *m, const struct mspan *span,
                        uint32_t index, unsigned n, uintptr_t from,
                        uintptr_t to)
{
    uintptr_t base = mbitmap_base(span, index);
    uintptr_t end = base + n * mbitmap_bytes(span);
    uintptr_t begin = (from & ~(uintptr_t)(WORD_BYTES - 1)) - WORD_BYTES;
    if (rt_load_acquire(&span->clearing))
        return;
    if (begin < base || begin > from)
        begin = base;
    if (to + WORD_BYTES < end)
        end = to + WORD_BYTES;
    if (begin >= end)
        return;
    if (span->foreign)
        mgcdrain_root_words(m, begin, end);
    else if (end - begin > LONG_BYTES)
        mgcdrain_scan_later(m, begin, end);
    else
        mgcdrain_scan_words(m, begin, end);
}

/* From the lowest bit on. */
static unsigned count_ones(uint64_t bits)
{
    return ~bits ? (unsigned)__builtin_ctzll(~bits) : 64;
}

/* What lies in [from, to), which is in the span.  Returns the bytes of what was
 * not born in this cycle. */
static uint64_t rescan_written(struct marker *m, const struct mspan *span,
                               uintptr_t from, uintptr_t to)
{
    size_t most = span->elemsize < to - from ? span->elemsize : to - from;
    unsigned n = 0;
    uint32_t first = mspan_object_index(span, from - span->base);
    uint32_t last = mspan_object_index(span, to - 1 - span->base);
    if (last >= span->nelems)
        last = span->nelems - 1;
    for (uint32_t word = first / 64; word <= last / 64; word++) {
        uint64_t marks = mbitmap_marked_word(span, word);
        if (word == first / 64)
            marks &= ~UINT64_C(0) << first % 64;
        if (word == last / 64)
            marks &= ~UINT64_C(0) >> (63 - last % 64);
        n += (unsigned)__builtin_popcountll(
            marks & rt_load_relaxed(&span->mark_bits[word]));
        for (unsigned at, length; marks; ) {
            at = (unsigned)__builtin_ctzll(marks);
            length = count_ones(marks >> at);
            rescan_part(m, span, word * 64 + at, length, from, to);
            marks = at + length == 64 ? 0
                                      : marks & ~UINT64_C(0) << (at + length);
        }
    }
    return (uint64_t)n * most;
}

/* What written memory has led to, as far as there is time: that may be much.
 * When there is none left, what is watched already is only read. */
static void drain_in_time(struct marker *m)
{
    if (leave_at == UINT64_MAX)
        mgcdrain_all(m);
    else
        while (rt_clock_now_ns() < leave_at && !mgcdrain_some(m, STOP_WORDS))
            continue;
}

uint64_t mgcmark_written(uintptr_t from, uintptr_t to)
{
    struct marker *m = &marker;
    uint64_t bytes = 0;
    look_again(m);
    m->root_bytes = &m->read_again;
    if (rt_options.checkmark)
        mcheckpages_was_read(from, to);
    while (from < to) {
        bool scan;
        const struct mspan *span = mheap_span_of_scanned(from, &scan);
        uintptr_t page_end = (from & ~(uintptr_t)(PAGE_BYTES - 1)) +
                             PAGE_BYTES;
        uintptr_t end = page_end < to ? page_end : to;
        if (span && (scan || m->scan_all)) {
            uintptr_t span_end = span->base +
                                 rt_load_relaxed(&span->npages) * PAGE_BYTES;
            end = span_end < to ? span_end : to;
            bytes += rescan_written(m, span, from, end);
        }
        from = end;
        if (m->candidates.nchunks >= WRITTEN_CHUNKS)
            drain_in_time(m);
    }
    return bytes;
}

struct last {
    uint64_t until;             /* when the stop is to be left */
    bool is_late;
};

/* What is told is read. */
static void last_written(uintptr_t from, uintptr_t to, void *argument)
{
    struct last *last = argument;
    mgcmark_written(from, to);
    marker.stats->last_bytes += to - from;
    last->is_late = rt_clock_now_ns() > last->until;
}

static void last_root(uintptr_t from, uintptr_t to, void *unused)
{
    (void)unused;
    root_range(from, to, false);
}

static void last_range(uintptr_t from, uintptr_t to, bool trusted)
{
    (void)trusted;
    mgcwatch_last_roots(from, to, last_root, NULL);
}

bool mgcmark_reread_written(uint64_t until, uintptr_t *at)
{
    struct marker *m = &marker;
    struct last last = {until, false};
    uint64_t before = m->stats->global_bytes;
    rt_assert(mgc_phase() == MGC_MARKING);
    look_at_heap(m);
    words_alone = rt_options.markers ? 0 : STOP_WORDS;
    mpeek_begin();
    m->only_queues = true;
    m->stats->stack_bytes = m->stats->last_bytes = 0;
    m->root_bytes = &m->stats->foreign_bytes;
    mcentral_for_each_foreign(foreign_span, NULL);
    mark_stacks(m);
    mroots_for_each_lasting(last_range);
    m->only_queues = false;
    m->stats->global_bytes = before;
    leave_at = until;
    if (until == UINT64_MAX)                    /* [inv.watch] */
        mgcwatch_last_heap(last_written, &last);
    else if (mgcwatch_try_last_heap(at, last_written, &last, &last.is_late))
        *at = 0;
    leave_at = UINT64_MAX;
    mpeek_end();
    return !last.is_late;
}

/* ---- the end in a closed world ------------------------------------------- */

static void reread_foreign(struct mspan *span, void *argument)
{
    mbitmap_reread_foreign(span, foreign_block, argument);
}

void mgcmark_reread(void)
{
    struct marker *m = &marker;
    uint64_t before = m->stats->global_bytes;
    rt_assert(mgc_phase() == MGC_MARKING);
    look_at_heap(m);
    words_alone = rt_options.markers ? 0 : STOP_WORDS;
    mpeek_begin();
    m->only_queues = true;
    m->stats->stack_bytes = 0;
    mark_stacks(m);
    m->root_bytes = &m->read_again;
    mcentral_for_each_foreign(reread_foreign, NULL);
    mworld_for_each_unbarriered(root_range);
    mroots_for_each_of_environment(root_range);
    mroots_for_each_moved(root_range);
    mgcwatch_unread_roots(last_root, NULL);
    m->only_queues = false;
    m->stats->global_bytes = before;
    mpeek_end();
    mgcshade_collect();
}

void mgcmark_close(void)
{
    rt_assert(mgc_phase() == MGC_MARKING);
    mpeek_begin();
    finish(&marker);
}

void mgcmark_give_up(void)
{
    mgcdrain_reset(&marker);
    mgcshade_reset();
}

void mgcmark_init(void)
{
    mroots_exclude(&marker, sizeof marker);
    mroots_exclude(&mheap, sizeof mheap);
    mroots_exclude(peek_buffer, sizeof peek_buffer);
    mgcgang_init();
    mgcshade_init();
}

static void set_stride(unsigned new_stride)
{
    rt_assert(new_stride && WORD_BYTES % new_stride == 0);
    unsigned old = rt_load_relaxed(&stride);
    while (new_stride < old && !rt_cas(&stride, old, new_stride))
        old = rt_load_relaxed(&stride);
}

RT_EXPORT void __escc_unit_stride(unsigned new_stride)
{
    if (new_stride == 1 || new_stride == 2 || new_stride == 4) {
        set_stride(new_stride);
        rt_store_relaxed(&is_packed, true);
    }
}

bool mgcmark_is_packed(void)
{
    return rt_load_relaxed(&is_packed);
}

unsigned mgcmark_stride(void)
{
    return rt_load_relaxed(&stride);
}

RT_EXPORT void __escc_unit_fields(unsigned shifts)
{
    uint32_t old = rt_load_relaxed(&fields);
    while (!rt_cas(&fields, old, old | shifts))
        old = rt_load_relaxed(&fields);
    if (shifts) {
        mgcshade_widen();
        mbarrier_widen();
    }
}

uint32_t mgcmark_fields(void)
{
    return rt_load_relaxed(&fields);
}

void mgcmark_limit_queue(size_t nchunks)
{
    marker.candidates.limit_chunks = nchunks;
}
