/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcshare.h - how several markers share a step.  See mgcshare.c. */
#ifndef ESCC_MGCSHARE_H
#define ESCC_MGCSHARE_H

#include "base/rt_lock.h"
#include "mgcwork.h"

/* What markers look at now and then: a set. */
enum mgcshare_signal {
    MGCSHARE_WANTS = 1,         /* somebody could use work */
    MGCSHARE_ENDS = 2           /* the step ends */
};

/* What a marker has to do, except for what it has in hand. */
struct mgcshare_work {
    struct mgcwork *candidates, *pieces, *greys;
};

/* A step, or what is ready for the next.  Under the lock except where a field
 * says otherwise. */
struct mgcshare {
    struct rt_lock lock;        /* RT_RANK_MARKERS */
    uint32_t signal;            /* enum mgcshare_signal; atomic */
    uint32_t event;             /* a futex: of markers that wait */
    uint32_t call;              /* a futex: of those that may join */
    uint32_t nsleeping, nresting;       /* that sleep for these; atomic */
    bool is_open;               /* others may join */
    unsigned most;              /* so many, the owner included */
    unsigned nmarkers, nidle;   /* that are in it; of these without work */
    unsigned peak;              /* that were at a time */
    /* The pool: empty between steps. */
    struct mgcwork candidates, pieces, greys;
};

#define MGCSHARE_INIT {.lock = RT_LOCK_INIT(RT_RANK_MARKERS)}

/* The owner: begins a step for up to `most` markers. */
void mgcshare_open(struct mgcshare *share, unsigned most);
/* Ends it, takes back what is left, and waits until the others have left.
 * Returns how many markers were in it at a time. */
unsigned mgcshare_close(struct mgcshare *share,
                        const struct mgcshare_work *work);

/* Another marker: it is part of the step from now on; false: there is none, or
 * enough are. */
bool mgcshare_join(struct mgcshare *share);
/* Gives back what it has, and goes. */
void mgcshare_leave(struct mgcshare *share, const struct mgcshare_work *work);
/* For mgcshare_await: what was seen before joining was tried. */
uint32_t mgcshare_seen(struct mgcshare *share);
/* Waits until somebody may be wanted. */
void mgcshare_await(struct mgcshare *share, uint32_t seen);
/* Has all return that wait there. */
void mgcshare_call_all(struct mgcshare *share);

/* Each of them: has nothing left, and nothing in hand; waits until it has
 * something again.  False: the step ends. */
bool mgcshare_take(struct mgcshare *share, const struct mgcshare_work *work);
/* On MGCSHARE_WANTS: gives some of what it has, if that is enough for two. */
void mgcshare_give(struct mgcshare *share, const struct mgcshare_work *work);
/* Has done as much as it should. */
void mgcshare_end(struct mgcshare *share);

/* In the child of fork, whose parent had no step. */
void mgcshare_fork_child(struct mgcshare *share);

#endif /* ESCC_MGCSHARE_H */
