/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpeek.h - reading memory that may not be there.  See mpeek.c. */
#ifndef ESCC_MPEEK_H
#define ESCC_MPEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies [from, from + bytes) into `to`; returns how many bytes could be
 * read before the first page that cannot.  Never faults. */
size_t mpeek_copy(void *to, uintptr_t from, size_t bytes);

/* The same, also where nobody may read just now (PROT_NONE, a protection
 * key), as far as /proc/self/mem shows that. */
size_t mpeek_copy_all(void *to, uintptr_t from, size_t bytes);
/* Sees to it that it does, from now on; false if it cannot be had. */
bool mpeek_keep_hidden(void);

/* Copies all these ranges into `to`, one behind the other, `bytes` in all;
 * false if one of them cannot be read, or where that takes other means.  At
 * most MPEEK_RANGES. */
struct mpeek_range { uintptr_t from; size_t bytes; };
enum { MPEEK_RANGES = 32 };
bool mpeek_gather(void *to, const struct mpeek_range *ranges, size_t n,
                  size_t bytes);

/* Narrows [*from, *to) to its first run of pages that hold data (present
 * or swapped out); returns 0 if there is none.  Where the system does not
 * tell, the whole range is the run. */
int mpeek_next_run(uintptr_t *from, uintptr_t *to);

/* All such runs of a range of the heap, one after the other, as well as they
 * can be told without opening anything: mpeek_next_touched until it returns 0.
 * At any time under the collection lock; one series at a time. */
void mpeek_begin_touched(uintptr_t from, uintptr_t to);
int mpeek_next_touched(uintptr_t *from, uintptr_t *to);

/* Before and after a series of calls: opens and closes /proc files. */
void mpeek_begin(void);
/* The same with threads running: opens nothing.  False if reading needs more
 * than mpeek_can_beside found; there is no mpeek_end then. */
bool mpeek_begin_beside(void);
void mpeek_end(void);

/* Opens for good what mpeek_begin opens; under the collection lock. */
void mpeek_acquire(void);

/* Whether memory can be read with threads running.  With threads stopped: it
 * may open a file, which stays open (rt_kept.h). */
bool mpeek_can_beside(void);
/* The child of fork has page maps of its own. */
void mpeek_fork_child(void);

#endif /* ESCC_MPEEK_H */
