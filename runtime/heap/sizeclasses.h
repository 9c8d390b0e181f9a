/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sizeclasses.h - the table of small object sizes.
 * Written by mksizeclasses.py: change that.
 *
 * Class 0 stands for large objects, each in a span of its own; the others
 * are numbered by ascending size.
 */
#ifndef ESCC_SIZECLASSES_H
#define ESCC_SIZECLASSES_H

#include <stddef.h>
#include <stdint.h>

enum {
    SIZECLASS_COUNT = 67,        /* with class 0 */
    SIZECLASS_MAX_BYTES = 32768,   /* largest small object */
    SIZECLASS_FINE_BYTES = 1024,    /* limit of the fine lookup table */
    SIZECLASS_MAX_OBJECTS = 1024,   /* most objects of one span */
    SIZECLASS_MAX_PAGES = 10       /* most pages of a small span */
};

#pragma GCC visibility push(hidden)
/* By class: bytes of an object, pages of a span, and the factor that turns
 * a division by the size into a multiplication (mspan_object_index). */
extern const uint16_t sizeclass_bytes[SIZECLASS_COUNT];
extern const uint8_t sizeclass_pages[SIZECLASS_COUNT];
extern const uint32_t sizeclass_divmul[SIZECLASS_COUNT];

/* Class by (size + 7) / 8, and by (size - SIZECLASS_FINE_BYTES + 127) / 128
 * above the fine table. */
extern const uint8_t sizeclass_fine[SIZECLASS_FINE_BYTES / 8 + 1];
extern const uint8_t sizeclass_coarse[
    (SIZECLASS_MAX_BYTES - SIZECLASS_FINE_BYTES) / 128 + 1];
#pragma GCC visibility pop

/* The class of an object of `bytes`, 1 <= bytes <= SIZECLASS_MAX_BYTES. */
static inline unsigned sizeclass_of(size_t bytes)
{
    if (__builtin_expect(bytes <= SIZECLASS_FINE_BYTES, 1))
        return sizeclass_fine[(bytes + 7) / 8];
    return sizeclass_coarse[(bytes - SIZECLASS_FINE_BYTES + 127) / 128];
}

#endif /* ESCC_SIZECLASSES_H */
