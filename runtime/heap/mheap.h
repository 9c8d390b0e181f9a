/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mheap.h - the layer heap, and all pages and spans.
 *
 * The layer heap owns the memory of objects and what is known of it: size
 * classes, the pages (mpagealloc.h), spans and their bitmaps (mspan.h,
 * mbitmap.h), who has which span (mcentral.h, mcache.h), the sweep
 * (mgcsweep.h), and the counts of all that.  rt_types.h has the structures
 * and the glossary.  It is mechanism: it says when there is no memory and
 * how much is in use; whether to collect for that, retry or give back is
 * decided above.  It may use the layer base.  It knows no threads: a mcache
 * is used by one thread at a time, and which one is its caller's to know.
 *
 * Here in particular: see mheap.c. */
#ifndef ESCC_MHEAP_H
#define ESCC_MHEAP_H

#include "mpagealloc.h"
#include "mspan.h"

/* The whole heap in numbers; read without a lock. */
struct mheap_stats {
    /* By mheap_count.  What the threads have taken from their cached spans
     * is added when these are put back; see mheap_read_stats. */
    struct mheap_counts counts;
    uint64_t committed_bytes;   /* arena and tables: writable now */
    uint64_t resident_pages;    /* arena pages that may be resident now */
    uint64_t span_pages;        /* arena pages in spans now */
    uint64_t sparse_pages;      /* those of sparse spans */
    uint64_t metadata_bytes;    /* off-heap structures */
};

struct mheap {
    /* ---- constant once the heap is initialised --------------------------- */
    uintptr_t base;             /* of the reservation; CHUNK_BYTES aligned */
    uintptr_t end;
    /* Span by page, over the whole reservation; committed as far as the
     * arena.  An entry is the span's address, and what of it matters to free:
     * most frees need know no more, and read no span for it.  Entries are
     * atomic: release when set, acquire when read. */
    uintptr_t *spans;

    /* Bytes of the reservation that are committed and have table entries;
     * grows only.  Atomic: release when set. */
    uintptr_t arena_used;
    uint32_t sweepgen;          /* [inv.sweepgen]; changes while threads are
                                 * stopped */
    /* New objects are born marked: spans are blackened when they are
     * cached.  While a collection is open beside the threads. */
    bool allocate_black;
    /* A sweep keeps the marks of what is alive (mgcminor.c). */
    bool keeps_marks;
    /* A span of objects of MHEAP_INSIDE_BYTES or more was given back with a
     * mark, since the collector set it to false [inv.inside].  Atomic. */
    bool lost_marks;
    bool initialised;
    /* More free memory is resident than mheap_trim tolerates; a hint. */
    bool trim_due;
    /* There are pages to be touched, mheap_ahead; a hint. */
    bool populate_due;
    /* The open collection has only to be closed, mgc_close; a hint. */
    bool close_due;
    /* mheap_bound: pages that may be resident, and at which is_pressed is
     * set.  Atomic. */
    size_t resident_most, press_at;
    bool is_pressed;
    /* Pages that the heap is going to use before a collection shrinks it;
     * SIZE_MAX: nobody says.  Atomic. */
    size_t expected_pages;

    struct rt_lock lock;        /* RT_RANK_MHEAP: pages, all */
    struct pagealloc pages;
    /* The first pages of the arena are the window of young blocks
     * (gc/mgcyoung.c): in use, as `pages` sees it.  Which of them are is in
     * young_pages, once the window is open. */
    size_t window_npages;       /* constant; 0: there is none */
    bool window_is_open;        /* atomic */
    struct pagealloc young_pages;
    struct mspan *all;          /* every span in use, by all_next */
    struct mheap_stats stats;
    /* Bytes of collectable spans as the pacer sees them: marked by the last
     * collection, plus handed to threads since, less what came back.
     * Atomic; mheap_add_live and its relatives. */
    uint64_t live_bytes;
    struct mcentral central[SPANCLASS_COUNT];
};

