/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcmark.c - finding what is reachable.
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
 * in a large heap; so a candidate that leaves the queue first goes through
 * a ring of 16.  Its span and object are prefetched when it enters; half a
 * turn later the span has arrived and tells where the mark bits are, which
 * are prefetched then; at the exit all is there.  (Cher, Hosking and Vitek,
 * "Software prefetching for mark-sweep garbage collection", 2004; OCaml 5
 * does the same.)  The mark bit is tested at the exit, hence a candidate
 * may be queued more than once.
 *
 * An object above 128 KiB is read in pieces, from a queue of its own that
 * is served when no candidate is left: the candidate queue then never holds
 * more than one piece's words at once, and later several threads may share
 * a large array.
 *
 * [inv.fields]  An address in a bit-field with other bits beside it is no word
 * of the heap.  Units that store such say at which bits they begin; memory is
 * then read a second time for these.
 *
 * Root words are looked up at once and count twice: as an address in an
 * object and as one just past the end of an object, since compilers leave
 * only such an address in a register while a loop runs.  Words in objects
 * count once: allocation sizes leave room for the end address (malloc.c,
 * [inv.pad]).
 *
 * Foreign blocks (of uninstrumented code) are roots and read like globals;
 * they are marked first, so that candidates pointing to them end there.
 *
 * The state is one static marker, under the collection lock.  Marking beside
 * the threads is done in pieces, by whoever takes that lock (mgc.c): the
 * thread of the collector, or one that allocates and has to help.  What they
 * write meanwhile is read again (mgcwatch.c), so the order in which memory is
 * read does not matter.
 */
#include "mgcmark.h"

#include "base/mpeek.h"
#include "base/mwritten.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgc.h"
#include "mgcwatch.h"
#include "mgcwork.h"
#include "mroots.h"
#include "thread/mstack.h"
#include "thread/mthread.h"

#include <string.h>

enum {
    FIFO_WORDS = 16,
    /* Go's maxObletBytes. */
    PIECE_BYTES = 128 * 1024,
    /* What is copied at once from memory that may not be there. */
    PEEK_BYTES = 64 * 1024,
    /* A piece costs as much as looking up so many candidates, about. */
    PIECE_COST = 1024,
    WORD_BYTES = sizeof(uintptr_t)
};

/* A candidate in the ring. */
struct arrival {
    uintptr_t word;
    struct mspan *span;         /* NULL: none, or no object; stays what it is
                                   while it is here [inv.recycle] */
    uint32_t index;             /* valid in the second half of the turn */
};

struct marker {
    struct mgcwork candidates;
    struct mgcwork pieces;      /* pairs: end pushed first, then start */
    struct arrival fifo[FIFO_WORDS];
    unsigned fifo_at;
    uintptr_t heap_base;        /* copies for the filter in the inner loop */
    uintptr_t heap_bytes;
    uint64_t read_again;        /* counter of what has been counted before */
    bool scan_all;              /* ESCC_DEBUG=conservative=1 */
    bool has_skipped;           /* a root could not be read */
    bool only_queues;           /* in a short stop: roots are not followed */
    struct mgcmark_stats *stats;
    uint64_t *root_bytes;       /* counter of the kind of root being read */
};

static struct marker marker;
static unsigned stride = WORD_BYTES / 2;
static uint32_t fields;         /* [inv.fields] a bit for each beginning */
/* A word may straddle two pieces of a peek when the stride is small, so
 * the buffer keeps the last bytes of the one before. */
static char peek_buffer[WORD_BYTES + PEEK_BYTES]
    __attribute__((aligned(16)));

/* ---- reading words ------------------------------------------------------- */

static inline uintptr_t read_word(uintptr_t address)
{
    /* One load: other threads may be writing.  Not atomic in C's sense, as
     * it need not be aligned; an aligned one is whole. */
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    return *(const volatile loose_word *)address;
}

static inline bool is_heap_word(const struct marker *m, uintptr_t word)
{
    return word - m->heap_base < m->heap_bytes;
}

static inline void scan_word(struct marker *m, uintptr_t at)
{
    uintptr_t word = read_word(at);
    if (is_heap_word(m, word))
        mgcwork_push(&m->candidates, word);
}

