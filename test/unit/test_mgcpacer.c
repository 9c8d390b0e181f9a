/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcpacer.c - goals, triggers, assists and limits as formulas.  For
 * programs see test_mgcpacer_world.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mgcpacer.h"

#define MIB ((uint64_t)1 << 20)
#define MS ((uint64_t)1000000)

/* ---- formulas ------------------------------------------------------------ */

/* A pacer after a stopped collection that found this. */
static struct mgcpacer after(uint64_t marked, uint64_t stacks,
                             uint64_t globals,
                             struct mgcpacer_settings settings,
                             struct mgcpacer_memory memory)
{
    struct mgcpacer pacer;
    struct mgcpacer_cycle cycle = {
        .marked = marked, .stacks = stacks, .globals = globals,
        .work = marked, .mark_ns = MS, .program_ns = 100 * MS};
    if (!settings.nprocs)
        settings.nprocs = 1;
    mgcpacer_init(&pacer, &settings);
    mgcpacer_end(&pacer, &cycle, &memory);
    return pacer;
}

static uint64_t goal(uint64_t marked, uint64_t stacks, uint64_t globals,
                     int percent)
{
    return after(marked, stacks, globals,
                 (struct mgcpacer_settings){
                     .percent = percent, .memory_limit = MGCPACER_NEVER},
                 (struct mgcpacer_memory){0}).goal;
}

static void test_goal_is_go_s(void **state)
{
    (void)state;
    assert_int_equal(goal(100 * MIB, 0, 0, 100), 200 * MIB);
    assert_int_equal(goal(100 * MIB, 0, 0, 50), 150 * MIB);
    assert_int_equal(goal(100 * MIB, 10 * MIB, 30 * MIB, 100), 240 * MIB);
    assert_int_equal(goal(100 * MIB, 0, 0, 400), 500 * MIB);
    assert_int_equal(goal(MIB, 0, 0, -1), MGCPACER_NEVER);
}

/* At the greatest of the last rates. */
static void test_way_to_the_goal_takes_time(void **state)
{
    (void)state;
    struct mgcpacer pacer = {.goal = 100 * MIB};
    assert_int_equal(mgcpacer_way_ns(&pacer, 50 * MIB), 0);
    pacer.rate[0] = 0.5;
    pacer.rate[2] = 2;
    assert_int_equal(mgcpacer_way_ns(&pacer, 60 * MIB), 20 * MIB);
    assert_int_equal(mgcpacer_way_ns(&pacer, 100 * MIB), 0);
    assert_int_equal(mgcpacer_way_ns(&pacer, 120 * MIB), 0);
}

static void test_small_heaps_have_a_minimum(void **state)
{
    (void)state;
    assert_int_equal(goal(0, 0, 0, 100), 4 * MIB);
    assert_int_equal(goal(1 * MIB, 0, 0, 100), 4 * MIB);
    assert_int_equal(goal(0, 0, 0, 25), MIB);
    assert_int_equal(goal(0, 0, 0, 200), 8 * MIB);
    assert_int_equal(goal(3 * MIB, 0, 0, 100), 6 * MIB);
    /* Room for the sweep. */
    assert_int_equal(goal(10 * MIB, 0, 0, 0), 11 * MIB);
    struct mgcpacer_settings settings = {
        .percent = 100, .memory_limit = MGCPACER_NEVER,
        .heap_minimum = 64 * MIB};
    struct mgcpacer_memory none = {0};
    assert_int_equal(after(0, 0, 0, settings, none).goal, 64 * MIB);
    assert_int_equal(after(40 * MIB, 0, 0, settings, none).goal, 80 * MIB);
    settings.heap_minimum = 1;
    assert_int_equal(after(MIB, 0, 0, settings, none).goal, 2 * MIB);
    settings.percent = -1;
    assert_int_equal(after(MIB, 0, 0, settings, none).goal, MGCPACER_NEVER);
    settings = (struct mgcpacer_settings){
        .percent = 100, .memory_limit = 32 * MIB, .heap_minimum = 64 * MIB};
    assert_int_equal(after(0, 0, 0, settings, none).goal, 31 * MIB);
}

