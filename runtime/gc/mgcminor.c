/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcminor.c - whether the next collection keeps the marks of the last.
 *
 * Most objects die young, and most of what is old is not written any more.  So
 * a collection may take for granted that what survived the one before is alive:
 * the sweep keeps its marks, and the next collection begins with them.  It
 * reads the roots, as all do, and of the objects that are marked only what was
 * written since; what it finds there, and what that leads to, is all that can
 * have come to life.  Its work is then in proportion to what was allocated and
 * written, not to what is alive.  (Demers, Weiser, Hayes, Boehm, Bobrow and
 * Shenker, "Combining generational and conservative garbage collection", POPL
 * 1990: sticky mark bits.  test/Model/minor.pml.)
 *
 *   full    clears the marks, protects all pages of objects that are read,
 *           marks what is reachable
 *   minor   keeps marks and protection; marks what is reachable from the
 *           roots, from what was written and from what was never protected
 *
 * [inv.kept]  When a collection has ended whatever a marked object points to is
 * marked.  After that a page that is still protected, or is protected again
 * without having been written, has the same words.  (What its words lead to
 * keeps its mark as long: nothing takes marks back but a full collection, not
 * even a free that is trusted, as long as the span lasts, so that a block that
 * is allocated anew at the address is kept, too.)
 *
 * What died old stays until the next full collection, so these come again: when
 * an eighth of what is marked was freed, in a program that frees
 * (base/mgcgarbage.c), and when marks have grown to four times of what the last
 * full one found; in other programs when they have grown by a quarter, so that
 * memory is bounded (beyond an eighth the way to the next collection becomes
 * shorter by as much).  And after some minor ones, so that a program that
 * became smaller gets memory back: twice as many when a full one has found that
 * hardly anything old had died, and the most where frees tell.  Near a memory
 * limit all are full, and where objects without pointers are read, too
 * (conservative=1): of these nobody knows what was written.
 *
 * If little is written and little survives, all that takes so little time that
 * it is done in one stop: nothing is born meanwhile, and no page is written
 * while others are read.  Beside the threads it would take ten times as long,
 * and end with a stop that is no shorter.
 *
 * Where does it not pay?  The kernel tells which pages were written, for which
 * the program pays with a fault for each, about 1 us.  If a minor collection
 * has to read a quarter of the old memory again, a program writes all over it.
 * Then the pages are left alone, for one full collection, and if it is so
 * again for two, four and so on; or until a full one beside the threads, which
 * watches all that is old while it is open, sees that hardly any of it is
 * written now.  In a closed world there is no telling
 * without such faults what was written, since barriers are off between
 * collections: there all are full.
 */
#include "mgcminor.h"

#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "heap/mheap.h"
#include "mcheckpages.h"
#include "mgcgoal.h"
#include "mgcphase.h"

enum {
    /* Less is marked in less time than it takes to ask what was written. */
    LEAST_BYTES = 4 << 20,
#ifdef ESCC_HOSTILE
    LEAST_MINORS = 2,
#else
    LEAST_MINORS = 16,
#endif
    MOST_MINORS = 64,
    /* Parts of what is old: of growth, of growth that the goal follows, of what
     * was written, and of what had died.  The goal lies `percent` of what the
     * last full one found beyond that, so at 100 the heap may have 2.1 times of
     * it. */
    GROWTH_PART = 4,
    FOLLOWED_PART = 8,
    WRITTEN_PART = 4,
    DEAD_PART = 8,
    /* What a program that frees may have of old garbage, and by what it may
     * grow: in between it has told of all that died. */
    FREED_PART = 8,
    GROWTH_TIMES = 4,
    MOST_PAUSE = 32,
    /* What a stop may be expected to take; what the roots and the kernel's
     * tables take is part of it. */
    SHORT_NS = 2500000,
    FIXED_NS = 200000,
    /* The part of what is old that is written, as long as nobody knows. */
    FIRST_WRITTEN_PART = 50
};

