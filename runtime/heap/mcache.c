/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcache.c - a thread's spans.
 *
 * Owns the struct mcache of every thread: one span per span class from
 * which the thread alone allocates, so that allocation needs no lock and no
 * atomic instruction (malloc.c has that path).  Does not own the spans'
 * states; every exchange goes through mcentral.c.
 *
 * [inv.mcache]  A cache is used by its thread inside the runtime, or by the
 * collector while that thread is stopped outside of it.  So a cache that
 * the collector sees is consistent, and flushing it is all that a
 * collection needs.
 *
 * Caches are made at a thread's first allocation and freed when the thread
 * ends.  The list of all caches serves statistics only.
 */
#include "mcache.h"

#include "base/rt_assert.h"
#include "gc/mgc.h"
#include "mcentral.h"
#include "mfixalloc.h"
#include "mheap.h"
#include "mspan.h"
#include "thread/mthread.h"

static struct fixalloc mcache_fixalloc =
    FIXALLOC_INIT(sizeof(struct mcache), persistent_alloc);

static struct rt_lock list_lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct mcache *all_caches;

struct mcache *mcache_new(void)
{
    struct mcache *cache = fixalloc_alloc(&mcache_fixalloc);
    unsigned i;

    if (cache == NULL)
        return NULL;
    for (i = 0; i < SPANCLASS_COUNT; i++)
        cache->alloc[i] = &mspan_empty;
    rt_lock(&list_lock);
    cache->all_next = all_caches;
    if (all_caches != NULL)
        all_caches->all_prev = cache;
    all_caches = cache;
    rt_unlock(&list_lock);
    return cache;
}

void mcache_free(struct mcache *cache)
{
    if (cache == NULL)
        return;
    mcache_flush(cache);
    rt_lock(&list_lock);
    if (cache->all_prev != NULL)
        cache->all_prev->all_next = cache->all_next;
    else
        all_caches = cache->all_next;
    if (cache->all_next != NULL)
        cache->all_next->all_prev = cache->all_prev;
    rt_unlock(&list_lock);
    fixalloc_free(&mcache_fixalloc, cache);
}

void mcache_flush(struct mcache *cache)
{
    unsigned i;

    /* Objects in the current tiny slot keep it if they are reachable. */
    cache->tiny = 0;
    for (i = 0; i < SPANCLASS_COUNT; i++)
        if (cache->alloc[i] != &mspan_empty)
            mcentral_put_back(&cache->alloc[i]);
    mheap_count(&mheap.stats.ignored_frees, cache->nfree_ignored);
    mheap_count(&mheap.stats.free_objects, cache->nfrees);
    mheap_count(&mheap.stats.free_bytes, cache->free_bytes);
    rt_sub_relaxed(&mheap.stats.foreign_bytes, cache->foreign_free_bytes);
    mheap_count(&mheap.stats.alloc_objects, cache->nreused);
    mheap_count(&mheap.stats.free_objects, cache->nreused);
    mheap_count(&mheap.stats.alloc_bytes, cache->reused_bytes);
    mheap_count(&mheap.stats.free_bytes, cache->reused_bytes);
    cache->nreused = cache->reused_bytes = 0;
    cache->nfree_ignored = 0;
    cache->nfrees = cache->free_bytes = cache->foreign_free_bytes = 0;
}

struct mcache *mcache_self(void)
{
    if (__builtin_expect(__escc_tls.mcache == NULL, 0)) {
        mthread_self();
        /* Registering may allocate, and so have made it. */
        if (__escc_tls.mcache == NULL)
            mthread_self()->cache = __escc_tls.mcache = mcache_new();
    }
    return __escc_tls.mcache;
}

bool mcache_refill(struct mcache *cache, unsigned spanclass)
{
    struct mspan **slot = &cache->alloc[spanclass];
    bool collected = false;

    for (;;) {
        if (!mcentral_refill(slot, spanclass)) {
            /* Once for each allocation that fails: the program may have
             * dropped something since the last failed. */
            if (collected)
                return false;
            collected = true;
            mgc_collect(MGC_MEMORY);
            continue;
        }
        /* Foreign blocks are roots, not garbage to be: they do not bring
         * the next collection nearer. */
        if (!(*slot)->foreign)
            mgc_maybe_start(((*slot)->nelems - (*slot)->alloc_count) *
                            (*slot)->elemsize);
        /* Empty again if that collected. */
        if (*slot != &mspan_empty)
            return true;
    }
}

void mcache_for_each(void (*visit)(const struct mcache *cache,
                                   void *argument),
                     void *argument)
{
    struct mcache *cache;

    rt_lock(&list_lock);
    for (cache = all_caches; cache != NULL; cache = cache->all_next)
        visit(cache, argument);
    rt_unlock(&list_lock);
}
