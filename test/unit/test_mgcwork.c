/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcwork.c - the mark queue, its overflow, and marking in spite of
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rt_print.h"
#include "gc/mgcmark.h"
#include "gc/mgcshare.h"
#include "gc/mgcwork.h"
#include "thread/mthread.h"

#include <escc/gc.h>
#include <escc/rt.h>

static void test_last_in_first_out(void **state)
{
    (void)state;
    enum { N = 5 * MGCWORK_CHUNK_WORDS + 7 };
    struct mgcwork work = {0};
    uintptr_t word;
    for (int round = 0; round < 3; round++) {
        assert_true(mgcwork_is_empty(&work));
        for (uintptr_t i = 1; i <= N; i++)
            mgcwork_push(&work, i);
        for (uintptr_t i = N; i >= 1; i--) {
            assert_true(mgcwork_pop(&work, &word));
            assert_int_equal(word, i);
        }
        assert_false(mgcwork_pop(&work, &word));
    }
    assert_false(work.overflowed);
    mgcwork_reset(&work);
}

static void test_overflow_drops_and_tells(void **state)
{
    (void)state;
    struct mgcwork work = {.limit_chunks = 2};
    uintptr_t word;
    size_t n = 0;
    for (uintptr_t i = 1; i <= 3 * MGCWORK_CHUNK_WORDS; i++)
        mgcwork_push(&work, i);
    assert_true(work.overflowed);
    while (mgcwork_pop(&work, &word))
        n++;
    assert_int_equal(n, 2 * MGCWORK_CHUNK_WORDS);
    mgcwork_reset(&work);
    assert_false(work.overflowed);
}

/* Chunks and halves of them change hands: each word is in one queue, and one
 * that is used up looks so. */
static void test_queues_share(void **state)
{
    (void)state;
    enum { N = 3 * MGCWORK_CHUNK_WORDS + 2 };
    struct mgcwork own = {0}, pool = {0}, other = {0};
    uintptr_t word, sum = 0, all = (uintptr_t)N * (N + 1) / 2;
    unsigned nshared = 0;
    assert_false(mgcwork_share(&own, &pool));
    assert_false(mgcwork_take(&pool, &other));
    for (uintptr_t i = 1; i <= N; i++)
        mgcwork_push(&own, i);
    while (mgcwork_share(&own, &pool))
        nshared++;
    assert_true(nshared >= 3 && !mgcwork_is_empty(&own));
    for (; mgcwork_take(&pool, &other); nshared--)
        while (mgcwork_pop(&other, &word))
            sum += word;
    assert_true(mgcwork_is_empty(&other) && nshared == 0);
    mgcwork_push(&other, word = 7);
    pool.overflowed = true;
    mgcwork_splice(&other, &own);
    mgcwork_splice(&pool, &own);
    assert_true(mgcwork_is_empty(&other) && own.overflowed);
    assert_true(mgcwork_pop(&own, &word) && word == 7);
    while (mgcwork_pop(&own, &word))
        sum += word;
    assert_true(mgcwork_is_empty(&own));
    assert_int_equal(sum, all);
    mgcwork_reset(&own);
    mgcwork_reset(&other);
}

static const struct __escc_site site = {"test", "test", "array", 1,
                                        __ESCC_SCAN};

/* An array of arrays of objects: far more candidates than the queue may
 * hold.  Each pass reads all that is marked, so not many more; a hostile build
 * collects at each allocation, too.
 * [inv.overflow] */
static void test_overflow_loses_no_object(void **state)
{
    (void)state;
    enum { IS_TINY = MGCWORK_CHUNK_WORDS < 200 };
    enum { N = IS_TINY ? 30 : 300, M = IS_TINY ? 10 : 200 };
    uintptr_t ***top = __escc_malloc(N * sizeof *top, &site);
    for (int i = 0; i < N; i++) {
        top[i] = __escc_malloc(M * sizeof **top, &site);
        for (int j = 0; j < M; j++) {
            top[i][j] = __escc_malloc(24, &site);
            top[i][j][0] = (uintptr_t)top[i][j] ^ 0x5555;
        }
    }
    mgcmark_limit_queue(1);
    for (int round = 0; round < 3; round++) {
        escc_gc();
        for (int i = 0; i < (IS_TINY ? 10 : 1000); i++)
            memset(__escc_malloc(24, &site), 0xee, 24);
    }
    mgcmark_limit_queue(0);
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    assert_true(stats.heap_marked_bytes >= N * M * 24);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < M; j++)
            assert_true(top[i][j][0] == ((uintptr_t)top[i][j] ^ 0x5555));
}

