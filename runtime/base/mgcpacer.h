/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer.h - when the next collection starts.  See mgcpacer.c. */
#ifndef ESCC_MGCPACER_H
#define ESCC_MGCPACER_H

#include <stdint.h>

/* What the last collection left; bytes. */
struct mgcpacer_input {
    uint64_t marked;            /* collectable heap that survived */
    uint64_t stacks;            /* roots that were scanned */
    uint64_t globals;           /* foreign blocks too */
    int percent;                /* heap growth; -1: never */
};

/* No goal: collections are off. */
#define MGCPACER_NEVER UINT64_MAX

/* The size of the heap at which the next collection should have ended.
 * Pure; saturates instead of overflowing; MGCPACER_NEVER if off. */
uint64_t mgcpacer_goal(const struct mgcpacer_input *input);

/* The size at which it starts.  `runway`: what the program is expected to
 * allocate while marking runs beside it; 0 if marking stops it.  Never
 * above the goal, and never so early that the program collects all the
 * time.  Pure. */
uint64_t mgcpacer_trigger(uint64_t goal, uint64_t marked, uint64_t runway);

#endif /* ESCC_MGCPACER_H */
