/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mcheckpages.c - which words of the heap are older than what they lead
 * to, as far as checkmark=1 can tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gc/mcheckpages.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

enum { PAGE = 4096, WORD = sizeof(uintptr_t) };

static struct mspan *make(unsigned kind)
{
    mthread_self();             /* the runtime runs */
    rt_enter();
    struct mspan *span = mheap_alloc_span(2, SPANCLASS(0, kind), PAGE_BYTES);
    assert_non_null(span);
    memset((void *)span->base, 1, 2 * PAGE_BYTES);
    mcheckpages_note();
    return span;
}

static void drop(struct mspan *span)
{
    mcheckpages_forget();
    mheap_free_span(span);
    rt_leave();
}

static void test_a_word_is_unchanged_if_its_page_is(void **state)
{
    (void)state;
    struct mspan *span = make(SPAN_SCAN);
    volatile char *second = (char *)span->base + PAGE;
    assert_true(mcheckpages_is_unchanged(span->base));
    *second = 2;
    assert_true(mcheckpages_is_unchanged(span->base + PAGE - WORD));
    assert_false(mcheckpages_is_unchanged(span->base + PAGE));
    assert_false(mcheckpages_is_unchanged(span->base + 2 * PAGE - WORD));
    /* One that lies across the border is in both. */
    assert_false(mcheckpages_is_unchanged(span->base + PAGE - WORD / 2));
    *second = 1;
    assert_true(mcheckpages_is_unchanged(span->base + PAGE));
    drop(span);
}

/* What was stored there again is the same, and no older than its object. */
static void test_what_was_read_again_is_no_longer_old(void **state)
{
    (void)state;
    struct mspan *span = make(SPAN_SCAN);
    mcheckpages_was_read(span->base + PAGE, span->base + 2 * PAGE);
    assert_true(mcheckpages_is_unchanged(span->base));
    assert_false(mcheckpages_is_unchanged(span->base + PAGE));
    assert_false(mcheckpages_is_unchanged(span->base + 2 * PAGE - WORD));
    assert_true(mcheckpages_is_unchanged(span->base + 2 * PAGE));
    mcheckpages_note();
    assert_true(mcheckpages_is_unchanged(span->base + PAGE));
    drop(span);
}

static void test_nothing_is_known_that_was_not_noted(void **state)
{
    (void)state;
    struct mspan *span = make(SPAN_NOSCAN);
    assert_false(mcheckpages_is_unchanged(span->base));
    mcheckpages_was_read(span->base, mheap.end);        /* beyond the table */
    mcheckpages_forget();
    mcheckpages_was_read(span->base, span->base + PAGE);
    assert_false(mcheckpages_is_unchanged(span->base));
    drop(span);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_is_unchanged_if_its_page_is),
        cmocka_unit_test(test_what_was_read_again_is_no_longer_old),
        cmocka_unit_test(test_nothing_is_known_that_was_not_noted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
