/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcwatch.c - what is written while the heap is marked beside the threads.
 *
 * Owns which ranges the kernel watches for us (base/mwritten.c) in a cycle:
 * objects that are read for pointers, and the roots outside of stacks
 * (mgcwatch_roots.c).
 *
 * [inv.watch]  Whatever the marker has read is watched since before it was
 * read, or is read again, whole, in the last stop.
 *
 * The heap.  Pages of spans without pointers are not watched, since buffers
 * are written all the time; gaps of up to GAP_BYTES between spans with
 * pointers are, to have fewer calls.  A page that is not watched counts as
 * written, so a span that is new, or has grown over such pages, needs no
 * care.  What the arena has grown by since a round over it began is all
 * written; the next round takes it, or the last stop.
 *
 * In a closed world (mgcbeside.c) barriers tell what is written.  Then nothing
 * is watched, and of the list only what could not be read is read again.
 *
 * After the cycle nothing is protected any more, unless the next one is minor
 * (mgcminor.c).  Each page would cost the thread that reuses it a fault, and a
 * huge page.  So before a minor cycle, too, what has much room for new objects
 * is let go.  It counts as written then.  The collector's thread does that, in
 * small parts: for all of a heap of 450 MB the kernel takes 15 ms, which a
 * thread that closes a cycle must not be late by.
 */
#include "mgcwatch.h"

#include "base/rt_atomic.h"
#include "base/rt_options.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"

enum {
    GAP_BYTES = 64 << 10,
    TAKE_BYTES = 4 << 20,       /* at most a step's work if all is written */
    /* What a stop that may be left watches in one step, and one that ends a
     * cycle: there pages that are watched already make no difference, and those
     * that will be written cost a fault each, as much as a call or two. */
    BATCH_PARTS = 64,
    BATCH_BYTES = 128 << 10,
    STOPPED_GAP_BYTES = 8 << 10,
    STOPPED_BYTES = 1 << 20,
    SYSTEM_PAGE_BYTES = 4096,
    /* Objects from here on may be tables that were hardly touched. */
    SPARSE_BYTES = 1 << 20,
    /* As GAP_BYTES, in rounds: what is written there is watched each time. */
    ROUND_GAP_BYTES = 16 << 10,
    /* A call for less costs as much as the faults. */
    RELAX_BYTES = 32 << 10,
    /* Takes 0.3 ms; a stop waits for it, and who maps memory. */
    RELAX_AT_ONCE = 8 << 20,
    /* What a stop reads in a millisecond. */
    FEW_BORN_BYTES = 6 << 20
};

/* Under the collection lock. */
static bool by_barriers;        /* in this cycle nothing has to be watched */
static bool is_minor;
static bool skips_born;
static uintptr_t heap_begin, heap_end;  /* what the kernel watches, or could */
static uint32_t has_to_let_go;  /* of all of it, between two cycles; atomic */
static uint32_t watches_room;   /* atomic: also what has room, since the last
                                   time that this was let go */

/* ---- the heap ------------------------------------------------------------ */

/* The end of what begins at `at`: of the span, or of the page. */
static uintptr_t end_of(const struct mspan *span, uintptr_t at)
{
    size_t npages = span ? rt_load_relaxed(&span->npages) : 0;
    uintptr_t page_end = (at & ~(uintptr_t)(PAGE_BYTES - 1)) + PAGE_BYTES;
    uintptr_t end = npages ? span->base + npages * PAGE_BYTES : 0;
    return end > at ? end : page_end;
}

/* More than half of it is free, or will be when it is swept: to read the rest
 * again costs less than the faults of those who allocate there.  What is
 * allocated and swept meanwhile makes no difference, nor what is set up anew
 * [inv.beyond]: a wrong answer only costs time. */
static bool has_room(const struct mspan *span)
{
    uint32_t nmarked = 0;
    if (!span || !span->scan)
        return true;
    for (uint32_t i = 0; i < span->nwords; i++)
        nmarked += (uint32_t)__builtin_popcountll(
            mbitmap_marked_word(span, i));
    return nmarked < span->nelems - span->nelems / 2;
}

/* What is to be done with a span whose pages were written. */
enum care {
    CARE_NONE,                  /* nothing: whether it is watched or not */
    CARE_WATCH,                 /* it is watched anew, and then read */
    CARE_READ                   /* it is not watched, and read again later */
};

