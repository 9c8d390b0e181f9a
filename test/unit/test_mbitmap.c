/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mbitmap.c - from words to objects, marks, and what a sweep makes of
 * them, on spans that the tests take from the heap themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc/rt_malloc.h"
#include "heap/mbitmap.h"
#include "heap/mcache.h"
#include "heap/mgcsweep.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

static struct mspan *fresh_span(size_t bytes, unsigned kind)
{
    unsigned sizeclass = sizeclass_of(bytes);
    struct mspan *span;

    mthread_self();             /* the runtime runs */
    span = mheap_alloc_span(sizeclass_pages[sizeclass],
                            SPANCLASS(sizeclass, kind), PAGE_BYTES);
    assert_non_null(span);
    assert_true(mspan_is_valid(span));
    return span;
}

static void drop(struct mspan *span)
{
    assert_true(mspan_is_valid(span));
    mheap_free_span(span);
}

static bool finds(uintptr_t word, struct mspan *span, uint32_t index)
{
    struct mspan *found;
    uint32_t i;

    return mbitmap_find(word, &found, &i) && found == span && i == index;
}

static bool finds_nothing(uintptr_t word)
{
    struct mspan *found;
    uint32_t i;

    return !mbitmap_find(word, &found, &i);
}

static void test_a_free_slot_is_no_object(void **state)
{
    struct mspan *span;
    uintptr_t first, second;

    (void)state;
    rt_enter();
    span = fresh_span(48, SPAN_SCAN);
    assert_true(finds_nothing(span->base));
    first = mspan_next_free(span);
    assert_int_equal(first, span->base);
    assert_true(finds(first, span, 0));
    assert_true(finds(first + 47, span, 0));
    assert_true(finds_nothing(first + 48));
    second = mspan_next_free(span);
    assert_true(finds(first + 48, span, 1));
    assert_int_equal(second, first + 48);
    drop(span);
    assert_true(finds_nothing(first));
    rt_leave();
}

static void test_all_slots_are_found_and_none_twice(void **state)
{
    static const size_t sizes[] = {8, 16, 48, 112, 1024, 1408, 9472, 32768};
    unsigned i;

    (void)state;
    rt_enter();
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct mspan *span = fresh_span(sizes[i], SPAN_SCAN);
        uint32_t n = 0;
        uintptr_t slot, end = span->base;

        while ((slot = mspan_next_free(span)) != 0) {
            assert_int_equal(slot, end);
            end = slot + sizes[i];
            assert_true(finds(slot, span, n));
            assert_true(finds(end - 1, span, n));
            n++;
        }
        assert_int_equal(n, span->nelems);
        assert_int_equal(mspan_taken(span), n);
        /* The unused tail of the span. */
        if (end < span->base + (uintptr_t)span->npages * PAGE_BYTES)
            assert_true(finds_nothing(end));
        mspan_normalize(span);
        assert_int_equal(mspan_count_allocated(span), n);
        assert_int_equal(mspan_next_free(span), 0);
        mspan_normalize(span);
        drop(span);
    }
    rt_leave();
}

static void test_one_past_the_end(void **state)
{
    struct mspan *span, *found;
    uintptr_t a, b;
    uint32_t i;

    (void)state;
    rt_enter();
    span = fresh_span(64, SPAN_SCAN);
    a = mspan_next_free(span);
    mspan_normalize(span);
    assert_true(mbitmap_find_past(a + 64, &found, &i));
    assert_ptr_equal(found, span);
    assert_int_equal(i, 0);
    /* Inside, or at its start with nothing before: no end. */
    assert_false(mbitmap_find_past(a + 63, &found, &i));
    assert_false(mbitmap_find_past(a, &found, &i));
    b = mspan_next_free(span);
    mspan_normalize(span);
    assert_true(mbitmap_find_past(b, &found, &i));
    assert_int_equal(i, 0);
    assert_false(mbitmap_find_past(mheap.base, &found, &i));
    drop(span);
    rt_leave();
}

/* Where a large object ends the next one begins: only of a foreign block, which
 * has no pad, is that an end. */
static void test_one_past_large_objects(void **state)
{
    enum { BYTES = 3 * PAGE_BYTES + SIZECLASS_MAX_BYTES };
    static const unsigned kinds[] = {SPAN_SCAN, SPAN_NOSCAN, SPAN_FOREIGN};

    (void)state;
    rt_enter();
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uintptr_t base = (uintptr_t)malloc_object_slow(BYTES, kinds[i], false);
        struct mspan *span = mheap_span_of(base), *found;
        uint32_t index;

        assert_non_null(span);
        assert_true(mspan_is_large(span));
        assert_true(finds(base + span->elemsize - 1, span, 0));
        assert_int_equal(mbitmap_find_past(base + span->elemsize, &found,
                                           &index),
                         kinds[i] == SPAN_FOREIGN);
    }
    rt_leave();
}

