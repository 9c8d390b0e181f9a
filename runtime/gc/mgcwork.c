/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcwork.c - the mark queue's memory.
 *
 * The queue is a stack of machine words in chunks that lie outside the
 * heap.  What the words mean is the marker's business (candidates for
 * pointers, or pieces of large objects); the order, last in first out,
 * keeps the queue short and the caches warm.
 *
 * Chunks come from a pool that only grows: a program whose collections
 * needed that much will need it again.  The pool is shared by all queues
 * under a lock that is taken once per chunk.
 *
 * [inv.overflow]  When the system gives no memory for a chunk, the word is
 * dropped and `overflowed` set.  Nothing is lost for good: the marker then
 * reads the roots and every marked object again, until a pass does not
 * overflow.  Such a pass queues only what is not marked, so that one that
 * overflows has marked some objects more, and this ends.
 */
#include "mgcwork.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_lock.h"

/* 64 KiB from the system at a time. */
enum { CHUNKS_PER_MAP = 8 };

static struct rt_lock pool_lock = RT_LOCK_INIT(RT_RANK_MGCWORK);
static struct mgcwork_chunk *pool;

static void refill_pool(void)
{
    rt_assert(rt_holds_lock(RT_RANK_MGCWORK) && !pool);
    struct mgcwork_chunk *chunks =
        os_alloc(CHUNKS_PER_MAP * sizeof(struct mgcwork_chunk));
    for (int i = 0; chunks && i < CHUNKS_PER_MAP; i++) {
        chunks[i].next = pool;
        pool = &chunks[i];
    }
}

void mgcwork_prepare(void)
{
    rt_lock(&pool_lock);
    if (!pool)
        refill_pool();
    rt_unlock(&pool_lock);
}

static struct mgcwork_chunk *take_chunk(void)
{
    rt_lock(&pool_lock);
    if (!pool)
        refill_pool();
    struct mgcwork_chunk *chunk = pool;
    if (chunk)
        pool = chunk->next;
    rt_unlock(&pool_lock);
    return chunk;
}

static void give_chunk(struct mgcwork_chunk *chunk)
{
    rt_lock(&pool_lock);
    chunk->next = pool;
    pool = chunk;
    rt_unlock(&pool_lock);
}

void mgcwork_push_slow(struct mgcwork *work, uintptr_t word)
{
    struct mgcwork_chunk *chunk = NULL;
    rt_assert(!work->top || work->top->nwords == MGCWORK_CHUNK_WORDS);
    rt_assert(!work->top == !work->nchunks);
    if (!work->limit_chunks || work->nchunks < work->limit_chunks)
        chunk = take_chunk();
    if (!chunk) {
        work->overflowed = true;
        return;
    }
    chunk->next = work->top;
    chunk->nwords = 1;
    chunk->words[0] = word;
    work->top = chunk;
    work->nchunks++;
}

bool mgcwork_pop_slow(struct mgcwork *work, uintptr_t *word)
{
    struct mgcwork_chunk *empty = work->top;
    /* The last chunk stays: the queue would else take and give it back at
     * every push around empty. */
    rt_assert(!empty || empty->nwords == 0);
    if (!empty || !empty->next)
        return false;
    rt_assert(work->nchunks > 1);
    work->top = empty->next;
    work->nchunks--;
    give_chunk(empty);
    return mgcwork_pop(work, word);
}

void mgcwork_push_range(struct mgcwork *work, uintptr_t from, uintptr_t to)
{
    bool overflowed = work->overflowed;
    uintptr_t dropped;
    rt_assert(from < to);
    work->overflowed = false;
    mgcwork_push(work, to);
    if (!work->overflowed) {
        mgcwork_push(work, from);
        if (work->overflowed)
            mgcwork_pop(work, &dropped);
    }
    work->overflowed |= overflowed;
}

void mgcwork_move(struct mgcwork *from, struct mgcwork *to)
{
    struct mgcwork moved = *from;
    rt_assert(mgcwork_is_empty(to));
    from->top = to->top;
    from->nchunks = to->nchunks;
    from->overflowed = false;
    to->top = moved.top;
    to->nchunks = moved.nchunks;
    to->overflowed |= moved.overflowed;
}

void mgcwork_reset(struct mgcwork *work)
{
    while (work->top) {
        struct mgcwork_chunk *chunk = work->top;
        work->top = chunk->next;
        give_chunk(chunk);
    }
    work->nchunks = 0;
    work->overflowed = false;
}
