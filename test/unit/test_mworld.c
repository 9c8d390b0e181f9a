/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mworld: which objects have barriers, and what is read again for the rest.
 * This program says that it is closed; cmocka, which it loads, does not. */
#include "gc/mworld.h"

#include "base/rt_tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern char **environ;

static long own = 1;            /* in a segment of this program */
static uintptr_t wanted;
static unsigned hits;

static void hit(uintptr_t from, uintptr_t to, bool trusted)
{
    (void)trusted;
    assert_true(from <= to);
    hits += wanted - from < to - from;
}

/* In how many of the ranges the address is. */
static unsigned ranges_with(const void *address)
{
    wanted = (uintptr_t)address;
    hits = 0;
    mworld_for_each_unbarriered(hit);
    return hits;
}

static int read_list(void **state)
{
    (void)state;
    rt_enter();
    mroots_refresh();
    rt_leave();
    return 0;
}

static void an_object_without_the_note_opens(void **state)
{
    (void)state;
    assert_false(mworld_is_closed());
    assert_non_null(strstr(mworld_reason(), "libcmocka.so"));
}

static void own_variables_have_barriers(void **state)
{
    (void)state;
    assert_int_equal(ranges_with(&own), 0);
    assert_int_equal(ranges_with(&hits), 0);
}

static void copies_of_the_librarys_have_none(void **state)
{
    (void)state;
    /* Both are the library's; linkers may let the program have them. */
    assert_int_equal(ranges_with(&environ), 1);
    assert_int_equal(ranges_with(&stdout), 1);
}

static void segments_of_the_library_have_none(void **state)
{
    (void)state;
    /* What these point to is in the library's own segment. */
    assert_int_equal(ranges_with(stdout), 1);
    assert_int_equal(ranges_with(stderr), 1);
}

static void reading_again_says_the_same(void **state)
{
    unsigned before = ranges_with(stdout);
    for (int i = 0; i < 3; i++) {
        read_list(state);
        assert_int_equal(ranges_with(stdout), before);
        assert_int_equal(ranges_with(&own), 0);
        assert_false(mworld_is_closed());
        assert_non_null(strstr(mworld_reason(), "libcmocka.so"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_without_the_note_opens),
        cmocka_unit_test(own_variables_have_barriers),
        cmocka_unit_test(copies_of_the_librarys_have_none),
        cmocka_unit_test(segments_of_the_library_have_none),
        cmocka_unit_test(reading_again_says_the_same),
    };
    return cmocka_run_group_tests(tests, read_list, NULL);
}
