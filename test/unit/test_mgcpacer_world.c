/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcpacer_world.c - the pacer on simulated programs: goals are kept,
 * threads work next to nothing, memory limits hold and end in no spiral. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mgcpacer_world.h"

/* ---- steady -------------------------------------------------------------- */

/* Goals are kept within 10 %, not missed by ending far too early, and the
 * program does next to nothing of the work. */
static void check_steady(const struct world *w, double most_assists)
{
    assert_true(w->seen.worst_overshoot <= 1.10);
    assert_true(w->seen.earliest_end >= 0.80);
    assert_true(world_assists(w) <= most_assists);
    assert_true(w->seen.most_asked <= MGCPACER_SLICE_BYTES);
}

static void test_steady_heaps(void **state)
{
    (void)state;
    for (unsigned nprocs = 1; nprocs <= 16; nprocs *= 2)
        for (unsigned rate = 1; rate <= 4; rate++) {
            struct world w;
            world_init(&w);
            w.settings.nprocs = nprocs;
            w.nthreads = nprocs;
            w.reachable = 40 * MIB;
            /* Threads together allocate what the collector can bear. */
            w.alloc_rate = 0.025 * rate;
            world_set(&w);
            world_run(&w, 6);
            world_forget(&w);
            world_run(&w, 6);
            check_steady(&w, 0.005);
        }
}

static void test_first_collections_of_a_program(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    world_run(&w, 1);
    /* Of the least size: it may double. */
    assert_true(w.seen.worst_overshoot <= 2.0);
    world_forget(&w);
    world_run(&w, 12);
    assert_true(w.seen.worst_overshoot <= 1.25);
    assert_true(w.seen.worst_extended <= 1.01);
    assert_true(w.seen.most_asked <= MGCPACER_SLICE_BYTES);
    assert_true(world_assists(&w) <= 0.02);
}

/* Idle processors do the marking, and the trigger comes to lie later. */
static void test_idle_processors_are_counted_on(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.marks_on_idle = true;
    w.alloc_rate = 0.15;
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.001);
    assert_true(w.seen.earliest_end >= 0.95);
    /* Then they have other things to do. */
    w.nthreads = 2;
    w.alloc_rate = 0.05;
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.005);
}

static void test_roots_count(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.reachable = 4 * MIB;
    w.globals = 200 * MIB;
    w.stacks = 40 * MIB;
    w.alloc_rate = 0.1;
    world_run(&w, 4);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.005);
    assert_in_range(w.seen.last_goal, 240 * MIB, 500 * MIB);
}

static void test_objects_without_pointers_are_no_work(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.scanned = 0.05;
    w.alloc_rate = 1.5;
    world_run(&w, 8);
    world_forget(&w);
    world_run(&w, 8);
    check_steady(&w, 0.005);
}

/* More garbage than the collector can bear by itself: threads help, evenly,
 * and the goal holds. */
static void test_greedy_programs_assist(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.settings.nprocs = 4;
    w.nthreads = 4;
    w.alloc_rate = 1.5;
    world_set(&w);
    world_run(&w, 8);
    world_forget(&w);
    world_run(&w, 8);
    assert_true(w.seen.worst_overshoot <= 1.10);
    assert_true(w.seen.most_asked <= MGCPACER_SLICE_BYTES);
    assert_true(world_assists(&w) > 0.02);
}

/* ---- changes ------------------------------------------------------------- */

static void test_bursts(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    world_run(&w, 6);
    for (int i = 0; i < 4; i++) {
        w.alloc_rate = 2.0;
        world_forget(&w);
        world_run(&w, 1);
        /* Nobody could know: the threads do the rest. */
        assert_true(w.seen.worst_overshoot <= 1.10);
        w.alloc_rate = 0.05;
        world_run(&w, 6);
    }
    world_forget(&w);
    world_run(&w, 4);
    check_steady(&w, 0.005);
}

static void test_steps(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.reachable = 20 * MIB;
    world_run(&w, 6);
    uint64_t before = w.pacer.goal;
    w.reachable = 160 * MIB;
    world_forget(&w);
    world_run(&w, 4);
    /* All of the heap was alive: it may double, per collection. */
    assert_true(w.seen.worst_extended <= 1.10);
    assert_true(w.seen.worst_overshoot <= 2.0);
    assert_true(w.pacer.goal > before);
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.005);
    w.reachable = 20 * MIB;
    world_run(&w, 4);
    assert_true(w.pacer.goal < 60 * MIB);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.005);
}

