/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstats.c - statistics for the program: escc_stats_get of <escc/gc.h>.
 *
 * Owns the counters of collections; those of the heap are mheap.c's and
 * the pacer's are mgc.c's.  Nothing is stopped to read them: each field is
 * exact for some moment during the call, but different fields may belong
 * to different moments.
 */
#include "mstats.h"

#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_process.h"
#include "gc/mgc.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

#include <escc/gc.h>

#include <string.h>

static uint64_t nforced, pause_total_ns, pause_max_ns, last_marked_bytes;

void mstats_record_cycle(uint64_t pause_ns, bool forced,
                         uint64_t marked_bytes)
{
    rt_add_relaxed(&nforced, forced);
    rt_add_relaxed(&pause_total_ns, pause_ns);
    if (pause_ns > pause_max_ns)
        rt_store_relaxed(&pause_max_ns, pause_ns);
    rt_store_relaxed(&last_marked_bytes, marked_bytes);
}

static void fill_in(struct escc_stats *stats)
{
    struct mheap_stats heap;
    mheap_read_stats(&heap);
    stats->gc_cycles = mgc_cycles();
    stats->gc_forced_cycles = rt_load_relaxed(&nforced);
    stats->gc_pause_total_ns = rt_load_relaxed(&pause_total_ns);
    stats->gc_pause_max_ns = rt_load_relaxed(&pause_max_ns);
    stats->heap_allocs_bytes = heap.counts.alloc_bytes;
    stats->heap_allocs_objects = heap.counts.alloc_objects;
    stats->heap_frees_bytes = heap.counts.free_bytes;
    stats->heap_frees_objects = heap.counts.free_objects;
    stats->heap_live_bytes = heap.counts.alloc_bytes -
                             heap.counts.free_bytes;
    stats->heap_marked_bytes = rt_load_relaxed(&last_marked_bytes);
    stats->heap_goal_bytes = mgc_heap_goal();
    stats->heap_uncollectable_bytes = heap.counts.foreign_bytes;
    stats->memory_mapped_bytes = heap.committed_bytes + heap.metadata_bytes;
    stats->threads = mthread_count();
}

RT_EXPORT void escc_stats_get(struct escc_stats *out, size_t bytes)
{
    struct escc_stats stats;
    rt_enter();
    rt_init();
    mthread_self();
    fill_in(&stats);
    rt_leave();
    if (bytes > sizeof stats)
        memset((char *)out + sizeof stats, 0xff, bytes - sizeof stats);
    memcpy(out, &stats, bytes < sizeof stats ? bytes : sizeof stats);
}