/* Before it has marks nothing of a span was read, and most of those that have
 * none when a minor cycle begins never will.  What is born meanwhile is written
 * for a while: as long as it is little the last stop reads it again. */
static enum care care_of(const struct mspan *span)
{
    bool is_born = false;
    if (!span || !(span->scan || rt_options.conservative))
        return CARE_NONE;
    for (uint32_t i = 0; is_minor && i < span->nwords; i++) {
        if (rt_load_relaxed(&span->mark_bits[i]))
            return CARE_WATCH;
        is_born |= rt_load_relaxed(&span->shade_bits[i]) != 0;
    }
    if (is_born)
        return skips_born ? CARE_READ : CARE_WATCH;
    return is_minor ? CARE_NONE : CARE_WATCH;
}

/* Watches the spans with pointers in [from, to), and gaps between them, but not
 * what threads are about to write. */
static void watch_spans(uintptr_t from, uintptr_t to)
{
    rt_store_relaxed(&watches_room, true);
    uintptr_t first = from, last = from;        /* to be watched */
    bool is_cut = false;
    for (uintptr_t at = from, end; at < to; at = end) {
        const struct mspan *span = mheap_span_of(at);
        end = end_of(span, at);
        if (end > to)
            end = to;
        enum care care = care_of(span);
        is_cut |= care == CARE_READ;
        if (care != CARE_WATCH)
            continue;
        if (at - last > GAP_BYTES || is_cut) {
            is_cut = false;
            if (first < last)
                mwritten_again(first, last);
            first = at;
        }
        last = end;
    }
    if (first < last)
        mwritten_again(first, last);
}

/* All that is there can be watched. */
static bool begin(uint64_t most_ns)
{
    static unsigned registered_at;      /* when heap_end was that */
    uintptr_t end = mheap.base + rt_load_acquire(&mheap.arena_used);
    uintptr_t first = mheap_first();
    if (end == first || !mwritten_begin() || mwritten_cost_ns() > most_ns)
        return false;
    bool is_registered = registered_at == mwritten_trials() &&
                         heap_begin == first && heap_end == end;
    if (!is_registered && !mwritten_register(first, end))
        return false;
    by_barriers = skips_born = false;
    rt_store_relaxed(&has_to_let_go, false);
    registered_at = mwritten_trials();
    heap_begin = first;
    heap_end = end;
    return true;
}

bool mgcwatch_begin(uint64_t most_ns)
{
    if (!begin(most_ns))
        return false;
    is_minor = false;
    watch_spans(heap_begin, heap_end);
    return true;
}

bool mgcwatch_begin_minor(uint64_t most_ns)
{
    is_minor = true;
    return begin(most_ns);
}

void mgcwatch_begin_by_barriers(void)
{
    by_barriers = true;
}

bool mgcwatch_is_by_barriers(void)
{
    return by_barriers;
}

struct taking {
    mwritten_run *run;
    void *argument;
};

/* The parts of a run that are read.  Where it is watched it is so by now: what
 * has come into a gap before that is told, too. */
static void tell_spans(uintptr_t from, uintptr_t to, void *argument)
{
    const struct taking *taking = argument;
    for (uintptr_t at = from, end; at < to; at = end) {
        const struct mspan *span = mheap_span_of(at);
        end = end_of(span, at);
        if (end > to)
            end = to;
        if (care_of(span) != CARE_NONE)
            taking->run(at, end, taking->argument);
    }
}

/* What is to be done at `at`, up to *end.  By the table alone where that tells
 * enough, as most spans need not be touched then. */
static enum care care_at(uintptr_t at, uintptr_t *end)
{
    bool scan = false;
    const struct mspan *span = mheap_span_of_scanned(at, &scan);
    *end = is_minor ? end_of(span, at) : at + PAGE_BYTES;
    if (!span || !(scan || rt_options.conservative))
        return CARE_NONE;
    return is_minor ? care_of(span) : CARE_WATCH;
}

/* The next part of [*from, to) that is to be watched, or to be read: up to a
 * gap or the other kind.  CARE_NONE: there is none. */
