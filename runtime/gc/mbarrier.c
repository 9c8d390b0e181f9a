/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier.c - what happens when a barrier finds the flag set.
 *
 * The barrier is Dijkstra's, insertion after the store: rewritten code
 * stores the pointer, then tests __escc_tls.marking, and if it is set
 * hands the stored value to shade.  The value stays in a register or on
 * the stack until then, so that a stack scan in between sees it.  (DESIGN
 * and model: test/model.)
 *
 * [inv.lateshade]  A thread may read the flag as set, be preempted, and
 * get to shade when marking has ended and mark bits mean something else.
 * So shade first enters the runtime, where no handshake changes the flag,
 * and reads it again; a late call does nothing.
 *
 * From a store to the marker: shade notes the word, its thread marks what it
 * leads to and queues that (mgcshade.c), and the marker reads it when it comes
 * to it.  Most words lead nowhere (null, numbers, addresses of globals), or
 * were noted before [inv.shadeonce]: __escc_shade_pushed comes here for the
 * others.  Nothing that a stop changes decides that a word leads nowhere.
 *
 * Barriers are on while the heap is marked beside the threads (mgcbeside.c),
 * and in one mode all the time: verify=barrier, which logs every word
 * (mverify.c).
 *
 * Long ranges are shaded in pieces, between which the thread is outside of the
 * runtime: a stop waits for none of them long.  What is not shaded yet is in a
 * published range.
 *
 * Bulk copies publish their destination in __escc_tls.hazard before the
 * first byte moves, flag or no flag.  They nest: a signal handler may copy
 * while its thread does, and so may the order function of a sort.  The outer
 * range stays published until its copy has ended; an inner one is published
 * with it if that makes one range without much in between, and else is torn
 * code, for whose end a stop waits [inv.torn].
 *
 * This file is compiled for general registers only: shade must keep vector
 * registers, which may hold the only copies of pointers.
 */
#include "mbarrier.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_export.h"
#include "base/rt_tls.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgc.h"
#include "mgcmark.h"
#include "mgcshade.h"
#include "mgcyoung.h"
#include "mgcyoungread.h"
#include "mgcyoungset.h"
#include "mverify.h"
#include "thread/mthread.h"

#include <string.h>

/* What is shaded between two looks at whether a stop is wanted: 10 us. */
enum { PIECE_BYTES = 4096 };

/* What may lie between two ranges that are published as one. */
enum { FAR_BYTES = 4096 };

/* Any word may have to be logged, or to be read several times. */
static __attribute__((noinline)) void shade_any(uintptr_t word)
{
    void (*shade)(uintptr_t word) =
        mverify_barriers ? mverify_log_word : mgcshade_word;
    uint32_t readings = mgcmark_fields();
    uintptr_t field;
    if (mheap_contains(word) || mverify_barriers || !__escc_tls.thread)
        shade(word);
    while (mgcmark_next_field(&readings, word, &field)) /* [inv.fields] */
        shade(field);
}

/* In stops; `marking` under the list's lock, too. */
static struct mthread_barriers marking, young;

static void set(void)
{
    struct mthread_barriers both = marking.on ? marking : young;
    both.on = marking.on | young.on;
    mthread_set_barriers(&both);
}

void mbarrier_set_marking(bool on)
{
    const struct mgcshade_window *words = &mgcshade_window;
    marking = (struct mthread_barriers){0};
    if (on && words->last == UINTPTR_MAX)
        marking = (struct mthread_barriers){RT_TLS_MARKING, 0, UINTPTR_MAX};
    else if (on)
        marking = (struct mthread_barriers){RT_TLS_MARKING, words->base,
                                            words->base + words->last + 1};
    set();
}

void mbarrier_widen(void)
{
    rt_enter();
    mthread_list_lock();
    if (marking.on) {
        marking.from = 0;
        marking.to = UINTPTR_MAX;
        mthread_widen_barriers();
    }
    mthread_list_unlock();
    rt_leave();
}

void mbarrier_set_young(uintptr_t from, uintptr_t to)
{
    young = (struct mthread_barriers){to ? RT_TLS_YOUNG : 0, from, to};
    set();
}

