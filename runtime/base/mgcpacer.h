/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcpacer.h - when a collection starts, and who does its work.  See
 * mgcpacer.c.
 *
 * Everything here is pure: no clock, no globals, no allocation; numbers
 * saturate instead of overflowing.  Unless something else is said a function
 * is for one thread at a time, and bytes of scan work are bytes that marking
 * reads. */
#ifndef ESCC_MGCPACER_H
#define ESCC_MGCPACER_H

#include "mgclimit.h"

/* No goal: collections are off.  As a limit: none. */
#define MGCPACER_NEVER UINT64_MAX

/* What the user may choose, and the machine.  Without holes: what they would
 * hold when this is copied might look like an address of the heap. */
struct mgcpacer_settings {
    int percent;                /* heap growth; -1: no limit to it */
    unsigned nprocs;            /* processors that it may use */
    uint64_t heap_minimum;      /* no goal is below; bytes; 0: Go's, which is
                                   4 MiB * percent / 100 */
    uint64_t memory_limit;      /* bytes of the whole process */
    uint64_t marks_stopped;     /* 1: the program stops meanwhile, the trigger
                                   is the goal */
};

_Static_assert(sizeof(struct mgcpacer_settings) ==
                   2 * sizeof(int) + 3 * sizeof(uint64_t), "no holes");

/* What the process has; bytes. */
struct mgcpacer_memory {
    uint64_t used;              /* all that counts against the limit */
    uint64_t heap_free;         /* of it: in free pages of the heap */
    uint64_t heap_used;         /* in collectable objects, dead ones that
                                   are not swept included */
};

/* What a collection measured. */
struct mgcpacer_cycle {
    uint64_t marked;            /* collectable bytes that stay, those that
                                   were born meanwhile included */
    uint64_t grows_from;        /* what of `marked` the percentage refers to,
                                   since the rest may be dead; 0: all */
    uint64_t counts;            /* what of it raises the goal; 0: all */
    uint64_t stacks, globals;   /* bytes of roots; foreign blocks too */
    uint64_t work;              /* scan work, roots included */
    uint64_t next_work;         /* what the next one has to do, if the caller
                                   knows better; or 0 */
    uint64_t allocated;         /* while it was open */
    uint64_t open_ns;           /* from its start to its end */
    uint64_t latency_ns;        /* of that: the program ran and nobody could
                                   mark, since a handshake was under way */
    uint64_t mark_ns;           /* processor time of all marking */
    uint64_t assist_ns;         /* of that: of threads that allocate */
    uint64_t stopped_ns;        /* processor time that the program lost in
                                   stops */
    unsigned nprocs;            /* that program and collector together can
                                   keep busy */
    /* Since the end of the one before: */
    uint64_t program_ns;        /* processor time of the program's own */
    uint64_t allocated_since;
};

enum { MGCPACER_HISTORY = 4 };

struct mgcpacer {
    struct mgcpacer_settings settings;
    struct mgcpacer_memory memory;

    /* ---- results --------------------------------------------------------- */
    uint64_t goal;              /* size of the heap at which the next
                                   collection, or the open one, should have
                                   ended */
    uint64_t trigger;           /* ... at which it starts */

    uint64_t put_off;           /* by which the goal is beyond what the
                                   percentage says; until the next end */

    /* ---- of collections that have ended ---------------------------------- */
    uint64_t marked, grows_from, counts, stacks, globals;
    uint64_t work, work_before; /* of the last one, the one before */
    uint64_t next_work;         /* what is known of the next one, or 0 */
    double cons_mark[MGCPACER_HISTORY];
    double rate[MGCPACER_HISTORY];          /* bytes allocated per ns */
    double utilization[MGCPACER_HISTORY];   /* of marking in background */
    uint64_t latency_ns[MGCPACER_HISTORY];
    unsigned nth;               /* entry of the history that is next */
    struct mgclimit limit;
    uint64_t last_gc_ns;        /* processor time that the last one took */
    uint64_t breath;            /* bytes that the program allocates while as
                                   much time passes */

    /* ---- the one that is open -------------------------------------------- */
    uint32_t number;            /* odd while one is open; atomic */
    uint64_t triggered;         /* heap when it started */
    uint64_t extended_goal;     /* the goal, with what slow handshakes and a
                                   growing heap need; atomic */
    /* 65536ths: scan work that a thread owes for a byte that it allocates,
     * and the inverse; atomic. */
    uint64_t work_per_byte, bytes_per_work;
    uint64_t background_credit; /* scan work done in background for which no
                                   thread has allocated yet; atomic */
    uint64_t background_work, assist_work;      /* atomic */
};