static void test_limit_counts_what_the_process_has(void **state)
{
    (void)state;
    struct mgcpacer_settings settings = {.percent = 400,
                                         .memory_limit = 1000 * MIB};
    /* 100 MiB besides the heap; 3 % of the rest stay free. */
    struct mgcpacer_memory memory = {
        .used = 700 * MIB, .heap_free = 200 * MIB, .heap_used = 400 * MIB};
    assert_int_equal(after(400 * MIB, 0, 0, settings, memory).goal,
                     900 * MIB - 27 * MIB);
    /* Below it the percentage counts. */
    assert_int_equal(after(50 * MIB, 0, 0, settings, memory).goal, 250 * MIB);
    /* What exceeds the limit has to be made up for. */
    memory.used = 1100 * MIB;
    memory.heap_used = 700 * MIB;       /* 200 outside, 100 over */
    assert_int_equal(after(400 * MIB, 0, 0, settings, memory).goal,
                     700 * MIB - 21 * MIB);
    /* At least 1 MiB. */
    settings.memory_limit = 20 * MIB;
    memory = (struct mgcpacer_memory){.used = 10 * MIB};
    assert_int_equal(after(4 * MIB, 0, 0, settings, memory).goal, 9 * MIB);
    /* Out of reach: hardly any room, but some. */
    assert_int_equal(after(15 * MIB, 0, 0, settings, memory).goal,
                     15 * MIB + MIB / 2);
    memory.used = 5000 * MIB;
    assert_int_equal(after(15 * MIB, 0, 0, settings, memory).goal,
                     15 * MIB + MIB / 2);
    settings.percent = -1;
    memory.used = 10 * MIB;
    assert_int_equal(after(4 * MIB, 0, 0, settings, memory).goal, 9 * MIB);
}

/* The trigger before a goal, where so much is expected to be allocated. */
static uint64_t trigger(uint64_t goal_bytes, uint64_t marked,
                        uint64_t runway)
{
    struct mgcpacer_settings settings = {.percent = 0, .nprocs = 1,
                                         .heap_minimum = goal_bytes,
                                         .memory_limit = MGCPACER_NEVER};
    struct mgcpacer_memory none = {0};
    struct mgcpacer p = after(marked, 0, 0, settings, none);
    p.rate[0] = 1.0;
    p.latency_ns[0] = runway;
    mgcpacer_set(&p, &settings, &none);
    assert_int_equal(p.goal, goal_bytes);
    return p.trigger;
}

static void test_limit_is_told_beforehand(void **state)
{
    (void)state;
    struct mgcpacer_settings settings = {.percent = 100, .nprocs = 2,
                                         .memory_limit = 100 * MIB};
    struct mgcpacer p;
    mgcpacer_init(&p, &settings);
    assert_false(mgcpacer_is_near_limit(&p, 20 * MIB));
    assert_true(mgcpacer_is_near_limit(&p, 30 * MIB));
    settings.memory_limit = MGCPACER_NEVER;
    mgcpacer_init(&p, &settings);
    assert_false(mgcpacer_is_near_limit(&p, 30 * MIB));
}

static void test_trigger_lies_between_its_bounds(void **state)
{
    (void)state;
    uint64_t marked = 10 * MIB, end = 20 * MIB;
    uint64_t earliest = marked + 10 * MIB / 64 * 45;
    uint64_t latest = marked + 10 * MIB * 61 / 64;
    for (uint64_t runway = 1; runway < 200 * MIB; runway += runway / 2 + 1) {
        uint64_t at = trigger(end, marked, runway);
        assert_in_range(at, earliest, latest);
        if (end - runway >= earliest && end - runway <= latest &&
            runway < end)
            assert_int_equal(at, end - runway);
    }
    assert_int_equal(trigger(end, marked, UINT64_MAX), earliest);
    /* 5 % of a large heap are more than it needs. */
    assert_int_equal(trigger(2048 * MIB, 1024 * MIB, 1), 2044 * MIB);
    /* Marking stops the program: there is no runway. */
    struct mgcpacer_settings settings = {.percent = 100, .nprocs = 1,
                                         .memory_limit = MGCPACER_NEVER,
                                         .marks_stopped = true};
    struct mgcpacer_memory none = {0};
    assert_int_equal(after(marked, 0, 0, settings, none).trigger, end);
    /* Hardly any room. */
    settings.marks_stopped = false;
    settings.memory_limit = MIB;
    assert_in_range(after(marked, 0, 0, settings, none).trigger,
                    marked + 64 * 1024, marked + MIB / 2);
}

static void test_heaps_grow_so_far_and_no_further(void **state)
{
    (void)state;
    struct mgcpacer_settings settings = {.percent = 100, .nprocs = 1,
                                         .memory_limit = MGCPACER_NEVER};
    struct mgcpacer_memory memory = {0};
    struct mgcpacer p = after(10 * MIB, 0, 0, settings, memory);
    assert_int_equal(mgcpacer_most(&p), 40 * MIB);
    settings.memory_limit = 30 * MIB;
    mgcpacer_set(&p, &settings, &memory);
    assert_int_equal(p.goal, 20 * MIB);
    assert_int_equal(mgcpacer_most(&p), 30 * MIB - MIB / 2);
    settings.memory_limit = 5 * MIB;
    mgcpacer_set(&p, &settings, &memory);
    assert_int_equal(mgcpacer_most(&p), p.goal);
}

