/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcshade.c - what threads mark while the collector marks beside them.
 *
 * Owns the way of an object from a barrier to the marker.  The thread that
 * stored a pointer notes the word in a buffer in its record, which is all that
 * most stores cost.  When the buffer is full the thread looks its words up, all
 * at once, so that the cache misses of one hide behind those of the others
 * (Go's wbBufFlush does the same), marks what is not marked, and puts that
 * into a queue that all threads share.  From there the marker takes everything
 * when it has nothing else to do.  In a stop the collector empties the
 * buffers, and a thread that leaves the list leaves nothing behind.
 *
 * [inv.grey]  A word that was shaded is in a buffer until it is looked up.  A
 * marked object that nobody has read is in the queue, or the marker's.  A
 * marking thread is in the runtime, where no handshake comes between.
 *
 * [inv.shadeonce]  Loops store the same pointers again and again, and what is
 * marked stays marked until marking has ended.  So a thread shades a word once:
 * it keeps those that it has shaded since marking began, as far as there is
 * room, and a barrier that finds its word there is done, before it enters the
 * runtime (test/Model/collector.pml, -DONCE).  Whenever it looks, a word that
 * is there is in the buffer or was looked up, in the marking that goes on then
 * or in one that has ended.  Each marking begins with none.  What such a word
 * leads to later, if that is another object, is born marked [inv.black].
 *
 * [inv.unknown]  A thread that is not in the list has its barriers on at all
 * times: its first one tells that nothing is known of what it stores.
 *
 * No handler can interrupt a thread that has the queue's lock, since signals
 * of the program wait while a thread is in the runtime.
 *
 * Compiled for general registers only: see mbarrier.c.
 */
#include "mgcshade.h"

#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "mgcyoungset.h"
#include "thread/msignal.h"
#include "thread/mthread.h"

#include <string.h>

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_SHADE);
static struct mgcwork queue;    /* bases of objects */
static struct mgcwork parts;    /* pairs: end first, then start */
static uint32_t saw_unknown;    /* atomic; or a thread that ended so */

struct mgcshade_window mgcshade_window = {.last = UINTPTR_MAX};

_Static_assert(offsetof(struct mthread, shaded) == 0 &&
                   MTHREAD_NSHADED == 1024 &&
                   offsetof(struct __escc_tls, thread) == 24,
               "mbarrier_amd64.S knows these");

/* What a word leads to; NULL: to nothing. */
struct target {
    struct mspan *span;
    uint32_t index;
};

/* Looked up at the same time: more than the misses that a processor can have
 * under way, and little on the stacks that barriers run on. */
enum { BATCH = 32 };

static void look_up(const uintptr_t *words, unsigned n, struct target *targets)
{
    for (unsigned i = 0; i < n; i++) {
        targets[i].span = mheap_span_of(words[i]);
        __builtin_prefetch(targets[i].span);
    }
    for (unsigned i = 0; i < n; i++) {
        struct mspan *span = targets[i].span;
        if (!span)
            continue;
        uint32_t index = mspan_object_index(span, words[i] - span->base);
        targets[i].index = index;
        if (index >= span->nelems) {
            targets[i].span = NULL;
            continue;
        }
        __builtin_prefetch(&span->mark_bits[index / 64]);
        __builtin_prefetch(&span->shade_bits[index / 64], 1);
        __builtin_prefetch(&span->alloc_bits[index / 64]);
    }
}

/* Marks what words lead to, and replaces them by the bases of what was not
 * marked.  Returns how many that are. */
static unsigned mark(uintptr_t *words, unsigned n)
{
    unsigned nmarked = 0;
    for (unsigned first = 0; first < n; first += BATCH) {
        struct target targets[BATCH];
        unsigned some = n - first < BATCH ? n - first : BATCH;
        look_up(words + first, some, targets);
        for (unsigned i = 0; i < some; i++) {
            struct mspan *span = targets[i].span;
            uint32_t index = targets[i].index;
            if (span && !mbitmap_is_marked(span, index) &&
                mbitmap_is_object(span, index) && mbitmap_shade(span, index))
                words[nmarked++] = mbitmap_base(span, index);
        }
    }
    return nmarked;
}