/* What a thread owes.  All zero: a new thread. */
struct mgcpacer_debt {
    int64_t bytes;              /* allocated and not worked for, if
                                   negative; else worked for in advance */
    uint32_t number;            /* the collection that it is about */
};

/* Before the first collection: an empty heap. */
void mgcpacer_init(struct mgcpacer *pacer,
                   const struct mgcpacer_settings *settings);

/* The user has chosen anew, or the process has more or less memory; also
 * while a collection is open (then mgcpacer_revise follows).  Computes goal
 * and trigger. */
void mgcpacer_set(struct mgcpacer *pacer,
                  const struct mgcpacer_settings *settings,
                  const struct mgcpacer_memory *memory);

/* There is less garbage than the percentage expects: lets the heap grow by
 * `bytes` more, to twice its goal at most, but as long as it is small to eight
 * times.  Computes goal and trigger.  While none is open. */
void mgcpacer_put_off(struct mgcpacer *pacer, uint64_t bytes);

/* The heap beyond which threads had better wait for the open collection, or
 * for the next: twice its goal, but no more than the memory limit allows. */
uint64_t mgcpacer_most(const struct mgcpacer *pacer);

/* Whether the memory limit would leave less than twice of what the percentage
 * does to a heap of which so much was marked. */
bool mgcpacer_is_near_limit(const struct mgcpacer *pacer, uint64_t marked);

/* What the program is expected to allocate while the next collection is
 * open. */
uint64_t mgcpacer_runway(const struct mgcpacer *pacer);

/* How long the heap takes from there to its goal, at the greatest of the last
 * rates; 0 if none was measured, or it is there. */
uint64_t mgcpacer_way_ns(const struct mgcpacer *pacer, uint64_t live);

/* A collection is open; `live`: bytes in the heap now. */
void mgcpacer_start(struct mgcpacer *pacer, uint64_t live);

/* Adjusts what a byte costs to what is left of the work and of the way to
 * the goal.  Often: after every step of marking.  `live`: as above. */
void mgcpacer_revise(struct mgcpacer *pacer, uint64_t live);

/* It is done.  Computes the next goal and trigger. */
void mgcpacer_end(struct mgcpacer *pacer, const struct mgcpacer_cycle *cycle,
                  const struct mgcpacer_memory *memory);

/* It is given up: nothing was learned, and the trigger is as before. */
void mgcpacer_give_up(struct mgcpacer *pacer);

/* ---- by many threads at a time ------------------------------------------- */

/* The most scan work that one allocation is asked to do: at 0.6-1 bytes per
 * ns some 100 us, which is what a user of a server does not notice.  What is
 * owed beyond it stays owed. */
#define MGCPACER_SLICE_BYTES ((uint64_t)64 * 1024)

/* `worked` bytes of scan work were done in background. */
void mgcpacer_background_did(struct mgcpacer *pacer, uint64_t worked);

/* The thread has allocated `bytes`.  Returns how much scan work it should do
 * now, at most MGCPACER_SLICE_BYTES; 0: none, it had worked in advance, the
 * background has done it, or no collection is open. */
uint64_t mgcpacer_assist(struct mgcpacer *pacer, struct mgcpacer_debt *debt,
                         uint64_t bytes);
/* It did so much of it. */
void mgcpacer_assist_did(struct mgcpacer *pacer, struct mgcpacer_debt *debt,
                         uint64_t worked);

/* What any thread that allocates should do besides: 0, or a slice if the heap
 * has grown beyond the goal of the open collection.  Any thread. */
uint64_t mgcpacer_overdue(const struct mgcpacer *pacer, uint64_t live);

/* ---- marking in background ----------------------------------------------- */

/* The share of the processors that it gets, in percent (Go's
 * gcBackgroundUtilization). */
enum { MGCPACER_BACKGROUND_PERCENT = 25 };

/* How long a background thread works at a time where it must also rest: with
 * the rest on one processor a period of 1 ms, so that a thread of the
 * program waits for no more than a quarter of that. */
#define MGCPACER_QUANTUM_NS ((uint64_t)250000)

/* How many threads mark in background. */
unsigned mgcpacer_background_threads(unsigned nprocs);
/* How long each of them rests after it has worked so long: 0 from four
 * processors on. */
uint64_t mgcpacer_background_rest_ns(unsigned nprocs, uint64_t worked_ns);

#endif /* ESCC_MGCPACER_H */