static void test_background_gets_a_quarter(void **state)
{
    (void)state;
    assert_int_equal(mgcpacer_background_threads(0), 1);
    assert_int_equal(mgcpacer_background_threads(1), 1);
    assert_int_equal(mgcpacer_background_threads(7), 1);
    assert_int_equal(mgcpacer_background_threads(16), 4);
    for (unsigned nprocs = 1; nprocs < 4; nprocs++) {
        double rest = (double)mgcpacer_background_rest_ns(
            nprocs, MGCPACER_QUANTUM_NS);
        double share = MGCPACER_QUANTUM_NS / (MGCPACER_QUANTUM_NS + rest);
        assert_true(share > nprocs * 0.249 && share < nprocs * 0.251);
    }
    assert_int_equal(mgcpacer_background_rest_ns(4, MS), 0);
    assert_int_equal(mgcpacer_background_rest_ns(64, MS), 0);
}

/* ---- extremes ------------------------------------------------------------ */

static const uint64_t extremes[] = {
    0, 1, 4096, MIB, (uint64_t)1 << 40, (uint64_t)1 << 62, UINT64_MAX - 1,
    UINT64_MAX};
enum { NEXTREMES = sizeof extremes / sizeof *extremes };

static void check_bounds(const struct mgcpacer *p)
{
    assert_true(p->trigger <= p->goal);
    if (p->settings.percent >= 0 || p->settings.memory_limit != UINT64_MAX)
        assert_true(p->goal != MGCPACER_NEVER);
    assert_true(p->goal >= p->marked || p->marked >= UINT64_MAX - 1);
    assert_true(p->extended_goal >= p->goal);
}

static void try_extremes(uint64_t a, uint64_t b, uint64_t c, int percent)
{
    struct mgcpacer_settings settings = {
        .percent = percent, .heap_minimum = c, .memory_limit = b,
        .nprocs = (unsigned)c};
    struct mgcpacer_memory memory = {a, b, c};
    struct mgcpacer_cycle cycle = {
        .marked = a, .stacks = b, .globals = c, .work = b, .allocated = c,
        .open_ns = a, .latency_ns = b, .mark_ns = c, .assist_ns = a,
        .stopped_ns = b, .nprocs = (unsigned)a, .program_ns = b,
        .allocated_since = c};
    struct mgcpacer pacer;
    struct mgcpacer_debt debt = {0};
    mgcpacer_init(&pacer, &settings);
    for (int i = 0; i < 3; i++) {
        mgcpacer_start(&pacer, c);
        mgcpacer_background_did(&pacer, a);
        mgcpacer_revise(&pacer, b);
        check_bounds(&pacer);
        assert_true(mgcpacer_assist(&pacer, &debt, c) <=
                    MGCPACER_SLICE_BYTES);
        assert_true(mgcpacer_assist(&pacer, &debt, a) <=
                    MGCPACER_SLICE_BYTES);
        mgcpacer_assist_did(&pacer, &debt, b);
        mgcpacer_end(&pacer, &cycle, &memory);
        check_bounds(&pacer);
        mgcpacer_set(&pacer, &settings, &memory);
        check_bounds(&pacer);
    }
}

static void test_nothing_overflows(void **state)
{
    (void)state;
    uint64_t huge = UINT64_MAX - 5;
    assert_true(goal(huge, huge, huge, 10000) >= huge - 10);
    assert_true(goal(huge, 0, 0, 10000) != MGCPACER_NEVER);
    assert_true(goal((uint64_t)1 << 60, 0, 0, 10000) >= (uint64_t)1 << 60);
    for (int a = 0; a < NEXTREMES; a++)
        for (int b = 0; b < NEXTREMES; b++)
            for (int c = 0; c < NEXTREMES; c++)
                for (int percent = -1; percent <= 10000; percent += 3333)
                    try_extremes(extremes[a], extremes[b], extremes[c],
                                 percent);
}

/* ---- what a thread owes -------------------------------------------------- */

/* A collection with 64 MiB of work is open, halfway from 64 MiB to a goal of
 * 128: a byte costs two. */
