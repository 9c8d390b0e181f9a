/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgarbage.c - how much of the heap is dead, before anybody has marked.
 *
 * Go's pacer has to take everything that was allocated since the last
 * collection for garbage.  Most C programs say what is: they call free.  With
 * ESCC_FREE=ignore that frees nothing, since somebody may have a pointer to it
 * left, but nearly always nobody has.  While such a program builds its data
 * nothing is freed, and collections would find nothing, each twice as much to
 * mark as the one before.  So the goal of the heap waits until three quarters
 * are expected to be dead of what would be in a heap that has grown by its
 * percentage and of which nothing new lives (mgcgoal.c).
 *
 * Not everything that dies is freed: moved locals, what leaks, what a program
 * without any free allocates.  Each collection sees how much that was, of what
 * was allocated; the worst of the last four is expected to go on.  Before the
 * first one, and where hardly anything has been freed since the last, nothing
 * is known, and the goal is Go's.
 *
 * What was freed and is reachable still will not be found dead by a full
 * collection, so it does not count any more.  Minor ones do not look at what is
 * old: there it stays pending, and is what tells that a full one is worth it.
 *
 * No clock, no globals: test/unit/test_mgcgarbage.c.
 */
#include "mgcgarbage.h"

#include <stddef.h>

/* A program that frees this part of what it allocates tells what it does not
 * need.  One that frees less may be building its data, or may have been written
 * for a collector, or leak. */
enum { FREES_PART = 64 };

/* Up to this part of what is allocated may die without a free in a program that
 * frees.  Moved locals are some percent of it. */
#define MOST_UNFREED 0.125

/* Of what a heap that has grown by its percentage has if none of it lives, this
 * part is worth a collection.  To wait for more would take more memory than
 * Go's goal, which costs time, too: a page's first touch can cost as much as
 * marking it. */
#define WORTH 0.75

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* Freed since, or before and not found. */
static uint64_t claimed(const struct mgcgarbage *g, uint64_t freed)
{
    return add(g->pending, subtract(freed, g->freed));
}

uint64_t mgcgarbage_pending(const struct mgcgarbage *g, uint64_t freed,
                            uint64_t died)
{
    return subtract(claimed(g, freed), died);
}

/* Since the last collection. */
static bool tells(const struct mgcgarbage *g, uint64_t by_calls,
                  uint64_t allocated)
{
    return by_calls == UINT64_MAX ||
           subtract(by_calls, g->by_calls) > allocated / FREES_PART;
}

void mgcgarbage_end(struct mgcgarbage *g,
                    const struct mgcgarbage_cycle *c)
{
    uint64_t unfreed = subtract(c->died, claimed(g, c->freed));
    double part = c->allocated ? (double)unfreed / (double)c->allocated : 0;
    g->unfreed[g->nth] = part > 1 ? 1 : part;
    g->nth = (g->nth + 1) % MGCGARBAGE_HISTORY;
    g->has_ended = true;
    g->told = tells(g, c->by_calls, c->allocated);
    g->by_calls = c->by_calls;
    g->pending = c->is_minor ? mgcgarbage_pending(g, c->freed, c->died)
                             : subtract(c->freed, c->freed_before);
    g->freed = c->freed;
}

static double worst_unfreed(const struct mgcgarbage *g)
{
    double worst = 0;
    for (unsigned i = 0; i < MGCGARBAGE_HISTORY; i++)
        if (g->unfreed[i] > worst)
            worst = g->unfreed[i];
    return worst;
}

bool mgcgarbage_is_freed(const struct mgcgarbage *g)
{
    return g->told && worst_unfreed(g) <= MOST_UNFREED;
}

uint64_t mgcgarbage_expected(const struct mgcgarbage *g, uint64_t allocated,
                             uint64_t freed, uint64_t by_calls)
{
    if (!g->has_ended || !tells(g, by_calls, allocated))
        return UINT64_MAX;
    double unfreed = worst_unfreed(g) * (double)allocated;
    return add(claimed(g, freed), (uint64_t)unfreed);
}

/* After x more bytes, all of which are freed at once, dead + x is the part of
 * heap + x. */
uint64_t mgcgarbage_room(uint64_t heap, uint64_t dead, unsigned percent)
{
    double part = WORTH * percent / (100 + percent);
    double lacks = part * (double)heap - (double)dead;
    return lacks > 0 ? (uint64_t)(lacks / (1 - part)) : 0;
}