static void test_words_that_are_no_addresses(void **state)
{
    static const uintptr_t words[] = {0, 1, 42, UINTPTR_MAX,
                                      UINTPTR_MAX / 2};
    unsigned i;
    int local;

    (void)state;
    rt_enter();
    for (i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(finds_nothing(words[i]));
    assert_true(finds_nothing((uintptr_t)&local));
    assert_true(finds_nothing(mheap.base - 1));
    assert_true(finds_nothing(mheap.base + mheap.arena_used));
    assert_true(finds_nothing(mheap.end));
    rt_leave();
}

static void test_marks_are_per_object(void **state)
{
    struct mspan *span;
    uint32_t i;

    (void)state;
    rt_enter();
    span = fresh_span(32, SPAN_SCAN);
    assert_true(mbitmap_shade(span, 70));
    assert_false(mbitmap_shade(span, 70));
    mbitmap_mark(span, 71);
    assert_false(mbitmap_shade(span, 71));
    for (i = 0; i < span->nelems; i++)
        assert_int_equal(mbitmap_is_marked(span, i), i == 70 || i == 71);
    drop(span);
    rt_leave();
}

/* Takes all slots, marks every third, sweeps: the others are free. */
static void test_sweep_keeps_what_is_marked(void **state)
{
    struct mspan *span;
    uint32_t i, n = 0, nmarked = 0;
    uintptr_t slot;

    (void)state;
    rt_enter();
    span = fresh_span(80, SPAN_SCAN);
    while (mspan_next_free(span) != 0)
        ;
    mspan_normalize(span);
    for (i = 0; i < span->nelems; i += 3, nmarked++)
        if (i % 2)
            mbitmap_mark(span, i);
        else
            assert_true(mbitmap_shade(span, i));
    span->sweepgen = mheap.sweepgen - 2;
    assert_int_equal(mgcsweep_span(span), span->nelems - nmarked);
    assert_int_equal(span->alloc_count, nmarked);
    assert_true(mspan_is_valid(span));
    for (i = 0; i < span->nelems; i++) {
        assert_int_equal(mspan_is_allocated(span, i), i % 3 == 0);
        assert_false(mbitmap_is_marked(span, i));
    }
    while ((slot = mspan_next_free(span)) != 0) {
        i = mspan_object_index(span, slot - span->base);
        assert_int_not_equal(i % 3, 0);
        n++;
    }
    assert_int_equal(n, span->nelems - nmarked);
    mspan_normalize(span);
    drop(span);
    rt_leave();
}

/* ---- foreign -------------------------------------------------------- */

static size_t nscanned;
static uintptr_t last_scanned;

static void count_scanned(uintptr_t base, size_t bytes, void *argument)
{
    assert_ptr_equal(argument, &nscanned);
    assert_int_equal(bytes, 128);
    nscanned++;
    last_scanned = base;
}

static void test_foreign_blocks_are_roots_until_released(void **state)
{
    struct mspan *span;
    uintptr_t kept, freed, released;
    size_t bytes;

    (void)state;
    rt_enter();
    span = fresh_span(128, SPAN_FOREIGN);
    kept = mspan_next_free(span);
    freed = mspan_next_free(span);
    released = mspan_next_free(span);
    mspan_normalize(span);
    span->free_bits[0] |= 2;
    span->released_bits[0] |= 4;
    assert_true(finds(kept, span, 0));
    assert_true(finds_nothing(freed));
    assert_true(finds(released, span, 2));
    nscanned = 0;
    bytes = mbitmap_mark_foreign_roots(span, count_scanned, &nscanned);
    assert_int_equal(nscanned, 1);
    assert_int_equal(last_scanned, kept);
    assert_int_equal(bytes, 128);
    /* The sweep keeps the root, and neither of the others. */
    span->sweepgen = mheap.sweepgen - 2;
    assert_int_equal(mgcsweep_span(span), 1);
    assert_int_equal(span->alloc_count, 1);
    assert_int_equal(span->free_bits[0] | span->released_bits[0], 0);
    assert_true(mspan_is_allocated(span, 0));
    assert_false(mspan_is_allocated(span, 1));
    assert_false(mspan_is_allocated(span, 2));
    drop(span);
    rt_leave();
}

static void test_released_and_marked_survives(void **state)
{
    struct mspan *span;

    (void)state;
    rt_enter();
    span = fresh_span(128, SPAN_FOREIGN);
    mspan_next_free(span);
    mspan_normalize(span);
    span->released_bits[0] |= 1;
    mbitmap_mark(span, 0);
    span->sweepgen = mheap.sweepgen - 2;
    assert_int_equal(mgcsweep_span(span), 0);
    assert_true(mspan_is_allocated(span, 0));
    assert_int_equal(span->released_bits[0], 1);
    drop(span);
    rt_leave();
}

/* ---- allocation during marking -------------------------------------- */

static void test_objects_of_a_blackened_span_are_born_marked(void **state)
{
    struct mcache *cache;
    struct mspan *span;
    uintptr_t object;
    uint32_t i, index, nmarked = 0;

    (void)state;
    rt_enter();
    cache = malloc_cache();
    mcache_flush(cache);
    mheap.allocate_black = true;
    object = (uintptr_t)malloc_object(2000, SPAN_SCAN, false);
    assert_true(mbitmap_find(object, &span, &index));
    assert_true(mbitmap_is_marked(span, index));
    mcache_flush(cache);
    mheap.allocate_black = false;
    /* Marks of slots that were not handed out are gone. */
    for (i = 0; i < span->nelems; i++) {
        assert_true(!mbitmap_is_marked(span, i) ||
                    mspan_is_allocated(span, i));
        nmarked += mbitmap_is_marked(span, i);
        span->mark_bits[i / 64] &= ~(UINT64_C(1) << i % 64);
    }
    assert_true(nmarked >= 1);
    rt_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_free_slot_is_no_object),
        cmocka_unit_test(test_all_slots_are_found_and_none_twice),
        cmocka_unit_test(test_one_past_the_end),
        cmocka_unit_test(test_one_past_large_objects),
        cmocka_unit_test(test_words_that_are_no_addresses),
        cmocka_unit_test(test_marks_are_per_object),
        cmocka_unit_test(test_sweep_keeps_what_is_marked),
        cmocka_unit_test(test_foreign_blocks_are_roots_until_released),
        cmocka_unit_test(test_released_and_marked_survives),
        cmocka_unit_test(test_objects_of_a_blackened_span_are_born_marked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