/* More pointers than the queue may hold, in one object: when most of what they
 * lead to is marked, the rest has room. */
static void test_overflow_by_one_object_ends(void **state)
{
    (void)state;
    enum { N = 3 * MGCWORK_CHUNK_WORDS };
    uintptr_t **all = __escc_malloc(N * sizeof *all, &site);
    for (int i = 0; i < N; i++) {
        all[i] = __escc_malloc(24, &site);
        all[i][0] = (uintptr_t)all[i] ^ 0x5555;
    }
    mgcmark_limit_queue(1);
    escc_gc();
    mgcmark_limit_queue(0);
    for (int i = 0; i < 1000; i++)
        memset(__escc_malloc(24, &site), 0xee, 24);
    for (int i = 0; i < N; i++)
        assert_true(all[i][0] == ((uintptr_t)all[i] ^ 0x5555));
}

static void test_format(void **state)
{
    (void)state;
    char out[64];
    rt_format(out, sizeof out, "%d|%5u|%-4d|%04x|%s|%.2s|%c|%%|%p", -3, 42u,
              7, 0xabu, "text", "cut off", 'z', (void *)0x10);
    assert_string_equal(out, "-3|   42|7   |00ab|text|cu|z|%|0x10");
    rt_format(out, sizeof out, "%lu %ld %zu", ~0ul, -1l, (size_t)0);
    assert_string_equal(out, "18446744073709551615 -1 0");
    assert_int_equal(rt_format(out, 4, "%s", "truncated"), 3);
    assert_string_equal(out, "tru");
}

/* Nobody has come to help.  Who has a short piece and nothing else keeps it: it
 * was given and taken back for ever. */
static void test_the_last_short_piece_stays(void **state)
{
    (void)state;
    enum { SHORT_BYTES = 4096, LONG_BYTES = 1 << 20 };
    static struct mgcshare share = MGCSHARE_INIT;
    struct mgcwork candidates = {0}, pieces = {0}, greys = {0};
    const struct mgcshare_work work = {&candidates, &pieces, &greys};
    uintptr_t from, to;
    mgcshare_open(&share, 2);
    mgcwork_push_range(&pieces, 65536, 65536 + SHORT_BYTES);
    mgcshare_give(&share, &work);
    assert_false(mgcwork_is_empty(&pieces));
    assert_true(mgcwork_is_empty(&share.pieces));
    /* Of a long one half stays. */
    assert_true(mgcwork_pop(&pieces, &from) && mgcwork_pop(&pieces, &to));
    mgcwork_push_range(&pieces, 65536, 65536 + LONG_BYTES);
    mgcshare_give(&share, &work);
    assert_false(mgcwork_is_empty(&pieces));
    assert_false(mgcwork_is_empty(&share.pieces));
    /* And a short one is given where there is something else. */
    assert_true(mgcwork_pop(&pieces, &from) && mgcwork_pop(&pieces, &to));
    assert_int_equal(from, 65536);
    assert_true(mgcshare_take(&share, &work));
    mgcwork_push_range(&pieces, 8192, 8192 + SHORT_BYTES);
    mgcshare_give(&share, &work);
    assert_false(mgcwork_is_empty(&pieces));
    assert_true(mgcwork_pop(&share.pieces, &from));
    assert_int_equal(from, 8192);
    assert_true(mgcwork_pop(&share.pieces, &to));
    mgcshare_close(&share, &work);
    mgcwork_reset(&pieces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_in_first_out),
        cmocka_unit_test(test_overflow_drops_and_tells),
        cmocka_unit_test(test_queues_share),
        cmocka_unit_test(test_the_last_short_piece_stays),
        cmocka_unit_test(test_overflow_loses_no_object),
        cmocka_unit_test(test_overflow_by_one_object_ends),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