static inline void shade_marking(uintptr_t word)
{
    uintptr_t last = rt_load_relaxed(&mgcshade_window.last);
    rt_assert(__escc_tls.in_rt);                /* [inv.lateshade] */
    rt_assert(mgc_phase() != MGC_MARKING);      /* [inv.stopmark] */
    if (__builtin_expect(last == UINTPTR_MAX, 0))
        shade_any(word);
    else if (word - rt_load_relaxed(&mgcshade_window.base) <= last ||
             !__escc_tls.thread)
        mgcshade_word(word);
}

/* `slot`: where it was stored; 0: somewhere. */
static inline void tell(uintptr_t word, uintptr_t slot)
{
    unsigned char on = __escc_tls.marking;      /* [inv.lateshade] */
    if (on & RT_TLS_MARKING)
        shade_marking(word);
    if ((on & RT_TLS_YOUNG) || !__escc_tls.thread)
        mgcyoung_tell(word, slot);
}

void mbarrier_stored(uintptr_t word, uintptr_t slot)
{
    rt_enter();
    tell(word, slot);
    rt_leave();
}

void mbarrier_shade(uintptr_t word)
{
    mbarrier_stored(word, 0);
}

RT_EXPORT void __escc_shade(const void *word)
{
    mbarrier_shade((uintptr_t)word);
}

/* Shades the words of [at, last) that begin before `end`, at each `stride`.
 * `are_slots`: they are where they were stored, not copies. */
static void shade_words(uintptr_t at, uintptr_t end, uintptr_t last,
                        unsigned stride, bool are_slots)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    const uintptr_t word = sizeof(uintptr_t);
    while (at < end && at + word <= last) {
        uintptr_t pause = end - at > PIECE_BYTES ? at + PIECE_BYTES : end;
        rt_enter();
        if (!__escc_tls.marking)                /* [inv.lateshade] */
            pause = at = end;
        for (; at < pause && at + word <= last; at += stride) {
            uintptr_t value = *(const volatile loose_word *)at;
            if (value >= __escc_tls.shade_from && value < __escc_tls.shade_to)
                tell(value, are_slots ? at : 0);
        }
        rt_leave();
    }
}

RT_EXPORT void __escc_shade_range(const void *from, size_t bytes)
{
    const uintptr_t mask = sizeof(uintptr_t) - 1;
    uintptr_t end = (uintptr_t)from + bytes;
    shade_words(((uintptr_t)from + mask) & ~mask, end, end,
                sizeof(uintptr_t), false);
}

/* Words that begin before the bytes or end behind them are read as far as
 * they are in the same object; outside of the heap, as far as they are in the
 * same pages: others may not be there.  (A pointer that crosses a page's end
 * there is not at a multiple of 8.) */
static __attribute__((noinline)) void
shade_pieces(const void *from, size_t bytes, bool are_slots)
{
    const uintptr_t page = 4096, word = sizeof(uintptr_t);
    uintptr_t begin = (uintptr_t)from, end = begin + bytes;
    uintptr_t first = begin & ~(page - 1);
    uintptr_t last = (end + page - 1) & ~(page - 1);
    unsigned stride = mgcmark_stride();
    struct mspan *span;
    uint32_t index;
    if (!bytes)
        return;
    rt_enter();
    if (mheap_contains(begin) && mbitmap_find(begin, &span, &index)) {
        first = mbitmap_base(span, index);
        last = first + mbitmap_bytes(span);
    }
    rt_leave();
    if (begin - first >= word)
        first = (begin - word + stride) & ~(uintptr_t)(stride - 1);
    shade_words(first, end, last, stride, are_slots);
}

typedef uint32_t __attribute__((may_alias, aligned(1))) half_word;
enum { HALF_BYTES = sizeof(half_word), SYSTEM_PAGE = 4096 };

static inline bool is_young_word(uintptr_t word)
{
    return mheap_is_in_window(word) &&
           mgcyoung_pages[(word - mheap.base) / PAGE_BYTES];
}