enum {
    /* Bytes of a large span from which on it is made sparse when it grows: they
     * are few then. */
    MHEAP_GROWN_BYTES = 1 << 20,
    /* A sparse span of so many bytes leaves no memory behind and finds none,
     * as the C library's malloc maps and unmaps such blocks. */
    MHEAP_EMPTY_BYTES = 32 << 20,
    /* Objects from here on are those of which mheap.lost_marks tells. */
    MHEAP_INSIDE_BYTES = 4 << 10
};

extern struct mheap mheap
    __attribute__((visibility("hidden")));

/* Reserves the address space; the first thing that the runtime does after
 * reading its options.  Fatal if not even the least reservation works. */
void mheap_init(void);

enum {
    MHEAP_FOREIGN = 1,          /* its blocks are */
    MHEAP_BIG = 2,              /* it has MHEAP_EMPTY_BYTES or more */
    MHEAP_NOSCAN = 4,           /* its objects are not read */
    MHEAP_LARGE = 8,            /* it is one object */
    MHEAP_KEPT = 16,            /* it is not, and when it was swept last marks
                                   were kept [inv.kept] */
    MHEAP_FLAGS = 31
};

/* The span of a page of the arena, NULL if it is free. */
static inline struct mspan *mheap_span_at(size_t page)
{
    return (struct mspan *)(rt_load_acquire(&mheap.spans[page]) &
                            ~(uintptr_t)MHEAP_FLAGS);
}

/* The span that `address` lies in, NULL if none: outside the arena or in a
 * free page.  Lock-free, async-signal-safe, any address. */
static inline struct mspan *mheap_span_of(uintptr_t address)
{
    uintptr_t offset = address - mheap.base;
    if (offset >= rt_load_relaxed(&mheap.arena_used))
        return NULL;
    return mheap_span_at(offset >> PAGE_SHIFT);
}

/* The same; sets *scan to whether the objects there are read, without reading
 * the span. */
static inline struct mspan *mheap_span_of_scanned(uintptr_t address,
                                                  bool *scan)
{
    uintptr_t offset = address - mheap.base;
    *scan = false;
    if (offset >= rt_load_relaxed(&mheap.arena_used))
        return NULL;
    uintptr_t entry = rt_load_acquire(&mheap.spans[offset >> PAGE_SHIFT]);
    *scan = !(entry & MHEAP_NOSCAN);
    return (struct mspan *)(entry & ~(uintptr_t)MHEAP_FLAGS);
}

/* Of a page of the arena, when all is swept and before anything is marked: the
 * span may have objects that are read and whose marks were kept.  Of a large
 * one nothing is known. */
static inline bool mheap_may_be_kept(size_t page)
{
    uintptr_t entry = rt_load_relaxed(&mheap.spans[page]);
    return (entry & (MHEAP_LARGE | MHEAP_KEPT)) && !(entry & MHEAP_NOSCAN);
}

static inline bool mheap_is_large_at(size_t page)
{
    return rt_load_relaxed(&mheap.spans[page]) & MHEAP_LARGE;
}

/* The first page from `page` on, before `end`, that has objects which are read,
 * or that has none; or `end`.  By the table alone; what comes and goes
 * meanwhile may be missed. */
static inline size_t mheap_next_page(size_t page, size_t end, bool scanned)
{
    for (; page < end; page++) {
        uintptr_t entry = rt_load_relaxed(&mheap.spans[page]);
        if ((entry && !(entry & MHEAP_NOSCAN)) == scanned)
            break;
    }
    return page;
}

/* A span of small objects has been swept.  By the sweeper. */
void mheap_note_kept(const struct mspan *span, bool has_kept);

/* The span that it lies in if that has collectable objects which are not big;
 * else NULL.  Likewise. */
