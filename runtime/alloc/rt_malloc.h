/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_malloc.h - the layer alloc, and getting objects inside the runtime.
 *
 * The layer alloc owns what allocating and freeing mean for each caller:
 * objects of rewritten code (mrewritten.c) and foreign blocks of all other
 * code (intercept.h), free and realloc (mfree.h), objects whose address was
 * printed (mprinted.h), a process whose malloc is not ours (mguest.h), and
 * the statistics of <escc/gc.h>.  When the heap has no memory it collects
 * and tries again.  It may use the layers base, heap, thread and gc; the
 * layers below get no memory from here.
 *
 * Here in particular: see malloc.c (whose name the header does not
 * have, because the C library's has it).
 *
 * All functions: the caller is in the runtime (rt_enter), holds no lock,
 * and may not assume anything about its mcache afterwards: they may
 * collect.  NULL means that the memory is exhausted or the size absurd;
 * errno is left alone.  Not async-signal-safe.
 */
#ifndef ESCC_RT_MALLOC_H
#define ESCC_RT_MALLOC_H

#include "base/rt_options.h"
#include "heap/mheap.h"
#include "heap/mspan.h"

#include <escc/rt.h>

#include <string.h>

/* The calling thread's cache; made, and the thread registered, at first
 * use.  NULL if there is no memory. */
struct mcache *malloc_cache(void);

/* Most objects are small, and a call of memset costs as much as the rest of
 * their allocation. */
enum { MALLOC_ZERO_LEAST = 16, MALLOC_ZERO_MOST = 64 };

/* Zeroes so many bytes, in between these. */
static inline void malloc_zero_some(void *start, size_t bytes)
{
    typedef uint64_t pair __attribute__((vector_size(16), may_alias,
                                         aligned(8)));
    char *from = start, *last = from + bytes - 16;

    *(pair *)from = (pair){0};
    *(pair *)last = (pair){0};
    if (bytes > 32) {
        *(pair *)(from + 16) = (pair){0};
        *(pair *)(last - 16) = (pair){0};
    }
}

/* The bytes that a block of `bytes` > 0 gets. */
static inline size_t malloc_slot_bytes(size_t bytes)
{
    return bytes <= SIZECLASS_MAX_BYTES
               ? sizeclass_bytes[sizeclass_of(bytes)]
               : (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

/* Zeroes a slot or the front of one. */
static inline void malloc_zero(void *start, size_t bytes)
{
    if (__builtin_expect(bytes > MALLOC_ZERO_MOST ||
                         bytes < MALLOC_ZERO_LEAST, 0))
        memset(start, 0, bytes);
    else
        malloc_zero_some(start, bytes);
}

/* What of an object is zeroed when it is handed out. */
enum malloc_zero {
    MALLOC_TRACED,              /* its whole slot, if its kind is scanned */
    MALLOC_ZEROED,              /* so many bytes as well, if not */
    MALLOC_LOCAL                /* nothing, if that would take time: a moved
                                   local, see malloc.c */
};

/* Whether all of an object that is scanned is zeroed, if its slot is not. Where
 * marks are kept a dead local may be old for long, and what its words lead
 * to; not so in the window of young blocks. */
static inline bool malloc_clears(const struct mspan *span,
                                 enum malloc_zero zero)
{
    return zero != MALLOC_LOCAL || span->elemsize <= MALLOC_ZERO_MOST ||
           (rt_load_relaxed(&mheap.keeps_marks) &&
            !(span->spanclass & SPAN_YOUNG));
}

/* The general case of malloc_object. */
void *malloc_object_slow(size_t bytes, unsigned kind, enum malloc_zero zero);

/* An object of at least `bytes` (0 counts as 1), of an enum span_kind;
 * 16-aligned if bytes > 8. */
static inline __attribute__((always_inline)) void *
malloc_object(size_t bytes, unsigned kind, enum malloc_zero zero)
{
    struct mcache *cache = __escc_tls.mcache;
    if (__builtin_expect(bytes - 1 >= SIZECLASS_MAX_BYTES ||
                         !cache || rt_options.gcstress != 0, 0))
        return malloc_object_slow(bytes, kind, zero);
    struct mspan *span = cache->alloc[SPANCLASS(sizeclass_of(bytes), kind)];
    void *object = (void *)mspan_next_free_fast(span);
    if (__builtin_expect(!object, 0))
        return malloc_object_slow(bytes, kind, zero);
    if ((kind & SPAN_NOSCAN) == 0) {
        if (span->needzero && malloc_clears(span, zero))
            malloc_zero(object, span->elemsize);
    } else if (zero == MALLOC_ZEROED && span->needzero) {
        malloc_zero(object, bytes);
    }
    return object;
}

/* The same for a large block: all of it is zero, and what nobody touches is
 * not resident. */
void *malloc_sparse(size_t bytes, unsigned kind);

/* The same at a multiple of `alignment`, a power of two, and of 16. */
void *malloc_aligned(size_t bytes, size_t alignment, unsigned kind,
                     enum malloc_zero zero);

/* Bytes from `object`, an address in an allocated slot of the span, to the
 * end of the slot, pad included. */
size_t malloc_usable(const struct mspan *span, uintptr_t object);

#endif /* ESCC_RT_MALLOC_H */
