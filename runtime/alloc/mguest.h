/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mguest.h - a process whose malloc is not ours.  See mguest.c. */
#ifndef ESCC_MGUEST_H
#define ESCC_MGUEST_H

#include "base/rt_atomic.h"
#include "base/rt_process.h"

#include <stdbool.h>
#include <stddef.h>

/* mallopt's answer to this is another one than the C library's: the process's
 * functions are a runtime's, of whichever copy. */
enum { MGUEST_IS_IT_YOU = 0x65736363, MGUEST_IT_IS = 0x43435345 };

/* The functions below are to be used instead of the heap.  Any context. */
static inline bool mguest_is_on(void)
{
    return __builtin_expect(
        rt_load_relaxed(&rt_guest_state) != RT_GUEST_NO, 0);
}

/* Start-up, on the thread that starts the runtime, once the heap exists. */
void mguest_find(void);

/* The process's own functions, with their results and errno; only when
 * mguest_is_on().  `alignment` is a power of two.  May block; they are
 * called outside of the runtime, as they may be anybody's. */
void *mguest_malloc(size_t bytes);
void *mguest_calloc(size_t count, size_t bytes);
void *mguest_realloc(void *block, size_t bytes);
void *mguest_memalign(size_t alignment, size_t bytes);
void mguest_free(void *block);
size_t mguest_usable_size(void *block);

#endif /* ESCC_MGUEST_H */
