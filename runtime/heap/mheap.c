/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mheap.c - all pages and spans.
 *
 * Owns the reservation, its committed part (the arena), the table from
 * pages to spans, the structs mspan and the list of those in use, and the
 * policy of growing and of giving memory back.  Does not own which pages
 * are free (mpagealloc.c) nor which spans have free slots (mcentral.c).
 *
 * Memory:
 *
 *     base                     base + arena_used              end
 *     | spans and free pages   | reserved, inaccessible       |
 *
 * One contiguous reservation makes the first test of a conservative lookup
 * a subtraction and a comparison, and the table flat.  It is large (1 TiB
 * where the system allows it), since address space is all that it costs;
 * where the system does not (ulimit -v, valgrind, strict overcommit) it is
 * made smaller until it fits.  The tables lie outside of it and are
 * committed with it; nothing of the runtime's is inside, so a wild store
 * of the program through an object cannot hit it first.
 *
 * Lock: mheap.lock guards the pages, the list of all spans, and growth.
 * Readers of the table take none: an entry is set, with release order,
 * after its span was set up, and cleared before the span goes.
 *
 * The first 64 MiB of a large arena are set aside for young blocks
 * (gc/mgcyoung.c): what leads there, barriers know by one comparison.  They
 * stay inaccessible until they are needed.
 *
 * [inv.arena]  arena_used grows only, and only after the table entries of
 * the new part are readable.
 */
#include "mheap.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_fatal.h"
#include "mcache.h"
#include "mcentral.h"
#include "mfixalloc.h"
#include "mgcscavenge.h"
#include "mgcsweep.h"

#include <limits.h>
#include <string.h>

struct mheap mheap = {.lock = RT_LOCK_INIT(RT_RANK_MHEAP),
                      .resident_most = SIZE_MAX,
                      .press_at = SIZE_MAX,
                      .expected_pages = SIZE_MAX};

/* Spans of foreign blocks that begin in each chunk of the arena; NULL: nobody
 * counts.  Under the heap lock, read in stops. */
static uint32_t *foreign_in_chunk;

static struct fixalloc mspan_fixalloc =
    FIXALLOC_INIT(sizeof(struct mspan), persistent_alloc);

/* Address space that is asked for first, and the least that is worth
 * having: 4 MiB run a small program under a hard limit. */
static const size_t reserve_most = (size_t)1 << 40;
enum { RESERVE_LEAST = CHUNK_BYTES };

/* Alignment of an arena that is not cramped, and so the largest alignment
 * that memalign can give: 1 GiB, the largest of x86-64's pages. */
static const size_t arena_align = (size_t)1 << 30;

/* The window of young blocks. */
static const size_t window_bytes = (size_t)64 << 20;

/* What is set aside for off-heap structures, in parts of the arena: an
 * eighth.  They take some 3 to 5 %, at worst (blocks of 8 bytes) 11 %. */
enum { ASIDE_PART = 8 };

/* Up to this size, sparse spans not counted, the arena grows chunk by chunk,
 * so that small programs stay small; above it by an eighth, within these.  Each
 * time the table of mappings changes, for which the system waits until no
 * thread is in a page fault: on a huge page some milliseconds, and threads that
 * allocate wait for the lock meanwhile. */
static const size_t arena_small = (size_t)8 << 20;
static const size_t growth_least = (size_t)32 << 20;
static const size_t growth_most = (size_t)64 << 20;

/* Spans that are sparse at most: each may cost two more mappings, and the
 * system allows some 65000 in a process. */
enum { MOST_SPARSE = 1024 };
static unsigned nsparse;        /* under the heap lock */

/* ---- start-up ------------------------------------------------------------ */

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

/* Commits table memory; neighbours on the same system page are committed
 * already or about to be. */
static bool commit_table(void *start, size_t bytes)
{
    size_t page = os_page_bytes();
    uintptr_t from = (uintptr_t)start / page * page;
    uintptr_t to = round_up((uintptr_t)start + bytes, page);
    if (!os_commit((void *)from, to - from))
        return false;
    rt_add_relaxed(&mheap.stats.committed_bytes, to - from);
    return true;
}

/* The same where all is writable. */
static bool is_there(void *start, size_t bytes)
{
    (void)start;
    (void)bytes;
    return true;
}

/* Bytes of the arena behind the window. */
static size_t ordinary_bytes(void)
{
    return mheap.arena_used - mheap.window_npages * PAGE_BYTES;
}