static struct {
    bool is_next, was_last;
    unsigned nminors;           /* since the last full one */
    unsigned most_minors;
    unsigned pause;             /* full ones to come before the next try */
    unsigned next_pause;
    uint64_t marked;            /* bytes, when the last one ended ... */
    uint64_t grown;             /* ... more than at the end of that before */
    uint64_t full_marked;       /* bytes, by the last full one */
    bool is_freed;              /* the program frees; so much of what is marked,
                                   at most, ... */
    uint64_t freed;             /* ... has been freed since */
    uint64_t full_work, minor_work; /* bytes read by the last of each kind */
    uint64_t full_ns, minor_ns; /* and the time that it took; 0: unknown */
    uint64_t ended_ns;          /* when the last one did */
    uint64_t written;           /* bytes of what was marked, before the last
                                   minor one */
    uint64_t will_be_written;   /* a guess of the same, after a full one */
    uint32_t is_short;          /* atomic */
} minor = {.next_pause = 1, .most_minors = LEAST_MINORS};

bool mgcminor_is_next(void)
{
    return minor.is_next;
}

bool mgcminor_is_short(void)
{
    return rt_load_relaxed(&minor.is_short);
}

bool mgcminor_was_last(void)
{
    return minor.was_last;
}

uint64_t mgcminor_kept_bytes(void)
{
    return minor.marked;
}

void mgcminor_forget(void)
{
    minor.is_next = minor.was_last = false;
    rt_store_relaxed(&minor.is_short, 0);
    mheap.keeps_marks = false;
    mcheckpages_forget();
}

/* There may be so much old garbage that a full one is worth it. */
static bool has_old_garbage(void)
{
    if (minor.is_freed)
        return minor.freed > minor.marked / FREED_PART ||
               minor.marked / GROWTH_TIMES > minor.full_marked;
    return minor.marked > minor.full_marked + minor.full_marked / GROWTH_PART;
}

/* A minor one has ended, and a full one is due. */
static bool wants_full(const struct mtrace_cycle *trace)
{
    if (trace->written_bytes > minor.marked / WRITTEN_PART) {
        minor.pause = minor.next_pause;
        minor.next_pause *= minor.next_pause < MOST_PAUSE ? 2 : 1;
        return true;
    }
    minor.next_pause = 1;
    unsigned most = minor.is_freed ? MOST_MINORS : minor.most_minors;
    return ++minor.nminors >= most || has_old_garbage();
}

/* As much as the last time.  Else what a full one beside the threads saw
 * written while it was open tells how much of what is old will be by the end of
 * the next, if that comes after as long as this one did after the one before:
 * too much, where the same is written over and over. */
static uint64_t guess_written(const struct mtrace_cycle *trace,
                              uint64_t since_ns)
{
    if (minor.nminors)
        return minor.written;
    if (!trace->watched_ns)
        return minor.marked / FIRST_WRITTEN_PART;
    double times = (double)since_ns / (double)trace->watched_ns;
    double bytes = (double)trace->written_bytes * times;
    return bytes < (double)minor.marked ? (uint64_t)bytes : minor.marked;
}

static bool is_hardly_written(const struct mtrace_cycle *trace)
{
    return trace->watched_ns &&
           minor.will_be_written < minor.marked / WRITTEN_PART;
}

/* A full one has ended, before which so much was marked; whether a minor one
 * may follow. */
static bool may_try(const struct mtrace_cycle *trace, uint64_t before)
{
    bool in_vain = before < minor.marked + before / DEAD_PART;
    if (!in_vain)
        minor.most_minors = LEAST_MINORS;
    else if (minor.nminors && minor.most_minors < MOST_MINORS)
        minor.most_minors *= 2;
    minor.nminors = 0;
    if (minor.pause > 0 && !is_hardly_written(trace))
        return --minor.pause == 0;
    minor.pause = 0;
    return true;
}

