/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mfixalloc.c - off-heap blocks of one size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap/mfixalloc.h"
#include "heap/mheap.h"

static int chunks_left;

static void *some_chunks(size_t bytes, size_t *got)
{
    if (chunks_left == 0)
        return NULL;
    chunks_left--;
    return persistent_alloc(bytes, got);
}

static void test_blocks_are_apart_and_zero(void **state)
{
    struct fixalloc fa = FIXALLOC_INIT(48, persistent_alloc);
    enum { NBLOCKS = 3000 };
    static unsigned char *blocks[NBLOCKS];
    int i, j;

    (void)state;
    for (i = 0; i < NBLOCKS; i++) {
        blocks[i] = fixalloc_alloc(&fa);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 8, 0);
        for (j = 0; j < 48; j++)
            assert_int_equal(blocks[i][j], 0);
        memset(blocks[i], i % 255 + 1, 48);
    }
    for (i = 0; i < NBLOCKS; i++)
        for (j = 0; j < 48; j++)
            assert_int_equal(blocks[i][j], i % 255 + 1);
    assert_int_equal(fa.ntaken, NBLOCKS);
}

static void test_a_freed_block_comes_back_zeroed(void **state)
{
    struct fixalloc fa = FIXALLOC_INIT(64, persistent_alloc);
    unsigned char *block = fixalloc_alloc(&fa), *again;
    int i;

    (void)state;
    memset(block, 0xff, 64);
    fixalloc_free(&fa, block);
    again = fixalloc_alloc(&fa);
    assert_ptr_equal(again, block);
    for (i = 0; i < 64; i++)
        assert_int_equal(again[i], 0);
}

/* [inv.stable]: only the first word of a free block changes. */
static void test_a_freed_block_stays_readable(void **state)
{
    struct fixalloc fa = FIXALLOC_INIT(64, persistent_alloc);
    unsigned char *block = fixalloc_alloc(&fa);
    int i;

    (void)state;
    memset(block, 0x5a, 64);
    fixalloc_free(&fa, block);
    for (i = 8; i < 64; i++)
        assert_int_equal(block[i], 0x5a);
}

static void test_no_memory_is_null(void **state)
{
    struct fixalloc fa = FIXALLOC_INIT(128, some_chunks);
    int n = 0;

    (void)state;
    chunks_left = 2;
    while (fixalloc_alloc(&fa) != NULL)
        n++;
    assert_in_range(n, 2, 2 * 16384 / 128);
    assert_int_equal(fa.ntaken, n);
}

static void test_memory_lies_outside_of_the_heap(void **state)
{
    size_t got, want[] = {1, 64, 4096, 1 << 20};
    unsigned i;

    (void)state;
    free(malloc(1));
    for (i = 0; i < sizeof want / sizeof *want; i++) {
        void *memory = persistent_alloc(want[i], &got);

        assert_true(got >= want[i]);
        assert_int_equal((uintptr_t)memory % 64, 0);
        assert_false(mheap_contains((uintptr_t)memory));
        memset(memory, 1, got);
    }
}

/* [inv.beyond]: what is left at the end of each chunk belongs to nobody. */
static void test_something_stands_behind_each_block(void **state)
{
    enum { BLOCK = 4096, NBLOCKS = 200, CHUNK = 256 << 10 };
    char *before = NULL;
    size_t got, run = 0;
    int i;

    (void)state;
    for (i = 0; i < NBLOCKS; i++) {
        char *block = persistent_alloc(BLOCK, &got);

        assert_non_null(block);
        run = before && block == before + BLOCK ? run + got : got;
        assert_in_range(run, BLOCK, CHUNK - PERSISTENT_BEYOND_BYTES);
        before = block;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_apart_and_zero),
        cmocka_unit_test(test_a_freed_block_comes_back_zeroed),
        cmocka_unit_test(test_a_freed_block_stays_readable),
        cmocka_unit_test(test_no_memory_is_null),
        cmocka_unit_test(test_memory_lies_outside_of_the_heap),
        cmocka_unit_test(test_something_stands_behind_each_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