/* Whether the word that has its upper half there may lead to a young block. */
static bool is_young_at(uintptr_t half)
{
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    return half % SYSTEM_PAGE == 0 ||   /* its lower half may be nowhere */
           is_young_word(*(const volatile loose_word *)(half - HALF_BYTES));
}

/* The same where of the half at `half` only the bytes [from, to) were stored, a
 * copy of what is `away` bytes before. */
static bool is_young_part(uintptr_t from, uintptr_t to, uintptr_t away)
{
    const uint32_t high = (uint32_t)(mheap.base >> 32);
    for (uintptr_t at = from; at < to; at++)
        if (*(const volatile unsigned char *)(at - away) !=
            (unsigned char)(high >> at % HALF_BYTES * 8))
            return false;
    uintptr_t half = from & ~(uintptr_t)(HALF_BYTES - 1);
    return *(const volatile half_word *)half == high && is_young_at(half);
}

/* The same of the halves [at, end). */
static inline bool has_young_halves(uintptr_t at, uintptr_t end,
                                    uintptr_t away)
{
    enum { SHORT_BYTES = 64 };
    const uint32_t high = (uint32_t)(mheap.base >> 32);
    for (; at < end; at += HALF_BYTES) {
        if (end - at > SHORT_BYTES)
            at = mgcyoungread_find(at - away, end - away) + away;
        if (at < end && *(const volatile half_word *)(at - away) == high &&
            is_young_at(at))
            return true;
    }
    return false;
}

/* Whether some of what was stored at `to`, a copy of what is `away` bytes
 * before, may lead to a young block: of the words that the bytes are a part of,
 * also such as begin before them or end behind them.  All addresses of the
 * window have the same upper half, which is what is looked for, in the source:
 * a load of what has just been stored in other pieces waits until that is in
 * the cache.  Words at other addresses than multiples of 4 end it all at the
 * next collection (mgcyoung.c), so they are of no interest. */
static inline bool may_lead_to_young(uintptr_t to, uintptr_t away,
                                     size_t bytes)
{
    const uintptr_t mask = HALF_BYTES - 1;
    const uint32_t high = (uint32_t)(mheap.base >> 32);
    uintptr_t end = to + bytes, next = (end + mask) & ~mask;
    uintptr_t at = (to + mask) & ~mask, last = end & ~mask;
    if (!bytes)
        return false;
    if (next % SYSTEM_PAGE == 0)        /* it may not be readable */
        return true;
    if (at > last ? is_young_part(to, end, away)
                  : (to < at && is_young_part(to, at, away)) ||
                        has_young_halves(at, last, away) ||
                        (last < end && is_young_part(last, end, away)))
        return true;
    return *(const volatile half_word *)next == high && is_young_at(next);
}

RT_EXPORT void __escc_shade_pieces(const void *from, size_t bytes)
{
    if (__escc_tls.marking != RT_TLS_YOUNG || !__escc_tls.thread ||
        may_lead_to_young((uintptr_t)from, 0, bytes))
        shade_pieces(from, bytes, false);
}

/* Whether what is stored there is read anyway: most of it, without a look at
 * objects. */
static inline bool is_read_anyway(uintptr_t to)
{
    const struct mthread *self = __escc_tls.thread;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t page = (to - mheap.base) / PAGE_BYTES;
    if (page < MGCYOUNG_PAGES)
        return mgcyoung_pages[page] ==
               (MGCYOUNG_PAGE_YOUNG | MGCYOUNG_PAGE_ONLY);
    return to >= here && here >= self->stack && to < self->stack_end;
}

/* Whether the half of a word there is neither the upper half of an address
 * between these nor the lower half of one.  The next can be read. */
static inline bool is_of_no_address(uintptr_t at, uint32_t first,
                                    uint32_t last)
{
    uint32_t half = *(const volatile half_word *)at;
    uint32_t next = *(const volatile half_word *)(at + HALF_BYTES);
    return half - first > last - first && next - first > last - first;
}

/* Of words of the heap, at multiples of 4, while that is marked. */
static bool leads_nowhere(uintptr_t at)
{
    uintptr_t base = rt_load_relaxed(&mgcshade_window.base);
    uintptr_t last = base + rt_load_relaxed(&mgcshade_window.last);
    return mgcmark_stride() >= HALF_BYTES &&
           is_of_no_address(at, (uint32_t)(base >> 32),
                            (uint32_t)(last >> 32));
}