/* Marks what the thread has shaded, and hands it over. */
static void hand_over(struct mthread *thread)
{
    rt_assert(thread->nshades <= MTHREAD_NSHADES);
    unsigned nmarked = mark(thread->shades, thread->nshades);
    thread->nshades = 0;
    if (!nmarked)
        return;
    rt_lock(&lock);
    for (unsigned i = 0; i < nmarked; i++)
        mgcwork_push(&queue, thread->shades[i]);
    rt_unlock(&lock);
}

/* Where a word is if it was shaded; mbarrier_amd64.S has the same. */
static uintptr_t *place_of(struct mthread *thread, uintptr_t word)
{
    return &thread->shaded[(word ^ word >> 10) >> 4 & (MTHREAD_NSHADED - 1)];
}

void mgcshade_word(uintptr_t word)
{
    struct mthread *self = __escc_tls.thread;
    rt_assert(__escc_tls.in_rt && __escc_tls.marking);
    if (!self) {
        rt_store_seq(&saw_unknown, 1);
        return;
    }
    uintptr_t *place = place_of(self, word);
    bool once = rt_load_relaxed(&mgcshade_window.last) != UINTPTR_MAX;
    if (once && *place == word)
        return;
    if (self->nshades == MTHREAD_NSHADES)
        hand_over(self);
    self->shades[self->nshades++] = word;
    if (once) {
        self->has_shaded = true;
        *place = word;
    }
}

void mgcshade_later(uintptr_t from, uintptr_t to)
{
    rt_assert(__escc_tls.in_rt && __escc_tls.marking && from < to);
    rt_lock(&lock);
    mgcwork_push_range(&parts, from, to);
    rt_unlock(&lock);
}

void mgcshade_take(struct mgcwork *greys, struct mgcwork *pieces)
{
    rt_lock(&lock);
    mgcwork_move(&queue, greys);
    mgcwork_move(&parts, pieces);
    rt_unlock(&lock);
}

void mgcshade_collect(void)
{
    rt_assert(rt_holds_lock(RT_RANK_MTHREAD));
    for (struct mthread *t = mthread_first(); t; t = t->next)
        hand_over(t);
}

bool mgcshade_saw_unknown(void)
{
    return rt_load_seq(&saw_unknown);
}

void mgcshade_narrow(void)
{
    rt_store_relaxed(&mgcshade_window.base, mheap.base);
    rt_store_relaxed(&mgcshade_window.last, mheap.end - mheap.base - 1);
}

void mgcshade_widen(void)
{
    rt_store_relaxed(&mgcshade_window.last, UINTPTR_MAX);
    rt_store_relaxed(&mgcshade_window.base, 0);
}

static void forget_shaded(struct mthread *thread)
{
    thread->nshades = 0;
    if (thread->has_shaded)
        memset(thread->shaded, 0, sizeof thread->shaded);
    thread->has_shaded = false;
}

void mgcshade_reset(void)
{
    rt_store_seq(&saw_unknown, 0);
    for (struct mthread *t = mthread_first(); t; t = t->next)
        forget_shaded(t);
    mgcwork_reset(&queue);
    mgcwork_reset(&parts);
}

static void saw_left(void)
{
    rt_store_seq(&saw_unknown, 1);
    mgcyoungset_lose();
}

/* A thread that has left a handler by a jump takes the note of it along
 * [inv.left]. */
static void leave_list(struct mthread *thread)
{
    hand_over(thread);
    mgcyoungset_leave(thread);
    if (msignal_may_have_left(thread))
        saw_left();
}

void mgcshade_init(void)
{
    mthread_on_unlink(leave_list);
}
