/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mbarrier.c - the barrier's slow half: a word is shaded once for each
 * call while the flag is set; a late call does nothing, [inv.lateshade]; bulk
 * copies publish their destination, nested ones the union, and put back what
 * was published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rt_tls.h"
#include "gc/mbarrier.h"

static void shades_while_the_flag_is_set(void **state)
{
    (void)state;
    uintptr_t words[3] = {1, 2, 3};
    uint64_t before = mbarrier_count();
    __escc_shade(words);
    assert_int_equal(mbarrier_count(), before);     /* late */
    __escc_tls.marking = 1;
    __escc_shade(words);
    __escc_shade_range(words, sizeof words);
    __escc_tls.marking = 0;
    assert_int_equal(mbarrier_count(), before + 4);
    assert_int_equal(__escc_tls.in_rt, 0);
}

static void shades_whole_words_of_a_range(void **state)
{
    (void)state;
    uintptr_t words[4] = {0};
    uint64_t before = mbarrier_count();
    __escc_tls.marking = 1;
    __escc_shade_range((char *)words + 1, sizeof words - 2);
    __escc_tls.marking = 0;
    assert_int_equal(mbarrier_count(), before + 2);
}

static void publishes_where_it_copies_to(void **state)
{
    (void)state;
    char room[64] = "text";
    struct mbarrier_hazard outer = mbarrier_begin_copy(room + 16, 16);
    assert_ptr_equal(__escc_tls.hazard, room + 16);
    assert_ptr_equal(__escc_tls.hazard_end, room + 32);
    struct mbarrier_hazard inner = mbarrier_begin_copy(room + 40, 8);
    assert_ptr_equal(__escc_tls.hazard, room + 16);
    assert_ptr_equal(__escc_tls.hazard_end, room + 48);
    mbarrier_end_copy(inner, room + 40, 8);
    assert_ptr_equal(__escc_tls.hazard_end, room + 32);
    mbarrier_end_copy(outer, room + 16, 16);
    assert_null(__escc_tls.hazard);
    mbarrier_copy(room + 8, room, 5);
    assert_string_equal(room + 8, "text");
    assert_null(__escc_tls.hazard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shades_while_the_flag_is_set),
        cmocka_unit_test(shades_whole_words_of_a_range),
        cmocka_unit_test(publishes_where_it_copies_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
