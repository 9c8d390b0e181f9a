/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcscavenge.c - which pages are touched before a thread needs them, and
 * what goes back to the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/os.h"
#include "heap/mgcscavenge.h"
#include "heap/mheap.h"
#include "heap/mpagealloc.h"
#include "heap/mspan.h"
#include "thread/mthread.h"

enum { MIB = 1 << 20, HUGE = 2 * MIB };

static struct mspan *take(size_t bytes)
{
    struct mspan *span;
    mthread_self();             /* the runtime runs */
    span = mheap_alloc_span((uint32_t)(bytes / PAGE_BYTES),
                            SPANCLASS(0, SPAN_NOSCAN), PAGE_BYTES);
    assert_non_null(span);
    return span;
}

static size_t resident(void)
{
    return mheap.stats.resident_pages * PAGE_BYTES;
}

/* Pages are touched; if others were better from now on, so be it. */
static void touched(struct mheap_area *area)
{
    if (mheap_touched(area)) {
        mheap_advise(area);
        mheap_advised();
    }
}

/* Does what the collector's thread would do; returns the bytes.  [inv.ahead] */
static size_t touch_ahead(uintptr_t *end)
{
    struct mheap_area area;
    size_t sum = 0;
    while (mheap_ahead(false, &area)) {
        assert_true(area.bytes <= HUGE);
        assert_true(sum == 0 || (uintptr_t)area.start == *end);
        mheap_touch(&area);
        assert_true(os_is_zero(area.start, area.bytes));
        touched(&area);
        *end = (uintptr_t)area.start + area.bytes;
        assert_int_equal(*end % HUGE, 0);
        sum += area.bytes;
    }
    return sum;
}

static void test_a_small_heap_touches_nothing(void **state)
{
    uintptr_t end;
    (void)state;
    rt_enter();
    struct mspan *span = take(MIB);
    assert_int_equal(touch_ahead(&end), 0);
    mheap_free_span(span);
    rt_leave();
}

/* The flags of the mapping with the address; "" where they are not told. */
static const char *flags_of(uintptr_t address)
{
    static char line[1024];
    bool is_there = false;
    FILE *maps = fopen("/proc/self/smaps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            is_there = from <= address && address < to;
        else if (is_there && strncmp(line, "VmFlags:", 8) == 0)
            break;
        line[0] = '\0';
    }
    if (maps)
        fclose(maps);
    return line;
}

/* As a thread does that needs a span, before it takes one. */
static void touch_now(void)
{
    struct mheap_area area;
    uintptr_t end;
    if (!mheap.populate_due)
        return;
    if (mheap_ahead(true, &area)) {
        mheap_touch(&area);
        touched(&area);
    }
    touch_ahead(&end);
}

/* Whose first touch would be a fault of milliseconds, for which a stop waits.
 * Odd sizes, so that spans lie across the borders of huge pages. */
static void test_nobody_comes_first_to_a_huge_page(void **state)
{
    enum { NSPANS = 128, BYTES = 264 << 10 };
    static struct mspan *spans[NSPANS];
    (void)state;
    rt_enter();
    for (int i = 0; i < NSPANS; i++) {
        unsigned char touched = 1;
        touch_now();
        spans[i] = take(BYTES);
        uintptr_t last = spans[i]->base + BYTES - os_page_bytes();
        if (strstr(flags_of(last), " hg") &&
            os_find_touched((void *)last, 1, &touched))
            assert_int_equal(touched, 1);
    }
    for (int i = 0; i < NSPANS; i++)
        mheap_free_span(spans[i]);
    rt_leave();
}

static void test_pages_behind_the_last_are_touched(void **state)
{
    uintptr_t end = 0;
    (void)state;
    rt_enter();
    struct mspan *span = take(64 * MIB);
    uintptr_t taken = span->base + 64 * MIB;
    assert_true(mheap.populate_due);
    size_t before = resident(), bytes = touch_ahead(&end);
    assert_false(mheap.populate_due);
    assert_true(bytes > 0 && bytes <= 8 * MIB);
    assert_true(end > taken && end - taken <= 8 * MIB);
    /* Counted when somebody takes them. */
    assert_int_equal(resident(), before);
    assert_int_equal(touch_ahead(&end), 0);
    mheap_free_span(span);
    rt_leave();
}

/* Whether or not somebody is at it. */
static void test_a_thread_touches_what_it_needs_now(void **state)
{
    struct mheap_area area, again;
    (void)state;
    rt_enter();
    struct mspan *span = take(72 * MIB);
    uintptr_t taken = span->base + 72 * MIB;
    while (mheap_ahead(false, &area))
        continue;
    assert_true(mheap_ahead(true, &area));
    assert_int_equal((uintptr_t)area.start, taken);
    assert_in_range(area.bytes, HUGE / 4, HUGE + HUGE / 4);
    /* Another sees to it: what that takes says nothing. */
    assert_false(area.is_fresh);
    mheap_touch(&area);
    assert_true(mheap_ahead(true, &again));
    touched(&area);
    assert_false(mheap_ahead(true, &again));
    assert_false(mheap.populate_due);
    mheap_free_span(span);
    rt_leave();
}

static void test_a_bound_leaves_nothing_ahead(void **state)
{
    uintptr_t end;
    (void)state;
    rt_enter();
    struct mspan *span = take(80 * MIB);
    mheap_bound(mheap.stats.resident_pages + 1);
    assert_int_equal(touch_ahead(&end), 0);
    mheap_bound(SIZE_MAX);
    mheap_free_span(span);
    rt_leave();
}

/* What is hardly touched keeps no pages that were touched ahead, nor has any
 * touched. */