static void test_growing_heaps(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.reachable = 20 * MIB;
    world_run(&w, 6);
    world_forget(&w);
    for (int i = 0; i < 20; i++) {
        w.reachable += w.reachable / 10;
        world_run(&w, 1);
    }
    assert_true(w.seen.worst_overshoot <= 1.10);
    assert_true(world_assists(&w) <= 0.01);
    for (int i = 0; i < 20; i++) {
        w.reachable -= w.reachable / 10;
        world_run(&w, 1);
    }
    assert_true(w.seen.worst_overshoot <= 1.10);
    assert_true(world_assists(&w) <= 0.01);
}

static void test_oscillating_heaps(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    world_run(&w, 6);
    world_forget(&w);
    for (int i = 0; i < 20; i++) {
        w.reachable = i % 2 ? 100 * MIB : 60 * MIB;
        world_run(&w, 1);
    }
    assert_true(w.seen.worst_overshoot <= 1.20);
    assert_true(w.seen.worst_extended <= 1.10);
    assert_true(world_assists(&w) <= 0.05);
}

static void test_percent_changes_in_mid_cycle(void **state)
{
    (void)state;
    static const int percents[] = {400, 50, 100, 20, 1000, 100};
    struct world w;
    world_init(&w);
    world_run(&w, 6);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        world_run_to_half(&w);
        w.settings.percent = percents[i];
        world_set(&w);
        world_forget(&w);
        world_run(&w, 1);
        /* One that has become too small cannot be kept. */
        if (w.pacer.goal > w.seen.last_trigger)
            assert_true(w.seen.most_asked <= MGCPACER_SLICE_BYTES);
        world_run(&w, 6);
        world_forget(&w);
        world_run(&w, 2);
        assert_true(w.seen.worst_overshoot <= 1.10);
        assert_in_range(w.seen.last_goal,
                        100 * MIB * (100 + (uint64_t)percents[i]) / 100,
                        (100 * MIB + 100 * MIB * (uint64_t)percents[i] / 100)
                            * 3 / 2);
    }
    w.settings.percent = -1;
    world_set(&w);
    assert_int_equal(w.pacer.goal, MGCPACER_NEVER);
}

static void test_a_collection_given_up_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    world_run(&w, 6);
    uint64_t trigger = w.pacer.trigger, goal = w.pacer.goal;
    struct mgcpacer_debt debt = {0};
    mgcpacer_start(&w.pacer, trigger);
    assert_true(mgcpacer_assist(&w.pacer, &debt, 32 * MIB) > 0);
    mgcpacer_give_up(&w.pacer);
    assert_int_equal(mgcpacer_assist(&w.pacer, &debt, 32 * MIB), 0);
    assert_int_equal(w.pacer.trigger, trigger);
    assert_int_equal(w.pacer.goal, goal);
}

/* ---- processors and handshakes ------------------------------------------- */

static void test_one_processor(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.settings.nprocs = 1;
    w.nthreads = 8;
    w.alloc_rate = 0.08;
    world_set(&w);
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 6);
    check_steady(&w, 0.005);
    /* Of the time in which marking is under way it has a quarter. */
    assert_true(world_utilization(&w) <= 0.25);
}

static void test_slow_handshakes_come_earlier(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.alloc_rate = 0.05;
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 4);
    uint64_t fast = w.seen.last_goal - w.seen.last_trigger;
    w.latency_ns = 50 * MS;
    world_run(&w, 6);
    world_forget(&w);
    world_run(&w, 6);
    /* 2 * 50 ms at 0.05 bytes per ns. */
    assert_true(w.seen.last_goal - w.seen.last_trigger >= fast + 4 * MIB);
    check_steady(&w, 0.005);
}

/* Processors are short, so that a handshake takes half a second: no assist
 * makes that shorter, and threads that are made to try would only suffer.
 * The goal gives, up to the limit. */
static void test_goals_give_to_slow_handshakes(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.settings.nprocs = 1;
    w.latency_ns = 250 * MS;
    w.alloc_rate = 0.2;
    world_set(&w);
    world_run(&w, 8);
    world_forget(&w);
    world_run(&w, 8);
    assert_true(w.seen.worst_overshoot > 1.10);
    assert_true(w.seen.worst_extended <= 1.10);
    assert_true(w.seen.worst_overshoot <= 2.0);
    assert_true(w.seen.most_asked <= MGCPACER_SLICE_BYTES);
    w.settings.memory_limit = w.seen.last_goal + 16 * MIB;
    w.resident = w.live;
    world_set(&w);
    mgcpacer_start(&w.pacer, w.pacer.trigger);
    assert_true(w.pacer.extended_goal > w.pacer.trigger);
    assert_true(w.pacer.extended_goal <= w.settings.memory_limit);
    mgcpacer_give_up(&w.pacer);
}