static __attribute__((noinline)) void scan_fields(struct marker *m,
                                                 uintptr_t from,
                                                 uintptr_t last)
{
    for (uintptr_t at = from; at <= last; at += stride) {
        uintptr_t word = read_word(at), field;
        uint32_t readings = fields;
        while (mgcmark_next_field(&readings, word, &field))
            if (is_heap_word(m, field))
                mgcwork_push(&m->candidates, field);
    }
}

static void scan_words(struct marker *m, uintptr_t from, uintptr_t to)
{
    unsigned step = stride;
    uintptr_t at = from;
    if (to - from < WORD_BYTES)
        return;
    uintptr_t last = to - WORD_BYTES;
    if (__builtin_expect(fields, 0))
        scan_fields(m, from, last);
    if (step == WORD_BYTES / 2)
        for (; at < last; at += WORD_BYTES) {
            scan_word(m, at);
            scan_word(m, at + WORD_BYTES / 2);
        }
    for (; at <= last; at += step)
        scan_word(m, at);
}

/* ---- objects ------------------------------------------------------------- */

/* Both words of the pair or none: half a pair would be read as another. */
static void push_pieces(struct marker *m, uintptr_t from, uintptr_t to)
{
    bool overflowed = m->pieces.overflowed;
    uintptr_t dropped;
    rt_assert(from < to);
    m->pieces.overflowed = false;
    mgcwork_push(&m->pieces, to);
    if (!m->pieces.overflowed) {
        mgcwork_push(&m->pieces, from);
        if (m->pieces.overflowed)
            mgcwork_pop(&m->pieces, &dropped);
    }
    m->pieces.overflowed |= overflowed;
}

/* Reads the first piece and puts the rest back. */
static void scan_piece(struct marker *m, uintptr_t from, uintptr_t to)
{
    uintptr_t end = to;
    rt_assert(from < to && from - m->heap_base < m->heap_bytes);
    if (to - from > PIECE_BYTES) {
        end = from + PIECE_BYTES;
        push_pieces(m, end, to);
        /* A word that straddles the border belongs to this piece. */
        scan_words(m, from, end + WORD_BYTES - stride);
        return;
    }
    scan_words(m, from, end);
}

/* A foreign block that something led to before it was read as a root. */
static void scan_foreign(struct marker *m, uintptr_t from, uintptr_t to);

static void scan_object(struct marker *m, struct mspan *span, uint32_t index)
{
    uintptr_t base = mbitmap_base(span, index);
    size_t bytes = mbitmap_bytes(span);
    rt_assert(mbitmap_is_marked(span, index) && bytes >= WORD_BYTES);
    m->stats->scanned_bytes += bytes;
    if (span->foreign)
        scan_foreign(m, base, base + bytes);
    else if (bytes > PIECE_BYTES)
        push_pieces(m, base, base + bytes);
    else
        scan_words(m, base, base + bytes);
}

/* A marked slot is allocated: that is tested last. */
static inline void mark_arrival(struct marker *m,
                                const struct arrival *arrival)
{
    struct mspan *span = arrival->span;
    uint32_t index = arrival->index;
    rt_assert(index < span->nelems);
    if (mbitmap_is_marked(span, index) || !mbitmap_is_object(span, index) ||
        !mbitmap_mark(span, index))
        return;
    m->stats->marked_bytes += mbitmap_bytes(span);
    m->stats->marked_objects++;
    if (span->scan || m->scan_all)
        scan_object(m, span, index);
}

/* ---- draining ------------------------------------------------------------ */

static inline void enter(struct arrival *arrival, uintptr_t word)
{
    struct mspan *span = mheap_span_of(word);
    *arrival = (struct arrival){word, span, 0};
    if (span) {
        __builtin_prefetch(span);
        __builtin_prefetch((const char *)span + 64);
        __builtin_prefetch((const void *)word);
    }
}

static inline void half_way(struct arrival *arrival)
{
    struct mspan *span = arrival->span;
    if (!span)
        return;
    uint32_t index = mspan_object_index(span, arrival->word - span->base);
    if (index >= span->nelems) {
        arrival->span = NULL;   /* the unused tail of a span */
        return;
    }
    arrival->index = index;
    __builtin_prefetch(&span->mark_bits[index / 64], 1);
    __builtin_prefetch(&span->alloc_bits[index / 64]);
}