static size_t chunks_power(size_t bytes)
{
    size_t nchunks = 1;
    while (nchunks < bytes / CHUNK_BYTES)
        nchunks *= 2;
    return nchunks;
}

/* Reserves an arena of `bytes` and its tables. */
static bool reserve(size_t bytes)
{
    size_t nchunks = chunks_power(bytes);
    size_t aside_bytes = bytes / ASIDE_PART;
    size_t spans_bytes = round_up(bytes / PAGE_BYTES * sizeof *mheap.spans,
                                  os_page_bytes());
    size_t tables_bytes = round_up(pagealloc_table_bytes(nchunks),
                                   os_page_bytes());
    size_t all_bytes = spans_bytes + tables_bytes + aside_bytes;
    char *tables = os_reserve(all_bytes, os_page_bytes(), false);
    if (!tables)
        return false;
    void *arena = os_reserve(bytes, bytes >= 64 * arena_align ? arena_align
                                                              : CHUNK_BYTES,
                             true);
    if (!arena ||
        !pagealloc_init(&mheap.pages, nchunks, tables + spans_bytes,
                        commit_table)) {
        os_release(tables, all_bytes);
        if (arena)
            os_release(arena, bytes);
        return false;
    }
    os_name(arena, bytes, "escc heap");
    os_set_aside(tables + spans_bytes + tables_bytes, aside_bytes);
    mheap.spans = (uintptr_t *)(void *)tables;
    mheap.base = (uintptr_t)arena;
    mheap.end = mheap.base + bytes;
    return true;
}

/* The arena begins with a window that nobody has pages of. */
static void make_window(void)
{
    size_t npages = window_bytes / PAGE_BYTES, fresh;
    bool dirty;
    if (mheap.end - mheap.base < 64 * arena_align ||
        !commit_table(mheap.spans, npages * sizeof *mheap.spans) ||
        !pagealloc_grow(&mheap.pages, window_bytes / CHUNK_BYTES))
        return;
    rt_check(pagealloc_alloc_at(&mheap.pages, 0, npages, &dirty, &fresh));
    mheap.window_npages = npages;
    rt_store_release(&mheap.arena_used, window_bytes);
}

bool mheap_open_window(void)
{
    size_t nchunks = mheap.window_npages / CHUNK_PAGES;
    rt_lock(&mheap.lock);
    if (nchunks && !mheap.window_is_open) {
        void *tables = os_alloc(pagealloc_table_bytes(nchunks));
        bool is_open =
            tables && os_commit((void *)mheap.base,
                                mheap.window_npages * PAGE_BYTES) &&
            pagealloc_init(&mheap.young_pages, nchunks, tables, is_there) &&
            pagealloc_grow(&mheap.young_pages, nchunks);
        rt_store_release(&mheap.window_is_open, is_open);
    }
    bool is_open = mheap.window_is_open;
    rt_unlock(&mheap.lock);
    return is_open;
}

void mheap_init(void)
{
    size_t limit = os_address_space_limit(), bytes = reserve_most;
    if (mheap.initialised)
        return;
    mcentral_init();
    if (limit != SIZE_MAX) {
        /* The rest of the program needs room too: thread stacks, libraries
         * and mappings.  A third of what is free is left to them. */
        size_t used = os_address_space_used();
        size_t room = limit > used ? limit - used : 0;
        room = room / 8 * 5;
        if (bytes > room)
            bytes = room / CHUNK_BYTES * CHUNK_BYTES;
        if (bytes < RESERVE_LEAST)
            bytes = RESERVE_LEAST;
    }
    while (!reserve(bytes)) {
        if (bytes <= RESERVE_LEAST)
            rt_fatal_hint("raise the limit (ulimit -v) or run without escc",
                          "no address space for the heap: the system "
                          "refused %lu bytes",
                          (unsigned long)bytes);
        bytes = round_up(bytes / 2, CHUNK_BYTES);
    }
    make_window();
    foreign_in_chunk = os_alloc((mheap.end - mheap.base) / CHUNK_BYTES *
                                sizeof *foreign_in_chunk);
    mheap.initialised = true;
}

/* ---- growth; under the heap lock ----------------------------------------- */

/* Whether it is when `bytes` have been added. */
static bool is_small(size_t bytes)
{
    size_t sparse = mheap.stats.sparse_pages * PAGE_BYTES;
    return ordinary_bytes() + bytes <= sparse + arena_small;
}

