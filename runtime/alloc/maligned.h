/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maligned.h - the aligned-allocation functions of C, POSIX and glibc: what
 * their arguments mean, once for both families of callers (intercept.c,
 * mrewritten.c). */
#ifndef ESCC_MALIGNED_H
#define ESCC_MALIGNED_H

#include "base/os.h"
#include "heap/rt_types.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* memalign and aligned_alloc: the power of two that is meant by a strange
 * alignment, the next above; 0, with errno EINVAL, if there is none. */
static inline size_t maligned_power(size_t alignment)
{
    size_t power = MALLOC_ALIGN;
    if (alignment > SIZE_MAX / 2 + 1) {
        errno = EINVAL;
        return 0;
    }
    while (power < alignment)
        power *= 2;
    return power;
}

/* posix_memalign, which takes no strange alignment. */
static inline bool maligned_is_valid(size_t alignment)
{
    return alignment != 0 && alignment % sizeof(void *) == 0 &&
           (alignment & (alignment - 1)) == 0;
}

/* pvalloc: rounds up to whole pages; false if that is too much. */
static inline bool maligned_whole_pages(size_t *bytes)
{
    size_t page = os_page_bytes();
    if (*bytes > SIZE_MAX - page)
        return false;
    *bytes = (*bytes + page - 1) / page * page;
    return true;
}

#endif /* ESCC_MALIGNED_H */