static void test_sparse_memory_is_not_touched(void **state)
{
    enum { SYSTEM_PAGE_BYTES = 4096, MOST_PAGES = 8 * MIB / SYSTEM_PAGE_BYTES };
    static unsigned char touched[MOST_PAGES];
    uintptr_t end = 0;
    (void)state;
    rt_enter();
    struct mspan *span = take(88 * MIB);
    uintptr_t taken = span->base + 88 * MIB;
    assert_true(touch_ahead(&end) > 0);
    struct mspan *sparse = take(16 * MIB);
    assert_int_equal(sparse->base, taken);
    size_t npages = (end - taken) / SYSTEM_PAGE_BYTES;
    assert_in_range(npages, 1, MOST_PAGES);
    if (os_find_touched((void *)taken, npages, touched)) {
        assert_int_equal(touched[0], 1);
        mheap_make_sparse(sparse);
        assert_true(os_find_touched((void *)taken, npages, touched));
        for (size_t i = 0; i < npages; i++)
            assert_int_equal(touched[i], 0);
    } else {
        mheap_make_sparse(sparse);
    }
    assert_false(mheap.populate_due);
    mheap_free_span(sparse);
    mheap_free_span(span);
    rt_leave();
}

/* The heap grows by a span after the other, and the areas ahead take so long
 * to touch, until it wants such pages. */
static void grow_until(bool wants_huge, uint64_t ns)
{
    enum { MOST = 200 };
    struct mspan *spans[MOST];
    struct mheap_area area;
    int n = 0;
    while (mgcscavenge_wants_huge() != wants_huge && n < MOST) {
        spans[n++] = take(90 * MIB);
        while (mheap_ahead(false, &area)) {
            area.ns = ns;
            touched(&area);
        }
    }
    for (int i = 0; i < n; i++)
        mheap_free_span(spans[i]);
    assert_true(mgcscavenge_wants_huge() == wants_huge);
}

static void test_pages_are_huge_while_these_are_cheap(void **state)
{
    (void)state;
    rt_enter();
    struct mspan *span = take(90 * MIB);
    uintptr_t inside = span->base + 80 * MIB;
    /* What was touched before may have said anything. */
    grow_until(true, UINT64_MAX);
    uintptr_t end = mheap.base + mheap.arena_used;
    bool can_be = strstr(flags_of(end), " hg");
    grow_until(false, 9 * MIB);
    if (can_be) {
        assert_non_null(strstr(flags_of(inside), " nh"));
        assert_non_null(strstr(flags_of(end), " nh"));
    }
    mheap_free_span(span);
    rt_leave();
}

/* Given back without the heap's lock, and the page allocator knows it. */
static void test_what_went_back_is_clean(void **state)
{
    (void)state;
    rt_enter();
    struct mspan *span = take(96 * MIB);
    void *memory = (void *)span->base;
    memset(memory, 1, 96 * MIB);
    mheap_free_span(span);
    size_t before = resident();
    assert_true(mheap_scavenge(before / 2) >= before / 4);
    assert_true(resident() <= before / 2);
    assert_true(pagealloc_is_valid(&mheap.pages));
    assert_true(mheap.stats.resident_pages ==
                mheap.stats.span_pages + mheap.pages.nfree_dirty);
    mheap_scavenge(0);
    span = take(32 * MIB);
    /* Whole huge pages. */
    uintptr_t whole = (span->base + HUGE - 1) / HUGE * HUGE;
    assert_true(os_is_zero((void *)whole, 28 * MIB));
    mheap_free_span(span);
    rt_leave();
}

/* A span of `bytes` is freed, and one twice as large finds no place in it.
 * Returns what is then free and resident. */
static size_t left_by_growing(size_t bytes)
{
    mheap_scavenge(0);
    struct mspan *small = take(bytes), *behind = take(bytes);
    mheap_free_span(small);
    struct mspan *large = take(2 * bytes);
    size_t left = mheap.pages.nfree_dirty * PAGE_BYTES;
    mheap_free_span(behind);
    mheap_free_span(large);
    return left;
}

/* But not while the heap is expected to use it. */
static void test_much_that_is_new_makes_up_for_what_is_free(void **state)
{
    (void)state;
    rt_enter();
    struct mspan *used = take(64 * MIB);
    size_t in_use = mheap.stats.span_pages * PAGE_BYTES;
    size_t expected = mheap.expected_pages;
    mheap.expected_pages = 0;
    assert_in_range(left_by_growing(96 * MIB), 0,
                    (in_use + 3 * 96 * MIB) / 10 + 3 * HUGE);
    mheap.expected_pages = (in_use + 5 * 128 * MIB) / PAGE_BYTES;
    assert_in_range(left_by_growing(128 * MIB), 128 * MIB, SIZE_MAX);
    mheap.expected_pages = SIZE_MAX;
    assert_in_range(left_by_growing(160 * MIB), 160 * MIB, SIZE_MAX);
    mheap.expected_pages = expected;
    mheap_free_span(used);
    mheap_scavenge(0);
    rt_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_small_heap_touches_nothing),
        cmocka_unit_test(test_nobody_comes_first_to_a_huge_page),
        cmocka_unit_test(test_pages_behind_the_last_are_touched),
        cmocka_unit_test(test_a_thread_touches_what_it_needs_now),
        cmocka_unit_test(test_a_bound_leaves_nothing_ahead),
        cmocka_unit_test(test_sparse_memory_is_not_touched),
        cmocka_unit_test(test_pages_are_huge_while_these_are_cheap),
        cmocka_unit_test(test_what_went_back_is_clean),
        cmocka_unit_test(test_much_that_is_new_makes_up_for_what_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
