/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgoal.c - how large the heap may become, and when a collection begins.
 *
 * Owns the pacer (base/mgcpacer.c, which has the rules) and measures for it:
 * time, processors' time, what was allocated; memory is measured by
 * mgcmachine.c.
 *
 * Under a memory limit the goal depends on what the process has besides the
 * heap's objects, and that changes between collections.  So the heap asks
 * for a new goal (mheap.is_pressed) when more of it becomes resident than
 * was found to fit.
 *
 * When a collection is due and not enough is expected to have died
 * (base/mgcgarbage.c), it is put off.  Not where pages are watched: minor ones
 * take little time there, and a larger heap has more pages to be touched first.
 */
#include "mgcgoal.h"

#include "base/mgcgarbage.h"
#include "base/mgcpacer.h"
#include "base/rt_atomic.h"
#include "base/rt_clock.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "heap/mheap.h"
#include "mgc.h"
#include "mgcclosed.h"
#include "mgcmachine.h"
#include "mgcphase.h"

#include <time.h>

/* How soon threads come by again after one has asked for a collection. */
enum { ASK_BYTES = 64 * 1024 };

/* Looks at the memory of the process: after this part of what may be
 * allocated until a collection is due, but a look costs 5-10 us, about 1 % of
 * what it takes to allocate 1 MiB. */
enum { LOOK_PART = 8, LOOK_BYTES = 1 << 20 };

uint64_t mgcgoal_act_at = MGCPACER_NEVER;

static uint64_t heap_goal = MGCPACER_NEVER;     /* atomic */
static uint64_t heap_most = MGCPACER_NEVER;     /* atomic */

static uint64_t start_at = MGCPACER_NEVER;      /* live bytes: one is due;
                                                   atomic */

/* Under the collection lock. */
static struct mgcpacer pacer;
static struct mgcpacer_settings settings;
static struct mgcgarbage garbage;
static bool is_learned;
static uint64_t opened_late;    /* bytes beyond it, for the open one */
static bool (*prefers_open)(void);

/* When the last collection ended, and the heap then. */
static struct {
    uint64_t ns, processor_ns, live;
} last_end;