/* Puts a candidate into the ring and looks up the one that it replaces. */
static inline void turn_fifo(struct marker *m, uintptr_t word)
{
    unsigned at = m->fifo_at;
    rt_assert(at < FIFO_WORDS);
    struct arrival out = m->fifo[at];
    enter(&m->fifo[at], word);
    half_way(&m->fifo[(at + FIFO_WORDS / 2) % FIFO_WORDS]);
    m->fifo_at = (at + 1) % FIFO_WORDS;
    if (out.span)
        mark_arrival(m, &out);
}

/* The queue is empty: one turn with nothing to enter.  True if something
 * came out; it may have queued more. */
static bool flush_fifo(struct marker *m)
{
    bool any = false;
    for (unsigned i = 0; i < FIFO_WORDS; i++) {
        any |= m->fifo[m->fifo_at].span != NULL;
        turn_fifo(m, 0);
    }
    return any;
}

/* Looks up to `nwords` candidates; true if none is left. */
static bool drain_some(struct marker *m, size_t nwords)
{
    uintptr_t word, end;
    while (nwords > 0) {
        for (; nwords > 0 && mgcwork_pop(&m->candidates, &word); nwords--)
            turn_fifo(m, word);
        if (nwords == 0 || flush_fifo(m))
            continue;
        if (!mgcwork_pop(&m->pieces, &word))
            return true;
        rt_check(mgcwork_pop(&m->pieces, &end));
        scan_piece(m, word, end);
        nwords -= nwords < PIECE_COST ? nwords : PIECE_COST;
    }
    return false;
}

static void drain(struct marker *m)
{
    for (;;) {
        uintptr_t word, end;
        while (mgcwork_pop(&m->candidates, &word))
            turn_fifo(m, word);
        if (flush_fifo(m))
            continue;
        if (!mgcwork_pop(&m->pieces, &word))
            return;
        rt_check(mgcwork_pop(&m->pieces, &end));
        scan_piece(m, word, end);
    }
}

/* ---- roots --------------------------------------------------------------- */

/* Chunks of the queue after which root scanning marks what it has found:
 * few enough that a collection for want of memory needs hardly any. */
enum { ROOT_CHUNKS = 8 };
/* The same while written memory is read again. */
enum { WRITTEN_CHUNKS = 64 };

static void root_word(struct marker *m, uintptr_t word)
{
    struct mspan *span;
    uint32_t index;
    if (word - m->heap_base > m->heap_bytes)
        return;
    /* What is marked is left out, so that a pass after an overflow gets
     * further than the last. */
    if (mbitmap_find_marking(word, &span, &index) &&
        !mbitmap_is_marked(span, index))
        mgcwork_push(&m->candidates, mbitmap_base(span, index));
    if (mbitmap_find_past(word, &span, &index) &&
        !mbitmap_is_marked(span, index))
        mgcwork_push(&m->candidates, mbitmap_base(span, index));
    /* The queue's memory grows with the depth of the heap, not with the
     * number of roots. */
    if (m->candidates.nchunks >= ROOT_CHUNKS && !m->only_queues)
        drain(m);
}

static void root_fields(struct marker *m, uintptr_t word)
{
    uint32_t readings = fields;
    uintptr_t field;
    while (mgcmark_next_field(&readings, word, &field))
        if (field - m->heap_base <= m->heap_bytes)
            root_word(m, field);
}

static void root_words(struct marker *m, uintptr_t from, uintptr_t to)
{
    uintptr_t mask = WORD_BYTES - 1;
    unsigned step = stride;
    from = (from + mask) & ~mask;
    if (to < from + WORD_BYTES)
        return;
    *m->root_bytes += to - from;
    for (uintptr_t at = from; at <= to - WORD_BYTES; at += step) {
        uintptr_t word = read_word(at);
        if (word - m->heap_base <= m->heap_bytes)
            root_word(m, word);
        if (__builtin_expect(fields, 0))
            root_fields(m, word);
    }
}

static void scan_foreign(struct marker *m, uintptr_t from, uintptr_t to)
{
    bool only_queues = m->only_queues;
    uint64_t *root_bytes = m->root_bytes;
    m->root_bytes = &m->read_again;
    m->only_queues = true;      /* the queue is being drained */
    root_words(m, from, to);
    m->only_queues = only_queues;
    m->root_bytes = root_bytes;
}

