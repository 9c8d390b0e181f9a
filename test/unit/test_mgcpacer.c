/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcpacer.c - the goal's formula, its limits, and simulated heaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mgcpacer.h"

#define MIB ((uint64_t)1 << 20)

static uint64_t goal(uint64_t marked, uint64_t stacks, uint64_t globals,
                     int percent)
{
    struct mgcpacer_input input = {marked, stacks, globals, percent};
    return mgcpacer_goal(&input);
}

static void test_goal_is_go_s(void **state)
{
    (void)state;
    assert_int_equal(goal(100 * MIB, 0, 0, 100), 200 * MIB);
    assert_int_equal(goal(100 * MIB, 0, 0, 50), 150 * MIB);
    assert_int_equal(goal(100 * MIB, 10 * MIB, 30 * MIB, 100), 240 * MIB);
    assert_int_equal(goal(100 * MIB, 0, 0, 400), 500 * MIB);
    assert_int_equal(goal(199, 0, 0, 33) > 199, 1);
}

static void test_small_heaps_have_a_minimum(void **state)
{
    (void)state;
    assert_int_equal(goal(0, 0, 0, 100), 4 * MIB);
    assert_int_equal(goal(1 * MIB, 0, 0, 100), 4 * MIB);
    assert_int_equal(goal(0, 0, 0, 25), MIB);
    assert_int_equal(goal(0, 0, 0, 200), 8 * MIB);
    assert_int_equal(goal(3 * MIB, 0, 0, 100), 6 * MIB);
}

static void test_off_and_zero(void **state)
{
    (void)state;
    assert_int_equal(goal(MIB, 0, 0, -1), MGCPACER_NEVER);
    /* 0 percent: a collection per allocation, as in Go. */
    assert_int_equal(goal(10 * MIB, 0, 0, 0), 10 * MIB);
}

static void test_nothing_overflows(void **state)
{
    (void)state;
    uint64_t huge = UINT64_MAX - 5;
    assert_true(goal(huge, huge, huge, 10000) >= huge - 10);
    assert_true(goal(huge, 0, 0, 10000) != MGCPACER_NEVER);
    assert_true(goal((uint64_t)1 << 60, 0, 0, 10000) >= (uint64_t)1 << 60);
}

static void test_trigger_lies_between_its_bounds(void **state)
{
    (void)state;
    uint64_t marked = 100 * MIB, end = 200 * MIB;
    uint64_t earliest = marked + 100 * MIB / 64 * 45;
    uint64_t latest = marked + 100 * MIB / 64 * 61;
    assert_int_equal(mgcpacer_trigger(end, marked, 0), end);
    for (uint64_t runway = 1; runway < 2000 * MIB; runway += runway / 2 + 1) {
        uint64_t trigger = mgcpacer_trigger(end, marked, runway);
        assert_true(trigger >= earliest && trigger <= latest);
        if (end - runway >= earliest && end - runway <= latest &&
            runway < end)
            assert_int_equal(trigger, end - runway);
    }
    assert_int_equal(mgcpacer_trigger(MGCPACER_NEVER, marked, MIB),
                     MGCPACER_NEVER);
    assert_int_equal(mgcpacer_trigger(marked, marked, MIB), marked);
}

/* A program that allocates and keeps `live` bytes: the work of all
 * collections stays proportional to what was allocated, but for the time
 * in which the heap grows to its size. */
static void test_cost_is_proportional_to_allocation(void **state)
{
    (void)state;
    for (uint64_t live = MIB; live <= 1024 * MIB; live *= 4) {
        uint64_t heap = 0, marked_total = 0, end = goal(0, 0, 0, 100);
        uint64_t allocated = 0;
        while (allocated < 64 * live) {
            allocated += end - heap;
            heap = live < end ? live : end;
            marked_total += heap;
            end = goal(heap, 0, 0, 100);
        }
        assert_true(marked_total <= allocated + live + 8 * MIB);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goal_is_go_s),
        cmocka_unit_test(test_small_heaps_have_a_minimum),
        cmocka_unit_test(test_off_and_zero),
        cmocka_unit_test(test_nothing_overflows),
        cmocka_unit_test(test_trigger_lies_between_its_bounds),
        cmocka_unit_test(test_cost_is_proportional_to_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