static enum care next_stretch(uintptr_t *from, uintptr_t *end, uintptr_t to)
{
    enum care kind = CARE_NONE;
    uintptr_t last = 0;
    for (uintptr_t at = *from, next; at < to; at = next) {
        enum care care = care_at(at, &next);
        if (kind == CARE_NONE && care != CARE_NONE) {
            kind = care;
            *from = at;
        } else if (care == CARE_NONE ? kind != CARE_NONE &&
                                           next - last > ROUND_GAP_BYTES
                                     : care != kind) {
            break;
        }
        if (care != CARE_NONE)
            last = next < to ? next : to;
    }
    *end = last;
    return kind;
}

/* Watches anew what was written in [from, to), and tells it: in one step for
 * many pages, since each interrupts all processors and, on a virtual machine,
 * may be as dear as a fault. */
static void take_part(uintptr_t from, uintptr_t to, struct taking *taking)
{
    enum care care;
    uintptr_t end;
    rt_store_relaxed(&watches_room, true);
    for (; (care = next_stretch(&from, &end, to)); from = end)
        mwritten_take(from, end, care == CARE_WATCH, tell_spans, taking);
}

/* What the heap has grown by is watched, too.  Only once a round: a program may
 * allocate faster than it is read. */
static void follow_growth(void)
{
    uintptr_t end = mheap.base + rt_load_acquire(&mheap.arena_used);
    if (end > heap_end && mwritten_register(heap_end, end))
        heap_end = end;
}

bool mgcwatch_take_heap(uintptr_t *at, uint64_t born, mwritten_run *run,
                        void *argument)
{
    struct taking taking = {run, argument};
    if (!*at) {
        follow_growth();
        skips_born = born < FEW_BORN_BYTES;
    }
    uintptr_t from = *at ? *at : heap_begin, to = heap_end;
    if (from >= to)
        return false;
    if (to - from > TAKE_BYTES)
        to = from + TAKE_BYTES;
    take_part(from, to, &taking);
    *at = to;
    return true;
}

struct part {
    uintptr_t from, to;
};

/* ---- the heap in a stop that may be left --------------------------------- */

/* What was listed and is next to be watched, in one step, and told.  What lies
 * in between is not listed, thus watched, or `skipped`: nobody reads it. */
struct batch {
    struct taking taking;
    const bool *is_late;
    size_t skipped, bytes;
    unsigned n;
    struct part parts[BATCH_PARTS];
};

/* [inv.leftstop] */
static void take_batch(struct batch *batch)
{
    if (batch->n && !*batch->is_late) {
        rt_store_relaxed(&watches_room, true);
        mwritten_again(batch->parts[0].from, batch->parts[batch->n - 1].to);
        for (unsigned i = 0; i < batch->n; i++)
            batch->taking.run(batch->parts[i].from, batch->parts[i].to,
                              batch->taking.argument);
    }
    batch->n = 0;
    batch->skipped = batch->bytes = 0;
}

static void add_to_batch(uintptr_t from, uintptr_t to, void *argument)
{
    struct batch *batch = argument;
    if (batch->n == BATCH_PARTS || batch->skipped > GAP_BYTES ||
        batch->bytes >= BATCH_BYTES)
        take_batch(batch);
    batch->parts[batch->n].from = from;
    batch->parts[batch->n++].to = to;
    batch->bytes += to - from;
}

/* Behind the end of the time nothing is watched, and nothing told. */
static void batch_run(uintptr_t from, uintptr_t to, void *argument)
{
    struct batch *batch = argument;
    for (uintptr_t at = from, end; at < to && !*batch->is_late; at = end) {
        const struct mspan *span = mheap_span_of(at);
        end = end_of(span, at);
        if (end > to)
            end = to;
        if (end - at > BATCH_BYTES)
            end = at + BATCH_BYTES;
        if (care_of(span) == CARE_NONE)
            batch->skipped += end - at;
        else if (span->elemsize < SPARSE_BYTES)
            add_to_batch(at, end, batch);
        else
            mwritten_take(at, end, false, add_to_batch, batch);
    }
}

/* The next part of [*from, to) that is listed in one step: up to where nothing
 * is read for a while.  *from == to: there is none. */
