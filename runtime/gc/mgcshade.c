/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcshade.c - what threads mark while the collector marks beside them.
 *
 * Owns the way of an object from a barrier to the marker: the thread that
 * stored a pointer to it marks it, and puts its base into a buffer in its
 * record; a full buffer is emptied into a queue that all threads share, and
 * from there the marker takes everything at once when it has nothing else to
 * do.  In a stop the collector empties the buffers, and a thread that leaves
 * the list leaves nothing behind.
 *
 * [inv.grey]  A marked object that nobody has read is in a buffer, in the
 * queue, or the marker's.  The two steps, mark and put into the buffer, are
 * runtime code, where no handshake comes between.
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
#include "thread/mthread.h"

static struct rt_lock lock = RT_LOCK_INIT(RT_RANK_SHADE);
static struct mgcwork queue;    /* bases of objects */
static struct mgcwork parts;    /* pairs: end first, then start */
static uint32_t saw_unknown;    /* atomic */

static void hand_over(struct mthread *thread)
{
    if (!thread->ngreys)
        return;
    rt_lock(&lock);
    while (thread->ngreys)
        mgcwork_push(&queue, thread->greys[--thread->ngreys]);
    rt_unlock(&lock);
}

void mgcshade_word(uintptr_t word)
{
    struct mthread *self = __escc_tls.thread;
    struct mspan *span;
    uint32_t index;
    rt_assert(__escc_tls.in_rt && __escc_tls.marking);
    if (!self) {
        rt_store_seq(&saw_unknown, 1);
        return;
    }
    if (!mbitmap_find_marking(word, &span, &index) ||
        !mbitmap_mark(span, index))
        return;
    if (self->ngreys == MTHREAD_NGREYS)
        hand_over(self);
    self->greys[self->ngreys++] = mbitmap_base(span, index);
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

void mgcshade_reset(void)
{
    rt_store_seq(&saw_unknown, 0);
    for (struct mthread *t = mthread_first(); t; t = t->next)
        t->ngreys = 0;
    mgcwork_reset(&queue);
    mgcwork_reset(&parts);
}

void mgcshade_init(void)
{
    mthread_on_unlink(hand_over);
}
