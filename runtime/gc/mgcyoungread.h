/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungread.h - which words lead to the window of young blocks.
 * See mgcyoungread.c. */
#ifndef ESCC_MGCYOUNGREAD_H
#define ESCC_MGCYOUNGREAD_H

#include <stdbool.h>
#include <stdint.h>

/* Gets a word that leads to the window, or to its end. */
typedef void mgcyoungread_found(uintptr_t word);

/* The first of the addresses from, from + 4 and so on where the upper half of
 * an address of the window stands; `to`, which is one of them: there is none
 * before.  For threads, as an ordinary call. */
uintptr_t mgcyoungread_find(uintptr_t from, uintptr_t to);

/* The words of [from, to), which can be read, at multiples of 4. */
void mgcyoungread_words(uintptr_t from, uintptr_t to,
                        mgcyoungread_found *found);

/* Roots, between mpeek_begin and mpeek_end: those of a range that is not
 * trusted may be found at the next call, at the latest by flush. */
bool mgcyoungread_init(void);
void mgcyoungread_root(uintptr_t from, uintptr_t to, bool trusted,
                       mgcyoungread_found *found);
void mgcyoungread_flush(mgcyoungread_found *found);

#endif /* ESCC_MGCYOUNGREAD_H */
