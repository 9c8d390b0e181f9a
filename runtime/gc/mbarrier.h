/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier.h - the write barrier's slow half inside the runtime.
 * The ABI part is <escc/rt.h>; see mbarrier.c. */
#ifndef ESCC_MBARRIER_H
#define ESCC_MBARRIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Barriers tell every word that is stored, or no longer; what leads to
 * [from, to), or no longer (both 0).  In a stop, or while there is one
 * thread. */
void mbarrier_set_marking(bool on);
void mbarrier_set_young(uintptr_t from, uintptr_t to);

/* If threads tell of words of the heap: of all from now on (mgcshade_widen).
 * At any time. */
void mbarrier_widen(void);

/* C halves of __escc_shade_pushed and __escc_shade_stored (mbarrier_amd64.S);
 * use general registers only. */
void mbarrier_shade(uintptr_t word);
void mbarrier_stored(uintptr_t word, uintptr_t slot);

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

/* The last part of it.  `from`: where the bytes stand, too; perhaps `to`. */
void mbarrier_shade_copied(const void *to, const void *from, size_t bytes);

/* Words were copied to where the marker may have been already: if it is at
 * work, they are read.  In the runtime. */
void mbarrier_shade_later(const void *from, size_t bytes);

/* The words in it may come to stand elsewhere, untold: young blocks that they
 * lead to are kept. */
void mbarrier_keep(const void *from, size_t bytes);

/* memcpy with both around it. */
void mbarrier_copy(void *to, const void *from, size_t bytes);

#endif /* ESCC_MBARRIER_H */