/* One run of pages that may be unmapped while it is being read. */
static void peek_run(struct marker *m, uintptr_t from, uintptr_t to)
{
    char *fresh = peek_buffer + WORD_BYTES;
    bool contiguous = false;
    while (from < to) {
        size_t bytes = to - from < PEEK_BYTES ? to - from : PEEK_BYTES;
        size_t got = mpeek_copy(fresh, from, bytes);
        rt_assert(got <= bytes && from % WORD_BYTES == 0);
        uintptr_t start = (uintptr_t)(contiguous ? peek_buffer : fresh);
        if (got)
            root_words(m, start, (uintptr_t)fresh + got);
        contiguous = got == bytes;
        m->has_skipped |= !contiguous;
        if (contiguous)
            memcpy(peek_buffer, fresh + got - WORD_BYTES, WORD_BYTES);
        /* The page that could not be read is stepped over. */
        from += got == bytes ? bytes
                             : ((got + from + 4096) & ~(uintptr_t)4095) -
                                   from;
    }
    memset(peek_buffer, 0, sizeof peek_buffer);
}

/* Reads [from, to) for pointers to objects, which are kept and later read
 * themselves.  `trusted`: every byte can be read. */
static void root_range(uintptr_t from, uintptr_t to, bool trusted)
{
    struct marker *m = &marker;
    if (trusted) {
        root_words(m, from, to);
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
    root_words(&marker, base, base + bytes);
}

static void foreign_span(struct mspan *span, void *argument)
{
    (void)argument;
    if (span->foreign)
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
}

static void mark_roots(struct marker *m)
{
    rt_assert(mgc_phase() == MGC_MARKING);
    m->root_bytes = &m->stats->foreign_bytes;
    mheap_for_each_span(foreign_span, NULL);
    mark_stacks(m);
    m->root_bytes = &m->stats->global_bytes;
    mroots_for_each_lasting(root_range);
}

/* ---- the whole ----------------------------------------------------------- */

static void rescan_object(struct mspan *span, uint32_t index, void *argument)
{
    if (mbitmap_is_marked(span, index)) {
        scan_object(argument, span, index);
        drain(argument);
    }
}

static void rescan_span(struct mspan *span, void *argument)
{
    if (span->scan)
        mbitmap_for_each_object(span, rescan_object, argument);
}

static bool take_overflow(struct marker *m)
{
    bool overflowed = m->candidates.overflowed || m->pieces.overflowed;
    rt_assert(mgcwork_is_empty(&m->candidates));
    if (overflowed)
        mgcwork_reset(&m->pieces);
    m->candidates.overflowed = m->pieces.overflowed = false;
    return overflowed;
}

static void begin(struct marker *m, struct mgcmark_stats *stats)
{
    rt_assert(mgcwork_is_empty(&m->candidates) &&
              mgcwork_is_empty(&m->pieces));
    memset(stats, 0, sizeof *stats);
    m->stats = stats;
    m->heap_base = mheap.base;
    m->heap_bytes = rt_load_acquire(&mheap.arena_used);
    m->scan_all = rt_options.conservative;
    m->only_queues = false;
    stats->npasses = 1;
}

/* All roots have been looked at: what they lead to, and the end. */
static void finish(struct marker *m)
{
    drain(m);
    while (take_overflow(m)) {                  /* [inv.overflow] */
        mark_roots(m);
        drain(m);
        mheap_for_each_span(rescan_span, m);
        m->stats->npasses++;
    }
    mpeek_end();
    rt_assert(mgcwork_is_empty(&m->candidates) && !flush_fifo(m));
    mgcwork_reset(&m->candidates);
    mgcwork_reset(&m->pieces);
}

void mgcmark_all(struct mgcmark_stats *stats)
{
    begin(&marker, stats);
    mpeek_begin();
    mark_roots(&marker);
    finish(&marker);
}

/* ---- beside the threads -------------------------------------------------- */

void mgcmark_begin(struct mgcmark_stats *stats)
{
    begin(&marker, stats);
    mpeek_begin();
    marker.only_queues = true;
    mark_stacks(&marker);
    marker.only_queues = false;
    mpeek_end();
}

bool mgcmark_some(size_t nwords)
{
    return drain_some(&marker, nwords);
}

bool mgcmark_root(uintptr_t from, uintptr_t to)
{
    marker.root_bytes = &marker.stats->global_bytes;
    if (!mpeek_begin_beside(mwritten_pagemap()))
        return false;
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
    while (page < used && page < end) {
        struct mspan *span = rt_load_acquire(&mheap.spans[page]);
        uintptr_t address = marker.heap_base + page * PAGE_BYTES;
        bool begins = span && span->base == address;
        if (begins)
            foreign_span(span, NULL);
        page += begins ? rt_load_relaxed(&span->npages) : 1;
    }
    marker.only_queues = false;
    return page < used ? page : SIZE_MAX;
}

/* A part of an object that was written since it was read.  Foreign blocks
 * are roots: an address one past an end counts in them, too. */
static void rescan_part(struct marker *m, const struct mspan *span,
                        uint32_t index, uintptr_t from, uintptr_t to)
{
    uintptr_t base = mbitmap_base(span, index);
    uintptr_t end = base + mbitmap_bytes(span);
    uintptr_t begin = (from & ~(uintptr_t)(WORD_BYTES - 1)) - WORD_BYTES;
    if (begin < base || begin > from)
        begin = base;
    if (to + WORD_BYTES < end)
        end = to + WORD_BYTES;
    if (span->foreign)
        root_words(m, begin, end);
    else if (end - begin > PIECE_BYTES)
        push_pieces(m, begin, end);
    else
        scan_words(m, begin, end);
}

void mgcmark_written(uintptr_t from, uintptr_t to)
{
    struct marker *m = &marker;
    m->root_bytes = &m->read_again;
    while (from < to) {
        const struct mspan *span = mheap_span_of(from);
        uintptr_t page_end = (from & ~(uintptr_t)(PAGE_BYTES - 1)) +
                             PAGE_BYTES;
        uintptr_t end = page_end < to ? page_end : to;
        uint32_t last = 0;
        uint32_t index = 0;
        if (span && (span->scan || m->scan_all)) {
            uintptr_t span_end = span->base +
                                 rt_load_relaxed(&span->npages) * PAGE_BYTES;
            end = span_end < to ? span_end : to;
            index = mspan_object_index(span, from - span->base);
            last = mspan_object_index(span, end - 1 - span->base) + 1;
        }
        for (; index < last && index < span->nelems; index++)
            if (mbitmap_is_marked(span, index))
                rescan_part(m, span, index, from, end);
        from = end;
        if (m->candidates.nchunks >= WRITTEN_CHUNKS)
            drain(m);
    }
}

static void last_written(uintptr_t from, uintptr_t to, void *unused)
{
    (void)unused;
    mgcmark_written(from, to);
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

void mgcmark_finish(void)
{
    struct marker *m = &marker;
    rt_assert(mgc_phase() == MGC_MARKING);
    m->heap_bytes = rt_load_acquire(&mheap.arena_used);
    mpeek_begin();
    m->stats->stack_bytes = 0;
    m->root_bytes = &m->stats->foreign_bytes;
    mheap_for_each_span(foreign_span, NULL);
    mark_stacks(m);
    m->root_bytes = &m->stats->global_bytes;
    mroots_for_each_lasting(last_range);
    drain(m);
    mgcwatch_last_heap(last_written, NULL);     /* [inv.watch] */
    finish(m);
}

void mgcmark_give_up(void)
{
    struct marker *m = &marker;
    mgcwork_reset(&m->candidates);
    mgcwork_reset(&m->pieces);
    memset(m->fifo, 0, sizeof m->fifo);
}

void mgcmark_init(void)
{
    mroots_exclude(&marker, sizeof marker);
    mroots_exclude(&mheap, sizeof mheap);
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
    if (new_stride == 1 || new_stride == 2 || new_stride == 4)
        set_stride(new_stride);
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
}

uint32_t mgcmark_fields(void)
{
    return rt_load_relaxed(&fields);
}

void mgcmark_limit_queue(size_t nchunks)
{
    marker.candidates.limit_chunks = nchunks;
}
