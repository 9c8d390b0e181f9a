/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* malloc.c - getting objects; where to start reading the allocator.
 *
 * The allocator is Go's in structure and names; rt_types.h has the
 * glossary.  A request takes this way:
 *
 *     mrewritten.c   __escc_malloc and the other calls of rewritten code
 *     intercept.c    malloc and the other calls of everything else
 *        |
 *     malloc.c       size -> size class; small or large; zeroing
 *        |
 *     mcache.c       the thread's own span of that class: no lock
 *        |  empty
 *     mcentral.c     spans of that class that no thread has: one lock each
 *        |  none           (here spans are swept, mgcsweep.c)
 *     mheap.c        a new span; the table from addresses to spans
 *        |
 *     mpagealloc.c   free pages
 *        |  none
 *     os_linux.c     more memory
 *
 * and mfree.c has what gives blocks back.  mbitmap.c is the way in the
 * other direction, from any word to the object that it may point to, which
 * the collector (mgc.c) goes all the time.
 *
 * Small objects, up to 32 KiB.  The size is rounded up to one of some 66
 * classes (sizeclasses.c).  A span of 8 KiB and more holds objects of one
 * class and nothing else: which slots are in use is written in bitmaps
 * outside of it.  The thread's span offers 64 slots at a time as a word of
 * ones; taking the lowest one is a count of trailing zeros and one store
 * (mspan_next_free_fast).  Nothing is written into free memory, and sweeping
 * touches no object.
 *
 * Below 8 bytes Go packs objects without pointers into shared slots.  Here
 * they have slots of 8 bytes: only those of up to 3 bytes would take less,
 * and what shares a slot is neither freed nor reused.
 *
 * Large objects have a span of their own, of whole pages.
 *
 * Four kinds of objects (enum span_kind), in spans apart.  Rewritten code
 * gets collectable objects, scanned or, if the site proved it, not scanned.
 * Code that was not rewritten gets foreign blocks: libc and libraries keep
 * pointers where the collector cannot follow, so their blocks live until
 * they are freed, and are roots meanwhile.
 *
 * Zeroing.  Objects that are scanned are zeroed when they are handed out, the
 * whole slot: stale pointers in them would keep garbage alive, and the
 * program's own uninitialised memory is not a reason to.  Memory fresh from the
 * system is zero already (mspan.needzero).  Moved locals of more than
 * MALLOC_ZERO_MOST bytes are not, unless minor collections keep marks: they
 * live for a call, in a frame they would hold the words of former calls just
 * so, and most are buffers of which a little is used.  (A second mark would
 * find what such words lead to and call it missed: with ESCC_DEBUG=checkmark
 * they are zeroed.)
 *
 * [inv.pad]  A pointer one past the end of a collectable object keeps it
 * alive.  C programs compute such pointers, and keep them: a stack that
 * grows downwards, a header whose payload has no bytes.  They must not
 * resolve to the next object only.  So a request is padded by one byte,
 * and the end lies inside the slot.  Resolving the start of every object to
 * its left neighbour as well would need no padding, but would keep a dead
 * neighbour alive, and all that it leads to, for most live objects.  A
 * single object of a struct type is padded like an array: C allows `p + 1`
 * for it, as for an array of one, and another unit that got the pointer may
 * keep that and nothing else.  The cost is the next size class for requests
 * that fit one exactly (16, 32, 48, 64 bytes), which is where the header
 * that other allocators put in front takes them, too.  Foreign blocks need
 * no pad: they are not collected.  One that rewritten code frees becomes
 * collectable, so roots are resolved to both neighbours
 * (mbitmap_find_past).  Not where the left one is large and had a pad: pages
 * are taken in order, so that the next block in use is likely to begin where
 * a big one ended that is garbage.
 *
 * The collector stops threads only outside of the runtime, so everything
 * here is one step to it.  An object that was just handed out is found
 * because its address is in a register or on the stack of the thread that
 * asked for it, also if that thread stops on its way out (rt_leave).
 */
#include "rt_malloc.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "gc/mgc.h"
#include "gc/mgcyoung.h"
#include "heap/mcache.h"
#include "heap/mcentral.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

#include <errno.h>

/* ---- room ---------------------------------------------------------------- */

/* There is no memory: collects, once for each allocation that fails, since
 * the program may have dropped something since the last failed.  False if
 * that was tried. */
static bool collect_for_memory(bool *tried)
{
    if (*tried)
        return false;
    *tried = true;
    mgc_collect(MGC_MEMORY);
    return true;
}

struct mcache *malloc_cache(void)
{
    if (__builtin_expect(!__escc_tls.mcache, 0)) {
        mthread_self();
        /* Registering may allocate, and so have made it. */
        if (!__escc_tls.mcache)
            mthread_self()->cache = __escc_tls.mcache = mcache_new();
    }
    return __escc_tls.mcache;
}

