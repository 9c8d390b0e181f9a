/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_malloc.c - what the allocation functions promise: the C library's
 * family for foreign blocks, rt.h's for collectable objects, and what free
 * and realloc mean across the two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <escc/gc.h>
#include <escc/rt.h>

#include "heap/mbitmap.h"
#include "heap/mheap.h"

static const struct __escc_site scan_site = {
    __FILE__, "test", "malloc(n)", 1, __ESCC_SCAN};
static const struct __escc_site zero_site = {
    __FILE__, "test", "x", 3, __ESCC_ZERO};
static const struct __escc_site noscan_site = {
    __FILE__, "test", "malloc(n)", 2, __ESCC_NOSCAN};

/* Hides values from the compiler, which knows malloc's rules. */
static size_t opaque(size_t value)
{
    volatile size_t hidden = value;

    return hidden;
}

static struct mspan *span_of(const void *block)
{
    struct mspan *span = mheap_span_of((uintptr_t)block);

    assert_non_null(span);
    return span;
}

static bool is_object(const void *volatile address)
{
    struct mspan *span;
    uint32_t index;

    return mbitmap_find((uintptr_t)address, &span, &index);
}

/* The upper half of an address is no count that programs have (os_linux.c). */
static void test_addresses_are_no_small_numbers(void **state)
{
    void *block = malloc(opaque(1));

    (void)state;
    assert_true((uintptr_t)block >> 32 >= 20480);
    free(block);
}

static void test_foreign_blocks(void **state)
{
    size_t bytes;

    (void)state;
    for (bytes = 0; bytes < 100000; bytes += bytes / 9 + 1) {
        unsigned char *block = malloc(opaque(bytes));

        assert_non_null(block);
        assert_true(span_of(block)->foreign);
        assert_int_equal((uintptr_t)block % (bytes > 8 ? 16 : 8), 0);
        assert_true(malloc_usable_size(block) >= bytes);
        memset(block, 0xaa, malloc_usable_size(block));
        free(block);
        block = calloc(1, opaque(bytes));
        assert_true(bytes == 0 ||
                    (block[0] == 0 && block[bytes - 1] == 0 &&
                     memcmp(block, block + 1, bytes - 1) == 0));
        free(block);
    }
}

static void test_malloc_0_is_unique(void **state)
{
    void *a = malloc(opaque(0)), *b = malloc(opaque(0));

    (void)state;
    assert_non_null(a);
    assert_ptr_not_equal(a, b);
    free(a);
    free(b);
}

static void test_absurd_sizes(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, PTRDIFF_MAX,
                                   (size_t)PTRDIFF_MAX + 1};
    void *out = &out;
    unsigned i;

    (void)state;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        errno = 0;
        assert_null(malloc(opaque(sizes[i])));
        assert_int_equal(errno, ENOMEM);
        errno = 0;
        assert_null(__escc_malloc(sizes[i], &scan_site));
        assert_int_equal(errno, ENOMEM);
        assert_null(memalign(64, opaque(sizes[i])));
        assert_null(__escc_memalign_as(64, sizes[i], &scan_site, NULL));
        assert_null(pvalloc(opaque(sizes[i])));
        assert_int_equal(posix_memalign(&out, 64, opaque(sizes[i])),
                         ENOMEM);
    }
    errno = 0;
    assert_null(calloc(opaque(SIZE_MAX / 2), 3));
    assert_int_equal(errno, ENOMEM);
    errno = 0;
    assert_null(__escc_calloc(SIZE_MAX / 2, 3, &scan_site));
    assert_int_equal(errno, ENOMEM);
    assert_null(reallocarray(NULL, opaque(SIZE_MAX / 2), 3));
    assert_int_equal(posix_memalign(&out, 24, 1), EINVAL);
    assert_int_equal(posix_memalign(&out, 0, 1), EINVAL);
    assert_ptr_equal(out, &out);
    errno = 0;
    assert_null(memalign(opaque(SIZE_MAX / 2 + 2), 1));
    assert_int_equal(errno, EINVAL);
}

