/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mstats.h - the counters behind escc_stats_get. */
#ifndef ESCC_MSTATS_H
#define ESCC_MSTATS_H

#include <stdbool.h>
#include <stdint.h>

/* A collection has ended.  One caller at a time. */
void mstats_record_cycle(uint64_t pause_ns, bool forced,
                         uint64_t marked_bytes);

#endif /* ESCC_MSTATS_H */
