/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstats.c - statistics for the program: escc_stats_get of <escc/gc.h>.
 *
 * The counters are those of the heap (mheap.c) and of collections (mgc.c);
 * here they get the names of the interface.  Nothing is stopped to read
 * them: each field is exact for some moment during the call, but different
 * fields may belong to different moments.
 */
#include "base/rt_export.h"
#include "base/rt_process.h"
#include "gc/mgc.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

#include <escc/gc.h>

#include <string.h>

static void fill_in(struct escc_stats *stats)
{
    struct mheap_stats heap;
    struct mgc_totals gc;
    mheap_read_stats(&heap);
    mgc_read_totals(&gc);
    stats->gc_cycles = gc.cycles;
    stats->gc_forced_cycles = gc.forced_cycles;
    stats->gc_pause_total_ns = gc.pause_total_ns;
    stats->gc_pause_max_ns = gc.pause_max_ns;
    stats->gc_beside_cycles = gc.beside_cycles;
    stats->gc_world = gc.world;
    stats->gc_minor_cycles = gc.minor_cycles;
    stats->heap_allocs_bytes = heap.counts.alloc_bytes;
    stats->heap_allocs_objects = heap.counts.alloc_objects;
    stats->heap_frees_bytes = heap.counts.free_bytes;
    stats->heap_frees_objects = heap.counts.free_objects;
    stats->heap_live_bytes = heap.counts.alloc_bytes -
                             heap.counts.free_bytes;
    stats->heap_marked_bytes = gc.marked_bytes;
    stats->heap_goal_bytes = mgc_heap_goal();
    stats->heap_uncollectable_bytes = heap.counts.foreign_bytes;
    stats->memory_mapped_bytes = heap.committed_bytes + heap.metadata_bytes;
    mthread_list_lock();
    stats->threads = mthread_count_of_program();
    mthread_list_unlock();
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