static void test_alignment(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 5000, 40000};
    size_t align;
    unsigned i;

    (void)state;
    for (align = 1; align <= 8 << 20; align *= 2)
        for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *a = memalign(align, sizes[i]);
            char *b = __escc_memalign_as(align, sizes[i], &scan_site,
                                         NULL);
            char *c = __escc_new(sizes[i], align, &zero_site, NULL);
            size_t k;

            assert_true(a && b && c);
            assert_int_equal(((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) &
                                 (align - 1),
                             0);
            for (k = 0; k < sizes[i]; k++)
                assert_int_equal(c[k], 0);
            memset(a, 1, sizes[i]);
            memset(b, 1, sizes[i]);
            memset(c, 1, sizes[i]);
            free(a);
        }
}

static void test_scanned_objects_are_zeroed(void **state)
{
    int round, i;

    (void)state;
    for (round = 0; round < 3; round++) {
        for (i = 0; i < 20000; i++) {
            size_t bytes = (size_t)(i * 37 % 3000) + 1, k;
            unsigned char *p = __escc_malloc(bytes, &scan_site);

            for (k = 0; k < bytes; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xee, bytes);
            p = __escc_calloc(1, bytes, &noscan_site);
            for (k = 0; k < bytes; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xee, bytes);
        }
        escc_gc();
    }
}

/* [inv.pad] of malloc.c. */
static void test_the_end_lies_inside(void **state)
{
    static const size_t sizes[] = {8, 16, 48, 64, 4096, 32768, 65536};
    unsigned i;

    (void)state;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *p = __escc_malloc(sizes[i], &scan_site);

        assert_ptr_equal(span_of(p), span_of(p + sizes[i]));
        assert_int_equal(
            mspan_object_index(span_of(p), (uintptr_t)p - span_of(p)->base),
            mspan_object_index(span_of(p), (uintptr_t)p + sizes[i] -
                                               span_of(p)->base));
    }
}

static void test_tiny_objects(void **state)
{
    enum { N = 2000 };
    static char *p[N];
    int i;

    (void)state;
    for (i = 0; i < N; i++) {
        size_t bytes = (size_t)i % 8;

        p[i] = __escc_malloc(bytes, &noscan_site);
        assert_int_equal(span_of(p[i])->elemsize, 8);
        assert_int_equal(malloc_usable_size(p[i]), 7);
        memset(p[i], i % 127, bytes);
    }
    for (i = 0; i < N; i++) {
        size_t bytes = (size_t)i % 8, k;

        assert_ptr_equal(__escc_realloc(p[i], 7, &noscan_site), p[i]);
        p[i] = __escc_realloc(p[i], bytes + 20, &noscan_site);
        for (k = 0; k < bytes; k++)
            assert_int_equal(p[i][k], i % 127);
    }
}

static void test_free_of_collectable_objects_changes_nothing(void **state)
{
    char *p = __escc_malloc(100, &scan_site);

    (void)state;
    strcpy(p, "still here");
    __escc_free(p);
    __escc_free(p);
    free(p);
    escc_gc();
    assert_string_equal(p, "still here");
}

/* [inv.reuse] */
static void test_objects_that_nobody_has_are_reused(void **state)
{
    static const struct __escc_site *const sites[] = {&scan_site,
                                                      &noscan_site};
    unsigned i;

    (void)state;
    for (i = 0; i < 2; i++) {
        char *p = __escc_malloc(100, sites[i]), *volatile again = p;

        memset(p, 1, 100);
        __escc_free_now(p);
        assert_false(is_object(again));
        p = __escc_malloc(100, sites[i]);
        assert_ptr_equal(p, again);
        assert_int_equal(p[0], i);          /* what is scanned is zeroed */
        __escc_free(p);
        assert_true(is_object(again));
    }
    char *volatile large = __escc_malloc(opaque(100000), &scan_site);
    memset(large, 1, 100000);
    __escc_free_now(large);
    assert_null(mheap_span_of((uintptr_t)large));
    large = __escc_calloc(1, opaque(100000), &noscan_site);
    assert_int_equal(large[0] | large[99999], 0);
    __escc_free_now(large);
    __escc_free_now(NULL);
}

