/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcbeside.c - which collections are to be beside the threads.
 *
 * Skips itself where the kernel cannot tell what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gc/mgcbeside.h"
#include "thread/mthread.h"

#define US UINT64_C(1000)

/* After one of a heap of so many MB, most of it alive or not, that took so
 * long. */
static bool is_preferred_after(uint64_t before, uint64_t marked, uint64_t ns)
{
    struct mtrace_cycle trace = {.heap_before = before << 20,
                                 .heap_marked = marked << 20};
    mgcbeside_note_mark(&trace, ns);
    return mgcbeside_is_preferred();
}

/* 0.5 ms; half of that if most is alive, since the heap may grow to twice of
 * it, and a quarter if it has just done so. */
static void test_by_what_there_may_be_next(void **state)
{
    (void)state;
    mthread_self();             /* the runtime runs */
    if (!is_preferred_after(100, 40, 1000 * US))
        skip();
    assert_false(is_preferred_after(100, 40, 499 * US));
    assert_true(is_preferred_after(100, 40, 500 * US));
    assert_false(is_preferred_after(100, 60, 249 * US));
    assert_true(is_preferred_after(100, 60, 250 * US));
    assert_false(is_preferred_after(200, 130, 124 * US));
    assert_true(is_preferred_after(300, 280, 125 * US));
    assert_false(is_preferred_after(300, 280, 125 * US));
    /* It has doubled, but half of it is garbage. */
    assert_false(is_preferred_after(1200, 600, 499 * US));
    /* And that is what the next one is compared with. */
    assert_false(is_preferred_after(1200, 900, 249 * US));
    assert_true(is_preferred_after(1200, 900, 250 * US));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_what_there_may_be_next)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
