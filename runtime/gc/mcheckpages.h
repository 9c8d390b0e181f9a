/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckpages.h - what pages of the heap held when the last collection ended,
 * for ESCC_DEBUG=checkmark=1.  See mcheckpages.c.  Under the collection lock;
 * with threads stopped but for mcheckpages_was_read. */
#ifndef ESCC_MCHECKPAGES_H
#define ESCC_MCHECKPAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Marking has ended.  Where the next collection may keep its marks
 * (mgcminor.h): notes what is in each page that has objects with pointers. */
void mcheckpages_note(void);
/* The next one will not keep them. */
void mcheckpages_forget(void);

/* The marker reads again, as written, what is marked in [from, to) of the
 * heap. */
void mcheckpages_was_read(uintptr_t from, uintptr_t to);

/* Whether the word at `at`, which lies in the heap, certainly was the same when
 * it was noted, and was not read again. */
bool mcheckpages_is_unchanged(uintptr_t at);

#endif /* ESCC_MCHECKPAGES_H */