/* Makes `bytes` more of the reservation usable. */
static bool extend_arena(size_t bytes)
{
    size_t used = mheap.arena_used, limit = os_address_space_limit();
    char *start = (char *)mheap.base + used;
    if (bytes > mheap.end - mheap.base - used)
        return false;
    /* A limit set after start-up does not count the reservation again. */
    if (limit != SIZE_MAX &&
        used + bytes + rt_load_relaxed(&mheap.stats.committed_bytes) / 64 >
            limit)
        return false;
    if (!commit_table(mheap.spans + used / PAGE_BYTES,
                      bytes / PAGE_BYTES * sizeof *mheap.spans) ||
        !os_commit(start, bytes))
        return false;
    /* Last: it cannot be undone. */
    if (!pagealloc_grow(&mheap.pages, bytes / CHUNK_BYTES))
        return false;
    rt_add_relaxed(&mheap.stats.committed_bytes, bytes);
    rt_store_release(&mheap.arena_used, used + bytes);  /* [inv.arena] */
    return true;
}

/* By `need` at least, a multiple of chunks. */
static bool extend_by(size_t need)
{
    size_t step = CHUNK_BYTES;
    if (!is_small(1)) {
        step = round_up(ordinary_bytes() / 8, CHUNK_BYTES);
        step = step < growth_least ? growth_least
               : step > growth_most ? growth_most : step;
    }
    return (need < step && extend_arena(step)) || extend_arena(need);
}

/* Grows the arena so that a run of npages exists at its end. */
static bool grow(size_t npages)
{
    size_t have = pagealloc_free_at_end(&mheap.pages);
    if (npages > (mheap.end - mheap.base) / PAGE_BYTES)
        return false;
    return extend_by(have >= npages ? CHUNK_BYTES
                                    : round_up((npages - have) * PAGE_BYTES,
                                               CHUNK_BYTES));
}

bool mheap_reach(size_t end)
{
    size_t used = mheap.arena_used;
    return end <= used || extend_by(round_up(end - used, CHUNK_BYTES));
}

/* Rather sweep than that; a guess, without the lock. */
static bool would_exceed_bound(size_t npages)
{
    return rt_load_relaxed(&mheap.stats.resident_pages) + npages >
           rt_load_relaxed(&mheap.resident_most);
}

/* As long as spans wait to be swept, what is taken from them need not be fresh:
 * else a heap would hold the last collection's garbage and as much again before
 * the next (Go's rule, too).  Where little of what is swept becomes free it
 * stops after some microseconds, unless there is a bound. */
static void sweep_first(size_t npages)
{
    enum { SPANS = 64 };
    if (mgcsweep_is_done())
        return;
    mgcsweep_reclaim(npages, would_exceed_bound(npages) ? UINT_MAX : SPANS);
}

/* ---- spans --------------------------------------------------------------- */

/* Lets pages of the span lead to it. */
static void set_table(const struct mspan *span, size_t from_page,
                      size_t npages)
{
    bool is_big = span->npages >= MHEAP_EMPTY_BYTES / PAGE_BYTES;
    uintptr_t entry = (uintptr_t)span | (span->foreign ? MHEAP_FOREIGN : 0) |
                      (is_big ? MHEAP_BIG : 0) |
                      (mspan_is_large(span) ? MHEAP_LARGE : 0) |
                      (span->scan ? 0 : MHEAP_NOSCAN);
    uintptr_t *first = &mheap.spans[(span->base - mheap.base) / PAGE_BYTES +
                                    from_page];
    for (size_t i = 0; i < npages; i++)
        rt_store_release(&first[i], entry);
}

/* Its number of pages is constant, as a large span's is not, and nobody else
 * writes their entries. */
void mheap_note_kept(const struct mspan *span, bool has_kept)
{
    uintptr_t *first = &mheap.spans[(span->base - mheap.base) / PAGE_BYTES];
    uintptr_t entry = rt_load_relaxed(first) & ~(uintptr_t)MHEAP_KEPT;
    rt_assert(!(entry & MHEAP_LARGE));
    entry |= has_kept ? MHEAP_KEPT : 0;
    if (rt_load_relaxed(first) == entry)
        return;
    for (uint32_t i = 0; i < span->npages; i++)
        rt_store_release(&first[i], entry);
}

static void clear_table(size_t page, size_t npages)
{
    for (size_t i = 0; i < npages; i++)
        rt_store_release(&mheap.spans[page + i], 0);
}

static void count_foreign(const struct mspan *span, uint32_t n)
{
    if (span->foreign && foreign_in_chunk)
        foreign_in_chunk[(span->base - mheap.base) / CHUNK_BYTES] += n;
}

