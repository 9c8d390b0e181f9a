/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoungset.c - what barriers have told of young blocks.
 *
 * Owns the remembered slots: where, outside of what a collection of young
 * blocks reads anyway, addresses of such blocks were stored.  (Ungar,
 * "Generation scavenging", 1984, has such a set for the same purpose.)
 *
 * [inv.young.slot]  Whatever leads to a young block is
 *   - on a stack, in a register, in thread-local memory or memory of code
 *     without barriers, which a stop reads,
 *   - in a young block, which is read when it is reached,
 *   - in a slot of this set,
 *   - or, if it was stored where nobody knows, its word is in the set of those
 *     that are kept.
 * A slot stays in the set as long as collections find that it leads to a young
 * block.  What it was told for may have been overwritten; who overwrites it
 * with another such address tells again.
 *
 * [inv.young.holder]  A block of the window may be one that is not young any
 * more.  Then its slots are told like those of any other object; and those that
 * it has when it ceases to be young are added then [inv.young.promoted].
 *
 * A thread notes slots in its record, each that it has noted lately once.  A
 * thread that is not in the list cannot, nor one that finds no memory: that
 * ends it (is_lost), for good.
 *
 * Compiled for general registers only: see mbarrier.c.
 */
#include "mgcyoungset.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "heap/mbitmap.h"
#include "mgcyoung.h"
#include "mroots.h"
#include "thread/mthread.h"

#include <stddef.h>
#include <string.h>

enum { MOST_SLOTS = 4 << 20, MOST_KEPT = 1 << 20 };

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_YOUNG);
static uint32_t is_lost;        /* atomic */
/* Writable memory of the executable itself, which is never unmapped. */
static uintptr_t own_from[2], own_to[2];
static unsigned nown;

uint16_t *mgcyoung_states;
uint8_t mgcyoung_pages[MGCYOUNG_PAGES];
_Static_assert(MGCYOUNG_PAGES == 8192 &&
                   (MGCYOUNG_PAGE_YOUNG | MGCYOUNG_PAGE_ONLY) == 3 &&
                   offsetof(struct mthread, stack) == 8192 &&
                   offsetof(struct mthread, stack_end) == 8200,
               "mbarrier_amd64.S knows these");
struct mgcyoung_words mgcyoung_slots, mgcyoung_kept;

void mgcyoungset_lose(void)
{
    rt_store_seq(&is_lost, 1);
}

bool mgcyoungset_is_lost(void)
{
    return rt_load_seq(&is_lost);
}

void mgcyoungset_add(struct mgcyoung_words *set, uintptr_t word)
{
    if (set->n == set->most)
        mgcyoungset_lose();
    else
        set->words[set->n++] = word;
}

void mgcyoung_set_pages(struct mspan *span, unsigned flags)
{
    size_t first = (span->base - mheap.base) / PAGE_BYTES;
    if (!span->has_young && !flags)
        return;
    span->has_young = flags != 0;
    memset(&mgcyoung_pages[first], (int)flags, span->npages);
}

/* ---- what threads note --------------------------------------------------- */

static void hand_over(struct mthread *thread)
{
    rt_lock(&lock);
    for (unsigned i = 0; i < thread->nslots; i++)
        mgcyoungset_add(&mgcyoung_slots, thread->slots[i]);
    rt_unlock(&lock);
    thread->nslots = 0;
}

static void remember(struct mthread *thread, uintptr_t slot)
{
    uintptr_t *recent = &thread->recent_slots[slot / 8 % MTHREAD_NSLOTS];
    if (*recent == slot)
        return;
    *recent = slot;
    if (thread->nslots == MTHREAD_NSLOTS)
        hand_over(thread);
    thread->slots[thread->nslots++] = slot;
}

static void keep(uintptr_t word)
{
    rt_lock(&lock);
    mgcyoungset_add(&mgcyoung_kept, word);
    rt_unlock(&lock);
}

void mgcyoungset_leave(struct mthread *thread)
{
    hand_over(thread);
}

/* ---- barriers ------------------------------------------------------------ */

/* Whether the address is in an object that is young, or will be read for
 * another reason.  *base: the object's, if it is in the window. */
