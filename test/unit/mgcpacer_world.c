/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer_world.c - a program and a collector to set the pacer on.
 *
 * Time passes in steps of TICK_NS.  In each the collector marks with its
 * share of the processors, if a collection is open and no handshake is under
 * way, and the threads divide what is left: a thread does the scan work that
 * it was asked for, then allocates chunk after chunk, each as if it refilled
 * its cache.  What is born while a collection is open survives it; of the
 * rest `reachable` bytes do.
 *
 * Everything is arithmetic: each run gives the same numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "mgcpacer_world.h"

enum { TICK_NS = 20000, CHUNK_BYTES = 8192 };

static struct mgcpacer_memory memory_of(const struct world *w)
{
    return (struct mgcpacer_memory){
        .used = w->outside + w->resident,
        .heap_free = w->resident - w->live,
        .heap_used = w->live};
}

void world_init(struct world *w)
{
    *w = (struct world){
        .settings = {.percent = 100,
                     .memory_limit = MGCPACER_NEVER,
                     .nprocs = 2},
        .nthreads = 1,
        .alloc_rate = 0.2,
        .mark_rate = 1.0,
        .reachable = 100 * MIB,
        .scanned = 1.0,
        .stacks = 64 * 1024,
        .globals = 256 * 1024};
    mgcpacer_init(&w->pacer, &w->settings);
    world_forget(w);
}

void world_set(struct world *w)
{
    struct mgcpacer_memory memory = memory_of(w);
    mgcpacer_set(&w->pacer, &w->settings, &memory);
    mgcpacer_revise(&w->pacer, w->live);
}

void world_forget(struct world *w)
{
    memset(&w->seen, 0, sizeof w->seen);
    w->seen.earliest_end = 1e9;
}

/* ---- allocation ---------------------------------------------------------- */

static void grow(struct world *w, uint64_t bytes)
{
    w->live += bytes;
    w->allocated += bytes;
    if (w->live > w->resident)
        w->resident = w->live;
    if (w->outside + w->resident > w->seen.most_resident)
        w->seen.most_resident = w->outside + w->resident;
}

static void work_off(struct world *w, struct world_thread *t)
{
    uint64_t can = (uint64_t)(t->ns * w->mark_rate);
    uint64_t left = w->work - w->done;
    uint64_t done = t->asked < can ? t->asked : can;
    if (done > left)
        done = left;
    double ns = (double)done / w->mark_rate;
    mgcpacer_assist_did(&w->pacer, &t->debt, done);
    w->done += done;
    w->assist_ns += ns;
    w->mark_ns += ns;
    t->ns -= ns;
    t->asked = w->done == w->work ? 0 : t->asked - done;
}

static void allocate(struct world *w, struct world_thread *t)
{
    double cost = CHUNK_BYTES / w->alloc_rate;
    while (t->ns > 0) {
        if (t->asked && w->phase == WORLD_MARKING) {
            work_off(w, t);
            if (t->asked)
                break;
        }
        if (t->ns < cost)
            break;
        t->ns -= cost;
        w->program_ns += cost;
        grow(w, CHUNK_BYTES);
        if (w->phase != WORLD_MARKING)
            continue;
        mgcpacer_revise(&w->pacer, w->live);
        t->asked = mgcpacer_assist(&w->pacer, &t->debt, CHUNK_BYTES);
        if (t->asked > w->seen.most_asked)
            w->seen.most_asked = t->asked;
    }
}

/* ---- collections --------------------------------------------------------- */

static void open(struct world *w)
{
    mgcpacer_start(&w->pacer, w->live);
    w->phase = WORLD_OPENING;
    w->opened_ns = w->now_ns;
    w->phase_ends_ns = w->now_ns + w->latency_ns;
    w->reachable_at_open = w->reachable < w->live ? w->reachable : w->live;
    w->work = w->stacks + w->globals +
              (uint64_t)((double)w->reachable_at_open * w->scanned);
    w->done = 0;
    w->mark_ns = w->assist_ns = 0;
    w->allocated_at_open = w->allocated;
    w->seen.last_trigger = w->live;
}

static void look_at_end(struct world *w)
{
    double part = (double)w->live / (double)w->pacer.goal;
    double extended = (double)w->live / (double)w->pacer.extended_goal;
    if (part > w->seen.worst_overshoot)
        w->seen.worst_overshoot = part;
    if (extended > w->seen.worst_extended)
        w->seen.worst_extended = extended;
    if (part < w->seen.earliest_end)
        w->seen.earliest_end = part;
    w->seen.last_goal = w->pacer.goal;
    w->seen.assist_ns += w->assist_ns;
    w->seen.mark_ns += w->mark_ns;
    w->seen.program_ns += w->program_ns;
    w->seen.cycles++;
}

