/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mpagealloc.c - the page allocator against a model: one byte per page
 * and linear searches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap/mpagealloc.h"

enum { CHUNK = 512, NCHUNKS = 8, NPAGES = CHUNK * NCHUNKS };

static size_t commits_left;

static bool commit(void *start, size_t bytes)
{
    (void)start, (void)bytes;
    if (commits_left == 0)
        return false;
    commits_left--;
    return true;
}

struct fixture {
    struct pagealloc pa;
    void *tables;
};

static void set_up(struct fixture *f, size_t nchunks)
{
    commits_left = 1000;
    f->tables = calloc(1, pagealloc_table_bytes(NCHUNKS));
    assert_true(pagealloc_init(&f->pa, NCHUNKS, f->tables, commit));
    assert_true(pagealloc_grow(&f->pa, nchunks));
}

static void tear_down(struct fixture *f)
{
    assert_true(pagealloc_is_valid(&f->pa));
    free(f->tables);
}

static void test_knows_no_page_at_first(void **state)
{
    struct fixture f;
    bool dirty;
    size_t fresh;

    (void)state;
    set_up(&f, 0);
    assert_true(pagealloc_alloc(&f.pa, 1, 1, &dirty, &fresh) ==
                PAGEALLOC_NONE);
    assert_int_equal(pagealloc_free_at_end(&f.pa), 0);
    tear_down(&f);
}

static void test_run_over_a_chunk_border(void **state)
{
    struct fixture f;
    bool dirty;
    size_t fresh;

    (void)state;
    set_up(&f, 2);
    assert_int_equal(pagealloc_alloc(&f.pa, 500, 1, &dirty, &fresh), 0);
    assert_int_equal(pagealloc_alloc(&f.pa, 100, 1, &dirty, &fresh), 500);
    assert_false(dirty);
    assert_int_equal(fresh, 100);
    pagealloc_free(&f.pa, 0, 500);
    assert_int_equal(pagealloc_alloc(&f.pa, 501, 1, &dirty, &fresh),
                     PAGEALLOC_NONE);
    assert_int_equal(pagealloc_alloc(&f.pa, 424, 1, &dirty, &fresh), 0);
    assert_true(dirty);
    assert_int_equal(fresh, 0);
    assert_int_equal(pagealloc_alloc(&f.pa, 424, 1, &dirty, &fresh), 600);
    tear_down(&f);
}

static void test_whole_arena_in_one_run(void **state)
{
    struct fixture f;
    bool dirty;
    size_t fresh;

    (void)state;
    set_up(&f, NCHUNKS);
    assert_int_equal(pagealloc_alloc(&f.pa, NPAGES, 1, &dirty, &fresh), 0);
    assert_int_equal(pagealloc_alloc(&f.pa, 1, 1, &dirty, &fresh),
                     PAGEALLOC_NONE);
    pagealloc_free(&f.pa, 0, NPAGES);
    assert_int_equal(pagealloc_free_at_end(&f.pa), NPAGES);
    tear_down(&f);
}

static void test_growth_needs_tables(void **state)
{
    struct fixture f;

    (void)state;
    set_up(&f, 1);
    commits_left = 1;
    assert_false(pagealloc_grow(&f.pa, 1));
    assert_int_equal(f.pa.npages, CHUNK);
    commits_left = 2;
    assert_true(pagealloc_grow(&f.pa, 1));
    commits_left = 2;
    assert_false(pagealloc_grow(&f.pa, NCHUNKS - 1));
    tear_down(&f);
}

static void test_scavenges_free_areas_from_the_end(void **state)
{
    struct fixture f;
    bool dirty;
    size_t fresh, ndirty;

    (void)state;
    set_up(&f, 2);
    pagealloc_alloc(&f.pa, 1000, 1, &dirty, &fresh);
    pagealloc_free(&f.pa, 1, 999);
    /* 1000..1023 were never touched; [256, 512) is the first free area. */
    assert_int_equal(pagealloc_scavenge(&f.pa, 256, SIZE_MAX, &ndirty), 768);
    assert_int_equal(ndirty, 1000 - 768);
    assert_int_equal(pagealloc_scavenge(&f.pa, 256, 768, &ndirty), 512);
    assert_int_equal(pagealloc_scavenge(&f.pa, 256, 512, &ndirty), 256);
    assert_int_equal(pagealloc_scavenge(&f.pa, 256, SIZE_MAX, &ndirty),
                     PAGEALLOC_NONE);
    assert_int_equal(pagealloc_alloc(&f.pa, 300, 1, &dirty, &fresh), 1);
    assert_true(dirty);
    assert_int_equal(fresh, 301 - 256);
    tear_down(&f);
}

