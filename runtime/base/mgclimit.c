/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgclimit.c - how much of the program's time collecting may take.
 *
 * A program whose live memory is as large as its memory limit would collect
 * all the time, free nothing, and never come to an end: a death spiral.
 * Rather than that it goes beyond the limit: collecting gets half of the
 * processors' time and no more, so that the program becomes twice as slow at
 * worst.
 *
 * A leaky bucket (Go's gcCPULimiter).  Time of collecting fills it, time of
 * the program drains it; what a balance of one to one leaves unchanged is a
 * share of 50 %.  While it is full the collector is limited: there are no
 * assists; and where it has no room for another collection the memory limit
 * gives (mgcpacer.c): asking in advance keeps it from running over, which
 * would be time that nobody counts.  The capacity is what may be exceeded
 * in a row: one second on every processor, so that a peak of garbage that a
 * program survives at its limit is collected at full speed, while a spiral
 * is over after a second or two.
 *
 * No clock, no globals: test/unit/test_mgcpacer_world.c simulates.
 */
#include "mgclimit.h"

#include "rt_atomic.h"

#define CAPACITY_NS ((uint64_t)1000000000)

void mgclimit_init(struct mgclimit *limit, unsigned nprocs)
{
    limit->fill = 0;
    limit->capacity = CAPACITY_NS * (nprocs ? nprocs : 1);
    rt_store_relaxed(&limit->is_limiting, false);
}

bool mgclimit_account(struct mgclimit *limit, uint64_t gc_ns,
                      uint64_t program_ns)
{
    if (gc_ns >= program_ns) {
        uint64_t more = gc_ns - program_ns;
        uint64_t room = limit->capacity - limit->fill;
        limit->fill += more < room ? more : room;
    } else {
        uint64_t less = program_ns - gc_ns;
        limit->fill -= less < limit->fill ? less : limit->fill;
    }
    bool is_full = limit->fill == limit->capacity;
    rt_store_relaxed(&limit->is_limiting, is_full);
    return is_full;
}

bool mgclimit_has_room(const struct mgclimit *limit, uint64_t gc_ns)
{
    return limit->capacity - limit->fill > gc_ns;
}
