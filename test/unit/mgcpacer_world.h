/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer_world.h - a program and a collector to set the pacer on.  See
 * mgcpacer_world.c. */
#ifndef ESCC_MGCPACER_WORLD_H
#define ESCC_MGCPACER_WORLD_H

#include "base/mgcpacer.h"

#define MIB ((uint64_t)1 << 20)
#define MS ((uint64_t)1000000)

enum { WORLD_MOST_THREADS = 16 };

struct world_thread {
    struct mgcpacer_debt debt;
    uint64_t asked;             /* scan work that it has yet to do */
    double ns;                  /* processor time that it has yet to use */
};

/* Rates are bytes per ns of one processor. */
struct world {
    /* ---- the program and the machine; may change at any time ------------- */
    struct mgcpacer_settings settings;
    unsigned nthreads;
    double alloc_rate, mark_rate;
    uint64_t reachable;         /* bytes of the heap that the program keeps */
    double scanned;             /* the part of them that may hold pointers */
    uint64_t stacks, globals, outside;
    uint64_t latency_ns;        /* of the handshakes that open, and close */
    bool marks_on_idle;         /* the collector also gets idle processors */

    /* ---- its state ------------------------------------------------------- */
    struct mgcpacer pacer;
    struct world_thread threads[WORLD_MOST_THREADS];
    uint64_t now_ns, live, allocated, resident;
    enum { WORLD_OFF, WORLD_OPENING, WORLD_MARKING, WORLD_CLOSING } phase;
    uint64_t phase_ends_ns, opened_ns, work, done;
    uint64_t reachable_at_open, allocated_at_open, allocated_at_end;
    double mark_ns, assist_ns, program_ns;

    /* ---- what was seen since world_forget -------------------------------- */
    struct {
        unsigned cycles;
        double assist_ns, mark_ns, program_ns;
        double worst_overshoot; /* heap at an end, in parts of the goal */
        double worst_extended;  /* the same for the extended goal */
        double earliest_end;
        uint64_t most_asked;    /* at one allocation */
        uint64_t most_resident; /* with what is outside of the heap */
        uint64_t last_goal, last_trigger, last_marked;
    } seen;
};

/* 2 processors, 1 thread, 100 MiB alive, 100 %, no limit. */
void world_init(struct world *w);
/* After `settings` were changed. */
void world_set(struct world *w);
void world_forget(struct world *w);
/* Runs until so many collections have ended. */
void world_run(struct world *w, unsigned cycles);
/* Runs until one is open and half of its work is done. */
void world_run_to_half(struct world *w);
/* The same as world_run where marking stops the program. */
void world_run_stopped(struct world *w, unsigned cycles);

/* Part of the program's processor time that went to assists. */
double world_assists(const struct world *w);
/* Part of all time in which program or collector ran that was the
 * collector's. */
double world_utilization(const struct world *w);

#endif /* ESCC_MGCPACER_WORLD_H */
