/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcwatch.c - whatever was written where objects are marked is told,
 * whichever way a minor collection asks, on spans that the test takes from the
 * heap itself.
 *
 * Skips itself where the kernel cannot tell what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mwritten.h"
#include "base/rt_atomic.h"
#include "gc/mgcwatch.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "heap/mspan.h"
#include "thread/mthread.h"

enum { NSPANS = 600, UNIT = 4096, MOST_UNITS = 64, NCYCLES = 150 };

static struct held {
    struct mspan *span;
    unsigned nunits;
    bool is_marked;
    bool dirty[MOST_UNITS];     /* written since it was read */
} held[NSPANS];

static uint64_t ntold;
static bool is_open;            /* what is born is so with a shade */

static uint64_t random_below(uint64_t n)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* ---- spans --------------------------------------------------------------- */

static struct mspan *take_span(void)
{
    static const unsigned sizes[] = {16, 48, 1024, 9472};
    unsigned kind = random_below(5) ? SPAN_SCAN : SPAN_NOSCAN;
    unsigned sizeclass = sizeclass_of(sizes[random_below(4)]);
    uint32_t npages = sizeclass_pages[sizeclass];
    if (random_below(2)) {
        sizeclass = 0;
        npages = 1 + (uint32_t)random_below(MOST_UNITS * UNIT / PAGE_BYTES);
    }
    return mheap_alloc_span(npages, SPANCLASS(sizeclass, kind), PAGE_BYTES);
}

/* Many are let go again, so that there are gaps of all lengths. */
static void make_spans(void)
{
    for (int i = 0; i < NSPANS; i++) {
        held[i].span = take_span();
        assert_non_null(held[i].span);
        held[i].nunits = held[i].span->npages * (PAGE_BYTES / UNIT);
        assert_true(held[i].nunits <= MOST_UNITS);
        memset((void *)held[i].span->base, 1, held[i].nunits * UNIT);
    }
    for (int i = 0; i < NSPANS / 3; i++) {
        struct held *one = &held[random_below(NSPANS)];
        if (one->span)
            mheap_free_span(one->span);
        one->span = NULL;
    }
}

static void drop_spans(void)
{
    for (int i = 0; i < NSPANS; i++)
        if (held[i].span)
            mheap_free_span(held[i].span);
}

/* As a sweep does, by which marks are kept. */
static void note_marks(const struct mspan *span)
{
    bool has_marks = false;
    for (uint32_t word = 0; word < span->nwords; word++)
        has_marks |= span->mark_bits[word] != 0;
    if (!mspan_is_large(span))
        mheap_note_kept(span, has_marks);
}

/* An object of it, or all: these are read now. */
static void mark(struct held *one)
{
    struct mspan *span = one->span;
    uint32_t index = (uint32_t)random_below(span->nelems);
    bool is_all = random_below(3) == 0;
    if (random_below(3) == 0)
        index = span->nelems - 1;
    for (uint32_t i = 0; i < span->nelems; i++)
        if (is_all || i == index)
            mbitmap_mark(span, i);
    if (!one->is_marked)
        memset(one->dirty, 0, sizeof one->dirty);
    one->is_marked = true;
    if (!is_open)
        note_marks(span);
}

static void write_to(struct held *one, unsigned at)
{
    ((volatile char *)one->span->base)[at * UNIT + 8]++;
    one->dirty[at] = true;
}

/* Nobody reads it, but for what is written there. */
static void bear(struct held *one)
{
    struct mspan *span = one->span;
    uint32_t index = (uint32_t)random_below(span->nelems);
    mbitmap_shade(span, index);
    if (!one->is_marked)
        memset(one->dirty, 0, sizeof one->dirty);
    one->is_marked = true;
    write_to(one, (unsigned)((mspan_object_base(span, index) - span->base) /
                             UNIT));
}

static void change(void)
{
    for (int n = 0; n < 40; n++) {
        struct held *one = &held[random_below(NSPANS)];
        if (one->span && random_below(8) == 0)
            mark(one);
        else if (one->span && is_open && random_below(8) == 0)
            bear(one);
        for (uint64_t k = random_below(3); one->span && k > 0; k--)
            write_to(one, (unsigned)random_below(one->nunits));
    }
}

/* All that was born is led to. */
static void settle(void)
{
    for (int i = 0; i < NSPANS; i++) {
        struct mspan *span = held[i].span;
        for (uint32_t word = 0; span && word < span->nwords; word++) {
            span->mark_bits[word] |= span->shade_bits[word];
            span->shade_bits[word] = 0;
        }
        if (span)
            note_marks(span);
    }
}

