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
 * longjmp the hazard range stays published until the call of setjmp that it
 * returns from, in rewritten code, puts back what was published there: that
 * costs reading a range too much, nothing else.
 *
 * glibc's qsort moves elements through a temporary array of its own: on
 * its stack if it is small, else from malloc, a foreign block and so a
 * root.
 */
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_fatal.h"
#include "base/rt_real.h"
#include "gc/mbarrier.h"

#include <escc/rt.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* As mbarrier_begin_copy and mbarrier_end_copy where no copy is under way
 * below, which is by far the most frequent. */
static inline void publish(const void *to, size_t bytes)
{
    __escc_tls.hazard_end = (const char *)to + bytes;
    __escc_tls.hazard = to;
    rt_signal_fence();
}

static inline void finish(void *to, const void *from, size_t bytes)
{
    rt_signal_fence();
    if (__builtin_expect(__escc_tls.marking, 0))
        mbarrier_shade_copied(to, from, bytes);
    __escc_tls.hazard = NULL;
}

/* These two are the last thing that is done, so that nothing is saved for them.
 * A compiler that knows what they return would save that. */
static __attribute__((noinline)) void *
finish_marking(void *to, const void *from, size_t bytes)
{
    finish(to, from, bytes);
    __asm__("" : "+r"(to));
    return to;
}

/* Most copies are short, and libc's function costs more than they do.  Like
 * that one it loads all before it stores. */
enum { SHORT_BYTES = 32 };

static inline void copy_short(char *to, const char *from, size_t bytes)
{
    typedef uint64_t pair __attribute__((vector_size(16), may_alias,
                                         aligned(1)));
    typedef uint64_t loose64 __attribute__((may_alias, aligned(1)));
    typedef uint32_t loose32 __attribute__((may_alias, aligned(1)));
    if (bytes >= 16) {
        pair first = *(const pair *)from;
        pair last = *(const pair *)(from + bytes - 16);
        *(pair *)to = first;
        *(pair *)(to + bytes - 16) = last;
    } else if (bytes >= 8) {
        loose64 first = *(const loose64 *)from;
        loose64 last = *(const loose64 *)(from + bytes - 8);
        *(loose64 *)to = first;
        *(loose64 *)(to + bytes - 8) = last;
    } else if (bytes >= 4) {
        loose32 first = *(const loose32 *)from;
        loose32 last = *(const loose32 *)(from + bytes - 4);
        *(loose32 *)to = first;
        *(loose32 *)(to + bytes - 4) = last;
    } else if (bytes) {
        char first = from[0], middle = from[bytes / 2];
        char last = from[bytes - 1];
        to[0] = first;
        to[bytes / 2] = middle;
        to[bytes - 1] = last;
    }
}

static __attribute__((noinline)) void *copy_long(void *to, const void *from,
                                                 size_t bytes)
{
    if (__builtin_expect(__escc_tls.hazard != NULL, 0)) {
        mbarrier_copy(to, from, bytes);
    } else {
        publish(to, bytes);
        memcpy(to, from, bytes);
        finish(to, from, bytes);
    }
    __asm__("" : "+r"(to));
    return to;
}

RT_EXPORT void *__escc_memcpy(void *to, const void *from, size_t bytes)
{
    if (__builtin_expect(bytes > SHORT_BYTES || __escc_tls.hazard, 0))
        return copy_long(to, from, bytes);
    publish(to, bytes);
    copy_short(to, from, bytes);
    rt_signal_fence();
    if (__builtin_expect(__escc_tls.marking, 0))
        return finish_marking(to, from, bytes);
    __escc_tls.hazard = NULL;
    return to;
}

/* libc loads the ends of what overlaps into vector registers before it stores
 * over them.  If these do not begin at words of memory, the pointers in them
 * are not where registers are read [inv.torn]. */
