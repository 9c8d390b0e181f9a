/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcscavenge.h - free pages and the system.  See mgcscavenge.c.
 *
 * For mheap.c, under the heap lock, which they may give up for a moment.  What
 * others call stands in mheap.h. */
#ifndef ESCC_MGCSCAVENGE_H
#define ESCC_MGCSCAVENGE_H

#include <stdbool.h>
#include <stddef.h>

/* Pages were taken, of which `fresh` were not resident: keeps the bound, gives
 * free ones back for many fresh ones, and notes that there is something to be
 * touched ahead (mheap.populate_due). */
void mgcscavenge_took(size_t page, size_t npages, size_t fresh);

/* Of pages just taken: they hold nothing yet and few of them are going to be
 * touched, so that none shall be resident for having been touched ahead. */
void mgcscavenge_took_sparse(size_t page, size_t npages);

/* Pages were given back to the page allocator: notes that it has too many
 * (mheap.trim_due). */
void mgcscavenge_gave(void);

/* The bytes of the arena from `from` on had small pages and shall have what
 * others around them have. */
void mgcscavenge_want_huge(size_t from, size_t bytes);
/* Whether huge pages pay, as far as was seen. */
bool mgcscavenge_wants_huge(void);

/* In a child of fork: who touched is not there. */
void mgcscavenge_fork_child(void);

#endif /* ESCC_MGCSCAVENGE_H */
