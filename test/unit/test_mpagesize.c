/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mpagesize.c - when the heap asks for huge pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap/mpagesize.h"

#define MS ((uint64_t)1000000)

/* What areas of a growing heap cost in sum, where huge and small pages take so
 * long. */
static uint64_t grow(struct mpagesize *size, unsigned nareas, uint64_t huge,
                     uint64_t small)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < nareas; i++) {
        uint64_t ns = size->is_small ? small : huge;
        sum += ns;
        mpagesize_note(size, ns);
    }
    return sum;
}

static void test_huge_pages_stay_where_they_are_cheap(void **state)
{
    struct mpagesize size = {0};
    (void)state;
    assert_int_equal(grow(&size, 1000, MS / 5, MS), 200 * MS);
    assert_false(size.is_small);
    /* Small ones would be cheaper still: huge ones save more than that. */
    grow(&size, 1000, MS / 2, MS / 4);
    assert_false(size.is_small);
}

static void test_dear_ones_are_left(void **state)
{
    struct mpagesize size = {0};
    (void)state;
    uint64_t ns = grow(&size, 100, 5 * MS, MS);
    assert_true(size.is_small);
    /* Three to be sure of it, and one at each try. */
    assert_true(ns <= (100 + (3 + 2) * 4) * MS);
    assert_true(grow(&size, 900, 5 * MS, MS) <= (900 + 2 * 4) * MS);
}

static void test_one_that_lost_its_processor_is_not_dear(void **state)
{
    struct mpagesize size = {0};
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_false(mpagesize_note(&size, 20 * MS));
        assert_false(mpagesize_note(&size, 20 * MS));
        assert_false(mpagesize_note(&size, MS / 5));
    }
}

static void test_huge_ones_come_back(void **state)
{
    struct mpagesize size = {0};
    (void)state;
    grow(&size, 20, 5 * MS, MS);
    assert_true(size.is_small);
    grow(&size, 100, MS / 5, MS);
    assert_false(size.is_small);
}

/* Then nothing is gained by small ones; and it is not asked all the time. */
static void test_small_ones_that_are_as_dear_are_left(void **state)
{
    struct mpagesize size = {0};
    unsigned nchanges = 0, nsmall = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        nsmall += size.is_small;
        nchanges += mpagesize_note(&size, 5 * MS);
    }
    assert_in_range(nchanges, 2, 12);
    assert_in_range(nsmall, 3, 20);
    assert_false(size.is_small);
}

static void test_a_slow_small_area_says_nothing(void **state)
{
    struct mpagesize size = {0};
    (void)state;
    grow(&size, 3, 5 * MS, MS);
    assert_true(size.is_small);
    assert_false(mpagesize_note(&size, 9 * MS));
    assert_false(mpagesize_note(&size, 9 * MS));
    assert_false(mpagesize_note(&size, MS));
    assert_true(size.is_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_huge_pages_stay_where_they_are_cheap),
        cmocka_unit_test(test_dear_ones_are_left),
        cmocka_unit_test(test_one_that_lost_its_processor_is_not_dear),
        cmocka_unit_test(test_huge_ones_come_back),
        cmocka_unit_test(test_small_ones_that_are_as_dear_are_left),
        cmocka_unit_test(test_a_slow_small_area_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
