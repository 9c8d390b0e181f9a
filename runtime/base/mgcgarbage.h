/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcgarbage.h - how much of the heap is dead, before anybody has marked.  See
 * mgcgarbage.c.
 *
 * Pure, as the pacer is: no clock, no globals; one thread at a time.  Bytes. */
#ifndef ESCC_MGCGARBAGE_H
#define ESCC_MGCGARBAGE_H

#include <stdbool.h>
#include <stdint.h>

enum { MGCGARBAGE_HISTORY = 4 };

/* All zero: nothing is known. */
struct mgcgarbage {
    uint64_t freed;             /* by the program until the last collection
                                   ended; full ones: until it began to mark */
    uint64_t pending;           /* of that: not found dead */
    uint64_t by_calls;          /* of all that was freed: by calls of free, not
                                   by the end of a moved local's function */
    bool has_ended;             /* a collection */
    bool told;                  /* before the last one the program freed */
    uint32_t nth;               /* entry of the history that is next */
    double unfreed[MGCGARBAGE_HISTORY]; /* of a byte that was allocated, what
                                   died without a free; 0 to 1 */
};

/* What a collection found. */
struct mgcgarbage_cycle {
    uint64_t allocated;         /* since the one before */
    uint64_t by_calls;          /* of `freed`, see above; UINT64_MAX: whoever
                                   runs the program trusts its calls */
    uint64_t died;              /* found dead */
    uint64_t freed_before;      /* since the start, when it began to mark */
    uint64_t freed;             /* and when it ended */
    bool is_minor;              /* what was old was not looked at */
};

/* What the program freed, and what no collection has found dead so far; `freed`
 * and `died` as above. */
uint64_t mgcgarbage_pending(const struct mgcgarbage *garbage, uint64_t freed,
                            uint64_t died);

void mgcgarbage_end(struct mgcgarbage *garbage,
                    const struct mgcgarbage_cycle *cycle);

/* Whether the program frees what it does not need any more, as far as the last
 * collections tell. */
bool mgcgarbage_is_freed(const struct mgcgarbage *garbage);

/* What is expected to be dead in a heap in which so much was allocated since
 * the last collection; `freed` and `by_calls`: since the start.  UINT64_MAX:
 * nobody can tell, since there was none, or the program frees nothing. */
uint64_t mgcgarbage_expected(const struct mgcgarbage *garbage,
                             uint64_t allocated, uint64_t freed,
                             uint64_t by_calls);

/* How much a heap that is expected to have so much `dead` may grow before that
 * can be worth a collection: at a `percent` of 100 three eighths of it are.
 * 0: it is that already. */
uint64_t mgcgarbage_room(uint64_t heap, uint64_t dead, unsigned percent);

#endif /* ESCC_MGCGARBAGE_H */