static inline void move_in_pieces(void *to, const void *from, size_t bytes)
{
    __escc_tls.torn++;
    rt_signal_fence();
    memmove(to, from, bytes);
    rt_signal_fence();
    if (--__escc_tls.torn == 0 && __escc_tls.pending)
        __escc_whole();
}

static inline void move(void *to, const void *from, size_t bytes)
{
    if (((uintptr_t)to | (uintptr_t)from | bytes) % sizeof(void *) == 0)
        memmove(to, from, bytes);
    else
        move_in_pieces(to, from, bytes);
}

/* Where a copy is under way below. */
static __attribute__((noinline)) void *move_inside(void *to, const void *from,
                                                   size_t bytes)
{
    struct mbarrier_hazard outer = mbarrier_begin_copy(to, bytes);
    move(to, from, bytes);
    mbarrier_end_copy(outer, to, bytes);
    return to;
}

RT_EXPORT void *__escc_memmove(void *to, const void *from, size_t bytes)
{
    if (__builtin_expect(__escc_tls.hazard != NULL, 0))
        return move_inside(to, from, bytes);
    publish(to, bytes);
    move(to, from, bytes);
    finish(to, to, bytes);
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

/* ---- sorting ------------------------------------------------------------- */

struct order {
    int (*compare)(const void *, const void *, void *);
    void *data;
    size_t bytes;               /* of an element */
};

/* Merges two sorted runs that lie side by side; `room` holds the first. */
static void merge(char *base, size_t nleft, size_t nright, char *room,
                  const struct order *order)
{
    size_t bytes = order->bytes;
    char *left = room, *right = base + nleft * bytes, *out = base;
    memcpy(room, base, nleft * bytes);
    while (nleft && nright) {
        bool take_right = order->compare(left, right, order->data) > 0;
        memmove(out, take_right ? right : left, bytes);
        left += take_right ? 0 : bytes;
        right += take_right ? bytes : 0;
        nleft -= !take_right;
        nright -= take_right;
        out += bytes;
    }
    memcpy(out, left, nleft * bytes);
}

static void merge_sort(char *base, size_t count, char *room,
                       const struct order *order)
{
    if (count < 2)
        return;
    size_t nleft = count / 2;
    char *middle = base + nleft * order->bytes;
    merge_sort(base, nleft, room, order);
    merge_sort(middle, count - nleft, room, order);
    if (order->compare(middle - order->bytes, middle, order->data) > 0)
        merge(base, nleft, count - nleft, room, order);
}

/* For static executables: qsort_r's object in libc.a has no second name
 * and defines qsort too.  Stable, as glibc's is; without memory for the
 * copy of one half it cannot be, so that is fatal as malloc's failure is
 * in a program that does not expect it. */
static void own_sort(void *base, size_t count, const struct order *order)
{
    char *room = malloc(count / 2 * order->bytes + 1);
    if (!room)
        rt_fatal("no memory to sort %zu elements", count);
    merge_sort(base, count, room, order);
    free(room);
}

RT_EXPORT void qsort_r(void *base, size_t count, size_t bytes,
                       int (*compare)(const void *, const void *, void *),
                       void *data)
{
    /* The order function may leave by a jump: then nobody tells where what was
     * in the array is now. */
    mbarrier_keep(base, count * bytes);
    struct mbarrier_hazard outer = mbarrier_begin_copy(base, count * bytes);
    struct order order = {compare, data, bytes};
    if (rt_real.qsort_r)
        rt_real.qsort_r(base, count, bytes, compare, data);
    else
        own_sort(base, count, &order);
    mbarrier_end_copy(outer, base, count * bytes);
}

/* The common comparison type, so that qsort needs no nested function. */
static int compare_without_data(const void *a, const void *b, void *data)
{
    int (*compare)(const void *, const void *);
    memcpy(&compare, data, sizeof compare);
    return compare(a, b);
}

RT_EXPORT void qsort(void *base, size_t count, size_t bytes,
                     int (*compare)(const void *, const void *))
{
    qsort_r(base, count, bytes, compare_without_data, &compare);
}
