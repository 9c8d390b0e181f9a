/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer.c - when a collection starts, and who does its work.
 *
 * Go's design since 1.18 (issue 44167), with what a collector of C programs
 * needs besides.  Names are Go's where the concept is.
 *
 * The goal is the size of the heap at which a collection should have ended.
 * The heap may grow, beyond what the last collection marked, by `percent` of
 * everything that a collection has to look at, roots included:
 *
 *     goal = marked + (marked + stacks + globals) * percent / 100
 *
 * so that the cost of collecting stays proportional to allocation even if
 * most of the work is in the roots.  A heap minimum is below every goal; the
 * memory limit is above, minimum included.
 *
 * The trigger lies before the goal by the runway: what the program allocates
 * until marking is done.  Two things make it.
 *
 *   - The work.  cons/mark is how many bytes one processor of the program
 *     allocates while one of the collector reads a byte; with the share of
 *     the processors that the collector gets, this turns the expected work
 *     into bytes.
 *   - The latency of handshakes: time in which the program allocates and
 *     nobody can mark.  No assist makes it shorter, so where it does not fit
 *     between trigger and goal the goal of that collection gives
 *     (extended_goal), by half at most, up to the memory limit.
 *
 * Of each of these the worst of the last four collections counts (Go's, too):
 * a trigger that is early costs a little, one that is late makes threads
 * assist.  The expected work is that of the last collection, and as much more
 * as that had more than the one before.
 *
 * Assists.  While a collection is open each allocated byte costs scan work:
 * what is left of it, divided by the bytes that are left up to the goal.  A
 * thread pays with what the background has done (the credit) as long as
 * there is some, and only then works itself, in slices of at most
 * MGCPACER_SLICE_BYTES; what is beyond a slice stays its debt, as does all of
 * it while somebody else marks and the heap is below its goal.  In a steady
 * state the trigger is early enough for the background to do everything.
 * Beyond the goal there is no credit: the less work is left, the more bytes a
 * unit of it pays for, and whoever works in background may not get to the end
 * when processors are short.  If
 * there is more work than was expected the heap is growing, and the goal may
 * be stretched in proportion, up to the hard goal; beyond its goal the heap
 * gets another tenth, within the memory limit, and all work that may be left
 * is due in it.
 *
 * The memory limit.  What the process uses besides the heap's objects, and a
 * reserve, is taken from the limit; the rest is the greatest goal.  If live
 * memory alone comes near it, collections would follow each other without a
 * pause.  mgclimit.c counts their time, and when collecting has taken too
 * much the goal lies at least a `breath` beyond what was marked: the bytes
 * that the program allocates while as much time passes as a collection
 * takes.
 *
 * No clock, no globals: test/unit/test_mgcpacer_world.c simulates.
 */
#include "mgcpacer.h"

#include "rt_atomic.h"

#include <stddef.h>

/* Go's heapMinimum at 100 %: below it nobody minds the memory, and
 * collecting a heap of a few pages over and over would cost more than it
 * saves. */
#define LEAST_GOAL_BYTES ((uint64_t)4 << 20)

/* Between trigger and goal of a large heap: 5 % of 1 GiB would be an idle
 * runway of 50 MiB (Go's, also heapMinimum). */
#define LARGE_RUNWAY_BYTES ((uint64_t)4 << 20)

/* The trigger lies between 70 % and 95 % of the way from what was marked to
 * the goal, as 64ths.  Earlier, and a program whose allocation cannot be kept
 * up with would have collections and assists all the time; later, and an
 * error of the estimate would be paid by assists (Go's bounds). */
enum { EARLIEST_64THS = 45, LATEST_64THS = 61 };

/* A goal lies at least so far beyond what was marked, since the sweep has to
 * be done first, and is done by threads that need room (Go's
 * sweepMinHeapDistance). */
#define LEAST_DISTANCE_BYTES ((uint64_t)1 << 20)

/* And the trigger, if there is as much room: what a few threads take at their
 * next refills (Go's minRunway). */
#define LEAST_RUNWAY_BYTES ((uint64_t)64 << 10)

/* A heap may wait longer for garbage that is not there as long as it is smaller
 * than this, which nobody minds who did not mind what malloc would need. */
#define SMALL_HEAP_BYTES ((uint64_t)32 << 20)
enum { SMALL_TIMES = 8 };

/* Kept free below the memory limit: 3 %, at least 1 MiB (Go's memory limit
 * headroom).  Objects are counted when spans are handed out; spans that are
 * not full, and pages that only large objects fit into, come on top. */
enum { HEADROOM_PERCENT = 3 };
#define LEAST_HEADROOM_BYTES ((uint64_t)1 << 20)

/* While a collection is open there is always some work left to expect: else
 * the last bytes would cost nothing while marking is still under way (Go's,
 * too). */
#define LEAST_WORK_LEFT 1000

/* The share that background marking is expected to get.  At least what it
 * is promised; more if it has had more in each of the last collections, since
 * processors were idle; but not so much that a program that wakes up has no
 * runway at all. */
#define LEAST_SHARE (MGCPACER_BACKGROUND_PERCENT / 100.0)
#define MOST_SHARE 0.5

/* ---- numbers ------------------------------------------------------------- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? MGCPACER_NEVER - 1
                                              : least(sum, MGCPACER_NEVER - 1);
}

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* n * a / b without overflow in between. */
static uint64_t scale(uint64_t n, uint64_t a, uint64_t b)
{
    unsigned __int128 result = (unsigned __int128)n * a / (b ? b : 1);
    return result >= MGCPACER_NEVER ? MGCPACER_NEVER - 1 : (uint64_t)result;
}

static uint64_t from_double(double x)
{
    /* 2^63: exact as a double, and far from what can be meant. */
    return !(x > 0) ? 0
           : x < 9223372036854775808.0 ? (uint64_t)x
                                       : (uint64_t)1 << 63;
}

static bool is_open(const struct mgcpacer *p)
{
    return rt_load_acquire(&p->number) & 1;
}

/* ---- what is expected ---------------------------------------------------- */

static uint64_t expected_work(const struct mgcpacer *p)
{
    if (p->next_work)
        return p->next_work;
    /* No collection before that one: nothing is known of growth. */
    uint64_t more = p->work_before ? subtract(p->work, p->work_before) : 0;
    return add(p->work, least(more, p->work));
}

/* All of the heap is alive and may hold pointers. */
static uint64_t most_work(const struct mgcpacer *p)
{
    return add(p->triggered, add(p->stacks, p->globals));
}

/* 0 if nothing was measured. */
static double worst(const double *history)
{
    double found = 0;
    for (unsigned i = 0; i < MGCPACER_HISTORY; i++)
        if (history[i] > found)
            found = history[i];
    return found;
}

static double expected_share(const struct mgcpacer *p)
{
    double share = MOST_SHARE;
    bool measured = false;
    for (unsigned i = 0; i < MGCPACER_HISTORY; i++) {
        double one = p->utilization[i];
        measured |= one > 0;
        if (one > 0 && one < share)
            share = one;
    }
    return !measured || share < LEAST_SHARE ? LEAST_SHARE : share;
}

static uint64_t runway_of_work(const struct mgcpacer *p)
{
    double share = expected_share(p);
    return from_double(worst(p->cons_mark) * (1 - share) / share *
                       (double)expected_work(p));
}

static uint64_t runway_of_latency(const struct mgcpacer *p)
{
    uint64_t latency = 0;
    for (unsigned i = 0; i < MGCPACER_HISTORY; i++)
        latency = most(latency, p->latency_ns[i]);
    return from_double(worst(p->rate) * (double)latency);
}

uint64_t mgcpacer_runway(const struct mgcpacer *p)
{
    return add(runway_of_work(p), runway_of_latency(p));
}

uint64_t mgcpacer_way_ns(const struct mgcpacer *p, uint64_t live)
{
    double rate = worst(p->rate);
    return rate > 0 ? from_double((double)subtract(p->goal, live) / rate) : 0;
}

/* ---- goal and trigger ---------------------------------------------------- */

static uint64_t percent_goal(const struct mgcpacer *p)
{
    const struct mgcpacer_settings *settings = &p->settings;
    if (settings->percent < 0)
        return MGCPACER_NEVER;
    uint64_t percent = (uint64_t)settings->percent;
    uint64_t lasting = p->grows_from ? p->grows_from : p->marked;
    uint64_t look_at = add(lasting, add(p->stacks, p->globals));
    uint64_t counts = p->counts ? p->counts : p->marked;
    uint64_t goal = add(least(p->marked, counts),
                        scale(look_at, percent, 100));
    uint64_t minimum = settings->heap_minimum
                           ? settings->heap_minimum
                           : scale(LEAST_GOAL_BYTES, percent, 100);
    goal = most(goal, least(minimum, MGCPACER_NEVER - 1));
    return most(goal, add(p->marked, LEAST_DISTANCE_BYTES));
}

/* By how much more the goal may be put off: who expected too little garbage
 * shall not have let the heap become much too large. */
static uint64_t most_put_off(const struct mgcpacer *p)
{
    uint64_t goal = percent_goal(p);
    return most(goal, least(scale(goal, SMALL_TIMES - 1, 1),
                            SMALL_HEAP_BYTES));
}

/* Bytes that the limit leaves to the heap. */
static uint64_t room_below_limit(const struct mgcpacer *p)
{
    const struct mgcpacer_memory *memory = &p->memory;
    uint64_t limit = p->settings.memory_limit;
    /* If it is exceeded already the excess has to be made up for, too: what
     * exceeds it may be what is counted as the heap's. */
    uint64_t outside = subtract(memory->used,
                                add(memory->heap_free, memory->heap_used));
    return subtract(limit, add(outside, subtract(memory->used, limit)));
}

static uint64_t headroom(const struct mgcpacer *p)
{
    return most(scale(room_below_limit(p), HEADROOM_PERCENT, 100),
                LEAST_HEADROOM_BYTES);
}

static uint64_t limit_goal(const struct mgcpacer *p)
{
    if (p->settings.memory_limit == MGCPACER_NEVER)
        return MGCPACER_NEVER;
    return subtract(room_below_limit(p), headroom(p));
}

/* The least goal under the memory limit.  As long as what was marked fits, half
 * of the headroom may be used up: a collection for less would hardly be worth
 * it. */
static uint64_t floor_of_limit(const struct mgcpacer *p)
{
    uint64_t distance = headroom(p) / 2;
    if (!mgclimit_has_room(&p->limit, p->last_gc_ns))
        distance = most(distance, p->breath);
    return add(p->marked, distance);
}

static uint64_t trigger_before(const struct mgcpacer *p, uint64_t goal)
{
    uint64_t marked = p->marked;
    if (goal == MGCPACER_NEVER || p->settings.marks_stopped || goal <= marked)
        return goal;
    uint64_t room = goal - marked;
    uint64_t earliest = marked + scale(room, EARLIEST_64THS, 64);
    uint64_t latest = marked + scale(room, LATEST_64THS, 64);
    earliest = most(earliest, marked + least(room, LEAST_RUNWAY_BYTES));
    latest = most(latest, subtract(goal, LARGE_RUNWAY_BYTES));
    uint64_t wanted = subtract(goal, mgcpacer_runway(p));
    return most(earliest, least(wanted, most(latest, earliest)));
}

static void compute(struct mgcpacer *p)
{
    uint64_t goal = percent_goal(p), limit = limit_goal(p);
    if (goal != MGCPACER_NEVER)
        goal = add(goal, least(p->put_off, most_put_off(p)));
    if (limit < goal)
        goal = least(goal, most(limit, floor_of_limit(p)));
    p->goal = goal;
    p->trigger = trigger_before(p, goal);
    if (!is_open(p))
        rt_store_relaxed(&p->extended_goal, goal);
}

void mgcpacer_put_off(struct mgcpacer *p, uint64_t bytes)
{
    p->put_off = add(p->put_off, bytes);
    compute(p);
}

bool mgcpacer_is_near_limit(const struct mgcpacer *p, uint64_t marked)
{
    struct mgcpacer next = *p;
    next.marked = marked;
    next.grows_from = next.counts = 0;
    uint64_t goal = percent_goal(&next);
    return limit_goal(&next) < add(goal, goal);
}

/* The goal of the open collection.  Assists cannot make up for handshakes, so
 * it gives by what of their latency does not fit. */
static uint64_t goal_with_latency(const struct mgcpacer *p)
{
    uint64_t room = subtract(p->goal, p->triggered);
    uint64_t left = subtract(room, runway_of_work(p));
    uint64_t lacking = subtract(runway_of_latency(p), left);
    uint64_t goal = add(p->goal, least(lacking, p->goal / 2));
    return most(p->goal, least(goal, limit_goal(p)));
}

/* ---- settings ------------------------------------------------------------ */

void mgcpacer_init(struct mgcpacer *p,
                   const struct mgcpacer_settings *settings)
{
    *p = (struct mgcpacer){.settings = *settings};
    mgclimit_init(&p->limit, settings->nprocs);
    compute(p);
}

void mgcpacer_set(struct mgcpacer *p,
                  const struct mgcpacer_settings *settings,
                  const struct mgcpacer_memory *memory)
{
    p->settings = *settings;
    p->memory = *memory;
    compute(p);
}

/* ---- while one is open --------------------------------------------------- */

static void set_ratio(struct mgcpacer *p, uint64_t work, uint64_t bytes)
{
    rt_store_relaxed(&p->work_per_byte, scale(work, 65536, bytes));
    rt_store_relaxed(&p->bytes_per_work, scale(bytes, 65536, work));
}

void mgcpacer_start(struct mgcpacer *p, uint64_t live)
{
    p->triggered = live;
    rt_store_relaxed(&p->background_credit, 0);
    rt_store_relaxed(&p->background_work, 0);
    rt_store_relaxed(&p->assist_work, 0);
    rt_store_release(&p->number, (p->number + 1) | 1);
    mgcpacer_revise(p, live);
}

/* As far as the heap may grow at all while this collection is open. */
static uint64_t hard_goal(const struct mgcpacer *p, uint64_t goal)
{
    int percent = p->settings.percent < 0 ? 0 : p->settings.percent;
    uint64_t hard = add(goal, scale(goal, (uint64_t)percent, 100));
    return most(goal, least(hard, limit_goal(p)));
}

/* It has passed its goal: a tenth more (Go's maxOvershoot), or what is left
 * of the headroom. */
static uint64_t beyond(const struct mgcpacer *p, uint64_t goal)
{
    uint64_t further = add(goal, goal / 10);
    if (p->settings.memory_limit != MGCPACER_NEVER)
        further = least(further, room_below_limit(p));
    return most(goal, further);
}

void mgcpacer_revise(struct mgcpacer *p, uint64_t live)
{
    uint64_t done = rt_load_relaxed(&p->background_work) +
                    rt_load_relaxed(&p->assist_work);
    uint64_t expected = expected_work(p), greatest = most_work(p);
    uint64_t goal = p->goal;
    if (goal == MGCPACER_NEVER || !is_open(p)) {
        rt_store_relaxed(&p->extended_goal, goal);
        set_ratio(p, 0, 1);
        return;
    }
    goal = goal_with_latency(p);
    if (done > expected) {
        /* More is alive than was: in proportion to it the heap may grow, but
         * for the assists all of it might be. */
        uint64_t way = subtract(goal, p->triggered);
        uint64_t longer = scale(way, most(greatest, expected),
                                most(expected, 1));
        goal = most(goal, least(add(p->triggered, longer),
                                hard_goal(p, goal)));
        expected = most(greatest, expected);
    }
    if (live > goal) {
        goal = beyond(p, goal);
        expected = most(greatest, expected);
    }
    rt_store_relaxed(&p->extended_goal, goal);
    set_ratio(p, most(subtract(expected, done), LEAST_WORK_LEFT),
              most(subtract(goal, live), 1));
}

uint64_t mgcpacer_most(const struct mgcpacer *p)
{
    uint64_t goal = most(p->goal, p->extended_goal);
    uint64_t twice = add(goal, goal);
    /* Half of the headroom, since not only the heap grows. */
    if (p->settings.memory_limit != MGCPACER_NEVER)
        twice = least(twice, add(limit_goal(p), headroom(p) / 2));
    return most(goal, twice);
}

/* ---- assists; by many threads -------------------------------------------- */

void mgcpacer_background_did(struct mgcpacer *p, uint64_t worked)
{
    rt_add_relaxed(&p->background_work, worked);
    rt_add_relaxed(&p->background_credit, worked);
}

/* Up to `wanted` of the credit. */
static uint64_t take_credit(struct mgcpacer *p, uint64_t wanted)
{
    uint64_t credit = rt_load_relaxed(&p->background_credit);
    while (credit) {
        uint64_t taken = least(credit, wanted);
        if (rt_cas(&p->background_credit, credit, credit - taken))
            return taken;
        credit = rt_load_relaxed(&p->background_credit);
    }
    return 0;
}

static void pay(const struct mgcpacer *p, struct mgcpacer_debt *debt,
                uint64_t work)
{
    uint64_t ratio = rt_load_relaxed(&p->bytes_per_work);
    uint64_t bytes = add(scale(work, ratio, 65536), 1);
    if (__builtin_add_overflow(debt->bytes,
                               (int64_t)least(bytes, INT64_MAX),
                               &debt->bytes))
        debt->bytes = INT64_MAX;
}

uint64_t mgcpacer_assist(struct mgcpacer *p, struct mgcpacer_debt *debt,
                         uint64_t bytes)
{
    uint32_t number = rt_load_acquire(&p->number);
    if (!(number & 1))
        return 0;
    if (debt->number != number)
        *debt = (struct mgcpacer_debt){.number = number};
    if (__builtin_sub_overflow(debt->bytes,
                               (int64_t)least(bytes, INT64_MAX),
                               &debt->bytes))
        debt->bytes = -INT64_MAX;
    if (debt->bytes >= 0 || rt_load_relaxed(&p->limit.is_limiting))
        return 0;
    uint64_t ratio = rt_load_relaxed(&p->work_per_byte);
    uint64_t owed = scale((uint64_t)0 - (uint64_t)debt->bytes, ratio, 65536);
    if (owed == 0)
        return 0;
    /* A whole slice, so that the next allocations have it behind them. */
    owed = most(owed, MGCPACER_SLICE_BYTES);
    uint64_t taken = take_credit(p, owed);
    if (taken)
        pay(p, debt, taken);
    return debt->bytes >= 0 ? 0 : least(owed - taken, MGCPACER_SLICE_BYTES);
}

uint64_t mgcpacer_overdue(const struct mgcpacer *p, uint64_t live)
{
    if (!is_open(p) || rt_load_relaxed(&p->limit.is_limiting))
        return 0;
    return live > rt_load_relaxed(&p->extended_goal) ? MGCPACER_SLICE_BYTES
                                                     : 0;
}

void mgcpacer_assist_did(struct mgcpacer *p, struct mgcpacer_debt *debt,
                         uint64_t worked)
{
    rt_add_relaxed(&p->assist_work, worked);
    if (debt->number == rt_load_acquire(&p->number))
        pay(p, debt, worked);
}

/* ---- the end ------------------------------------------------------------- */

/* What is known of allocating and marking side by side. */
static void note_rates(struct mgcpacer *p, const struct mgcpacer_cycle *c)
{
    uint64_t marking_ns = subtract(c->open_ns, c->latency_ns);
    if (marking_ns == 0 || c->work == 0 || c->mark_ns == 0)
        return;
    double processors = (double)marking_ns * (c->nprocs ? c->nprocs : 1);
    double share = (double)c->mark_ns / processors;
    double assists = (double)least(c->assist_ns, c->mark_ns) / processors;
    /* Clocks of different kinds may disagree by a little. */
    share = share > 0.95 ? 0.95 : share;
    double beside = (double)c->allocated * (double)marking_ns /
                    (double)c->open_ns;
    p->cons_mark[p->nth] = beside * share / ((double)c->work * (1 - share));
    p->rate[p->nth] = (double)c->allocated / (double)c->open_ns;
    p->utilization[p->nth] = share > assists ? share - assists : 0;
    p->latency_ns[p->nth] = c->latency_ns;
    p->nth = (p->nth + 1) % MGCPACER_HISTORY;
}

/* What was taken from the program, and the breath after that. */
static void note_cost(struct mgcpacer *p, const struct mgcpacer_cycle *c)
{
    uint64_t gc_ns = add(c->mark_ns, c->stopped_ns);
    mgclimit_account(&p->limit, gc_ns, c->program_ns);
    p->last_gc_ns = gc_ns;
    /* A program that spent its time on something else allocates more in the
     * same time later; one that was never measured nothing at all.  Doubling
     * the heap is a breath in any case. */
    p->breath = least(scale(c->allocated_since, gc_ns, c->program_ns),
                      add(c->marked, LEAST_GOAL_BYTES));
}

static void close(struct mgcpacer *p)
{
    if (is_open(p))
        rt_store_release(&p->number, p->number + 1);
    set_ratio(p, 0, 1);
}

void mgcpacer_end(struct mgcpacer *p, const struct mgcpacer_cycle *cycle,
                  const struct mgcpacer_memory *memory)
{
    close(p);
    note_rates(p, cycle);
    note_cost(p, cycle);
    p->work_before = p->work;
    p->work = cycle->work;
    p->next_work = cycle->next_work;
    p->put_off = 0;
    p->marked = least(cycle->marked, MGCPACER_NEVER - 1);
    p->grows_from = least(cycle->grows_from, p->marked);
    p->counts = least(cycle->counts, p->marked);
    p->stacks = cycle->stacks;
    p->globals = cycle->globals;
    p->memory = *memory;
    compute(p);
}

void mgcpacer_give_up(struct mgcpacer *p)
{
    close(p);
    rt_store_relaxed(&p->extended_goal, p->goal);
}

/* ---- marking in background ----------------------------------------------- */

unsigned mgcpacer_background_threads(unsigned nprocs)
{
    unsigned whole = nprocs * MGCPACER_BACKGROUND_PERCENT / 100;
    return whole ? whole : 1;
}

uint64_t mgcpacer_background_rest_ns(unsigned nprocs, uint64_t worked_ns)
{
    unsigned percent = (nprocs ? nprocs : 1) * MGCPACER_BACKGROUND_PERCENT;
    return percent >= 100 ? 0 : scale(worked_ns, 100 - percent, percent);
}