/* What there is to do besides.  The last span, whoever took it, may have been
 * more than the memory limit has room for. */
static inline void relieve(void)
{
    if (__builtin_expect(rt_load_relaxed(&mheap.is_pressed), 0))
        mgc_relieve();
    if (__builtin_expect(rt_load_relaxed(&mheap.populate_due), 0))
        mgc_populate();
    if (__builtin_expect(rt_load_relaxed(&mheap.close_due), 0))
        mgc_close();
}

/* What a refill will take of what might be born young, with the moved locals
 * since the last one. */
static void count_young(struct mcache *cache, unsigned spanclass)
{
    unsigned sizeclass = spanclass >> SPAN_KIND_BITS;
    size_t bytes = sizeclass_pages[sizeclass] * PAGE_BYTES;
    uint64_t local = rt_load_relaxed(&cache->counts.local_bytes);
    size_t locals = (size_t)(local - cache->local_seen);
    bool may_be = !(spanclass & SPAN_FOREIGN) &&
                  (mgcyoung_is_short_lived(sizeclass_bytes[sizeclass]) ||
                   rt_options.young == MGCYOUNG_ALWAYS);
    cache->local_seen = local;
    mgcyoung_before_refill(bytes, locals + (may_be ? bytes : 0));
}

/* Replaces the cache's span of a class, which has no free slot left, by
 * one that has.  Collects first if the heap is due: what the caller read of
 * the cache before is stale.  False if the memory is exhausted. */
static bool refill(struct mcache *cache, unsigned spanclass)
{
    struct mspan **slot = &cache->alloc[spanclass];
    bool tried = false;
    relieve();
    count_young(cache, spanclass);
    do {
        while (!mcentral_refill(slot, spanclass))
            if ((spanclass & SPAN_YOUNG) || !collect_for_memory(&tried))
                return false;
        if (spanclass & SPAN_YOUNG)
            mgcyoung_begin_span(*slot);
        /* Foreign blocks are roots, not garbage to be: they do not bring
         * the next collection nearer. */
        size_t bytes = ((*slot)->nelems - (*slot)->alloc_count) *
                       (*slot)->elemsize;
        mgcyoung_took(bytes);
        if (!(*slot)->foreign)
            mgc_maybe_start(bytes);
        /* Empty again if that collected. */
    } while (*slot == &mspan_empty);
    return true;
}

/* ---- small --------------------------------------------------------------- */

/* A slot of a span class; `bytes` of it are zeroed if that is asked for. */
static void *small(struct mcache *cache, unsigned spanclass, size_t bytes,
                   enum malloc_zero zero)
{
    struct mspan *span;
    void *object;
    for (;;) {
        span = cache->alloc[spanclass];
        object = (void *)mspan_next_free(span);
        if (object)
            break;
        if (!refill(cache, spanclass))
            return NULL;
    }
    rt_assert(mheap_span_of((uintptr_t)object) == span);
    rt_assert(span->spanclass == spanclass);
    if (span->needzero && (span->scan ? malloc_clears(span, zero)
                                      : zero == MALLOC_ZEROED))
        malloc_zero(object, span->scan ? span->elemsize : bytes);
    return object;
}

/* ---- large --------------------------------------------------------------- */

/* An object that the caller has on its stack: it may be marked meanwhile.  What
 * is in it then are bytes of former objects, which the marker does not read
 * (mspan.clearing). */
static void clear(char *object, size_t bytes)
{
    enum { PIECE_BYTES = 256 * 1024 };
    while (bytes > PIECE_BYTES) {
        os_clear(object, PIECE_BYTES);
        rt_let_stop();
        object += PIECE_BYTES;
        bytes -= PIECE_BYTES;
    }
    os_clear(object, bytes);
}

/* A span for a large block; collects if there is none otherwise. */
static struct mspan *large_span(size_t bytes, size_t alignment, unsigned kind)
{
    size_t npages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    unsigned spanclass = SPANCLASS(0, kind);
    bool collectable = (kind & SPAN_FOREIGN) == 0, tried = false;
    /* No collection makes room for this. */
    if (npages > (mheap.end - mheap.base) / PAGE_BYTES)
        return NULL;
    relieve();
    if (collectable)
        mgcyoung_before_refill(npages * PAGE_BYTES,
                               mgcyoung_is_short_lived(npages * PAGE_BYTES)
                                   ? npages * PAGE_BYTES : 0);
    mgcyoung_took(npages * PAGE_BYTES);
    if (collectable)
        mgc_maybe_start(npages * PAGE_BYTES);
    struct mspan *span;
    while (!(span = mheap_alloc_span((uint32_t)npages, spanclass,
                                    alignment)))
        if ((kind & SPAN_YOUNG) || !collect_for_memory(&tried)) {
            if (collectable)
                mheap_sub_live(npages * PAGE_BYTES);
            return NULL;
        }
    return span;
}