/* ---- limits -------------------------------------------------------------- */

static void test_reachable_limit_is_kept(void **state)
{
    (void)state;
    for (int percent = -1; percent <= 900; percent += 300) {
        struct world w;
        world_init(&w);
        w.settings.percent = percent;
        w.settings.memory_limit = 256 * MIB;
        w.outside = 30 * MIB;
        w.alloc_rate = 0.1;
        world_set(&w);
        world_run(&w, 10);
        assert_true(w.seen.most_resident <= 256 * MIB);
        assert_true(w.seen.most_resident >= 200 * MIB);
        assert_true(world_assists(&w) <= 0.02);
        world_forget(&w);
        world_run_stopped(&w, 10);
        assert_true(w.seen.most_resident <= 256 * MIB);
        assert_true(world_utilization(&w) <= 0.20);
    }
}

/* What is outside of the heap grows: the heap makes room. */
static void test_limit_follows_the_rest_of_the_process(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.settings.percent = 400;
    w.settings.memory_limit = 400 * MIB;
    w.settings.marks_stopped = true;
    world_set(&w);
    world_run_stopped(&w, 4);
    assert_true(w.seen.most_resident <= 400 * MIB);
    uint64_t before = w.pacer.goal;
    w.outside = 150 * MIB;
    w.resident = w.live;
    world_set(&w);
    assert_in_range(before - w.pacer.goal, 140 * MIB, 150 * MIB);
    world_forget(&w);
    world_run_stopped(&w, 4);
    assert_true(w.seen.most_resident <= 400 * MIB);
}

/* More is alive than the limit allows: collecting takes half of the time, the
 * program goes on, and is held as low as that allows. */
static void check_no_spiral(struct world *w, void run(struct world *,
                                                      unsigned))
{
    run(w, 60);
    double over = w->seen.mark_ns - w->seen.program_ns;
    /* No more than half, but for what the bucket holds. */
    assert_true(over <= 1.01 * (double)w->pacer.limit.capacity);
    world_forget(w);
    run(w, 60);
    assert_true(world_utilization(w) <= 0.51);
    assert_true(w->seen.most_resident <= 3 * w->reachable);
}

static void test_unreachable_limit_is_no_death_spiral(void **state)
{
    (void)state;
    for (int percent = -1; percent <= 200; percent += 67) {
        struct world w;
        world_init(&w);
        w.settings.percent = percent;
        w.settings.memory_limit = 90 * MIB;
        w.settings.marks_stopped = true;
        world_set(&w);
        check_no_spiral(&w, world_run_stopped);
        world_init(&w);
        w.settings.percent = percent;
        w.settings.memory_limit = 90 * MIB;
        w.nthreads = 2;
        world_set(&w);
        check_no_spiral(&w, world_run);
    }
}

/* It ends when less is alive. */
static void test_limit_is_kept_again_after_a_spiral(void **state)
{
    (void)state;
    struct world w;
    world_init(&w);
    w.settings.percent = 200;
    w.settings.memory_limit = 90 * MIB;
    w.settings.marks_stopped = true;
    world_set(&w);
    world_run_stopped(&w, 60);
    assert_true(w.seen.most_resident > 90 * MIB);
    w.reachable = 30 * MIB;
    world_run_stopped(&w, 30);
    w.resident = w.live;        /* the scavenger */
    world_set(&w);
    world_forget(&w);
    world_run_stopped(&w, 30);
    assert_true(w.seen.most_resident <= 90 * MIB);
    assert_false(w.pacer.limit.is_limiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steady_heaps),
        cmocka_unit_test(test_first_collections_of_a_program),
        cmocka_unit_test(test_idle_processors_are_counted_on),
        cmocka_unit_test(test_roots_count),
        cmocka_unit_test(test_objects_without_pointers_are_no_work),
        cmocka_unit_test(test_greedy_programs_assist),
        cmocka_unit_test(test_bursts),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_growing_heaps),
        cmocka_unit_test(test_oscillating_heaps),
        cmocka_unit_test(test_percent_changes_in_mid_cycle),
        cmocka_unit_test(test_a_collection_given_up_changes_nothing),
        cmocka_unit_test(test_one_processor),
        cmocka_unit_test(test_slow_handshakes_come_earlier),
        cmocka_unit_test(test_goals_give_to_slow_handshakes),
        cmocka_unit_test(test_reachable_limit_is_kept),
        cmocka_unit_test(test_limit_follows_the_rest_of_the_process),
        cmocka_unit_test(test_unreachable_limit_is_no_death_spiral),
        cmocka_unit_test(test_limit_is_kept_again_after_a_spiral),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