static __attribute__((noinline)) void shade_slots(uintptr_t at, size_t bytes,
                                                  bool is_half)
{
    if (is_half && __escc_tls.marking != RT_TLS_YOUNG && leads_nowhere(at))
        return;
    if (__escc_tls.marking != RT_TLS_YOUNG || !__escc_tls.thread ||
        (!is_read_anyway(at) && may_lead_to_young(at, 0, bytes)))
        shade_pieces((const void *)at, bytes, true);
}

/* Most are numbers of half a word. */
RT_EXPORT void __escc_shade_slots(const void *from, size_t bytes)
{
    const uint32_t high = (uint32_t)(mheap.base >> 32);
    uintptr_t at = (uintptr_t)from, next = at + HALF_BYTES;
    bool is_half = __escc_tls.thread && bytes == HALF_BYTES &&
                   at % HALF_BYTES == 0 && next % SYSTEM_PAGE != 0;
    if (!is_half || __escc_tls.marking != RT_TLS_YOUNG ||
        !is_of_no_address(at, high, high))
        shade_slots(at, bytes, is_half);
}

/* Where nothing is marked a copy to a stack, or into a young block, tells
 * nothing. */
void mbarrier_shade_copied(const void *to, const void *from, size_t bytes)
{
    uintptr_t at = (uintptr_t)to;
    if (__escc_tls.marking != RT_TLS_YOUNG || !__escc_tls.thread ||
        (!is_read_anyway(at) &&
         may_lead_to_young(at, at - (uintptr_t)from, bytes)))
        shade_pieces(to, bytes, true);
}

struct mbarrier_hazard mbarrier_begin_copy(const void *to, size_t bytes)
{
    uintptr_t from = (uintptr_t)to, end = from + bytes;
    struct mbarrier_hazard outer = {(uintptr_t)__escc_tls.hazard,
                                    (uintptr_t)__escc_tls.hazard_end, false};
    if (outer.from) {
        uintptr_t sum = bytes + outer.to - outer.from + FAR_BYTES;
        from = outer.from < from ? outer.from : from;
        end = outer.to > end ? outer.to : end;
        outer.torn = end - from > sum;
    }
    if (outer.torn) {
        __escc_tls.torn++;
    } else {
        __escc_tls.hazard_end = (const void *)end;
        __escc_tls.hazard = (const void *)from;
    }
    rt_signal_fence();
    return outer;
}

void mbarrier_end_copy(struct mbarrier_hazard outer, const void *to,
                       size_t bytes)
{
    rt_signal_fence();
    rt_assert(outer.from <= outer.to);
    if (__builtin_expect(__escc_tls.marking, 0))
        mbarrier_shade_copied(to, to, bytes);
    if (outer.torn) {
        if (--__escc_tls.torn == 0 && __escc_tls.pending)
            __escc_whole();
        return;
    }
    __escc_tls.hazard = (const void *)outer.from;
    __escc_tls.hazard_end = (const void *)outer.to;
}

void mbarrier_shade_later(const void *from, size_t bytes)
{
    uintptr_t begin = (uintptr_t)from;
    unsigned char on = __escc_tls.marking;
    if (!on || bytes < sizeof(uintptr_t))
        return;
    if (on & RT_TLS_YOUNG)
        mbarrier_shade_copied(from, from, bytes);
    else if (mverify_barriers || !__escc_tls.thread)
        __escc_shade_pieces(from, bytes);
    else if (mheap_contains(begin))
        mgcshade_later(begin, begin + bytes);
}

void mbarrier_keep(const void *from, size_t bytes)
{
    if (__builtin_expect(__escc_tls.marking & RT_TLS_YOUNG, 0))
        shade_pieces(from, bytes, false);
}

void mbarrier_copy(void *to, const void *from, size_t bytes)
{
    struct mbarrier_hazard outer = mbarrier_begin_copy(to, bytes);
    memcpy(to, from, bytes);
    mbarrier_end_copy(outer, to, bytes);
}
