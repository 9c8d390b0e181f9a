/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mtrace.h - the line per collection of ESCC_DEBUG=gctrace=1. */
#ifndef ESCC_MTRACE_H
#define ESCC_MTRACE_H

#include "mgcmark.h"

#include <stdbool.h>
#include <stdint.h>

/* One collection.  Times in ns, sizes in bytes. */
struct mtrace_cycle {
    uint64_t number;            /* from 1 */
    uint64_t started_ns;        /* since the start of the process */
    uint64_t stopping_ns;       /* until all threads were stopped */
    uint64_t marking_ns;
    uint64_t ending_ns;         /* until they ran again */
    uint64_t total_gc_ns;       /* of all collections so far */
    uint64_t heap_before, heap_after, heap_marked, heap_goal;
    uint64_t stacks, globals;
    unsigned nprocs;            /* processors the process may use */
    unsigned nthreads;
    bool forced;
    struct mgcmark_stats mark;
};

/* Prints the line to standard error with one write. */
void mtrace_print(const struct mtrace_cycle *cycle);

#endif /* ESCC_MTRACE_H */
