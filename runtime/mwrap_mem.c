/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mwrap_mem.c - library functions that move program words in memory.
 *
 * libc's versions copy pointers without barriers, so a concurrent marker
 * could find an object's only pointer in neither place: not yet in the
 * destination when that is read, no longer in the source when that is.
 * Each function here publishes its destination as a hazard range first,
 * always, and shades what it wrote when barriers are on (mbarrier.c).
 *
 * memcpy and its relatives are called under their own names by rewritten
 * code (the compiler must not recognise them as builtins); qsort and
 * qsort_r are replaced process-wide.  The comparison function is the
 * program's: it may allocate, collect, or leave by longjmp.  After a
 * longjmp the hazard range stays published until the thread's next copy
 * ends: that costs reading a range too much, nothing else.
 *
 * glibc's qsort moves elements through a temporary array of its own: on
 * its stack if it is small, else from malloc, a foreign block and so a
 * root.
 */
#include "mbarrier.h"
#include "rt_export.h"
#include "rt_real.h"

#include <escc/rt.h>

#include <stdlib.h>
#include <string.h>

RT_EXPORT void *__escc_memcpy(void *to, const void *from, size_t bytes)
{
    struct mbarrier_hazard outer = mbarrier_begin_copy(to, bytes);
    memcpy(to, from, bytes);
    mbarrier_end_copy(outer, to, bytes);
    return to;
}

RT_EXPORT void *__escc_memmove(void *to, const void *from, size_t bytes)
{
    struct mbarrier_hazard outer = mbarrier_begin_copy(to, bytes);
    memmove(to, from, bytes);
    mbarrier_end_copy(outer, to, bytes);
    return to;
}

RT_EXPORT void *__escc_mempcpy(void *to, const void *from, size_t bytes)
{
    return (char *)__escc_memcpy(to, from, bytes) + bytes;
}

RT_EXPORT void __escc_bcopy(const void *from, void *to, size_t bytes)
{
    __escc_memmove(to, from, bytes);
}

/* The common comparison type, so that qsort needs no nested function. */
static int compare_without_data(const void *a, const void *b, void *data)
{
    int (*compare)(const void *, const void *);
    memcpy(&compare, data, sizeof compare);
    return compare(a, b);
}

RT_EXPORT void qsort_r(void *base, size_t count, size_t bytes,
                       int (*compare)(const void *, const void *, void *),
                       void *data)
{
    struct mbarrier_hazard outer = mbarrier_begin_copy(base, count * bytes);
    RT_REAL(qsort_r)(base, count, bytes, compare, data);
    mbarrier_end_copy(outer, base, count * bytes);
}

RT_EXPORT void qsort(void *base, size_t count, size_t bytes,
                     int (*compare)(const void *, const void *))
{
    qsort_r(base, count, bytes, compare_without_data, &compare);
}