/* ---- asking -------------------------------------------------------------- */

static struct held *holder_of(uintptr_t address)
{
    for (int i = 0; i < NSPANS; i++)
        if (held[i].span &&
            address - held[i].span->base < held[i].nunits * UNIT)
            return &held[i];
    return NULL;
}

struct reading {
    uint64_t left;              /* runs until it is late */
    bool is_late;
};

static void read_run(uintptr_t from, uintptr_t to, void *argument)
{
    struct reading *reading = argument;
    assert_true(from < to);
    for (uintptr_t at = from; at < to; at += UNIT) {
        struct held *one = holder_of(at);
        ntold++;
        if (one)
            one->dirty[(at - one->span->base) / UNIT] = false;
    }
    reading->is_late = reading->left == 0 || --reading->left == 0;
}

static void ask_stopped(void)
{
    struct reading reading = {0};
    mgcwatch_take_stopped(read_run, &reading);
}

/* A round, while something is written, and the last stop. */
static void ask_beside(void)
{
    struct reading reading = {0};
    uintptr_t at = 0;
    is_open = true;
    uint64_t born = random_below(2) * UINT64_MAX;
    while (mgcwatch_take_heap(&at, born, read_run, &reading))
        change();
    mgcwatch_last_heap(read_run, &reading);
}

/* Stops that are left after some runs, and one that is not.  In between the
 * round goes on for a while. */
static void ask_in_parts(void)
{
    uintptr_t at = 0;
    struct reading reading = {0};
    is_open = true;
    do {
        for (uint64_t n = random_below(4); n > 0; n--)
            if (!mgcwatch_take_heap(&at, 0, read_run, &reading))
                at = 0;
        reading = (struct reading){1 + random_below(60), false};
        change();
    } while (!mgcwatch_try_last_heap(&at, read_run, &reading,
                                     &reading.is_late));
}

/* What an object has that is marked, and was written, was read again. */
static void check(void)
{
    for (int i = 0; i < NSPANS; i++) {
        const struct held *one = &held[i];
        if (!one->span || !one->span->scan || !one->is_marked)
            continue;
        for (unsigned k = 0; k < one->nunits; k++)
            assert_false(one->dirty[k]);
    }
}

static void begin(void)
{
    memset(held, 0, sizeof held);
    mthread_self();             /* the runtime runs */
    rt_enter();
    make_spans();
    if (!mgcwatch_begin(UINT64_MAX)) {
        rt_leave();
        skip();
    }
}

static void test_what_was_written_is_told(void (*ask)(void))
{
    uint64_t units = 0;
    begin();
    ntold = 0;
    rt_store_relaxed(&mheap.keeps_marks, true);
    for (int cycle = 0; cycle < NCYCLES; cycle++) {
        uintptr_t at = 0;
        change();
        assert_true(mgcwatch_begin_minor(UINT64_MAX));
        ask();
        check();
        settle();
        is_open = false;
        mgcwatch_end(true);
        while (cycle % 3 == 0 && mgcwatch_relax(&at))
            continue;
    }
    for (int i = 0; i < NSPANS; i++)
        units += held[i].nunits;
    assert_in_range(ntold, 1, NCYCLES * units); /* it does not tell all */
    rt_store_relaxed(&mheap.keeps_marks, false);
    mgcwatch_end(false);
    drop_spans();
    rt_leave();
}

static void test_in_a_stop(void **state)
{
    (void)state;
    test_what_was_written_is_told(ask_stopped);
}

static void test_beside_threads(void **state)
{
    (void)state;
    test_what_was_written_is_told(ask_beside);
}

static void test_in_stops_that_are_left(void **state)
{
    (void)state;
    test_what_was_written_is_told(ask_in_parts);
}

struct last_stop {
    struct reading reading;
    uintptr_t first;            /* what was told first; 0: nothing */
};

static void note_first(uintptr_t from, uintptr_t to, void *argument)
{
    struct last_stop *stop = argument;
    const struct held *one = holder_of(from);
    /* Objects that nobody reads are of no interest. */
    assert_true(!one || one->span->scan);
    if (!stop->first)
        stop->first = from;
    read_run(from, to, &stop->reading);
}

static void write_some(int n)
{
    for (; n > 0; n--) {
        struct held *one = &held[random_below(NSPANS)];
        if (one->span)
            write_to(one, (unsigned)random_below(one->nunits));
    }
}

static bool is_written_from(uintptr_t address)
{
    bool written = false;
    for (int i = 0; i < NSPANS; i++)
        for (unsigned k = 0; held[i].span && k < held[i].nunits; k++)
            written |= held[i].span->scan && held[i].dirty[k] &&
                       held[i].span->base + k * UNIT >= address;
    return written;
}

