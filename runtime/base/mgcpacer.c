/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer.c - when the next collection starts.
 *
 * Go's rule since 1.18 (issue 44167): the heap may grow, beyond what the
 * last collection marked, by `percent` of everything that a collection has
 * to look at, roots included:
 *
 *     goal = marked + (marked + stacks + globals) * percent / 100
 *
 * so that the cost of collecting stays proportional to allocation even if
 * most of the work is in the roots.  Below 4 MiB * percent / 100 nobody
 * minds the memory, and collecting a heap of a few pages over and over
 * would cost more than it saves.
 *
 * The trigger lies before the goal by what the program allocates while
 * marking runs beside it, but not before 70 % of the way from what was
 * marked to the goal (else assists and collections never end), and not
 * after 95 % (the estimate may be wrong): 45/64 and 61/64, Go's constants.
 * With marking stopped there is no runway, and the trigger is the goal.
 *
 * No state: test/unit/test_mgcpacer.c simulates.
 */
#include "mgcpacer.h"

/* Go's heapMinimum at 100 %. */
#define LEAST_HEAP_BYTES ((uint64_t)4 << 20)

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? MGCPACER_NEVER - 1 : sum;
}

/* bytes * percent / 100 without overflow in between. */
static uint64_t part(uint64_t bytes, uint64_t percent)
{
    uint64_t product;
    if (__builtin_mul_overflow(bytes / 100, percent, &product))
        return MGCPACER_NEVER - 1;
    return add(product, bytes % 100 * percent / 100);
}

uint64_t mgcpacer_goal(const struct mgcpacer_input *input)
{
    if (input->percent < 0)
        return MGCPACER_NEVER;
    uint64_t percent = (uint64_t)input->percent;
    uint64_t work = add(input->marked, add(input->stacks, input->globals));
    uint64_t goal = add(input->marked, part(work, percent));
    uint64_t least = part(LEAST_HEAP_BYTES, percent);
    return goal > least ? goal : least;
}

uint64_t mgcpacer_trigger(uint64_t goal, uint64_t marked, uint64_t runway)
{
    if (goal == MGCPACER_NEVER || runway == 0 || goal <= marked)
        return goal;
    uint64_t room = goal - marked;
    uint64_t earliest = marked + room / 64 * 45 + room % 64 * 45 / 64;
    uint64_t latest = marked + room / 64 * 61 + room % 64 * 61 / 64;
    uint64_t wanted = runway < room ? goal - runway : earliest;
    if (wanted < earliest)
        return earliest;
    return wanted < latest ? wanted : latest;
}