static uintptr_t next_listed(uintptr_t *from, uintptr_t to)
{
    if (rt_options.conservative)
        return to - *from > TAKE_BYTES ? *from + TAKE_BYTES : to;
    size_t first = (*from - mheap.base) / PAGE_BYTES;
    size_t limit = (to - mheap.base + PAGE_BYTES - 1) / PAGE_BYTES;
    size_t next = mheap_next_page(first, limit, true), end;
    if (next != first)
        *from = next == limit ? to : mheap.base + next * PAGE_BYTES;
    if (limit - next > TAKE_BYTES / PAGE_BYTES)
        limit = next + TAKE_BYTES / PAGE_BYTES;
    do {
        end = mheap_next_page(next, limit, false);
        next = mheap_next_page(end, limit, true);
    } while (next < limit && next - end <= GAP_BYTES / PAGE_BYTES);
    uintptr_t result = mheap.base + end * PAGE_BYTES;
    return result < to ? result : to;
}

/* [from, to) of it, of which *at is where it came to. */
static void try_part(uintptr_t *at, uintptr_t from, uintptr_t to,
                     struct batch *batch)
{
    while (from < to && !*batch->is_late) {
        uintptr_t end = next_listed(&from, to);
        *at = from;
        if (from < end)
            mwritten_list(from, end, batch_run, batch);
        take_batch(batch);
        from = end;
    }
    if (!*batch->is_late)
        *at = to;
}

bool mgcwatch_try_last_heap(uintptr_t *at, mwritten_run *run, void *argument,
                            const bool *is_late)
{
    struct batch batch = {.taking = {run, argument}, .is_late = is_late};
    uintptr_t end = mheap.base + rt_load_acquire(&mheap.arena_used);
    uintptr_t middle = *at ? *at : heap_begin;
    try_part(at, middle, heap_end, &batch);
    if (!*is_late)
        try_part(at, heap_begin, middle, &batch);
    if (!*is_late && end > heap_end)
        run(heap_end, end, argument);
    return !*is_late;
}

/* ---- the heap in a stop that ends a cycle -------------------------------- */

/* What was listed and is next to be watched, in one call, and told.  Nobody
 * writes meanwhile: what lies in between is watched already, or has been told,
 * or nobody has read it. */
struct stopped {
    struct taking taking;
    uintptr_t first, last;      /* to be watched; none: the same */
    size_t skipped;             /* written bytes behind that, not watched */
    unsigned n;
    struct part parts[BATCH_PARTS];
};

static void end_batch(struct stopped *batch)
{
    if (batch->first < batch->last)
        mwritten_again(batch->first, batch->last);
    for (unsigned i = 0; i < batch->n; i++)
        batch->taking.run(batch->parts[i].from, batch->parts[i].to,
                          batch->taking.argument);
    batch->n = 0;
    batch->first = batch->last = 0;
    batch->skipped = 0;
}

static void watch_in_batch(struct stopped *batch, uintptr_t from, uintptr_t to)
{
    bool is_empty = batch->first == batch->last;
    if (!is_empty && (batch->skipped > STOPPED_GAP_BYTES ||
                      to - batch->first > STOPPED_BYTES)) {
        end_batch(batch);
        is_empty = true;
    }
    if (is_empty)
        batch->first = from;
    batch->last = to;
    batch->skipped = 0;
}

/* Whether a marked object has a part in [from, to) of its span. */
static bool has_marks(const struct mspan *span, uintptr_t from, uintptr_t to)
{
    uint32_t i = mspan_object_index(span, from - span->base);
    uint32_t last = mspan_object_index(span, to - 1 - span->base);
    for (; i <= last && i < span->nelems; i++)
        if (mbitmap_is_marked(span, i))
            return true;
    return false;
}

/* A written part of a span that is read.  Until the next cycle somebody will
 * write to what has room, and to pages where nothing is alive. */
static void stopped_part(uintptr_t from, uintptr_t to, void *argument)
{
    struct stopped *batch = argument;
    const struct mspan *span = mheap_span_of(from);
    bool roomy = has_room(span);
    if (batch->n == BATCH_PARTS)
        end_batch(batch);
    for (uintptr_t at = from, end; at < to; at = end) {
        end = (at & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1)) + SYSTEM_PAGE_BYTES;
        end = end < to ? end : to;
        if (roomy || !has_marks(span, at, end))
            batch->skipped += end - at;
        else
            watch_in_batch(batch, at, end);
    }
    batch->parts[batch->n++] = (struct part){from, to};
}