static bool is_young(uintptr_t address, uintptr_t *base)
{
    struct mspan *span = mheap_span_of(address);
    uint32_t index;
    *base = 0;
    if (!span || !span->has_young)
        return false;
    index = mspan_object_index(span, address - span->base);
    if (index >= span->nelems)
        return false;
    *base = mspan_object_base(span, index);
    return !(*mgcyoung_state(*base) & MGCYOUNG_OLD);
}

/* What is read of the first stack of the thread, if it is on that. */
static bool is_on_own_stack(uintptr_t address)
{
    const struct mthread *self = __escc_tls.thread;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here >= self->stack && address >= here && address < self->stack_end;
}

static bool is_own(uintptr_t address)
{
    for (unsigned i = 0; i < nown; i++)
        if (address - own_from[i] < own_to[i] - own_from[i])
            return true;
    return false;
}

void mgcyoung_tell(uintptr_t word, uintptr_t slot)
{
    struct mthread *self = __escc_tls.thread;
    uintptr_t base, holder = 0;
    rt_assert(__escc_tls.in_rt);
    if (!self) {
        mgcyoungset_lose();
        return;
    }
    if (!mheap_is_in_window(word) || !is_young(word, &base) ||
        is_on_own_stack(slot))
        return;
    if (mheap_is_in_window(slot) &&
        (is_young(slot, &holder) || holder == base))
        return;
    if (mheap_span_of(slot) || is_own(slot))
        remember(self, slot);
    else
        keep(word);
}

/* ---- the collector ------------------------------------------------------- */

static void sift(uintptr_t *words, size_t at, size_t n)
{
    uintptr_t word = words[at];
    for (size_t next; (next = 2 * at + 1) < n; at = next) {
        next += next + 1 < n && words[next + 1] > words[next];
        if (words[next] <= word)
            break;
        words[at] = words[next];
    }
    words[at] = word;
}

/* Nothing may be called here that sorts: the program's is replaced. */
static void sort(uintptr_t *words, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift(words, i, n);
    for (size_t end = n; end-- > 1;) {
        uintptr_t last = words[end];
        words[end] = words[0];
        words[0] = last;
        sift(words, 0, end);
    }
}

/* A slot that is stored to again and again is told after each collection. */
void mgcyoungset_drop_doubles(void)
{
    enum { FEW = 256 };
    static size_t alone;        /* so many were left the last time */
    uintptr_t *words = mgcyoung_slots.words;
    size_t n = 0;
    if (mgcyoung_slots.n < FEW || mgcyoung_slots.n / 2 < alone)
        return;
    sort(words, mgcyoung_slots.n);
    for (size_t i = 0; i < mgcyoung_slots.n; i++)
        if (n == 0 || words[i] != words[n - 1])
            words[n++] = words[i];
    mgcyoung_slots.n = alone = n;
}

void mgcyoungset_collect(void)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        hand_over(t);
        memset(t->recent_slots, 0, sizeof t->recent_slots);
    }
}

static void forget_noted(void)
{
    for (struct mthread *t = mthread_first(); t; t = t->next) {
        t->nslots = 0;
        memset(t->recent_slots, 0, sizeof t->recent_slots);
    }
}

void mgcyoungset_reset(void)
{
    forget_noted();
    mgcyoung_slots.n = mgcyoung_kept.n = 0;
    rt_store_seq(&is_lost, 0);
}

static void add_own(uintptr_t from, uintptr_t to)
{
    if (nown == sizeof own_from / sizeof *own_from)
        return;
    own_from[nown] = from;
    own_to[nown++] = to;
}

static bool init_words(struct mgcyoung_words *set, size_t most)
{
    set->words = os_alloc(most * sizeof *set->words);
    set->most = set->words ? most : 0;
    return set->words;
}

bool mgcyoungset_init(void)
{
    if (mgcyoung_states)
        return true;
    size_t bytes = mheap.window_npages * PAGE_BYTES;
    rt_check(mheap.window_npages == MGCYOUNG_PAGES);
    if (!init_words(&mgcyoung_slots, MOST_SLOTS) ||
        !init_words(&mgcyoung_kept, MOST_KEPT))
        return false;
    mroots_for_each_own_segment(add_own);
    mgcyoung_states = os_alloc(bytes / 8 * sizeof *mgcyoung_states);
    return mgcyoung_states;
}