static uint64_t work_of(const struct mtrace_cycle *trace)
{
    return trace->mark.scanned_bytes + trace->mark.stack_bytes +
           trace->mark.global_bytes + trace->mark.foreign_bytes;
}

/* Whoever has been growing will have grown again. */
static uint64_t expected_work(void)
{
    if (minor.is_next)
        return minor.minor_work ? minor.minor_work : minor.full_work / 4;
    double growth = minor.full_marked
        ? (double)minor.marked / (double)minor.full_marked : 1;
    return (uint64_t)((double)minor.full_work * growth);
}

/* While it was open: stays, too. */
static uint64_t born_bytes(const struct mtrace_cycle *trace)
{
    return trace->heap_after > trace->heap_before
               ? trace->heap_after - trace->heap_before : 0;
}

/* What the next goal grows from: what may be alive. */
static void set_growth(struct mtrace_cycle *trace)
{
    trace->grows_from = minor.full_marked;
    if (minor.is_freed && minor.marked > minor.freed)
        trace->grows_from = minor.marked - minor.freed;
    else if (minor.is_next)
        trace->counts = minor.full_marked +
                        minor.full_marked / FOLLOWED_PART;
}

void mgcminor_decide(struct mtrace_cycle *trace)
{
    uint64_t before = minor.marked, now = mgcphase_now_ns();
    uint64_t since_ns = now - minor.ended_ns;
    minor.ended_ns = now;
    minor.was_last = trace->is_minor;
    minor.marked = trace->kept_bytes + trace->mark.marked_bytes;
    minor.grown = minor.marked > before ? minor.marked - before : 0;
    if (trace->is_minor) {
        minor.minor_work = work_of(trace);
        minor.written = trace->written_bytes;
        minor.is_freed = mgcgoal_is_freed(
            trace, minor.marked + born_bytes(trace), &minor.freed);
        minor.is_next = !wants_full(trace);
        set_growth(trace);
    } else {
        minor.full_marked = minor.marked;
        minor.full_work = work_of(trace);
        minor.will_be_written = guess_written(trace, since_ns);
        minor.is_next = may_try(trace, before);
    }
    bool is_worth_it = minor.marked >= LEAST_BYTES || rt_options.concurrent;
    if (!rt_options.minor || rt_options.conservative || !is_worth_it ||
        mgcgoal_is_near_limit(minor.marked + born_bytes(trace)))
        minor.is_next = false;
    mheap.keeps_marks = minor.is_next;
    trace->next_work = expected_work();
    if (minor.is_next && rt_options.checkmark)
        mcheckpages_note();
    else
        mcheckpages_forget();
}

/* One beside the threads does more than it would have to in a stop: what that
 * is follows from what was written and found, as far as it can be told.  A heap
 * that grows does so by twice as much the next time, as its goal does. */
static uint64_t expected_ns(const struct mtrace_cycle *trace)
{
    double ns = minor.full_work
        ? (double)minor.full_ns / (double)minor.full_work : 1;
    uint64_t growing_ns = (uint64_t)(ns * (double)minor.grown);
    if (trace->is_minor && trace->world == ESCC_GC_STOPPED)
        return minor.minor_ns + growing_ns;
    uint64_t read = minor.will_be_written + minor.grown;
    if (trace->is_minor)
        read = trace->written_bytes + work_of(trace);
    return FIXED_NS + (uint64_t)(ns * (double)read) + growing_ns;
}

void mgcminor_note_mark(const struct mtrace_cycle *trace, uint64_t ns)
{
    if (trace->is_minor)
        minor.minor_ns = ns;
    else
        minor.full_ns = ns;
    bool is_short = rt_options.concurrent ? minor.nminors % 2
                                          : expected_ns(trace) < SHORT_NS;
    rt_store_relaxed(&minor.is_short, minor.is_next && is_short);
}