static inline struct mspan *mheap_ordinary_span_of(uintptr_t address)
{
    uintptr_t offset = address - mheap.base;
    if (offset >= rt_load_relaxed(&mheap.arena_used))
        return NULL;
    uintptr_t entry = rt_load_acquire(&mheap.spans[offset >> PAGE_SHIFT]);
    if (entry & (MHEAP_FOREIGN | MHEAP_BIG))
        return NULL;
    return (struct mspan *)(entry & ~(uintptr_t)MHEAP_FLAGS);
}

/* Whether an address lies in the reservation, in use or not. */
static inline bool mheap_contains(uintptr_t address)
{
    return address - mheap.base < mheap.end - mheap.base;
}

/* A fresh span, in no list.  `alignment`: of its first address, a power of
 * two; at most PAGE_BYTES is free of cost.  NULL if the memory is
 * exhausted.  Takes the heap lock and, while it sweeps for pages, locks of
 * mcentrals: the caller holds none. */
struct mspan *mheap_alloc_span(uint32_t npages, unsigned spanclass,
                               size_t alignment);
/* Gives back a span that is in no list and no cache and whose slots are
 * all free.  Takes the heap lock. */
void mheap_free_span(struct mspan *span);

/* Makes the window of young blocks usable: then mheap_alloc_span finds room
 * for a class of SPAN_YOUNG there, or returns NULL.  False: there is no window,
 * or no memory.  Takes the heap lock. */
bool mheap_open_window(void);
/* Where the arena begins to have pages that can be used.  Any context. */
static inline uintptr_t mheap_first(void)
{
    return rt_load_acquire(&mheap.window_is_open)
               ? mheap.base : mheap.base + mheap.window_npages * PAGE_BYTES;
}
/* Whether an address lies in it, open or not. */
static inline bool mheap_is_in_window(uintptr_t address)
{
    return address - mheap.base < mheap.window_npages * PAGE_BYTES;
}

/* Extends a large span in place to `npages`; false if the pages behind it
 * are in use.  The new bytes are zero if the span is scanned.  Not in the
 * window of young blocks.  Takes the heap lock. */
bool mheap_grow_span(struct mspan *span, uint32_t npages);

/* The large span, just made, may be used here and there only: what is not
 * touched shall not become resident.  The same holds for what it grows by.
 * Takes the heap lock. */
void mheap_make_sparse(struct mspan *span);

/* Calls `visit` for every span of foreign blocks, in the order of their
 * addresses.  With threads stopped.  Reads the table of pages, and of the other
 * spans, which lie anywhere, only big ones. */
void mheap_for_each_foreign_span(void (*visit)(struct mspan *span,
                                               void *argument),
                                 void *argument);

/* Calls `visit` for every span in use.  With threads stopped, or under the
 * heap lock (which it does not take). */
void mheap_for_each_span(void (*visit)(struct mspan *span, void *argument),
                         void *argument);

/* Gives free memory back to the system, whole huge pages from the end of
 * the arena, until at most `retain_bytes` may be resident or none is left.
 * Returns the bytes given back.  Takes the heap lock. */
size_t mheap_scavenge(size_t retain_bytes);

/* The next pages behind those in use that had better be resident before a
 * thread needs them, a huge page of them or two; false: there are none.  `now`:
 * those that the calling thread is about to be the first to touch, although
 * another may be at it.  The caller touches them [inv.ahead], without a lock,
 * and says so.  If then another kind of pages had better be prepared from now
 * on (true), the area is that to which this applies, and the caller asks the
 * system for them, without a lock too, since that takes as long as faults that
 * are under way; nobody else is told so until it says that it has.  But for
 * mheap_touch and mheap_advise: take the heap lock. */
struct mheap_area {
    char *start;
    size_t bytes;
    bool is_fresh, wants_small;
    uint64_t ns;                /* what the touch of it took */
};
bool mheap_ahead(bool now, struct mheap_area *area);
void mheap_touch(struct mheap_area *area);
bool mheap_touched(struct mheap_area *area);
void mheap_advise(const struct mheap_area *area);
void mheap_advised(void);
/* Waits until nobody touches pages that were taken when it was called: the
 * program is about to take their access away.  Some milliseconds. */
