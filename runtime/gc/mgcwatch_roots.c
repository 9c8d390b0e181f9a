/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcwatch_roots.c - which roots outside of stacks are watched (mgcwatch.c).
 *
 * Their list changes when the program maps memory or loads an object.  It is
 * copied in the first stop, and in the last one compared with what it is then,
 * range by range: what the copy does not have is read whole.
 *
 * [inv.watch.alias]  The kernel notes writes to an address, not to memory.
 * What the program has mapped at two addresses (mremap of a shared mapping) is
 * read whole in the last stop, also when one of them is gone by then.
 *
 * Mappings of the program are let go: only one userfaultfd can have a page,
 * and the program may want to use one.
 */
#include "mgcwatch.h"

#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_atomic.h"
#include "mroots.h"

enum { FIRST_ROOM = 512 };

struct root {
    uintptr_t from, to;
    bool is_watched;
};

/* Under the collection lock. */
static struct root *roots;      /* sorted as they were noted */
static size_t nroots, room, next_root;
static bool is_full;            /* some did not fit */

static bool make_room(void)
{
    if (nroots < room)
        return true;
    size_t more = room ? room * 2 : FIRST_ROOM;
    struct root *bigger = os_alloc(more * sizeof *bigger);
    if (!bigger)
        return false;
    for (size_t i = 0; i < nroots; i++)
        bigger[i] = roots[i];
    if (roots)
        os_release(roots, room * sizeof *roots);
    roots = bigger;
    room = more;
    return true;
}

static void note(uintptr_t from, uintptr_t to, bool trusted)
{
    (void)trusted;
    if (from >= to || is_full)
        return;
    is_full = !make_room();
    if (!is_full)
        roots[nroots++] = (struct root){from, to, false};
}

void mgcwatch_prepare(void)
{
    if (!room && make_room())
        rt_store_relaxed(&roots[0].from, 0);    /* so that it is present */
}

bool mgcwatch_note_roots(void)
{
    nroots = next_root = 0;
    is_full = false;
    mroots_for_each_lasting(note);
    return !is_full;
}

bool mgcwatch_next_root(uintptr_t *from, uintptr_t *to)
{
    if (next_root >= nroots)
        return false;
    struct root *root = &roots[next_root++];
    root->is_watched = mgcwatch_is_by_barriers() ||
                       mwritten_watch(root->from, root->to);
    *from = root->from;
    *to = root->to;
    return true;
}

void mgcwatch_forget_root(void)
{
    rt_assert(next_root > 0);
    roots[next_root - 1].is_watched = false;
}

/* A word that is not at a multiple of its size may begin in front of a page
 * and end behind it. */
static void widen(const struct root *root, uintptr_t *from, uintptr_t *to)
{
    if (*from - root->from >= sizeof(uintptr_t))
        *from -= sizeof(uintptr_t);
    if (root->to - *to >= sizeof(uintptr_t))
        *to += sizeof(uintptr_t);
}

struct reading {
    bool (*read)(uintptr_t from, uintptr_t to);
    const struct root *root;
    bool failed;
};

static void read_run(uintptr_t from, uintptr_t to, void *argument)
{
    struct reading *reading = argument;
    widen(reading->root, &from, &to);
    reading->failed |= !reading->read(from, to);
}

void mgcwatch_take_roots(bool (*read)(uintptr_t from, uintptr_t to))
{
    for (size_t i = 0; i < next_root; i++) {
        struct reading reading = {read, &roots[i], false};
        if (!roots[i].is_watched)
            continue;
        mwritten_take(roots[i].from, roots[i].to, true, read_run, &reading);
        roots[i].is_watched = !reading.failed;
    }
}

/* The watched range of the list that `address` lies in, or else the first
 * that begins behind it; NULL if there is none.  There are dozens of ranges,
 * thousands in a program that maps a lot. */
static const struct root *find(uintptr_t address)
{
    const struct root *best = NULL;
    for (size_t i = 0; i < next_root; i++) {
        const struct root *r = &roots[i];
        if (!r->is_watched || r->to <= address)
            continue;
        if (r->from <= address)
            return r;
        if (!best || r->from < best->from)
            best = r;
    }
    return best;
}

struct last {
    mwritten_run *run;
    void *argument;
    const struct root *root;
};

static void last_run(uintptr_t from, uintptr_t to, void *argument)
{
    struct last *last = argument;
    widen(last->root, &from, &to);
    last->run(from, to, last->argument);
}

void mgcwatch_unread_roots(mwritten_run *run, void *argument)
{
    rt_assert(mgcwatch_is_by_barriers());
    for (size_t i = 0; i < nroots; i++)
        if (i >= next_root || !roots[i].is_watched)
            run(roots[i].from, roots[i].to, argument);
}

void mgcwatch_last_roots(uintptr_t from, uintptr_t to, mwritten_run *run,
                         void *argument)
{
    if (mroots_is_aliased(from, to)) {          /* [inv.watch.alias] */
        run(from, to, argument);
        return;
    }
    while (from < to) {
        const struct root *r = find(from);
        uintptr_t end = to;
        if (r && r->from <= from) {
            struct last last = {run, argument, r};
            end = r->to < to ? r->to : to;
            mwritten_take(from, end, false, last_run, &last);
        } else {
            if (r && r->from < to)
                end = r->from;
            run(from, end, argument);
        }
        from = end;
    }
}

void mgcwatch_end_roots(void)
{
    bool watched = !mgcwatch_is_by_barriers();
    for (size_t i = 0; i < next_root && watched; i++)
        if (roots[i].is_watched && mroots_is_mapping(roots[i].from))
            mwritten_unwatch(roots[i].from, roots[i].to);
    nroots = next_root = 0;
}