static void half_way(struct mgcpacer *p)
{
    *p = after(64 * MIB, 0, 0,
               (struct mgcpacer_settings){.percent = 100,
                                          .memory_limit = MGCPACER_NEVER},
               (struct mgcpacer_memory){0});
    mgcpacer_start(p, 96 * MIB);
    assert_int_equal(p->work_per_byte, 2 * 65536);
    assert_int_equal(p->bytes_per_work, 65536 / 2);
}

static void test_debts(void **state)
{
    (void)state;
    struct mgcpacer p;
    struct mgcpacer_debt debt = {0}, other = {0};
    half_way(&p);
    /* A whole slice, so that there is something in advance. */
    assert_int_equal(mgcpacer_assist(&p, &debt, 1000), MGCPACER_SLICE_BYTES);
    mgcpacer_assist_did(&p, &debt, MGCPACER_SLICE_BYTES);
    assert_int_equal(mgcpacer_assist(&p, &debt, 30000), 0);
    /* What goes beyond a slice stays. */
    uint64_t asked = 0;
    for (uint64_t slice = mgcpacer_assist(&p, &other, MIB); slice;
         slice = mgcpacer_assist(&p, &other, 0)) {
        assert_int_equal(slice, MGCPACER_SLICE_BYTES);
        mgcpacer_assist_did(&p, &other, slice);
        asked += slice;
    }
    assert_in_range(asked, 2 * MIB - 1000, 2 * MIB + 1000);
    /* The background has done it; its credit goes down by that. */
    mgcpacer_background_did(&p, MIB);
    assert_int_equal(mgcpacer_assist(&p, &other, 400 * 1024), 0);
    assert_in_range(p.background_credit, 200 * 1024, 240 * 1024);
    /* Debts are about a collection. */
    assert_true(mgcpacer_assist(&p, &debt, 8 * MIB) > 0);
    mgcpacer_give_up(&p);
    assert_int_equal(mgcpacer_assist(&p, &debt, MIB), 0);
    mgcpacer_start(&p, 96 * MIB);
    mgcpacer_background_did(&p, 128 * 1024);
    assert_int_equal(mgcpacer_assist(&p, &debt, 1000), 0);
    assert_int_equal(mgcpacer_assist(&p, &debt, 1000), 0);
    /* When collecting has had too much of the time nobody assists. */
    assert_true(mgcpacer_assist(&p, &other, MIB) > 0);
    p.limit.is_limiting = true;
    assert_int_equal(mgcpacer_assist(&p, &other, MIB), 0);
}

/* What the background did pays for any number of bytes when nearly nothing is
 * left to do, but not beyond the goal. */
static void test_beyond_the_goal_there_is_no_credit(void **state)
{
    (void)state;
    struct mgcpacer p;
    struct mgcpacer_debt debt = {0};
    half_way(&p);
    mgcpacer_background_did(&p, 64 * MIB);
    mgcpacer_revise(&p, 100 * MIB);
    assert_int_equal(mgcpacer_assist(&p, &debt, 100 * MIB), 0);
    assert_int_equal(mgcpacer_overdue(&p, p.extended_goal), 0);
    assert_int_equal(mgcpacer_overdue(&p, p.extended_goal + 1),
                     MGCPACER_SLICE_BYTES);
    p.limit.is_limiting = true;
    assert_int_equal(mgcpacer_overdue(&p, 2 * p.extended_goal), 0);
    p.limit.is_limiting = false;
    mgcpacer_give_up(&p);
    assert_int_equal(mgcpacer_overdue(&p, 2 * p.extended_goal), 0);
}

static void test_beyond_the_goal_all_work_is_due(void **state)
{
    (void)state;
    struct mgcpacer p;
    half_way(&p);
    mgcpacer_revise(&p, 129 * MIB);
    assert_int_equal(p.extended_goal, 128 * MIB + 128 * MIB / 10);
    /* 96 MiB that may be alive, 11.8 MiB to go. */
    assert_in_range(p.work_per_byte, 8 * 65536, 9 * 65536);
}

static const struct mgcpacer_cycle usual_cycle = {
    .marked = 100 * MIB, .work = 40 * MIB, .allocated = MIB,
    .open_ns = 40 * MS, .mark_ns = 10 * MS, .nprocs = 1,
    .program_ns = 100 * MS};

static void end_twice(struct mgcpacer *p, const struct mgcpacer_cycle *cycle)
{
    struct mgcpacer_memory none = {0};
    half_way(p);
    mgcpacer_end(p, cycle, &none);
    mgcpacer_end(p, cycle, &none);
}