void mheap_await_touching(void);
/* Makes the arena reach to its byte `end`; false if it cannot.  Under the heap
 * lock. */
bool mheap_reach(size_t end);

/* At most `pages` of the arena shall be resident: gives free memory back, now
 * and when more pages are taken.  mheap.is_pressed then says that half of
 * what was left has been used up or, if nothing was left, some more: then
 * whoever set the bound had better look whether it is still right.  SIZE_MAX:
 * no bound.  Takes the heap lock. */
void mheap_bound(size_t pages);

/* After blocks were freed: gives memory back if far more is free than in
 * use.  Cheap if not.  Takes the heap lock if so. */
void mheap_trim_slow(void);
static inline void mheap_trim(void)
{
    if (__builtin_expect(rt_load_relaxed(&mheap.trim_due), 0))
        mheap_trim_slow();
}

/* Adds to a thread's own counts, or to a copy. */
static inline void mheap_counts_add(struct mheap_counts *sum,
                                    struct mheap_counts n)
{
    sum->alloc_objects += n.alloc_objects;
    sum->alloc_bytes += n.alloc_bytes;
    sum->free_objects += n.free_objects;
    sum->free_bytes += n.free_bytes;
    sum->foreign_bytes += n.foreign_bytes;
    sum->ignored_bytes += n.ignored_bytes;
    sum->local_bytes += n.local_bytes;
    sum->young_bytes += n.young_bytes;
}

/* Adds to the heap's counts, atomically, field by field. */
static inline void mheap_count(struct mheap_counts n)
{
    struct mheap_counts *sum = &mheap.stats.counts;
    if (n.alloc_objects)
        rt_add_relaxed(&sum->alloc_objects, n.alloc_objects);
    if (n.alloc_bytes)
        rt_add_relaxed(&sum->alloc_bytes, n.alloc_bytes);
    if (n.free_objects)
        rt_add_relaxed(&sum->free_objects, n.free_objects);
    if (n.free_bytes)
        rt_add_relaxed(&sum->free_bytes, n.free_bytes);
    if (n.foreign_bytes)
        rt_add_relaxed(&sum->foreign_bytes, n.foreign_bytes);
    if (n.ignored_bytes)
        rt_add_relaxed(&sum->ignored_bytes, n.ignored_bytes);
    if (n.local_bytes)
        rt_add_relaxed(&sum->local_bytes, n.local_bytes);
    if (n.young_bytes)
        rt_add_relaxed(&sum->young_bytes, n.young_bytes);
}

/* The counters, with what the caches hold added. */
void mheap_read_stats(struct mheap_stats *out);
/* Of these: what was freed and stays until a collection of the whole heap finds
 * it dead, with moved locals; *by_calls: of all that was freed, without.
 * mheap_flushed_freed_bytes: the first, where caches are flushed. */
uint64_t mheap_freed_bytes(uint64_t *by_calls);
uint64_t mheap_flushed_freed_bytes(void);

/* mheap.live_bytes.  Adding returns the new value; taking away stops at 0,
 * since a collection may have set it in between.  Any context. */
static inline uint64_t mheap_live(void)
{
    return rt_load_relaxed(&mheap.live_bytes);
}

static inline void mheap_set_live(uint64_t bytes)
{
    rt_store_relaxed(&mheap.live_bytes, bytes);
}

static inline uint64_t mheap_add_live(uint64_t bytes)
{
    return rt_add_relaxed(&mheap.live_bytes, bytes) + bytes;
}

void mheap_sub_live(uint64_t bytes);

/* Fatal unless every span in use is valid and the page allocator agrees
 * with the span table.  Threads are stopped and caches flushed. */
void mheap_verify(void);

#endif /* ESCC_MHEAP_H */
