/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mfree.h - giving blocks back, and realloc.  See mfree.c.
 *
 * The caller is in the runtime and holds no lock.  errno is left alone.
 * Not async-signal-safe.
 */
#ifndef ESCC_MFREE_H
#define ESCC_MFREE_H

#include "base/rt_options.h"
#include "base/rt_process.h"
#include "gc/mgcyoung.h"
#include "gc/mprotected.h"
#include "heap/mheap.h"
#include "heap/mspan.h"
#include "mprinted.h"

#include <escc/rt.h>

#include <stdbool.h>
#include <stddef.h>

/* Reuses the memory of a block at once, if that can be done: who calls has
 * proven that nobody has its address.  False: it is a free like others.  NULL
 * is allowed. */
bool mfree_reuse(void *block);

/* Whether mfree_reuse_cached is worth a try: the block lies in a span of the
 * thread's, and nothing is unusual.  Outside of the runtime, too; then sets
 * *span to what may be another one when it is in there. */
static inline bool mfree_is_cached(const void *block, struct mspan **span)
{
    const struct mcache *cache = __escc_tls.mcache;
    *span = mheap_span_of((uintptr_t)block);
    return (rt_load_relaxed(&rt_unusual) & RT_UNUSUAL_REUSE) == 0 && *span &&
           cache && cache->alloc[(*span)->spanclass] == *span &&
           rt_load_relaxed(&mprinted_count) == 0 &&
           rt_load_relaxed(&mprotected_to) == 0;
}

/* The commonest case of mfree_reuse and, with ESCC_FREE=trust, of any free: the
 * slot belongs to the word that the thread takes slots from. */
static inline bool mfree_reuse_cached(const void *block, struct mspan *span)
{
    struct mcache *cache = __escc_tls.mcache;
    uintptr_t address = (uintptr_t)block;
    uint32_t index = mspan_object_index(span, address - span->base);
    if (cache->alloc[span->spanclass] != span ||
        (span->freeable && rt_options.free != RT_FREE_TRUST) ||
        index >= span->nelems || mspan_object_base(span, index) != address ||
        !mspan_reuse_fast(span, index))
        return false;
    cache->nreused++;
    cache->reused_bytes += span->elemsize;
    return true;
}

/* Whether a free of the block means nothing, as nearly all of rewritten code do
 * in ESCC_FREE=ignore, and then counts it.  False: ask mfree_rewritten.  NULL
 * is allowed; outside of the runtime, too. */
static inline bool mfree_is_ignored(const void *block)
{
    struct mcache *cache = __escc_tls.mcache;
    if (rt_load_relaxed(&rt_unusual) != 0 || !cache ||
        rt_load_relaxed(&mprinted_count) != 0 ||
        rt_load_relaxed(&mprotected_to) != 0)
        return false;
    const struct mspan *span = mheap_ordinary_span_of((uintptr_t)block);
    if (!span)
        return false;
    size_t bytes = rt_load_relaxed(&span->elemsize);
    rt_count(&cache->counts.ignored_bytes, bytes);
    mgcyoung_note_free(bytes);
    return true;
}

/* free as uninstrumented code calls it: a foreign block is reused at once;
 * what happens to a collectable object is ESCC_FREE's; freeing a foreign
 * block twice, or an address inside one, is fatal; an address outside of
 * the heap goes to the next allocator.  NULL is allowed. */
void mfree_foreign(void *block);

/* free as rewritten code calls it.  With ESCC_FREE=trust the same; else
 * nothing is reused at once: a foreign block becomes collectable,
 * everything else that is in the heap, or was, stays in place.  May
 * collect. */
void mfree_rewritten(void *block);

/* realloc.  `kind` and `pad`: what malloc by this caller would get, and
 * whether it would be padded; `rewritten`: which free applies to the old
 * block.  The result is collectable or foreign as the old block is, and
 * scanned if the old one is or `kind` says so.  NULL with the old block
 * untouched if the memory is exhausted; NULL with it freed if bytes is 0
 * and it is not NULL.  May collect. */
void *mfree_realloc(void *block, size_t bytes, unsigned kind, size_t pad,
                    bool rewritten, bool *exhausted);

/* malloc_usable_size: the pad is not for the program. */
size_t mfree_usable_size(const void *block);

#endif /* ESCC_MFREE_H */