/* Half as much more work than last time: next time it may be twice as much. */
static void test_growth_is_expected_to_go_on(void **state)
{
    (void)state;
    struct mgcpacer p;
    struct mgcpacer_memory none = {0};
    struct mgcpacer_cycle cycle = usual_cycle;
    end_twice(&p, &cycle);
    uint64_t steady = mgcpacer_runway(&p);
    assert_in_range(steady, MIB * 99 / 100, MIB * 101 / 100);
    cycle.work = 60 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_in_range(mgcpacer_runway(&p), 2 * steady - 1000,
                    2 * steady + 1000);
    mgcpacer_end(&p, &cycle, &none);
    assert_in_range(mgcpacer_runway(&p), steady * 3 / 2 - 1000,
                    steady * 3 / 2 + 1000);
    cycle.work = 40 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_in_range(mgcpacer_runway(&p), steady - 1000, steady + 1000);
}

/* A minor collection before a full one says nothing of the work of that. */
static void test_what_is_known_of_the_next_counts(void **state)
{
    (void)state;
    struct mgcpacer p;
    struct mgcpacer_memory none = {0};
    struct mgcpacer_cycle cycle = usual_cycle;
    end_twice(&p, &cycle);
    uint64_t steady = mgcpacer_runway(&p);
    cycle.next_work = 120 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_in_range(mgcpacer_runway(&p), 3 * steady - 1000,
                    3 * steady + 1000);
    cycle.next_work = 0;
    mgcpacer_end(&p, &cycle, &none);
    assert_in_range(mgcpacer_runway(&p), steady - 1000, steady + 1000);
}

/* Of 125 MiB that are marked 100 are known to be alive: the percentage refers
 * to these, and it is added to no more than what counts. */
static void test_what_may_be_dead_does_not_raise_the_goal(void **state)
{
    (void)state;
    struct mgcpacer p;
    struct mgcpacer_memory none = {0};
    struct mgcpacer_cycle cycle = usual_cycle;
    half_way(&p);
    cycle.marked = 125 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_int_equal(p.goal, 250 * MIB);
    cycle.grows_from = 100 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_int_equal(p.goal, 225 * MIB);
    cycle.counts = 112 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_int_equal(p.goal, 212 * MIB);
    cycle.counts = 200 * MIB;
    mgcpacer_end(&p, &cycle, &none);
    assert_int_equal(p.goal, 225 * MIB);
    cycle.grows_from = cycle.counts = 0;
    mgcpacer_end(&p, &cycle, &none);
    assert_int_equal(p.goal, 250 * MIB);
}

/* ---- cost ---------------------------------------------------------------- */

/* The work of all collections stays proportional to what was allocated, but
 * for the time in which the heap grows to its size. */
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

static void test_bucket(void **state)
{
    (void)state;
    struct mgclimit limit;
    mgclimit_init(&limit, 2);
    assert_false(mgclimit_account(&limit, 1999 * MS, 0));
    assert_true(mgclimit_has_room(&limit, MS / 2));
    assert_false(mgclimit_has_room(&limit, MS));
    assert_true(mgclimit_account(&limit, 2 * MS, MS));
    assert_true(mgclimit_account(&limit, UINT64_MAX, 0));
    assert_true(mgclimit_account(&limit, 5 * MS, 5 * MS));
    assert_false(mgclimit_account(&limit, 5 * MS, 6 * MS));
    assert_false(mgclimit_account(&limit, 0, UINT64_MAX));
    assert_int_equal(limit.fill, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goal_is_go_s),
        cmocka_unit_test(test_way_to_the_goal_takes_time),
        cmocka_unit_test(test_small_heaps_have_a_minimum),
        cmocka_unit_test(test_limit_counts_what_the_process_has),
        cmocka_unit_test(test_limit_is_told_beforehand),
        cmocka_unit_test(test_trigger_lies_between_its_bounds),
        cmocka_unit_test(test_heaps_grow_so_far_and_no_further),
        cmocka_unit_test(test_background_gets_a_quarter),
        cmocka_unit_test(test_nothing_overflows),
        cmocka_unit_test(test_debts),
        cmocka_unit_test(test_beyond_the_goal_there_is_no_credit),
        cmocka_unit_test(test_beyond_the_goal_all_work_is_due),
        cmocka_unit_test(test_growth_is_expected_to_go_on),
        cmocka_unit_test(test_what_is_known_of_the_next_counts),
        cmocka_unit_test(test_what_may_be_dead_does_not_raise_the_goal),
        cmocka_unit_test(test_cost_is_proportional_to_allocation),
        cmocka_unit_test(test_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
