/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcgarbage.c - what is expected to be dead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mgcgarbage.h"
#include "base/mgcpacer.h"

#define MIB ((uint64_t)1 << 20)

static void end(struct mgcgarbage *g, uint64_t allocated, uint64_t died,
                uint64_t freed_before, uint64_t freed, bool is_minor)
{
    const struct mgcgarbage_cycle cycle = {
        .allocated = allocated, .by_calls = UINT64_MAX, .died = died,
        .freed_before = freed_before, .freed = freed, .is_minor = is_minor};
    mgcgarbage_end(g, &cycle);
}

static uint64_t expected(const struct mgcgarbage *g, uint64_t allocated,
                         uint64_t freed)
{
    return mgcgarbage_expected(g, allocated, freed, UINT64_MAX);
}

static void test_nothing_is_known_at_first(void **state)
{
    struct mgcgarbage g = {0};
    (void)state;
    assert_int_equal(expected(&g, MIB, 0), UINT64_MAX);
    assert_false(mgcgarbage_is_freed(&g));
    assert_int_equal(mgcgarbage_room(4 * MIB, UINT64_MAX, 100), 0);
}

static void test_frees_tell(void **state)
{
    struct mgcgarbage g = {0};
    (void)state;
    end(&g, 4 * MIB, 0, 0, 0, false);
    assert_true(mgcgarbage_is_freed(&g));
    assert_int_equal(expected(&g, 8 * MIB, 0), 0);
    assert_int_equal(expected(&g, 8 * MIB, 3 * MIB), 3 * MIB);
    /* What was freed and found counts once. */
    end(&g, 8 * MIB, 3 * MIB, 3 * MIB, 3 * MIB, false);
    assert_true(mgcgarbage_is_freed(&g));
    assert_int_equal(expected(&g, 8 * MIB, 3 * MIB), 0);
}

static void test_who_does_not_free_tells_nothing(void **state)
{
    struct mgcgarbage g = {0};
    struct mgcgarbage_cycle cycle = {.allocated = 64 * MIB};
    (void)state;
    /* Moved locals are no calls of free. */
    cycle.freed = cycle.freed_before = 64 * MIB;
    mgcgarbage_end(&g, &cycle);
    assert_false(mgcgarbage_is_freed(&g));
    assert_int_equal(mgcgarbage_expected(&g, 64 * MIB, 65 * MIB, 0),
                     UINT64_MAX);
    assert_int_equal(mgcgarbage_expected(&g, 64 * MIB, 66 * MIB, 2 * MIB),
                     2 * MIB);
    cycle.by_calls = 4 * MIB;
    mgcgarbage_end(&g, &cycle);
    assert_true(mgcgarbage_is_freed(&g));
    /* It stops freeing. */
    assert_int_equal(mgcgarbage_expected(&g, 64 * MIB, 64 * MIB, 4 * MIB),
                     UINT64_MAX);
    mgcgarbage_end(&g, &cycle);
    assert_false(mgcgarbage_is_freed(&g));
}

static void test_what_is_not_freed_is_expected_again(void **state)
{
    struct mgcgarbage g = {0};
    (void)state;
    end(&g, 10 * MIB, 5 * MIB, 0, 0, false);
    assert_false(mgcgarbage_is_freed(&g));
    assert_int_equal(expected(&g, 20 * MIB, 0), 10 * MIB);
    assert_int_equal(expected(&g, 20 * MIB, 2 * MIB), 12 * MIB);
    /* The worst of the last ones. */
    for (int i = 1; i < MGCGARBAGE_HISTORY; i++)
        end(&g, 10 * MIB, 0, 0, 0, false);
    assert_int_equal(expected(&g, 20 * MIB, 0), 10 * MIB);
    end(&g, 10 * MIB, 0, 0, 0, false);
    assert_int_equal(expected(&g, 20 * MIB, 0), 0);
    /* More than was allocated: all that was old. */
    end(&g, 10 * MIB, 90 * MIB, 0, 0, false);
    assert_int_equal(expected(&g, 20 * MIB, 0), 20 * MIB);
}