static size_t take_pages(size_t npages, size_t align, bool *dirty)
{
    size_t fresh;
    size_t page = pagealloc_alloc(&mheap.pages, npages, align, dirty, &fresh);
    if (page != PAGEALLOC_NONE) {
        mheap.stats.span_pages += npages;
        mheap.stats.resident_pages += fresh;
        mgcscavenge_took(page, npages, fresh);
    }
    return page;
}

/* The same in the window of young blocks. */
static size_t take_young(size_t npages, size_t align, bool *dirty)
{
    size_t fresh, page = PAGEALLOC_NONE;
    if (mheap.window_is_open)
        page = pagealloc_alloc(&mheap.young_pages, npages, align, dirty,
                               &fresh);
    if (page != PAGEALLOC_NONE) {
        mheap.stats.span_pages += npages;
        mheap.stats.resident_pages += fresh;
    }
    return page;
}

static struct pagealloc *pages_of(size_t page)
{
    return page < mheap.window_npages ? &mheap.young_pages : &mheap.pages;
}

static void give_pages(size_t page, size_t npages)
{
    pagealloc_free(pages_of(page), page, npages);
    mheap.stats.span_pages -= npages;
}

/* A span over pages taken with the lock held; gives them back if there is
 * no memory for the span. */
static struct mspan *make_span(size_t page, uint32_t npages,
                               unsigned spanclass, bool dirty)
{
    struct mspan *span = fixalloc_alloc(&mspan_fixalloc);
    if (span &&
        !mspan_init(span, mheap.base + page * PAGE_BYTES, npages, spanclass,
                    dirty, mheap.sweepgen)) {
        fixalloc_free(&mspan_fixalloc, span);
        span = NULL;
    }
    if (!span) {
        give_pages(page, npages);
        return NULL;
    }
    span->all_prev = NULL;
    span->all_next = mheap.all;
    if (mheap.all)
        mheap.all->all_prev = span;
    mheap.all = span;
    set_table(span, 0, npages);
    count_foreign(span, 1);
    return span;
}

struct mspan *mheap_alloc_span(uint32_t npages, unsigned spanclass,
                               size_t alignment)
{
    size_t align = alignment > PAGE_BYTES ? alignment / PAGE_BYTES : 1;
    struct mspan *span = NULL;
    bool dirty = false;
    if (npages > (mheap.end - mheap.base) / PAGE_BYTES ||
        align > (mheap.end - mheap.base) / PAGE_BYTES)
        return NULL;
    /* Page numbers are aligned as addresses are, up to the arena's own
     * alignment. */
    if (mheap.base % alignment != 0)
        return NULL;
    bool is_young = spanclass & SPAN_YOUNG;
    if (!is_young)
        sweep_first(npages);
    rt_lock(&mheap.lock);
    size_t page = is_young ? take_young(npages, align, &dirty)
                           : take_pages(npages, align, &dirty);
    if (page == PAGEALLOC_NONE && !is_young && !mgcsweep_is_done()) {
        rt_unlock(&mheap.lock);
        mgcsweep_reclaim(npages, UINT_MAX);
        rt_lock(&mheap.lock);
        page = take_pages(npages, align, &dirty);
    }
    if (page == PAGEALLOC_NONE && !is_young &&
        grow((size_t)npages + align - 1))
        page = take_pages(npages, align, &dirty);
    if (page != PAGEALLOC_NONE)
        span = make_span(page, npages, spanclass, dirty);
    rt_unlock(&mheap.lock);
    return span;
}

/* Its pages may be huge ones again. */
static void end_sparse(const struct mspan *span)
{
    size_t bytes = span->npages * (size_t)PAGE_BYTES;
    nsparse--;
    mheap.stats.sparse_pages -= span->npages;
    mgcscavenge_want_huge(span->base - mheap.base, bytes);
}

static void make_sparse(struct mspan *span)
{
    if (span->sparse || nsparse == MOST_SPARSE)
        return;
    span->sparse = true;
    nsparse++;
    mheap.stats.sparse_pages += span->npages;
    os_advise_small((void *)span->base, span->npages * (size_t)PAGE_BYTES);
}

void mheap_make_sparse(struct mspan *span)
{
    rt_lock(&mheap.lock);
    make_sparse(span);
    if (span->sparse)
        mgcscavenge_took_sparse((span->base - mheap.base) / PAGE_BYTES,
                                span->npages);
    rt_unlock(&mheap.lock);
}

