/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mprotected.h - memory that the program made unreadable or read-only.
 * See mprotected.c.
 *
 * All functions but mprotected_may_overlap: under the collection lock
 * (mgc_hold). */
#ifndef ESCC_MPROTECTED_H
#define ESCC_MPROTECTED_H

#include "base/rt_atomic.h"
#include "mroots.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was done to a range: a set. */
enum mprotected_how {
    MPROTECTED_PAGES = 1,       /* not readable and writable */
    MPROTECTED_GUARD = 2,       /* guard pages of madvise */
    MPROTECTED_NO_FORK = 4,     /* not in a child */
    MPROTECTED_WIPE = 8,        /* zero in a child */
    MPROTECTED_MAPPED = 16,     /* unmapped, or something else is there */
    MPROTECTED_ALL = 31
};

/* Of all ranges: nothing lies outside of it; empty if there is none. */
extern uintptr_t mprotected_from, mprotected_to
    __attribute__((visibility("hidden")));

/* Whether something in [from, to) may be one of these ranges.  Any context;
 * exact enough for whoever has the collection lock. */
static inline bool mprotected_may_overlap(uintptr_t from, uintptr_t to)
{
    return __builtin_expect(from < rt_load_relaxed(&mprotected_to) &&
                            to > rt_load_relaxed(&mprotected_from), 0);
}

bool mprotected_overlaps(uintptr_t from, uintptr_t to);

/* Notes that `how` was, or is about to be, done to whole system pages; false
 * if there is no memory to note it.  And that it was undone. */
bool mprotected_add(uintptr_t from, uintptr_t to, unsigned how);
void mprotected_remove(uintptr_t from, uintptr_t to, unsigned how);

/* [from, to) is about to become unreadable.  Makes sure that what it holds
 * can be read nevertheless, or notes the addresses in it; false if there is no
 * memory for that. */
bool mprotected_keep_words(uintptr_t from, uintptr_t to);

/* Makes [from, to) of the heap ordinary memory again. */
void mprotected_restore(uintptr_t from, uintptr_t to);

/* Copies [from, to), which begins at a multiple of a word's size, and shows
 * the copy part by part.  A word that lies across two system pages is whole in
 * one of them.  Pages that cannot be read are left out.  `part` may not lead
 * back here. */
void mprotected_read(uintptr_t from, uintptr_t to,
                     void (*part)(uintptr_t from, uintptr_t to,
                                  void *argument),
                     void *argument);

/* Calls `range` for words that lead to objects of the heap which are in such
 * ranges: these are neither collected nor used again; and for the addresses
 * that were noted.  In a stop. */
void mprotected_for_each_root(mroots_range *range);

/* In the child of fork. */
void mprotected_fork_child(void);

#endif /* ESCC_MPROTECTED_H */