static void test_freed_and_reachable_counts_until_a_full_one(void **state)
{
    struct mgcgarbage g = {0};
    (void)state;
    end(&g, 10 * MIB, 0, 0, 0, false);
    /* 4 of 6 freed ones are old: a minor one does not find them. */
    assert_int_equal(mgcgarbage_pending(&g, 6 * MIB, 2 * MIB), 4 * MIB);
    end(&g, 10 * MIB, 2 * MIB, 5 * MIB, 6 * MIB, true);
    assert_int_equal(expected(&g, 0, 6 * MIB), 4 * MIB);
    end(&g, 10 * MIB, 1 * MIB, 7 * MIB, 7 * MIB, true);
    assert_int_equal(expected(&g, 0, 7 * MIB), 4 * MIB);
    /* What a full one does not find is reachable, but for what was freed after
     * it had begun to mark. */
    end(&g, 10 * MIB, 1 * MIB, 8 * MIB, 9 * MIB, false);
    assert_int_equal(expected(&g, 0, 9 * MIB), 1 * MIB);
}

static void test_room_is_what_makes_enough_of_it_dead(void **state)
{
    (void)state;
    /* Three eighths. */
    assert_int_equal(mgcgarbage_room(80 * MIB, 30 * MIB, 100), 0);
    assert_int_equal(mgcgarbage_room(80 * MIB, 60 * MIB, 100), 0);
    assert_int_equal(mgcgarbage_room(80 * MIB, 10 * MIB, 100), 32 * MIB);
    assert_int_equal(mgcgarbage_room(100 * MIB, 0, 100), 60 * MIB);
    /* A quarter where the heap grows by a half. */
    assert_int_equal(mgcgarbage_room(80 * MIB, 20 * MIB, 50), 0);
    assert_int_equal(mgcgarbage_room(80 * MIB, 5 * MIB, 50), 20 * MIB);
    assert_int_equal(mgcgarbage_room(80 * MIB, 0, 0), 0);
}

/* ---- the goal ------------------------------------------------------------ */

static struct mgcpacer pacer_after(uint64_t marked, uint64_t limit,
                                   uint64_t used)
{
    const struct mgcpacer_settings settings = {
        .percent = 100, .nprocs = 1, .memory_limit = limit};
    const struct mgcpacer_memory memory = {.used = used, .heap_used = used};
    const struct mgcpacer_cycle cycle = {
        .marked = marked, .work = marked, .mark_ns = 1, .program_ns = 100};
    struct mgcpacer p;
    mgcpacer_init(&p, &settings);
    mgcpacer_set(&p, &settings, &memory);
    mgcpacer_end(&p, &cycle, &memory);
    return p;
}

static void test_a_goal_is_put_off_to_twice_its_size(void **state)
{
    struct mgcpacer p = pacer_after(100 * MIB, MGCPACER_NEVER, 0);
    (void)state;
    uint64_t trigger = p.trigger;
    mgcpacer_put_off(&p, 50 * MIB);
    assert_int_equal(p.goal, 250 * MIB);
    assert_true(p.trigger > trigger);
    mgcpacer_put_off(&p, 500 * MIB);
    assert_int_equal(p.goal, 400 * MIB);
    /* The next collection knows better. */
    const struct mgcpacer_cycle cycle = {
        .marked = 100 * MIB, .work = 100 * MIB, .mark_ns = 1,
        .program_ns = 100};
    mgcpacer_end(&p, &cycle, &(struct mgcpacer_memory){0});
    assert_int_equal(p.goal, 200 * MIB);
}

static void test_small_heaps_wait_longer(void **state)
{
    struct mgcpacer p = pacer_after(2 * MIB, MGCPACER_NEVER, 0);
    (void)state;
    mgcpacer_put_off(&p, 500 * MIB);
    assert_int_equal(p.goal, 32 * MIB);
    p = pacer_after(10 * MIB, MGCPACER_NEVER, 0);
    mgcpacer_put_off(&p, 500 * MIB);
    assert_int_equal(p.goal, 52 * MIB);
}

static void test_a_limit_is_kept(void **state)
{
    struct mgcpacer p = pacer_after(100 * MIB, 230 * MIB, 100 * MIB);
    (void)state;
    mgcpacer_put_off(&p, 100 * MIB);
    assert_true(p.goal < 230 * MIB);
    assert_true(p.goal > 200 * MIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known_at_first),
        cmocka_unit_test(test_frees_tell),
        cmocka_unit_test(test_who_does_not_free_tells_nothing),
        cmocka_unit_test(test_what_is_not_freed_is_expected_again),
        cmocka_unit_test(test_freed_and_reachable_counts_until_a_full_one),
        cmocka_unit_test(test_room_is_what_makes_enough_of_it_dead),
        cmocka_unit_test(test_a_goal_is_put_off_to_twice_its_size),
        cmocka_unit_test(test_small_heaps_wait_longer),
        cmocka_unit_test(test_a_limit_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