static bool has_marks(const struct mspan *span)
{
    uint64_t marks = 0;
    for (uint32_t word = 0; word < span->nwords; word++)
        marks |= rt_load_relaxed(&span->mark_bits[word]);
    return marks != 0;
}

void mheap_free_span(struct mspan *span)
{
    size_t page = (span->base - mheap.base) / PAGE_BYTES;
    rt_check(span->state == SPAN_NONE);
    if (span->sparse && span->elemsize >= MHEAP_EMPTY_BYTES)
        os_discard((void *)span->base, span->elemsize);
    if (span->elemsize >= MHEAP_INSIDE_BYTES && has_marks(span))
        rt_store_relaxed(&mheap.lost_marks, true);
    rt_lock(&mheap.lock);
    rt_check(mheap_span_at(page) == span);
    clear_table(page, span->npages);
    count_foreign(span, -1u);
    give_pages(page, span->npages);
    if (span->sparse)
        end_sparse(span);
    if (span->all_prev)
        span->all_prev->all_next = span->all_next;
    else
        mheap.all = span->all_next;
    if (span->all_next)
        span->all_next->all_prev = span->all_prev;
    mspan_release_bits(span);
    fixalloc_free(&mspan_fixalloc, span);
    mgcscavenge_gave();
    rt_unlock(&mheap.lock);
}

/* Takes the pages from `first` on, also such as the arena does not have
 * yet. */
static bool take_pages_at(size_t first, size_t npages, bool *dirty)
{
    struct pagealloc *pages = &mheap.pages;
    size_t fresh, at_end = pages->npages - pagealloc_free_at_end(pages);
    if (first + npages > pages->npages && (first < at_end || !grow(npages)))
        return false;
    if (!pagealloc_alloc_at(pages, first, npages, dirty, &fresh))
        return false;
    mheap.stats.span_pages += npages;
    mheap.stats.resident_pages += fresh;
    mgcscavenge_took(first, npages, fresh);
    return true;
}

/* What the span has got behind its end, from page `first` on. */
static void add_pages(struct mspan *span, size_t first, size_t more,
                      bool dirty)
{
    char *start = (char *)span->base + span->elemsize;
    if (span->sparse) {
        os_advise_small(start, more * PAGE_BYTES);
        mheap.stats.sparse_pages += more;
    }
    /* Zero before the collector may read it. */
    if (dirty && span->scan)
        os_clear(start, more * PAGE_BYTES);
    else if (dirty)
        span->needzero = true;
    size_t npages = span->npages;
    span->npages += (uint32_t)more;
    set_table(span, npages, more);
    set_table(span, 0, 1);
    if (span->npages * (size_t)PAGE_BYTES >= MHEAP_GROWN_BYTES)
        make_sparse(span);
    if (span->sparse)
        mgcscavenge_took_sparse(first, more);
    rt_store_release(&span->elemsize, span->npages * (size_t)PAGE_BYTES);
}

bool mheap_grow_span(struct mspan *span, uint32_t npages)
{
    bool dirty;
    rt_assert(!mheap_is_in_window(span->base));
    rt_lock(&mheap.lock);
    rt_check(npages > span->npages && mspan_is_large(span));
    size_t first = (span->base - mheap.base) / PAGE_BYTES + span->npages;
    size_t more = npages - span->npages;
    bool done = take_pages_at(first, more, &dirty);
    if (done)
        add_pages(span, first, more, dirty);
    rt_unlock(&mheap.lock);
    return done;
}

void mheap_for_each_span(void (*visit)(struct mspan *span, void *argument),
                         void *argument)
{
    struct mspan *next;
    for (struct mspan *span = mheap.all; span; span = next) {
        next = span->all_next;
        visit(span, argument);
    }
}

void mheap_for_each_foreign_span(void (*visit)(struct mspan *span,
                                               void *argument),
                                 void *argument)
{
    size_t end = rt_load_acquire(&mheap.arena_used) / PAGE_BYTES;
    for (size_t page = mheap.window_npages; page < end;) {
        if (foreign_in_chunk && !foreign_in_chunk[page / CHUNK_PAGES]) {
            page = (page / CHUNK_PAGES + 1) * CHUNK_PAGES;
            continue;
        }
        uintptr_t entry = rt_load_relaxed(&mheap.spans[page]);
        struct mspan *span = mheap_span_at(page);
        bool begins = (entry & (MHEAP_FOREIGN | MHEAP_BIG)) != 0 &&
                      span->base == mheap.base + page * PAGE_BYTES;
        if (begins && (entry & MHEAP_FOREIGN))
            visit(span, argument);
        page += begins ? span->npages : 1;
    }
}