static void stopped_run(uintptr_t from, uintptr_t to, void *argument)
{
    struct stopped *batch = argument;
    for (uintptr_t at = from, end; at < to; at = end) {
        const struct mspan *span = mheap_span_of(at);
        end = end_of(span, at);
        if (end > to)
            end = to;
        if (care_of(span) == CARE_NONE)
            batch->skipped += end - at;
        else if (span->elemsize < SPARSE_BYTES)
            stopped_part(at, end, batch);
        else
            mwritten_take(at, end, false, stopped_part, batch);
    }
}

/* What has no marks was not read, and is not listed: that is where threads have
 * allocated, all of it written.
 *
 * The end of what begins at `at` and is to be listed or, *kept being false, is
 * not.  By the table of pages, so that most spans need not be touched. */
static uintptr_t end_of_kept(uintptr_t at, bool *kept)
{
    size_t page = (at - mheap.base) / PAGE_BYTES;
    *kept = mheap_may_be_kept(page);
    if (!*kept || !mheap_is_large_at(page))
        return at + PAGE_BYTES;
    const struct mspan *span = mheap_span_of(at);
    *kept = care_of(span) != CARE_NONE;
    return end_of(span, at);
}

void mgcwatch_take_stopped(mwritten_run *run, void *argument)
{
    struct stopped batch = {.taking = {run, argument}};
    uintptr_t end = mheap.base + rt_load_acquire(&mheap.arena_used);
    uintptr_t first = heap_begin, last = first, next;   /* to be listed */
    bool kept;
    for (uintptr_t at = first; at < heap_end; at = next) {
        next = end_of_kept(at, &kept);
        if (!kept)
            continue;
        if (at - last > GAP_BYTES) {
            mwritten_list(first, last, stopped_run, &batch);
            first = at;
        }
        last = next < heap_end ? next : heap_end;
    }
    mwritten_list(first, last, stopped_run, &batch);
    end_batch(&batch);
    if (end > heap_end)
        run(heap_end, end, argument);
}

void mgcwatch_last_heap(mwritten_run *run, void *argument)
{
    uintptr_t end = mheap.base + rt_load_acquire(&mheap.arena_used);
    struct taking taking = {run, argument};
    for (uintptr_t from = heap_begin, to; from < heap_end; from = to) {
        to = next_listed(&from, heap_end);
        mwritten_take(from, to, false, tell_spans, &taking);
    }
    if (end > heap_end)
        run(heap_end, end, argument);
}

/* ---- the end ------------------------------------------------------------- */

void mgcwatch_let_go(void)
{
    rt_store_relaxed(&has_to_let_go, !by_barriers && heap_end != 0);
}

bool mgcwatch_is_letting_go(void)
{
    return rt_load_relaxed(&has_to_let_go);
}

void mgcwatch_end(bool keeps_heap)
{
    if (!keeps_heap)
        mgcwatch_let_go();
    mgcwatch_end_roots();
}

/* ---- between two cycles -------------------------------------------------- */

/* What has room, in [from, to) and up to the end of its last span, which is
 * returned. */
static uintptr_t relax_part(uintptr_t from, uintptr_t to)
{
    uintptr_t first = from, next;
    for (; from < to; from = next) {
        const struct mspan *span = mheap_span_of(from);
        next = end_of(span, from);
        if (has_room(span))
            continue;
        if (from - first >= RELAX_BYTES)
            mwritten_ignore(first, from);
        first = next;
    }
    if (from > first)
        mwritten_ignore(first, from);
    return from;
}

bool mgcwatch_relax(uintptr_t *at)
{
    bool all = rt_load_relaxed(&has_to_let_go);
    uintptr_t from = *at ? *at : heap_begin, to = heap_end;
    if (from >= to || !(all || rt_load_relaxed(&mheap.keeps_marks)))
        return false;
    /* Who ends a cycle in a stop watches nothing that has room. */
    if (!*at && !all && !rt_exchange(&watches_room, false))
        return false;
    if (to - from > RELAX_AT_ONCE)
        to = from + RELAX_AT_ONCE;
    if (all) {
        mwritten_ignore(from, to);
        *at = to;
    } else {
        *at = relax_part(from, to);
    }
    if (all && to == heap_end)
        rt_store_relaxed(&has_to_let_go, false);
    return true;
}

void mgcwatch_fork_child(void)
{
    rt_store_relaxed(&has_to_let_go, false);
}
