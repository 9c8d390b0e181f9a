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

#include "base/rt_atomic.h"
#include "mcentral.h"
#include "mfixalloc.h"
#include "mheap.h"
#include "mspan.h"

static struct fixalloc mcache_fixalloc =
    FIXALLOC_INIT(sizeof(struct mcache), persistent_alloc);

static struct rt_lock list_lock = RT_LOCK_INIT(RT_RANK_LEAF);
static struct mcache *all_caches;
static uint32_t ncaches;        /* in the list; atomic */

struct mcache *mcache_new(void)
{
    struct mcache *cache = fixalloc_alloc(&mcache_fixalloc);
    if (!cache)
        return NULL;
    for (unsigned i = 0; i < SPANCLASS_COUNT; i++)
        cache->alloc[i] = &mspan_empty;
    rt_lock(&list_lock);
    cache->all_next = all_caches;
    if (all_caches)
        all_caches->all_prev = cache;
    all_caches = cache;
    rt_add_relaxed(&ncaches, 1);
    rt_unlock(&list_lock);
    return cache;
}

void mcache_free(struct mcache *cache)
{
    if (!cache)
        return;
    mcache_flush(cache);
    rt_lock(&list_lock);
    if (cache->all_prev)
        cache->all_prev->all_next = cache->all_next;
    else
        all_caches = cache->all_next;
    if (cache->all_next)
        cache->all_next->all_prev = cache->all_prev;
    rt_sub_relaxed(&ncaches, 1);
    rt_unlock(&list_lock);
    fixalloc_free(&mcache_fixalloc, cache);
}

void mcache_flush(struct mcache *cache)
{
    for (unsigned i = 0; i < SPANCLASS_COUNT; i++)
        if (cache->alloc[i] != &mspan_empty)
            mcentral_put_back(&cache->alloc[i]);
    mheap_count(mcache_counts(cache));
    mheap_sub_live(cache->freed_live);
    cache->counts = (struct mheap_counts){0};
    cache->nreused = cache->reused_bytes = cache->freed_live = 0;
    cache->local_seen = 0;
}

struct mheap_counts mcache_counts(const struct mcache *cache)
{
    struct mheap_counts counts = cache->counts;
    mheap_counts_add(&counts, (struct mheap_counts){
                                  .alloc_objects = cache->nreused,
                                  .alloc_bytes = cache->reused_bytes,
                                  .free_objects = cache->nreused,
                                  .free_bytes = cache->reused_bytes});
    return counts;
}

uint32_t mcache_count(void)
{
    return rt_load_relaxed(&ncaches);
}

void mcache_for_each(void (*visit)(const struct mcache *cache,
                                   void *argument),
                     void *argument)
{
    rt_lock(&list_lock);
    for (struct mcache *cache = all_caches; cache; cache = cache->all_next)
        visit(cache, argument);
    rt_unlock(&list_lock);
}
