/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mpagealloc.h - which pages are free.  See mpagealloc.c.
 *
 * All state is behind the pointer; no lock: the owner has one. */
#ifndef ESCC_MPAGEALLOC_H
#define ESCC_MPAGEALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No such run of pages. */
#define PAGEALLOC_NONE SIZE_MAX

/* Free pages of a part of the arena: the longest run, and the runs at its
 * two ends. */
struct pagealloc_summary {
    uint32_t start, longest, end;
};

/* Pages are numbered from 0 at the arena's base. */
struct pagealloc {
    size_t nchunks_max;         /* a power of two */
    size_t npages;              /* known pages; whole chunks */
    size_t nfree;               /* of those: free */
    size_t nfree_dirty;         /* of those: may be resident */
    /* By page, one bit: in use; may hold old bytes (was handed out since
     * it was last given to the system).  Meaningless for unknown pages. */
    uint64_t *used, *dirty;
    /* A binary tree: node 1 is the root, node n's halves are 2n and 2n + 1,
     * the leaves nchunks_max + c stand for chunks c.  Unknown chunks have
     * no free page. */
    struct pagealloc_summary *tree;
    /* Makes a part of the tables, and what shares its system pages,
     * writable; it stays as it is where it was so already, and is zero
     * elsewhere.  False if the system refuses. */
    bool (*commit)(void *start, size_t bytes);
};

/* Bytes of address space that the tables of nchunks_max chunks need. */
size_t pagealloc_table_bytes(size_t nchunks_max);

/* An allocator that knows no page.  `tables`: reserved address space of
 * pagealloc_table_bytes, 8-aligned, made writable by `commit` as it is
 * needed.  False if `commit` failed. */
bool pagealloc_init(struct pagealloc *pa, size_t nchunks_max, void *tables,
                    bool (*commit)(void *start, size_t bytes));

/* Makes the next `nchunks` chunks known, free and clean.  False (and
 * nothing happened) if the tables cannot grow. */
bool pagealloc_grow(struct pagealloc *pa, size_t nchunks);

/* Takes the first free run of `npages` whose page number is a multiple of
 * `align` (a power of two); PAGEALLOC_NONE if there is none.  *dirty: some
 * of it may hold old bytes; *fresh: pages of it that were clean. */
size_t pagealloc_alloc(struct pagealloc *pa, size_t npages, size_t align,
                       bool *dirty, size_t *fresh);
/* Takes exactly [first, first + npages) if all of it is free. */
bool pagealloc_alloc_at(struct pagealloc *pa, size_t first, size_t npages,
                        bool *dirty, size_t *fresh);
/* Gives back pages that are in use; or such as hold nothing and are not
 * resident. */
void pagealloc_free(struct pagealloc *pa, size_t first, size_t npages);
void pagealloc_free_clean(struct pagealloc *pa, size_t first, size_t npages);

/* Free pages at the end of the known ones. */
size_t pagealloc_free_at_end(const struct pagealloc *pa);

/* Finds the last area [first, first + area) before page `below` that is
 * aligned to `area` pages, all free and partly dirty; marks it clean and
 * returns first, or PAGEALLOC_NONE.  *ndirty: dirty pages in it.  `area`
 * is a multiple of 64. */
size_t pagealloc_scavenge(struct pagealloc *pa, size_t area, size_t below,
                          size_t *ndirty);

/* Whether a page is in use. */
bool pagealloc_is_used(const struct pagealloc *pa, size_t page);

/* The tables agree with each other; for assertions and tests, slow. */
bool pagealloc_is_valid(const struct pagealloc *pa);

#endif /* ESCC_MPAGEALLOC_H */
