/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcinside.c - what is told to lie in marked objects does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gc/mgcinside.h"

enum { GRANULE = 1 << MGCINSIDE_SHIFT, HEAP = 64 * GRANULE };

static void test_tells_what_lies_inside(void **state)
{
    struct mgcinside inside = {0};
    uintptr_t from = 3 * GRANULE - 16, to = 9 * GRANULE + 16;
    (void)state;
    mgcinside_begin(&inside, HEAP, true, false);
    mgcinside_add(&inside, from, to - from);
    for (uintptr_t at = 0; at < HEAP; at += 8)
        assert_int_equal(mgcinside_has(&inside, at),
                         at >= 3 * GRANULE && at < 9 * GRANULE);
}

/* Its last bytes, and the first of the heap's next part, are not known. */
static void test_knows_nothing_beyond_the_heap(void **state)
{
    struct mgcinside inside = {0};
    (void)state;
    mgcinside_begin(&inside, HEAP + GRANULE / 2, true, false);
    mgcinside_add(&inside, HEAP - GRANULE, 8 * GRANULE);
    assert_true(mgcinside_has(&inside, HEAP - 1));
    assert_false(mgcinside_has(&inside, HEAP));
    assert_false(mgcinside_has(&inside, HEAP + 4 * GRANULE));
    assert_false(mgcinside_has(&inside, UINTPTR_MAX));
    mgcinside_add(&inside, 16 * HEAP, 8 * GRANULE);
}

static void test_tells_nothing_if_not_wanted(void **state)
{
    struct mgcinside inside = {0};
    (void)state;
    mgcinside_begin(&inside, HEAP, false, false);
    mgcinside_add(&inside, 0, HEAP);
    assert_false(mgcinside_has(&inside, 0));
}

/* Nothing of a former cycle, also when the numbers begin anew, and also when
 * the heap has outgrown the table. */
static void test_forgets_with_each_cycle(void **state)
{
    struct mgcinside inside = {0};
    (void)state;
    for (int cycle = 0; cycle < 1000; cycle++) {
        size_t heap = HEAP + (size_t)cycle / 100 * HEAP;
        mgcinside_begin(&inside, heap, cycle % 7 != 3, false);
        for (uintptr_t at = 0; at < heap; at += GRANULE)
            assert_false(mgcinside_has(&inside, at));
        if (cycle % 3 == 0)
            mgcinside_add(&inside, 0, heap);
    }
}

/* A cycle that keeps the marks of the last goes on with what was told, unless
 * some have gone with their span. */
static void test_keeps_what_it_told(void **state)
{
    struct mgcinside inside = {0};
    (void)state;
    mgcinside_begin(&inside, HEAP, true, true);
    mgcinside_add(&inside, 0, 4 * GRANULE);
    mgcinside_begin(&inside, HEAP, true, true);
    mgcinside_add(&inside, 8 * GRANULE, GRANULE);
    assert_true(mgcinside_has(&inside, 0));
    mgcinside_begin(&inside, HEAP, false, true);
    assert_false(mgcinside_has(&inside, 0));
    mgcinside_begin(&inside, HEAP, true, true);
    assert_true(mgcinside_has(&inside, 0));
    assert_true(mgcinside_has(&inside, 8 * GRANULE));
    assert_false(mgcinside_has(&inside, 7 * GRANULE));
    mheap.lost_marks = true;
    mgcinside_begin(&inside, HEAP, true, true);
    assert_false(mgcinside_has(&inside, 0));
    assert_false(mheap.lost_marks);
    mgcinside_add(&inside, 0, GRANULE);
    mgcinside_begin(&inside, HEAP, true, false);
    assert_false(mgcinside_has(&inside, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_what_lies_inside),
        cmocka_unit_test(test_knows_nothing_beyond_the_heap),
        cmocka_unit_test(test_tells_nothing_if_not_wanted),
        cmocka_unit_test(test_forgets_with_each_cycle),
        cmocka_unit_test(test_keeps_what_it_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
