/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gc.h - what a program may ask of the collector it was linked with.
 *
 * Optional: no program needs this header.  A program that should also link
 * without escc declares the functions weak.  All are thread-safe; none is
 * async-signal-safe.
 */
#ifndef ESCC_GC_H
#define ESCC_GC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs a full collection and returns when its sweep is done.  May block.
 * Does nothing useful while another thread collects but waits for it and
 * then runs its own. */
void escc_gc(void);

/* Sets ESCC_GC's value at run time (percent; -1: off); returns the old. */
int escc_set_gc_percent(int percent);

/* Sets ESCC_MEMLIMIT's value at run time: how much memory, in bytes, the
 * process should have at most, all of it: heap, stacks, code, mappings, as
 * `top` shows it.  Near it collections are more frequent, whatever the
 * percentage is, also with -1.  The limit is soft: no allocation fails
 * because of it, and it is exceeded rather than that collecting takes more
 * than half of the processors' time.  INT64_MAX: no limit, not even a
 * container's.  Returns the old one; a negative value changes nothing, so
 * -1 asks for it.  May block while another thread collects. */
int64_t escc_set_memory_limit(int64_t bytes);

/* Sets ESCC_HEAP_MIN's value at run time: a heap below so many bytes is not
 * collected, unless the memory limit asks for it.  0: 4 MiB times the
 * percentage, in hundredths.  Returns the old one; a negative value changes
 * nothing.  May block while another thread collects. */
int64_t escc_set_heap_min(int64_t bytes);

/* Counters since the start of the process.  Sizes in bytes, times in ns.
 * Fields are only ever appended. */
struct escc_stats {
    uint64_t gc_cycles;             /* collections completed */
    uint64_t gc_forced_cycles;      /* of those: escc_gc and out of memory */
    uint64_t gc_pause_total_ns;     /* sum over cycles, all threads stopped */
    uint64_t gc_pause_max_ns;
    uint64_t heap_allocs_bytes;     /* allocated, size-class rounded */
    uint64_t heap_allocs_objects;
    uint64_t heap_frees_bytes;      /* given back by sweep or free */
    uint64_t heap_frees_objects;
    uint64_t heap_live_bytes;       /* allocated and not yet swept */
    uint64_t heap_marked_bytes;     /* marked by the last collection */
    uint64_t heap_goal_bytes;       /* size at which the next one starts */
    uint64_t heap_uncollectable_bytes; /* blocks of uninstrumented code */
    uint64_t memory_mapped_bytes;   /* committed from the system */
    uint64_t threads;               /* registered now */
    uint64_t gc_beside_cycles;      /* collections that marked while the
                                       program ran */
    uint64_t gc_world;              /* enum escc_gc_world: the last one */
    uint64_t gc_minor_cycles;       /* collections that looked only at what was
                                       written or allocated since the last */
};

/* How a collection learns what the program changes while it marks. */
enum escc_gc_world {
    ESCC_GC_STOPPED,                /* it changes nothing: it is stopped */
    ESCC_GC_CLOSED,                 /* all its code tells: it has barriers, or
                                       is the C library's */
    ESCC_GC_OPEN                    /* the kernel tells which pages were
                                       written */
};

/* Fills in the first `bytes` bytes of *out (fields that this runtime does
 * not know are set to all ones), so that callers and runtimes of different
 * versions work together.  Stops no thread. */
void escc_stats_get(struct escc_stats *out, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif /* ESCC_GC_H */
