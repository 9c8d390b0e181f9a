/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcminor.c - whether a minor collection is expected to be short enough
 * for one stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gc/mgcminor.h"
#include "thread/mthread.h"

/* There a full one comes after two minor ones. */
#ifdef ESCC_HOSTILE
enum { IS_HOSTILE = 1 };
#else
enum { IS_HOSTILE = 0 };
#endif
enum { MB = 1 << 20 };
#define US UINT64_C(1000)

/* A full one has marked, and read, so many MB, which took so long. */
static bool is_short_after_full(uint64_t megabytes, uint64_t ns)
{
    struct mtrace_cycle trace = {.world = ESCC_GC_STOPPED};
    trace.mark.marked_bytes = trace.mark.scanned_bytes = megabytes * MB;
    mgcminor_decide(&trace);
    assert_true(mgcminor_is_next());
    mgcminor_note_mark(&trace, ns);
    return mgcminor_is_short();
}

/* A minor one has found so many MB that are new, and read as many. */
static bool is_short_after_minor(enum escc_gc_world world, uint64_t megabytes,
                                 uint64_t written, uint64_t ns)
{
    struct mtrace_cycle trace = {.is_minor = true, .world = world};
    trace.kept_bytes = mgcminor_kept_bytes();
    trace.written_bytes = written * MB;
    trace.mark.marked_bytes = trace.mark.scanned_bytes = megabytes * MB;
    mgcminor_decide(&trace);
    assert_true(mgcminor_is_next());
    mgcminor_note_mark(&trace, ns);
    return mgcminor_is_short();
}

static int begin(void **state)
{
    (void)state;
    mthread_self();             /* the runtime runs */
    rt_enter();
    mgcminor_forget();
    return 0;
}

static int end(void **state)
{
    (void)state;
    mgcminor_forget();
    rt_leave();
    return 0;
}

/* 0.2 ms, and 20 us for each MB: of what is old a fiftieth will be written, as
 * long as nobody knows better. */
static void test_after_a_full_one(void **state)
{
    (void)state;
    is_short_after_full(200, 4000 * US);
    assert_true(is_short_after_full(200, 4000 * US));
    /* By 40 MB more, and as many again: 0.2, 0.1, 0.8 and 0.8 ms. */
    assert_true(is_short_after_full(240, 4800 * US));
    /* By 80 MB: 3.5 ms. */
    assert_false(is_short_after_full(320, 6400 * US));
    assert_true(is_short_after_full(320, 6400 * US));
    /* Slower: a fiftieth takes 2.6 ms. */
    assert_false(is_short_after_full(320, 120000 * US));
}

/* It takes as long as the last one, and what has been growing grows again. */
static void test_after_one_in_a_stop(void **state)
{
    (void)state;
    if (IS_HOSTILE)
        skip();
    is_short_after_full(200, 4000 * US);
    is_short_after_full(200, 4000 * US);
    assert_true(is_short_after_minor(ESCC_GC_STOPPED, 0, 1, 2400 * US));
    assert_false(is_short_after_minor(ESCC_GC_STOPPED, 0, 1, 2600 * US));
    assert_true(is_short_after_minor(ESCC_GC_STOPPED, 10, 1, 2200 * US));
    assert_false(is_short_after_minor(ESCC_GC_STOPPED, 20, 1, 2200 * US));
}

/* How long it was makes no difference: it reads much again that a stop would
 * not. */
static void test_after_one_beside_the_threads(void **state)
{
    (void)state;
    if (IS_HOSTILE)
        skip();
    is_short_after_full(400, 8000 * US);
    is_short_after_full(400, 8000 * US);
    assert_true(is_short_after_minor(ESCC_GC_OPEN, 0, 80, 90000 * US));
    /* 20 MB of what was written, and 50 that came: 0.2, 0.4, 1 and 1 ms. */
    assert_false(is_short_after_minor(ESCC_GC_OPEN, 50, 20, 1000 * US));
    assert_true(is_short_after_minor(ESCC_GC_OPEN, 40, 20, 90000 * US));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_after_a_full_one, begin, end),
        cmocka_unit_test_setup_teardown(test_after_one_in_a_stop, begin, end),
        cmocka_unit_test_setup_teardown(test_after_one_beside_the_threads,
                                        begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