/* ---- the model ------------------------------------------------------ */

static unsigned char used[NPAGES], dirty_page[NPAGES];

static size_t model_find(size_t known, size_t npages, size_t align)
{
    size_t first, i, start;

    /* First fit for npages + align - 1, aligned within. */
    for (first = 0; first + npages + align - 1 <= known; first++) {
        for (i = 0; i < npages + align - 1 && !used[first + i]; i++)
            ;
        if (i == npages + align - 1) {
            start = (first + align - 1) / align * align;
            return start;
        }
        first += i;
    }
    return PAGEALLOC_NONE;
}

static size_t model_take(size_t first, size_t npages, bool *dirty)
{
    size_t i, fresh = 0;

    *dirty = false;
    for (i = first; i < first + npages; i++) {
        assert_false(used[i]);
        fresh += !dirty_page[i];
        *dirty |= dirty_page[i];
        used[i] = dirty_page[i] = 1;
    }
    return fresh;
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) +
            UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

struct run {
    size_t first, npages;
};

static size_t random_size(uint64_t *seed)
{
    uint32_t sort = next_random(seed) % 10;

    return sort < 6 ? 1 + next_random(seed) % 4
                    : sort < 9 ? 1 + next_random(seed) % 200
                               : 1 + next_random(seed) % 1500;
}

static void model_step(struct fixture *f, struct run *runs, size_t *nruns,
                       uint64_t *seed)
{
    size_t npages = random_size(seed), fresh, model_fresh, first, i;
    size_t align = (size_t)1 << next_random(seed) % 5;
    bool dirty, model_dirty;

    if (*nruns != 0 && (next_random(seed) % 2 || *nruns == 900)) {
        i = next_random(seed) % *nruns;
        pagealloc_free(&f->pa, runs[i].first, runs[i].npages);
        memset(used + runs[i].first, 0, runs[i].npages);
        runs[i] = runs[--*nruns];
        return;
    }
    if (next_random(seed) % 8 == 0) {
        bool free_there = true;

        first = next_random(seed) % NPAGES;
        for (i = first; i < first + npages; i++)
            free_there &= i < f->pa.npages && !used[i];
        assert_int_equal(pagealloc_alloc_at(&f->pa, first, npages, &dirty,
                                            &fresh),
                         free_there);
        if (!free_there)
            return;
    } else {
        size_t expected = model_find(f->pa.npages, npages, align);

        first = pagealloc_alloc(&f->pa, npages, align, &dirty, &fresh);
        assert_true(first == expected);
        if (first == PAGEALLOC_NONE) {
            if (f->pa.npages < NPAGES)
                assert_true(pagealloc_grow(&f->pa, 1));
            return;
        }
    }
    model_fresh = model_take(first, npages, &model_dirty);
    assert_int_equal(fresh, model_fresh);
    assert_int_equal(dirty, model_dirty);
    runs[(*nruns)++] = (struct run){first, npages};
}

static void model_scavenge(struct fixture *f)
{
    size_t ndirty, first, i, n = 0;

    first = pagealloc_scavenge(&f->pa, 64, SIZE_MAX, &ndirty);
    if (first == PAGEALLOC_NONE)
        return;
    for (i = first; i < first + 64; i++) {
        assert_false(used[i]);
        n += dirty_page[i];
        dirty_page[i] = 0;
    }
    assert_int_equal(n, ndirty);
}

static void test_agrees_with_the_model(void **state)
{
    uint64_t seed;

    (void)state;
    for (seed = 1; seed <= 20; seed++) {
        uint64_t random = seed;
        struct run runs[1000];
        struct fixture f;
        size_t nruns = 0;
        int step;

        memset(used, 0, sizeof used);
        memset(dirty_page, 0, sizeof dirty_page);
        set_up(&f, 1);
        for (step = 0; step < 2000; step++) {
            model_step(&f, runs, &nruns, &random);
            if (step % 16 == 0)
                model_scavenge(&f);
            if (step % 100 == 0)
                assert_true(pagealloc_is_valid(&f.pa));
        }
        tear_down(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_no_page_at_first),
        cmocka_unit_test(test_run_over_a_chunk_border),
        cmocka_unit_test(test_whole_arena_in_one_run),
        cmocka_unit_test(test_growth_needs_tables),
        cmocka_unit_test(test_scavenges_free_areas_from_the_end),
        cmocka_unit_test(test_agrees_with_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
