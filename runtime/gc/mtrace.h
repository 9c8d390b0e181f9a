/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mtrace.h - the line per collection of ESCC_DEBUG=gctrace=1. */
#ifndef ESCC_MTRACE_H
#define ESCC_MTRACE_H

#include "mgcmark.h"

#include <escc/gc.h>

#include <stdbool.h>
#include <stdint.h>

/* One collection.  Times in ns, sizes in bytes. */
struct mtrace_cycle {
    uint64_t number;            /* from 1 */
    uint64_t started_ns;        /* since the start of the process */
    /* Stopped: until all threads were, marking, until they ran again.
     * Beside the threads: the first stop, until the last, the last. */
    uint64_t stopping_ns, marking_ns, ending_ns;
    uint64_t asking_ns, asking_last_ns; /* beside the threads: of the first and
                                   the last stop, until all had answered */
    uint64_t steps_ns;          /* beside the threads: processor time of
                                   marking between stops */
    uint64_t helped_open_ns;    /* of mark.helped_ns: between stops */
    uint64_t total_gc_ns;       /* of all collections so far */
    uint64_t heap_before, heap_after, heap_marked, heap_goal;
    uint64_t freed_before;      /* by the program since the start */
    uint64_t kept_bytes;        /* minor: marked before */
    uint64_t written_bytes;     /* of that, or of what was marked by a full one
                                   in an open world: on pages that were written
                                   since they were protected ... */
    uint64_t watched_ns;        /* ... which was so long; 0: a minor one */
    uint64_t grows_from;        /* minor: what the last full one found alive */
    uint64_t counts;            /* minor, before another: what is marked beyond
                                   that does not raise the goal; 0: all does */
    uint64_t next_work;         /* what the next is expected to read; 0: as
                                   much */
    uint64_t stacks, globals;
    unsigned nprocs;            /* processors the process may use */
    unsigned nthreads;
    bool forced;
    bool is_minor;              /* what was marked before stayed so */
    bool closed_by_program;     /* by one of its threads, not the collector's */
    enum escc_gc_world world;    /* how it was marked */
    const char *open_for;       /* why the world is not closed; "" if it is */
    unsigned nrounds;           /* over what they wrote meanwhile; in a closed
                                   world: stops to close it */
    unsigned nleft;             /* stops that did not close it, */
    uint64_t left_ns;           /* and the longest of these */
    struct mgcmark_stats mark;
};

/* Prints the line to standard error with one write. */
void mtrace_print(const struct mtrace_cycle *cycle);

#endif /* ESCC_MTRACE_H */