static void test_what_cannot_be_reused_stays(void **state)
{
    char *object = __escc_malloc(100, &scan_site);
    char *foreign = malloc(opaque(100)), local[8] = "x";

    (void)state;
    strcpy(object, "object");
    strcpy(foreign, "foreign");
    __escc_free_now(object + 16);
    __escc_free_now(foreign);
    __escc_free_now(local);
    __escc_malloc(100, &scan_site);
    escc_gc();
    assert_string_equal(object, "object");
    assert_string_equal(foreign, "foreign");
    assert_string_equal(local, "x");
}

/* A slot that was taken when the thread did not have the span yet. */
static void test_reused_objects_are_counted(void **state)
{
    void *volatile old[43];
    struct mheap_stats before, after;
    int i, reused = 0;

    (void)state;
    for (i = 0; i < 43; i++)
        old[i] = __escc_malloc(1500, &scan_site);
    escc_gc();
    mheap_read_stats(&before);
    void *p = __escc_malloc(1500, &scan_site);
    for (i = 0; i < 43; i++)
        if (span_of(old[i]) == span_of(p)) {
            __escc_free_now(old[i]);
            reused += !is_object(old[i]);
        }
    escc_gc();
    mheap_read_stats(&after);
    assert_true(reused > 0);
    assert_true(after.counts.alloc_objects - before.counts.alloc_objects <
                1000);
    assert_true(after.counts.free_objects - before.counts.free_objects <
                100000);
    assert_true(after.counts.alloc_bytes >= after.counts.free_bytes);
}

static void test_free_by_rewritten_code_releases(void **state)
{
    char *p = malloc(opaque(100));
    struct mspan *span = span_of(p);
    uint32_t i = mspan_object_index(span, (uintptr_t)p - span->base);

    (void)state;
    strcpy(p, "still here");
    __escc_free(p);
    assert_int_equal(span->released_bits[i / 64] >> i % 64 & 1, 1);
    assert_true(mspan_is_allocated(span, i));
    __escc_free(p);
    escc_gc();
    /* p is on our stack, so it is reachable. */
    assert_string_equal(p, "still here");
    free(p);
    assert_false(is_object(p));
}

/* Runs `crash` in a child, which must end by abort(). */
static void expect_abort(void (*crash)(void))
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        close(2);
        crash();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void *volatile victim;

static void free_twice(void)
{
    victim = malloc(100);
    free(victim);
    free(victim);
}

static void free_large_twice(void)
{
    victim = malloc(1 << 20);
    free(victim);
    free(victim);
}

static void free_inside(void)
{
    victim = malloc(100);
    victim = (char *)victim + 16;
    free(victim);
}

static void test_wrong_free_of_foreign_blocks_is_fatal(void **state)
{
    (void)state;
    expect_abort(free_twice);
    expect_abort(free_large_twice);
    expect_abort(free_inside);
}

static void test_free_of_a_stack_address_is_ignored(void **state)
{
    char local[32] = "x";
    void *volatile p = local;

    (void)state;
    free(p);
    __escc_free(p);
    assert_int_equal(malloc_usable_size(p), 0);
    assert_string_equal(local, "x");
}

static void test_realloc_keeps_the_kind_of_the_old_block(void **state)
{
    char *p;

    (void)state;
    p = realloc(__escc_malloc(100, &scan_site), opaque(5000));
    assert_false(span_of(p)->foreign);
    p = __escc_realloc(malloc(opaque(100)), 5000, &scan_site);
    assert_true(span_of(p)->foreign);
    p = __escc_realloc(__escc_malloc(100, &noscan_site), 5000, &noscan_site);
    assert_false(span_of(p)->scan);
    p = __escc_realloc(p, 5001, &scan_site);
    assert_true(span_of(p)->scan);
    p = __escc_realloc(p, 5002, &noscan_site);
    assert_true(span_of(p)->scan);
    p = realloc(__escc_malloc(100, &noscan_site), opaque(90));
    assert_true(span_of(p)->scan);
    assert_false(span_of(p)->foreign);
}