/* When threads stood still last; its time is that of the thread. */
static struct {
    uint64_t ns, processor_ns;
} stop;

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Of all threads. */
static uint64_t processor_ns(void)
{
    return rt_clock_processor_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* ---- the pacer's results ------------------------------------------------- */

/* Under a memory limit threads come by before a collection is due: what the
 * process has besides the heap may have grown. */
static uint64_t next_look(uint64_t live)
{
    if (!is_learned)
        return LOOK_BYTES;
    if (pacer.settings.memory_limit == MGCPACER_NEVER)
        return MGCPACER_NEVER;
    uint64_t step = subtract(start_at, live) / LOOK_PART;
    return live + (step > LOOK_BYTES ? step : LOOK_BYTES);
}

static void publish(void)
{
    rt_store_relaxed(&heap_goal, pacer.goal);
    rt_store_relaxed(&heap_most, mgcpacer_most(&pacer));
    rt_store_relaxed(&start_at, pacer.trigger);
    rt_store_relaxed(&mheap.expected_pages,
                     pacer.goal == MGCPACER_NEVER ? SIZE_MAX
                                                  : pacer.goal / PAGE_BYTES);
    if (mgc_phase() != MGC_OPEN) {
        uint64_t look = next_look(mheap_live());
        rt_store_relaxed(&mgcgoal_act_at,
                         look < start_at ? look : start_at);
    }
}

/* What the machine allows is read when the heap has its first megabyte: most
 * programs of a build or a shell script never get so far. */
static void learn(void)
{
    if (is_learned)
        return;
    is_learned = true;
    if (rt_is_guest())
        return;
    mgcmachine_learn();
    settings.memory_limit = mgcmachine_memory_limit();
    rt_store_relaxed(&settings.nprocs, mgcmachine_processors());
    mgclimit_init(&pacer.limit, settings.nprocs);
}

/* The settings that hold here and now. */
static struct mgcpacer_settings effective(void)
{
    learn();
    struct mgcpacer_settings now = settings;
    now.marks_stopped = !prefers_open();
    if (rt_is_guest()) {
        now.percent = -1;
        now.memory_limit = MGCPACER_NEVER;
    }
    return now;
}

void mgcgoal_renew(void)
{
    struct mgcpacer_settings now = effective();
    struct mgcpacer_memory memory =
        mgcmachine_measure(now.memory_limit, false);
    mgcpacer_set(&pacer, &now, &memory);
    mgcpacer_revise(&pacer, mheap_live());
    publish();
}

/* ---- what a collection measured ------------------------------------------ */

void mgcgoal_stopped(void)
{
    stop.ns = mgcphase_now_ns();
    stop.processor_ns = mgcphase_worked_ns();
}

/* Times, in the last stop.  Marking in a stop is this thread's, and that of
 * others that help it; meanwhile all that the program kept busy since the last
 * collection stands still. */
static void note_times(struct mgcpacer_cycle *cycle,
                       const struct mtrace_cycle *trace)
{
    unsigned nprocs = settings.nprocs;
    uint64_t now = mgcphase_now_ns();
    uint64_t processor = processor_ns();
    uint64_t since = subtract(stop.ns, last_end.ns);
    uint64_t helped_ns = trace->mark.helped_ns;
    cycle->mark_ns = trace->steps_ns + helped_ns + mgcphase_worked_ns() -
                     stop.processor_ns;
    /* In a child of fork the clock has begun anew. */
    cycle->program_ns = subtract(subtract(processor, last_end.processor_ns),
                                 cycle->mark_ns);
    uint64_t busy = since ? (cycle->program_ns + since / 2) / since : 1;
    if (busy > 1)
        cycle->stopped_ns = subtract((now - stop.ns) *
                                     ((busy < nprocs ? busy : nprocs) - 1),
                                     helped_ns - trace->helped_open_ns);
    /* The collector's thread is one, with those that help it some more. */
    uint64_t nbusy = trace->nthreads + trace->mark.nmarkers;
    cycle->nprocs = nbusy < nprocs ? (unsigned)nbusy : nprocs;
    last_end.ns = now;
    last_end.processor_ns = processor;
}

/* One beside the threads, which was open for `ns`.  From when it was due until
 * it was open nobody marked either; the program went on at the same rate. */
static void note_open(struct mgcpacer_cycle *cycle, uint64_t ns,
                      uint64_t born, uint64_t stopping_ns)
{
    uint64_t late_ns = 0;
    if (opened_late)
        late_ns = opened_late < born
                      ? (uint64_t)((double)ns * (double)opened_late /
                                   (double)born)
                      : ns;
    cycle->open_ns = ns + late_ns;
    cycle->latency_ns = stopping_ns + late_ns;
    cycle->allocated = born + opened_late;
}

/* See mgcgarbage.h. */
static uint64_t by_calls(uint64_t ignored)
{
    return rt_options.free == RT_FREE_TRUST ? UINT64_MAX : ignored;
}

/* Caches are flushed. */
static void note_garbage(const struct mtrace_cycle *trace, uint64_t marked)
{
    struct mgcgarbage_cycle cycle = {
        .by_calls = by_calls(mheap.stats.counts.ignored_bytes),
        .allocated = subtract(mheap_live(), last_end.live),
        .died = subtract(mheap_live(), marked),
        .freed_before = trace->freed_before,
        .freed = mheap_flushed_freed_bytes(),
        .is_minor = trace->is_minor};
    mgcgarbage_end(&garbage, &cycle);
}

bool mgcgoal_is_freed(const struct mtrace_cycle *trace, uint64_t marked,
                      uint64_t *old)
{
    *old = mgcgarbage_pending(&garbage, trace->freed_before,
                              subtract(mheap_live(), marked));
    return mgcgarbage_is_freed(&garbage);
}

void mgcgoal_set(const struct mtrace_cycle *trace, uint64_t born, uint64_t ns)
{
    const struct mgcmark_stats *mark = &trace->mark;
    struct mgcpacer_settings now = effective();
    struct mgcpacer_cycle cycle = {
        /* Foreign blocks are roots to the pacer too: they are work, but not
         * part of what collections can shrink. */
        .marked = trace->kept_bytes + mark->marked_bytes + born,
        .grows_from = trace->grows_from, .counts = trace->counts,
        .next_work = trace->next_work,
        .stacks = mark->stack_bytes,
        .globals = mark->global_bytes + mark->foreign_bytes,
        .allocated_since = subtract(mheap_live(), last_end.live)};
    cycle.work = mark->scanned_bytes + cycle.stacks + cycle.globals;
    note_garbage(trace, cycle.marked);
    note_times(&cycle, trace);
    if (trace->steps_ns)
        note_open(&cycle, ns, born, trace->stopping_ns);
    struct mgcpacer_memory memory =
        mgcmachine_measure(now.memory_limit, true);
    mgcpacer_end(&pacer, &cycle, &memory);
    last_end.live = cycle.marked;
    mheap_set_live(cycle.marked);
    mgcpacer_set(&pacer, &now, &memory);
    publish();
}

/* ---- putting it off ------------------------------------------------------ */

/* Since the last collection, as it will be when the heap reaches its goal at
 * the rate of now. */
static uint64_t dead_at_goal(uint64_t live)
{
    uint64_t allocated = subtract(live, last_end.live);
    uint64_t pending = mgcgarbage_pending(&garbage, garbage.freed, 0);
    uint64_t calls, freed = mheap_freed_bytes(&calls);
    uint64_t dead = mgcgarbage_expected(&garbage, allocated, freed,
                                        by_calls(calls));
    if (dead == UINT64_MAX || !allocated || pacer.goal <= live)
        return dead;
    double further = (double)(pacer.goal - last_end.live) /
                     (double)allocated;
    return pending + (uint64_t)((double)(dead - pending) * further);
}

bool mgcgoal_wait_for_garbage(void)
{
    /* Less is not worth it; and after so much it is looked at again, for many
     * programs free a lot at a time. */
    enum { WORTH_PART = 32, STEP_PART = 8 };
    uint64_t live = mheap_live(), goal = pacer.goal;
    int percent = pacer.settings.percent;
    if (!rt_options.wait || percent < 0 || goal == MGCPACER_NEVER ||
        !mgcclosed_is_told())
        return false;
    uint64_t dead = dead_at_goal(live);
    uint64_t heap = goal > live ? goal : live;
    uint64_t room = mgcgarbage_room(heap, dead, (unsigned)percent);
    if (dead == UINT64_MAX || room < heap / WORTH_PART)
        return false;
    mgcpacer_put_off(&pacer, room < heap / STEP_PART ? room
                                                     : heap / STEP_PART);
    publish();
    return live < pacer.trigger;
}

/* ---- while one is open --------------------------------------------------- */

bool mgcgoal_is_due(void)
{
    return mheap_live() >= rt_load_relaxed(&start_at);
}

bool mgcgoal_is_passed(void)
{
    return mheap_live() > rt_load_relaxed(&heap_goal);
}

bool mgcgoal_has_time(uint64_t ns)
{
    return mgcpacer_way_ns(&pacer, mheap_live()) >= ns;
}

bool mgcgoal_is_exceeded(void)
{
    return mheap_live() > rt_load_relaxed(&heap_most);
}

void mgcgoal_asked(void)
{
    if (mgc_phase() == MGC_OFF)
        rt_store_relaxed(&mgcgoal_act_at, mheap_live() + ASK_BYTES);
}

uint64_t mgcgoal_assist(struct mgcpacer_debt *debt, uint64_t bytes)
{
    uint64_t owed = mgcpacer_assist(&pacer, debt, bytes);
    uint64_t overdue = mgcpacer_overdue(&pacer, mheap_live());
    return owed > overdue ? owed : overdue;
}

void mgcgoal_did(struct mgcpacer_debt *debt, uint64_t work)
{
    if (debt)
        mgcpacer_assist_did(&pacer, debt, work);
    else
        mgcpacer_background_did(&pacer, work);
    mgcpacer_revise(&pacer, mheap_live());
}

void mgcgoal_open(void)
{
    opened_late = subtract(mheap_live(), start_at);
    mgcpacer_start(&pacer, mheap_live());
    rt_store_relaxed(&heap_most, mgcpacer_most(&pacer));
    rt_store_relaxed(&mgcgoal_act_at, 0);
}

void mgcgoal_give_up(void)
{
    mgcpacer_give_up(&pacer);
}

/* There may be threads that were not seen: nothing can be collected, until
 * the heap has grown by an eighth. */
void mgcgoal_put_off(void)
{
    enum { LEAST_BYTES = 1 << 20 };
    uint64_t live = mheap_live();
    uint64_t more = live / 8 > LEAST_BYTES ? live / 8 : LEAST_BYTES;
    rt_store_relaxed(&heap_goal, live + more);
    rt_store_relaxed(&heap_most, live + 2 * more);
    rt_store_relaxed(&mgcgoal_act_at, live + more);
    rt_store_relaxed(&start_at, live + more);
}

/* ---- giving memory back -------------------------------------------------- */

/* A tenth above what the heap will grow to (Go's retainExtraPercent), and a
 * few chunks so that small heaps never come here; but no more than fits
 * below the memory limit. */
size_t mgcgoal_retain(size_t in_use)
{
    uint64_t goal = rt_load_relaxed(&heap_goal);
    size_t retain = goal > in_use ? (size_t)goal : in_use;
    size_t most = rt_load_relaxed(&mheap.resident_most);
    if (goal > SIZE_MAX / 2)
        retain = SIZE_MAX / 2;
    retain += retain / 10 + 4 * CHUNK_BYTES;
    return most < retain / PAGE_BYTES ? most * PAGE_BYTES : retain;
}

void mgcgoal_swept(void)
{
    if (settings.memory_limit != MGCPACER_NEVER && mgc_phase() == MGC_OFF)
        mgcgoal_renew();
}

bool mgcgoal_is_near_limit(uint64_t marked)
{
    return mgcpacer_is_near_limit(&pacer, marked);
}

bool mgcgoal_is_tight(void)
{
    return rt_load_relaxed(&mheap.stats.resident_pages) >
           rt_load_relaxed(&mheap.resident_most);
}

/* ---- settings ------------------------------------------------------------ */

int mgcgoal_set_percent(int percent)
{
    int old = settings.percent;
    settings.percent = percent < -1 ? -1 : percent;
    mgcgoal_renew();
    return old;
}

uint64_t mgcgoal_set_limit(uint64_t bytes)
{
    uint64_t old = mgcgoal_limit();
    settings.memory_limit = bytes;
    mgcgoal_renew();
    return old;
}

uint64_t mgcgoal_set_minimum(uint64_t bytes)
{
    uint64_t old = settings.heap_minimum;
    settings.heap_minimum = bytes;
    mgcgoal_renew();
    return old;
}

uint64_t mgcgoal_limit(void)
{
    learn();
    return settings.memory_limit;
}

unsigned mgcgoal_processors(void)
{
    return rt_load_relaxed(&settings.nprocs);
}

uint64_t mgcgoal_minimum(void)
{
    return settings.heap_minimum;
}

uint64_t mgc_heap_goal(void)
{
    return rt_load_relaxed(&heap_goal);
}

void mgcgoal_init(bool (*prefers)(void))
{
    prefers_open = prefers;
    settings = (struct mgcpacer_settings){
        .percent = rt_options.gc_percent,
        .heap_minimum = rt_options.heap_minimum.n,
        .memory_limit = MGCPACER_NEVER,
        .nprocs = 1};
    last_end.ns = mgcphase_now_ns();
    last_end.processor_ns = processor_ns();
    mgcpacer_init(&pacer, &settings);
    if (rt_is_guest())
        mgcgoal_renew();
    else
        publish();
}
