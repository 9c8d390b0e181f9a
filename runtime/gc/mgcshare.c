/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcshare.c - how several markers share a step.
 *
 * A step of marking has an owner, the thread that has the collection lock.
 * Others join it while it is open, and all mark at the same time, each with a
 * queue of its own (mgcdrain.c), which needs no lock.  Work goes from one to
 * another through a pool: who has more than it needs gives a chunk, who has
 * nothing takes one.  Nobody steals, so that a queue has one owner, and its
 * hot path knows nothing of others.
 *
 * [inv.gang]  Who is in the step, who is without work, and what the pool has
 * change together, under one lock, which is taken once per chunk of a thousand
 * words.  So the end is plain: the pool is empty and everybody who is in the
 * step waits.  Who waits has nothing in hand; who takes counts as working from
 * the same moment.  (test/Model/gang.pml.)
 *
 * MGCSHARE_WANTS is on as long as the pool is empty and there are fewer markers
 * at work than there may be.  The next that sees it and has a surplus puts some
 * into the pool, whether or not anybody has come: if nobody does it takes it
 * back.  What was queued early leads to more than what was queued late, so it
 * is the older half, or a full chunk, and of a large object the second half.
 *
 * The step ends when nothing is left, or when one of them has done as much as
 * it should.  Then each gives back what it has and leaves, and the owner waits
 * for those who have joined, not for those who were called and are late: so
 * long marks are set atomically, and then again by one marker only.
 *
 * Whoever waits spins for a moment, since work comes back within microseconds,
 * and then sleeps in a futex.
 */
#include "mgcshare.h"

#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "base/rt_syscall.h"

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>

enum {
    /* Some 5 us, and 50 us between two steps. */
    WAIT_SPINS = 200, REST_SPINS = 2000,
    /* A part of an object that is worth two markers. */
    LONG_BYTES = 256 * 1024
};

/* Until *word is not `seen` any more, or was for a moment. */
static void wait_for(uint32_t *word, uint32_t seen, uint32_t *nsleeping,
                     int spins)
{
    for (int i = 0; i < spins; i++) {
        if (rt_load_acquire(word) != seen)
            return;
        rt_pause();
    }
    rt_add_seq(nsleeping, 1);
    rt_syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
    rt_sub_seq(nsleeping, 1);
}

static void change(uint32_t *word, uint32_t *nsleeping, int nthreads)
{
    rt_add_seq(word, 1);
    if (rt_load_seq(nsleeping))
        rt_syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nthreads, NULL, NULL,
                   0);
}

/* ---- under the lock ------------------------------------------------------ */

static bool is_pool_empty(const struct mgcshare *s)
{
    return mgcwork_is_empty(&s->candidates) && mgcwork_is_empty(&s->pieces) &&
           mgcwork_is_empty(&s->greys);
}

static bool ends(const struct mgcshare *s)
{
    return rt_load_relaxed(&s->signal) & MGCSHARE_ENDS;
}

static void find_out_what_is_wanted(struct mgcshare *s)
{
    rt_assert(s->nidle <= s->nmarkers && s->nmarkers <= s->most);
    bool wants = s->nmarkers - s->nidle < s->most && is_pool_empty(s);
    if (!ends(s))
        rt_store_relaxed(&s->signal, wants ? MGCSHARE_WANTS : 0);
}

static void end(struct mgcshare *s)
{
    rt_store_relaxed(&s->signal, MGCSHARE_ENDS);
    change(&s->event, &s->nsleeping, INT_MAX);
}

/* Until something has happened; gives the lock up meanwhile. */
static void await_event(struct mgcshare *s)
{
    uint32_t seen = rt_load_relaxed(&s->event);
    rt_unlock(&s->lock);
    wait_for(&s->event, seen, &s->nsleeping, WAIT_SPINS);
    rt_lock(&s->lock);
}

static bool take_piece(struct mgcshare *s, struct mgcwork *pieces)
{
    uintptr_t from, to;
    if (!mgcwork_pop(&s->pieces, &from))
        return false;
    rt_check(mgcwork_pop(&s->pieces, &to));
    mgcwork_push_range(pieces, from, to);
    return true;
}

static bool take_some(struct mgcshare *s, const struct mgcshare_work *work)
{
    return mgcwork_take(&s->candidates, work->candidates) ||
           take_piece(s, work->pieces) ||
           mgcwork_take(&s->greys, work->greys);
}

/* A word across the border is whole in the first half.  A short one stays with
 * who has nothing else: if nobody comes to take it, it would be given and taken
 * back for ever. */