static void end(struct world *w, uint64_t stopped_ns)
{
    uint64_t born = w->allocated - w->allocated_at_open;
    unsigned busy = w->nthreads + 1;
    struct mgcpacer_cycle cycle = {
        .marked = w->reachable_at_open + born,
        .stacks = w->stacks,
        .globals = w->globals,
        .work = w->work,
        .allocated = born,
        .open_ns = w->now_ns - w->opened_ns,
        .latency_ns = 2 * w->latency_ns,
        .mark_ns = (uint64_t)w->mark_ns,
        .assist_ns = (uint64_t)w->assist_ns,
        .stopped_ns = stopped_ns,
        .nprocs = busy < w->settings.nprocs ? busy : w->settings.nprocs,
        .program_ns = (uint64_t)w->program_ns,
        .allocated_since = w->allocated - w->allocated_at_end};
    struct mgcpacer_memory memory = memory_of(w);
    look_at_end(w);
    mgcpacer_end(&w->pacer, &cycle, &memory);
    w->live = w->seen.last_marked = cycle.marked;
    w->allocated_at_end = w->allocated;
    w->program_ns = 0;
    w->phase = WORLD_OFF;
    for (unsigned i = 0; i < w->nthreads; i++)
        w->threads[i].asked = 0;
}

static void mark(struct world *w, double ns)
{
    uint64_t work = (uint64_t)(ns * w->mark_rate);
    if (work > w->work - w->done)
        work = w->work - w->done;
    mgcpacer_background_did(&w->pacer, work);
    w->done += work;
    w->mark_ns += ns;
}

static void next_phase(struct world *w)
{
    switch (w->phase) {
    case WORLD_OFF:
        if (w->live >= w->pacer.trigger)
            open(w);
        break;
    case WORLD_OPENING:
        if (w->now_ns >= w->phase_ends_ns)
            w->phase = WORLD_MARKING;
        break;
    case WORLD_MARKING:
        if (w->done == w->work) {
            w->phase = WORLD_CLOSING;
            w->phase_ends_ns = w->now_ns + w->latency_ns;
        }
        break;
    case WORLD_CLOSING:
        if (w->now_ns >= w->phase_ends_ns)
            end(w, 0);
        break;
    }
}

static void tick(struct world *w)
{
    double processors = w->settings.nprocs, background = 0;
    if (w->phase == WORLD_MARKING) {
        background = processors * MGCPACER_BACKGROUND_PERCENT / 100;
        if (w->marks_on_idle && processors - w->nthreads > background)
            background = processors - w->nthreads;
        mark(w, background * TICK_NS);
        mgcpacer_revise(&w->pacer, w->live);
    }
    double share = (processors - background) / w->nthreads;
    for (unsigned i = 0; i < w->nthreads; i++) {
        w->threads[i].ns += (share < 1 ? share : 1) * TICK_NS;
        allocate(w, &w->threads[i]);
    }
    w->now_ns += TICK_NS;
    next_phase(w);
}

void world_run(struct world *w, unsigned cycles)
{
    unsigned until = w->seen.cycles + cycles;
    uint64_t deadline = w->now_ns + 1000000 * MS;
    while (w->seen.cycles < until) {
        tick(w);
        if (w->now_ns > deadline)
            fail_msg("no collection for a long time");
    }
}

void world_run_to_half(struct world *w)
{
    while (w->phase != WORLD_MARKING || w->done < w->work / 2)
        tick(w);
}

void world_run_stopped(struct world *w, unsigned cycles)
{
    for (; cycles; cycles--) {
        while (w->live < w->pacer.goal) {
            grow(w, CHUNK_BYTES);
            w->program_ns += CHUNK_BYTES / w->alloc_rate;
        }
        open(w);
        w->mark_ns = (double)w->work / w->mark_rate;
        w->now_ns += (uint64_t)w->mark_ns;
        w->opened_ns = w->now_ns;
        end(w, 0);
    }
}

double world_assists(const struct world *w)
{
    return w->seen.assist_ns / (w->seen.assist_ns + w->seen.program_ns);
}

double world_utilization(const struct world *w)
{
    return w->seen.mark_ns / (w->seen.mark_ns + w->seen.program_ns);
}