/* ---- statistics and checks ----------------------------------------------- */

void mheap_sub_live(uint64_t bytes)
{
    uint64_t live = mheap_live();
    while (!rt_cas(&mheap.live_bytes, live, live > bytes ? live - bytes : 0))
        live = mheap_live();
}

static void add_cache(const struct mcache *cache, void *argument)
{
    struct mheap_counts *sum = argument;
    mheap_counts_add(sum, mcache_counts(cache));
    for (unsigned i = 0; i < SPANCLASS_COUNT; i++) {
        const struct mspan *span = rt_load_relaxed(&cache->alloc[i]);
        if (span != &mspan_empty)
            mheap_counts_add(sum, mspan_counts(span, mspan_taken(span)));
    }
}

static void add_freed(const struct mcache *cache, void *argument)
{
    uint64_t *sums = argument;
    sums[0] += rt_load_relaxed(&cache->counts.ignored_bytes);
    sums[1] += rt_load_relaxed(&cache->counts.local_bytes);
}

/* What is young, and was found dead, was freed, nearly all: that is why such
 * blocks are young. */
static uint64_t not_found(uint64_t freed)
{
    uint64_t found = rt_load_relaxed(&mheap.stats.counts.young_bytes);
    return freed > found ? freed - found : 0;
}

uint64_t mheap_freed_bytes(uint64_t *by_calls)
{
    const struct mheap_counts *counts = &mheap.stats.counts;
    uint64_t sums[] = {rt_load_relaxed(&counts->ignored_bytes),
                       rt_load_relaxed(&counts->local_bytes)};
    mcache_for_each(add_freed, sums);
    *by_calls = sums[0];
    return not_found(sums[0] + sums[1]);
}

uint64_t mheap_flushed_freed_bytes(void)
{
    const struct mheap_counts *counts = &mheap.stats.counts;
    return not_found(rt_load_relaxed(&counts->ignored_bytes) +
                     rt_load_relaxed(&counts->local_bytes));
}

void mheap_read_stats(struct mheap_stats *out)
{
    const struct mheap_stats *stats = &mheap.stats;
    out->counts.alloc_objects = rt_load_relaxed(&stats->counts.alloc_objects);
    out->counts.alloc_bytes = rt_load_relaxed(&stats->counts.alloc_bytes);
    out->counts.free_objects = rt_load_relaxed(&stats->counts.free_objects);
    out->counts.free_bytes = rt_load_relaxed(&stats->counts.free_bytes);
    out->counts.foreign_bytes = rt_load_relaxed(&stats->counts.foreign_bytes);
    out->counts.ignored_bytes = rt_load_relaxed(&stats->counts.ignored_bytes);
    out->counts.local_bytes = rt_load_relaxed(&stats->counts.local_bytes);
    out->counts.young_bytes = rt_load_relaxed(&stats->counts.young_bytes);
    out->committed_bytes = rt_load_relaxed(&stats->committed_bytes);
    out->resident_pages = rt_load_relaxed(&stats->resident_pages);
    out->span_pages = rt_load_relaxed(&stats->span_pages);
    out->metadata_bytes = persistent_bytes();
    mcache_for_each(add_cache, &out->counts);
}

static void verify_span(struct mspan *span, void *argument)
{
    size_t *npages = argument;
    size_t page = (span->base - mheap.base) / PAGE_BYTES;
    rt_check(mspan_is_valid(span));
    rt_check(span->state != SPAN_CACHED);
    for (size_t i = 0; i < span->npages; i++) {
        rt_check(mheap_span_at(page + i) == span);
        rt_check(pagealloc_is_used(pages_of(page), page + i));
    }
    *npages += span->npages;
}

void mheap_verify(void)
{
    size_t npages = 0;
    mheap_for_each_span(verify_span, &npages);
    rt_check(npages == mheap.stats.span_pages);
    const struct pagealloc *young = &mheap.young_pages;
    rt_check(npages == mheap.pages.npages - mheap.pages.nfree -
                           mheap.window_npages +
                           young->npages - young->nfree);
    rt_check(mheap.stats.resident_pages ==
             npages + mheap.pages.nfree_dirty + young->nfree_dirty);
    rt_check(pagealloc_is_valid(&mheap.pages));
    rt_check(!mheap.window_is_open || pagealloc_is_valid(young));
}
