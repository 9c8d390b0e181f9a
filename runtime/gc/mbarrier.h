/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier.h - the write barrier's slow half inside the runtime.
 * The ABI part is <escc/rt.h>; see mbarrier.c. */
#ifndef ESCC_MBARRIER_H
#define ESCC_MBARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C half of __escc_shade_pushed (mbarrier_amd64.S); uses general
 * registers only. */
void mbarrier_shade(uintptr_t word);

/* Publishes the destination of a bulk copy, before the first byte is
 * written, whether or not barriers are on: a thread can be stopped between
 * a test of the flag and the copy for the whole start of a cycle. */
struct mbarrier_hazard {
    uintptr_t from, to;         /* what an outer copy had published */
    bool torn;                  /* that is published still */
};
struct mbarrier_hazard mbarrier_begin_copy(const void *to, size_t bytes);
/* Shades what was copied if barriers are on, and withdraws the range. */
void mbarrier_end_copy(struct mbarrier_hazard outer, const void *to,
                       size_t bytes);

/* Words were copied to where the marker may have been already: if it is at
 * work, they are read.  In the runtime. */
void mbarrier_shade_later(const void *from, size_t bytes);

/* memcpy with both around it. */
void mbarrier_copy(void *to, const void *from, size_t bytes);

#endif /* ESCC_MBARRIER_H */