static bool give_piece(struct mgcshare *s, const struct mgcshare_work *work)
{
    struct mgcwork *pieces = work->pieces;
    uintptr_t from, to, middle;
    if (!mgcwork_pop(pieces, &from))
        return false;
    rt_check(mgcwork_pop(pieces, &to));
    bool is_last = mgcwork_is_empty(pieces) &&
                   mgcwork_is_empty(work->candidates) &&
                   mgcwork_is_empty(work->greys);
    if (to - from < LONG_BYTES) {
        mgcwork_push_range(is_last ? pieces : &s->pieces, from, to);
        return !is_last;
    }
    middle = (from + (to - from) / 2) & ~(uintptr_t)4095;
    mgcwork_push_range(pieces, from, middle + sizeof(uintptr_t));
    mgcwork_push_range(&s->pieces, middle, to);
    return true;
}

static bool give_some(struct mgcshare *s, const struct mgcshare_work *work)
{
    return mgcwork_share(work->candidates, &s->candidates) ||
           give_piece(s, work) ||
           mgcwork_share(work->greys, &s->greys);
}

static void splice_all(const struct mgcshare_work *from,
                       const struct mgcshare_work *to)
{
    mgcwork_splice(from->candidates, to->candidates);
    mgcwork_splice(from->pieces, to->pieces);
    mgcwork_splice(from->greys, to->greys);
}

static struct mgcshare_work pool_of(struct mgcshare *s)
{
    return (struct mgcshare_work){&s->candidates, &s->pieces, &s->greys};
}

/* ---- the owner ----------------------------------------------------------- */

void mgcshare_open(struct mgcshare *s, unsigned most)
{
    rt_lock(&s->lock);
    rt_assert(!s->is_open && !s->nmarkers && !s->nidle && is_pool_empty(s));
    s->most = most;
    s->nmarkers = s->peak = 1;
    s->is_open = true;
    rt_store_relaxed(&s->signal, 0);
    find_out_what_is_wanted(s);
    rt_unlock(&s->lock);
}

unsigned mgcshare_close(struct mgcshare *s, const struct mgcshare_work *work)
{
    struct mgcshare_work pool = pool_of(s);
    rt_lock(&s->lock);
    rt_assert(s->is_open && s->nmarkers);
    if (!ends(s))
        end(s);
    while (s->nmarkers > 1)
        await_event(s);
    rt_assert(!s->nidle);
    s->is_open = false;
    s->nmarkers = 0;
    splice_all(&pool, work);
    unsigned peak = s->peak;
    rt_unlock(&s->lock);
    return peak;
}

/* ---- those who help it --------------------------------------------------- */

bool mgcshare_join(struct mgcshare *s)
{
    rt_lock(&s->lock);
    bool joins = s->is_open && !ends(s) && s->nmarkers < s->most;
    if (joins) {
        s->nmarkers++;
        if (s->nmarkers > s->peak)
            s->peak = s->nmarkers;
        find_out_what_is_wanted(s);
    }
    rt_unlock(&s->lock);
    return joins;
}

void mgcshare_leave(struct mgcshare *s, const struct mgcshare_work *work)
{
    struct mgcshare_work pool = pool_of(s);
    rt_lock(&s->lock);
    rt_assert(ends(s) && s->nmarkers > 1);
    splice_all(work, &pool);
    s->nmarkers--;
    change(&s->event, &s->nsleeping, INT_MAX);
    rt_unlock(&s->lock);
}

uint32_t mgcshare_seen(struct mgcshare *s)
{
    return rt_load_seq(&s->call);
}

void mgcshare_await(struct mgcshare *s, uint32_t seen)
{
    wait_for(&s->call, seen, &s->nresting, REST_SPINS);
}

void mgcshare_call_all(struct mgcshare *s)
{
    change(&s->call, &s->nresting, INT_MAX);
}

/* ---- all ----------------------------------------------------------------- */

bool mgcshare_take(struct mgcshare *s, const struct mgcshare_work *work)
{
    bool taken = false;
    rt_lock(&s->lock);
    while (!ends(s) && !(taken = take_some(s, work))) {
        s->nidle++;
        find_out_what_is_wanted(s);
        if (s->nidle == s->nmarkers)
            end(s);
        else
            await_event(s);
        s->nidle--;
    }
    find_out_what_is_wanted(s);
    rt_unlock(&s->lock);
    return taken;
}

void mgcshare_give(struct mgcshare *s, const struct mgcshare_work *work)
{
    rt_lock(&s->lock);
    if (rt_load_relaxed(&s->signal) == MGCSHARE_WANTS && give_some(s, work)) {
        find_out_what_is_wanted(s);
        change(&s->event, &s->nsleeping, 1);
        if (s->nmarkers < s->most)
            change(&s->call, &s->nresting, 1);
    }
    rt_unlock(&s->lock);
}

void mgcshare_end(struct mgcshare *s)
{
    rt_lock(&s->lock);
    if (!ends(s))
        end(s);
    rt_unlock(&s->lock);
}

void mgcshare_fork_child(struct mgcshare *s)
{
    rt_assert(!s->is_open && is_pool_empty(s));
    s->nmarkers = s->nidle = 0;
    rt_store_relaxed(&s->nsleeping, 0);
    rt_store_relaxed(&s->nresting, 0);
}