/* From this size on what is zeroed on demand is taken for a table that may stay
 * mostly empty: with huge pages its entries would take 2 MiB each. */
enum { TABLE_BYTES = 4 << 20 };

static void *large(size_t bytes, size_t alignment, unsigned kind,
                   enum malloc_zero how)
{
    struct mspan *span = large_span(bytes, alignment, kind);
    if (!span)
        return NULL;
    char *object = (char *)span->base;
    bool zero = how == MALLOC_ZEROED;
    bool clears = span->needzero && (span->scan ? malloc_clears(span, how)
                                                : zero);
    size_t all = span->scan ? span->elemsize : bytes;
    if (zero && bytes >= TABLE_BYTES)
        mheap_make_sparse(span);
    rt_store_relaxed(&span->clearing, clears);
    if (kind & SPAN_YOUNG)
        mgcyoung_begin_span(span);
    mcentral_enter_large(span);
    if (clears && zero && bytes >= MHEAP_EMPTY_BYTES)
        os_discard(object, span->elemsize);
    else if (clears)
        clear(object, all);
    rt_store_release(&span->clearing, false);
    return object;
}

/* ---- entries ------------------------------------------------------------- */

/* What every allocation off the fast path does first; NULL: no memory for
 * the thread's cache. */
static struct mcache *begin(void)
{
    struct mcache *cache = malloc_cache();
    if (cache && rt_options.gcstress != 0)
        mgc_stress_tick();
    return cache;
}

void *malloc_object_slow(size_t bytes, unsigned kind, enum malloc_zero zero)
{
    int saved = errno;
    void *object = NULL;
    if (bytes > PTRDIFF_MAX)
        return NULL;
    if (bytes == 0)
        bytes = 1;
    struct mcache *cache = begin();
    if (cache && bytes <= SIZECLASS_MAX_BYTES)
        object = small(cache, SPANCLASS(sizeclass_of(bytes), kind), bytes,
                       zero);
    else if (cache)
        object = large(bytes, PAGE_BYTES, kind, zero);
    errno = saved;
    if (!object && (kind & SPAN_YOUNG))         /* the window is full */
        return malloc_object_slow(bytes, kind & ~SPAN_YOUNG, zero);
    return object;
}

void *malloc_sparse(size_t bytes, unsigned kind)
{
    int saved = errno;
    rt_assert(bytes > SIZECLASS_MAX_BYTES && bytes <= PTRDIFF_MAX);
    struct mspan *span = begin() ? large_span(bytes, PAGE_BYTES, kind)
                                 : NULL;
    if (span) {
        mheap_make_sparse(span);
        if (span->needzero)
            os_discard((void *)span->base, span->elemsize);
        mcentral_enter_large(span);
    }
    errno = saved;
    return span ? (void *)span->base : NULL;
}

void *malloc_aligned(size_t bytes, size_t alignment, unsigned kind,
                     enum malloc_zero zero)
{
    int saved = errno;
    unsigned sizeclass = SIZECLASS_COUNT;
    void *object = NULL;
    rt_assert((alignment & (alignment - 1)) == 0);
    if (bytes > PTRDIFF_MAX || alignment > PTRDIFF_MAX)
        return NULL;
    if (alignment < MALLOC_ALIGN)
        alignment = MALLOC_ALIGN;
    if (bytes < alignment && alignment <= PAGE_BYTES)
        bytes = alignment;
    if (bytes == 0)
        bytes = 1;
    struct mcache *cache = begin();
    if (!cache)
        return NULL;
    /* A span starts at a page, so slots are aligned as their size is. */
    if (bytes <= SIZECLASS_MAX_BYTES && alignment <= PAGE_BYTES)
        for (sizeclass = sizeclass_of(bytes);
             sizeclass < SIZECLASS_COUNT &&
             sizeclass_bytes[sizeclass] % alignment != 0;
             sizeclass++)
            ;
    if (sizeclass < SIZECLASS_COUNT)
        object = small(cache, SPANCLASS(sizeclass, kind), bytes, zero);
    else
        object = large(bytes, alignment, kind, zero);
    errno = saved;
    return object;
}

size_t malloc_usable(const struct mspan *span, uintptr_t object)
{
    uint32_t index = mspan_object_index(span, object - span->base);
    return rt_load_relaxed(&span->elemsize) -
           (object - mspan_object_base(span, index));
}