static void test_realloc_grows_in_place(void **state)
{
    char *p = __escc_malloc(1 << 20, &scan_site), *q;
    size_t bytes, moves = 0, copied = 0;

    (void)state;
    p[0] = 7;
    for (bytes = 1 << 20; bytes < 64 << 20; bytes += 10000) {
        q = __escc_realloc(p, bytes, &scan_site);
        assert_non_null(q);
        assert_int_equal(q[0], 7);
        assert_int_equal(q[bytes - 1], 0);
        moves += q != p;
        copied += q != p ? bytes : 0;
        p = q;
    }
    /* Geometric steps at worst: linear work in all. */
    assert_true(moves < 64);
    assert_true(copied < (size_t)16 * (64 << 20));
}

static void test_realloc_that_shrinks_a_lot_moves(void **state)
{
    char *p = malloc(opaque(1 << 20)), *q;

    (void)state;
    memset(p, 5, 1 << 20);
    q = realloc(p, opaque(100));
    assert_true(malloc_usable_size(q) < 1000);
    assert_int_equal(q[99], 5);
    free(q);
}

static void test_realloc_0_frees(void **state)
{
    void *p = malloc(opaque(10000));

    (void)state;
    assert_true(is_object(p));
    assert_null(realloc(p, opaque(0)));
    assert_false(is_object(p));
}

static void test_errno_is_kept(void **state)
{
    int i;

    (void)state;
    errno = 4711;
    for (i = 0; i < 1000; i++) {
        void *p = malloc(opaque((size_t)i * 200 + 1));

        free(p);
        __escc_free(__escc_malloc((size_t)i * 200 + 1, &scan_site));
    }
    assert_int_equal(errno, 4711);
}

static void test_asprintf(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(__escc_asprintf_for(NULL, 1)(&text, "%d-%s", 42, "x"),
                     4);
    assert_string_equal(text, "42-x");
    assert_false(span_of(text)->foreign);
    assert_string_equal(__escc_strdup_as("abc", &noscan_site, NULL), "abc");
    assert_string_equal(__escc_strndup_as("abc", 2, &noscan_site, NULL), "ab");
    assert_string_equal(__escc_strndup_as("abc", 9, &noscan_site, NULL), "abc");
}

/* Everything freed: spans and pages go back, by the free itself. */
static void test_freed_foreign_memory_is_reused(void **state)
{
    enum { N = 20000 };
    static void *p[N];
    size_t before = 0;
    int round, i;

    (void)state;
    for (round = 0; round < 20; round++) {
        for (i = 0; i < N; i++)
            p[i] = malloc(opaque((size_t)(round % 5) * 200 + 100));
        for (i = 0; i < N; i++)
            free(p[(i * 7919) % N]);
        if (round == 4)
            before = mheap.stats.committed_bytes;
    }
    assert_int_equal(mheap.stats.committed_bytes, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_no_small_numbers),
        cmocka_unit_test(test_foreign_blocks),
        cmocka_unit_test(test_malloc_0_is_unique),
        cmocka_unit_test(test_absurd_sizes),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_scanned_objects_are_zeroed),
        cmocka_unit_test(test_the_end_lies_inside),
        cmocka_unit_test(test_tiny_objects),
        cmocka_unit_test(test_free_of_collectable_objects_changes_nothing),
        cmocka_unit_test(test_objects_that_nobody_has_are_reused),
        cmocka_unit_test(test_what_cannot_be_reused_stays),
        cmocka_unit_test(test_reused_objects_are_counted),
        cmocka_unit_test(test_free_by_rewritten_code_releases),
        cmocka_unit_test(test_wrong_free_of_foreign_blocks_is_fatal),
        cmocka_unit_test(test_free_of_a_stack_address_is_ignored),
        cmocka_unit_test(test_realloc_keeps_the_kind_of_the_old_block),
        cmocka_unit_test(test_realloc_grows_in_place),
        cmocka_unit_test(test_realloc_that_shrinks_a_lot_moves),
        cmocka_unit_test(test_realloc_0_frees),
        cmocka_unit_test(test_errno_is_kept),
        cmocka_unit_test(test_asprintf),
        cmocka_unit_test(test_freed_foreign_memory_is_reused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
