/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mcheckpages.h - what pages of the heap held when the last collection ended,
 * for ESCC_DEBUG=checkmark=1.  See mcheckpages.c.  In the stop of a collection,
 * under the collection lock. */
#ifndef ESCC_MCHECKPAGES_H
#define ESCC_MCHECKPAGES_H

#include <stdbool.h>
#include <stdint.h>

/* Marking has ended.  Where the next collection may keep its marks
 * (mgcminor.h): notes what is in each page that has objects with pointers. */
void mcheckpages_note(void);
/* The next one will not keep them. */
void mcheckpages_forget(void);

/* Whether the word at `at`, which lies in the heap, certainly was the same when
 * it was noted. */
bool mcheckpages_is_unchanged(uintptr_t at);

#endif /* ESCC_MCHECKPAGES_H */
