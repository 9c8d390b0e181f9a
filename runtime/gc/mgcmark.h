/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcmark.h - finding what is reachable.  See mgcmark.c. */
#ifndef ESCC_MGCMARK_H
#define ESCC_MGCMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one marking did; for the pacer and the trace.  Bytes. */
struct mgcmark_stats {
    uint64_t marked_bytes;      /* collectable objects, slot sizes */
    uint64_t marked_objects;
    uint64_t scanned_bytes;     /* of those: read for pointers */
    uint64_t stack_bytes;
    uint64_t global_bytes;      /* segments, TLS, mappings */
    uint64_t foreign_bytes;     /* blocks of uninstrumented code */
    uint64_t last_bytes;        /* read again in the last stop, since they were
                                   written */
    uint64_t npasses;           /* 1, and one more per queue overflow */
    /* By further markers (mgcgang.h): of what was read, and the processor time
     * that they took; and how many markers there were at a time. */
    uint64_t helped_bytes, helped_ns;
    uint64_t nmarkers;
};

/* Start-up. */
void mgcmark_init(void);

/* Marks everything that is reachable from the roots of all threads.
 * Threads are stopped and their caches flushed, the caller has published
 * its own context; the last sweep is finished. */
void mgcmark_all(struct mgcmark_stats *stats);

/* Marks what is reachable and not marked, if what was marked before has been
 * read, but for what was written since (mgcwatch_begin_minor).  Returns the
 * bytes of that which were read again. */
uint64_t mgcmark_minor(struct mgcmark_stats *stats);

/* The same to compare with (mcheckmark.h), counting nothing.  Addresses just
 * past the end of an object count for nothing: only in registers and on stacks
 * do compilers leave such, and barriers do not see what is no pointer of the
 * program's. */
void mgcmark_again(void);

/* The same in parts, beside threads that run; all under the collection
 * lock.  First, in a stop: the stacks are read, the rest is left for
 * later.  `settles`: what threads mark, since it is born, is marked again when
 * something leads to it; `keeps`: it begins with the marks of the last
 * cycle. */
void mgcmark_begin(struct mgcmark_stats *stats, bool settles, bool keeps);
/* The first address of [from, to) that may have been touched, beside the
 * threads; `to` if there is none. */
uintptr_t mgcmark_skip_holes(uintptr_t from, uintptr_t to);

/* Then, in any order: reads a range of roots that is watched (mgcwatch.h);
 * false if it cannot be read now, */
bool mgcmark_root(uintptr_t from, uintptr_t to);
/* the foreign blocks in `npages` of the heap from `page` on; returns the page
 * to go on with, SIZE_MAX if that was the last, */
size_t mgcmark_foreign(size_t page, size_t npages);
/* (from here on: most of what is looked up is marked already) */
void mgcmark_expect_marked(void);
/* marked objects of the heap where it was written; returns their bytes, without
 * those that were born meanwhile, */
uint64_t mgcmark_written(uintptr_t from, uintptr_t to);
/* and looks up to so many words; true if none is left. */
bool mgcmark_some(size_t nwords);
/* Last, in a stop, the caches flushed, in two steps: reads stacks again, and
 * what was written since, in the heap from *at on and then from its beginning;
 * false: there was more than could be read by that time, and *at is where to
 * go on, in a round (mgcwatch_take_heap) or another stop; */
bool mgcmark_reread_written(uint64_t until, uintptr_t *at);
/* or, where all threads have barriers, stacks and memory of code that has
 * none, and takes what threads have shaded; */
void mgcmark_reread(void);
/* and, once mgcmark_some has nothing left in the same stop, the end. */
void mgcmark_close(void);
/* Or drops what there is to do, in a stop. */
void mgcmark_give_up(void);

/* The distance between words that are read, in bytes: 4, or the least that
 * a unit asked for. */
unsigned mgcmark_stride(void);
/* Whether a unit has said that a type has pointers at other offsets than
 * multiples of a word. */
bool mgcmark_is_packed(void);

/* What else than itself a word may be, since units store addresses in
 * bit-fields: sets *field to the first such reading and takes it from
 * *readings, which begins as mgcmark_fields(); false: there is none. */
uint32_t mgcmark_fields(void);

enum { MGCMARK_ADDRESS_BITS = 47 };     /* of user space */

static inline bool mgcmark_next_field(uint32_t *readings, uintptr_t word,
                                      uintptr_t *field)
{
    if (!*readings)
        return false;
    *field = word >> __builtin_ctz(*readings) &
             (((uintptr_t)1 << MGCMARK_ADDRESS_BITS) - 1);
    *readings &= *readings - 1;
    return true;
}

/* For tests: lets the mark queue have that many chunks only; 0: no
 * limit. */
void mgcmark_limit_queue(size_t nchunks);

#endif /* ESCC_MGCMARK_H */
