/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_sizeclasses.c - what the allocator relies on in the generated table
 * of size classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap/rt_types.h"

static void test_every_size_gets_the_least_class(void **state)
{
    size_t bytes;

    (void)state;
    for (bytes = 1; bytes <= SIZECLASS_MAX_BYTES; bytes++) {
        unsigned sizeclass = sizeclass_of(bytes);

        assert_in_range(sizeclass, 1, SIZECLASS_COUNT - 1);
        assert_true(sizeclass_bytes[sizeclass] >= bytes);
        assert_true(sizeclass_bytes[sizeclass - 1] < bytes);
    }
}

static void test_objects_are_aligned_for_any_type(void **state)
{
    unsigned i;

    (void)state;
    assert_int_equal(sizeclass_bytes[1], 8);
    for (i = 2; i < SIZECLASS_COUNT; i++)
        assert_int_equal(sizeclass_bytes[i] % MALLOC_ALIGN, 0);
}

/* memalign relies on these for every alignment up to a page. */
static void test_powers_of_two_are_classes(void **state)
{
    size_t bytes;

    (void)state;
    for (bytes = 8; bytes <= SIZECLASS_MAX_BYTES; bytes *= 2)
        assert_int_equal(sizeclass_bytes[sizeclass_of(bytes)], bytes);
}

/* The index by multiplication equals the division, for every byte of every
 * span, long ones as well. */
static void test_divmul_is_exact(void **state)
{
    unsigned i;

    (void)state;
    for (i = 1; i < SIZECLASS_COUNT; i++) {
        uint32_t bytes = sizeclass_bytes[i], offset;
        uint32_t end = sizeclass_pages[i] * (uint32_t)PAGE_BYTES;

        if (bytes <= LONG_ELEMSIZE)
            end *= LONG_TIMES;
        for (offset = 0; offset < end; offset++)
            if ((uint64_t)offset * sizeclass_divmul[i] >> 32 !=
                offset / bytes)
                fail_msg("class %u, offset %u", i, offset);
    }
}

static void test_waste_is_bounded(void **state)
{
    unsigned i;

    (void)state;
    for (i = 1; i < SIZECLASS_COUNT; i++) {
        uint32_t end = sizeclass_pages[i] * (uint32_t)PAGE_BYTES;
        uint32_t count = end / sizeclass_bytes[i];

        assert_in_range(count, 1, SIZECLASS_MAX_OBJECTS);
        assert_in_range(sizeclass_pages[i], 1, SIZECLASS_MAX_PAGES);
        /* At the end of a span: an eighth. */
        assert_true((end - count * sizeclass_bytes[i]) * 8 <= end);
        /* By rounding up, from 128 bytes on: the step is an eighth, and
         * dropped classes double it at most. */
        if (sizeclass_bytes[i] > 128)
            assert_true((sizeclass_bytes[i] - sizeclass_bytes[i - 1]) * 4u <=
                        sizeclass_bytes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_gets_the_least_class),
        cmocka_unit_test(test_objects_are_aligned_for_any_type),
        cmocka_unit_test(test_powers_of_two_are_classes),
        cmocka_unit_test(test_divmul_is_exact),
        cmocka_unit_test(test_waste_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
