/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcdrain.c - what a marker leaves out because it came lately is marked
 * or on its way [inv.recent], on spans that the tests take from the heap
 * themselves; and what is told as written of an object that grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gc/mgcdrain.h"
#include "heap/mbitmap.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

#include <escc/gc.h>

enum { BYTES = 48 };

static struct marker marker;
static struct mgcmark_stats stats;
static uint64_t root_bytes;

/* As in a collection of an open world.  It marks alone. */
static struct marker *begin(void)
{
    struct marker *m = &marker;
    mthread_self();             /* the runtime runs */
    rt_enter();
    mgcdrain_reset(m);
    m->heap_base = mheap.base;
    m->heap_bytes = mheap.arena_used;
    m->stride = MGCDRAIN_WORD_BYTES / 2;
    m->settles = m->fetches = m->is_check = true;
    m->stats = &stats;
    m->root_bytes = &root_bytes;
    return m;
}

static void end(void)
{
    mgcdrain_reset(&marker);
    rt_leave();
}

static struct mspan *take_span(size_t bytes)
{
    unsigned sizeclass = sizeclass_of(bytes);
    struct mspan *span = mheap_alloc_span(sizeclass_pages[sizeclass],
                                          SPANCLASS(sizeclass, SPAN_SCAN),
                                          PAGE_BYTES);
    assert_non_null(span);
    return span;
}

/* The next object, which leads to nothing; `black`: as in a collection. */
static uintptr_t make_in(struct mspan *span, bool black)
{
    uintptr_t object = mspan_next_free(span);
    assert_true(object != 0);
    memset((void *)object, 0, span->elemsize);
    mspan_normalize(span);
    if (black)
        mbitmap_shade(span, mspan_object_index(span, object - span->base));
    return object;
}

static bool is_settled(uintptr_t object)
{
    struct mspan *span = mheap_span_of(object);
    return mbitmap_is_marked_by_marker(
        span, mspan_object_index(span, object - span->base));
}

static void scan(struct marker *m, uintptr_t word)
{
    mgcdrain_scan_words(m, (uintptr_t)&word, (uintptr_t)(&word + 1));
}

static void follow(struct marker *m, uintptr_t word)
{
    scan(m, word);
    mgcdrain_all(m);
}

static void test_a_word_is_left_out_once_its_object_is_marked(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uintptr_t object = make_in(span, false);
    uint64_t before = stats.marked_objects;
    for (int i = 0; i < 3; i++)
        follow(m, object + 8);
    assert_true(is_settled(object));
    assert_int_equal(stats.marked_objects, before + 1);
    mheap_free_span(span);
    end();
}

static void test_what_is_born_in_a_free_slot_is_marked(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uintptr_t word = make_in(span, false) + BYTES;
    follow(m, word);
    assert_int_equal(make_in(span, true), word);
    assert_false(is_settled(word));
    follow(m, word);
    assert_true(is_settled(word));
    mheap_free_span(span);
    end();
}

static void test_what_is_born_in_a_free_page_is_marked(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uintptr_t word = span->base;
    mheap_free_span(span);
    follow(m, word);
    span = take_span(BYTES);
    assert_int_equal(make_in(span, true), word);
    follow(m, word);
    assert_true(is_settled(word));
    mheap_free_span(span);
    end();
}

/* Where one span had no room for another object the next has one. */
static void test_what_is_born_in_the_tail_of_a_span_is_marked(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uint32_t npages = span->npages;
    uintptr_t base = span->base, at = base + span->nelems * BYTES, object;
    assert_true(at < base + npages * PAGE_BYTES);
    at &= ~(uintptr_t)15;
    at += at < base + span->nelems * BYTES ? 16 : 0;
    follow(m, at);
    mheap_free_span(span);
    span = take_span(16);
    assert_int_equal(span->npages, npages);
    assert_int_equal(span->base, base);
    while ((object = make_in(span, true)) != at)
        continue;
    follow(m, at);
    assert_true(is_settled(at));
    mheap_free_span(span);
    end();
}

static void test_what_was_given_back_is_marked(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uintptr_t object = make_in(span, false);
    scan(m, object);
    assert_false(mgcdrain_some(m, 1));          /* it is on its way */
    assert_false(is_settled(object));
    mgcdrain_put_back(m);
    mgcdrain_all(m);
    assert_true(is_settled(object));
    mheap_free_span(span);
    end();
}

static void test_each_cycle_marks_anew(void **state)
{
    (void)state;
    struct marker *m = begin();
    struct mspan *span = take_span(BYTES);
    uintptr_t object = make_in(span, false);
    for (int cycle = 0; cycle < 3; cycle++) {
        follow(m, object);
        assert_true(is_settled(object));
        mgcdrain_reset(m);
        memset(span->mark_bits, 0, span->nwords * sizeof *span->mark_bits);
    }
    mheap_free_span(span);
    end();
}

/* As another thread sees it that looks while mheap_grow_span is at work. */
static void test_an_object_that_grows_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    enum { NPAGES = 8 };
    escc_gc();                  /* the collector's marker knows the heap */
    rt_enter();
    struct mspan *span = mheap_alloc_span(NPAGES, SPANCLASS(0, SPAN_SCAN),
                                          PAGE_BYTES);
    assert_non_null(span);
    memset((void *)span->base, 0, NPAGES * PAGE_BYTES);
    mbitmap_mark(span, 0);
    span->elemsize = 2 * PAGE_BYTES;
    for (uintptr_t page = 0; page < NPAGES; page++)
        mgcmark_written(span->base + page * PAGE_BYTES,
                        span->base + (page + 1) * PAGE_BYTES);
    assert_true(mgcmark_some(1));
    span->elemsize = NPAGES * PAGE_BYTES;
    mheap_free_span(span);
    rt_leave();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_is_left_out_once_its_object_is_marked),
        cmocka_unit_test(test_what_is_born_in_a_free_slot_is_marked),
        cmocka_unit_test(test_what_is_born_in_a_free_page_is_marked),
        cmocka_unit_test(test_what_is_born_in_the_tail_of_a_span_is_marked),
        cmocka_unit_test(test_what_was_given_back_is_marked),
        cmocka_unit_test(test_each_cycle_marks_anew),
        cmocka_unit_test(
            test_an_object_that_grows_is_read_as_far_as_it_goes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