/* Everything is written, and in each stop 32 parts are read, while 8 units are
 * written between two of them.  A stop begins where the one before was left,
 * so that it does not find what is written in front of that before all that is
 * behind it is read. */
static void test_stops_go_on_where_one_was_left(void **state)
{
    (void)state;
    enum { PARTS = 32, WRITES = 8 };
    uintptr_t at = 0;
    unsigned nstops = 0, most = 3 * NSPANS * MOST_UNITS / (PARTS - WRITES);
    struct last_stop stop;
    begin();
    for (int i = 0; i < NSPANS; i++)
        for (unsigned k = 0; held[i].span && k < held[i].nunits; k++) {
            held[i].is_marked = true;
            write_to(&held[i], k);
        }
    for (bool done = false; !done; nstops++) {
        uintptr_t left_at = at;
        bool is_behind = is_written_from(left_at);
        stop = (struct last_stop){{PARTS, false}, 0};
        done = mgcwatch_try_last_heap(&at, note_first, &stop,
                                      &stop.reading.is_late);
        assert_true(nstops < most);
        assert_true(stop.first >= left_at || !is_behind);
        if (!done)
            write_some(WRITES);
    }
    assert_true(nstops > 2);
    check();
    mgcwatch_end(false);
    drop_spans();
    rt_leave();
}

static void count(uintptr_t from, uintptr_t to, void *bytes)
{
    *(uint64_t *)bytes += to - from;
}

/* Of the spans' bytes, all of which are present. */
static uint64_t count_written(uint64_t *all)
{
    uint64_t written = 0;
    *all = 0;
    for (int i = 0; i < NSPANS; i++)
        if (held[i].span) {
            uintptr_t from = held[i].span->base;
            uintptr_t to = from + held[i].nunits * UNIT;
            mwritten_take(from, to, false, count, &written);
            *all += to - from;
        }
    return written;
}

/* Bytes of a slot that count as written, but for what it shares a page with
 * another one. */
static uint64_t written_inside(const struct mspan *span, uint32_t index)
{
    uintptr_t base = mspan_object_base(span, index);
    uintptr_t from = (base + UNIT - 1) & ~(uintptr_t)(UNIT - 1);
    uintptr_t to = (base + span->elemsize) & ~(uintptr_t)(UNIT - 1);
    uint64_t written = 0;
    assert_true(from < to);
    mwritten_take(from, to, false, count, &written);
    return written;
}

/* Somebody is going to allocate there. */
static void test_where_nothing_is_alive_is_not_watched(void **state)
{
    unsigned sizeclass = sizeclass_of(18432);   /* a gap is less */
    uint32_t free_slot = 1;
    (void)state;
    begin();
    struct mspan *span = mheap_alloc_span(
        sizeclass_pages[sizeclass], SPANCLASS(sizeclass, SPAN_SCAN),
        PAGE_BYTES);
    assert_non_null(span);
    assert_true(span->nelems > 2);
    memset((void *)span->base, 1, span->npages * PAGE_BYTES);
    for (uint32_t i = 0; i < span->nelems; i++)
        if (i != free_slot)
            mbitmap_mark(span, i);
    note_marks(span);
    rt_store_relaxed(&mheap.keeps_marks, true);
    assert_true(mgcwatch_begin_minor(UINT64_MAX));
    ask_stopped();
    for (uint32_t i = 0; i < span->nelems; i++)
        assert_true((written_inside(span, i) > 0) == (i == free_slot));
    rt_store_relaxed(&mheap.keeps_marks, false);
    mgcwatch_end(false);
    mheap_free_span(span);
    drop_spans();
    rt_leave();
}

/* Not by who ends a cycle: that takes time. */
static void test_what_is_let_go_is_so_later(void **state)
{
    (void)state;
    uint64_t all;
    uintptr_t at = 0;
    begin();
    mgcwatch_end(false);
    assert_true(count_written(&all) < all);
    assert_true(mgcwatch_relax(&at));
    while (mgcwatch_relax(&at))
        continue;
    assert_int_equal(count_written(&all), all);
    at = 0;
    assert_false(mgcwatch_relax(&at));  /* there is nothing left to do */
    drop_spans();
    rt_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_a_stop),
        cmocka_unit_test(test_beside_threads),
        cmocka_unit_test(test_in_stops_that_are_left),
        cmocka_unit_test(test_stops_go_on_where_one_was_left),
        cmocka_unit_test(test_where_nothing_is_alive_is_not_watched),
        cmocka_unit_test(test_what_is_let_go_is_so_later)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
