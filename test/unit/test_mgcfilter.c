/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcfilter.c - each version of the marker's filter that this processor
 * has finds what one word after the other finds, and reads nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/rt_atomic.h"
#include "gc/mgcfilter.h"

enum {
    PAGE = 4096,
    MOST_BYTES = 300,
    WORD = sizeof(uintptr_t),
    MOST_FOUND = 2 * MOST_BYTES / 4
};

struct heap {
    uintptr_t base, bytes;
};

/* Usual, of one page, of one byte; nothing, both sides of 4 GiB and of the
 * sign, and the ends of all there is. */
static const struct heap heaps[] = {
    {0x1c0000000000, 64 << 20},
    {0x1c0000000000, (uintptr_t)20 << 30},
    {0x1bffffff0000, PAGE},
    {0x7fff12345678, 1},
    {0x1c0000000000, 0},
    {0xffff0000, 0x20000},
    {((uintptr_t)1 << 63) - 64, 128},
    {0, 4096},
    {-(uintptr_t)4096, 4096},
};
enum { NHEAPS = sizeof heaps / sizeof *heaps };

struct found {
    size_t n;
    uintptr_t words[MOST_FOUND];
};

static uint64_t seed = 1;
static char *page;              /* between two that cannot be accessed */

static uint64_t random_word(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static uintptr_t read_word(uintptr_t at)
{
    uintptr_t word;
    memcpy(&word, (const void *)at, sizeof word);
    return word;
}

/* Two of three are in the heap or close to it. */
static uintptr_t some_word(const struct heap *heap)
{
    switch (random_word() % 12) {
    case 0:
        return heap->base;
    case 1:
        return heap->base - 1;
    case 2:
        return heap->base + heap->bytes - 1;
    case 3:
        return heap->base + heap->bytes;
    case 4:
    case 5:
        return heap->base + random_word() % (heap->bytes + 1);
    case 6:
        return (uint32_t)random_word() | (heap->base & ~(uintptr_t)UINT32_MAX);
    case 7:
        return random_word() % 256;
    case 8:
        return random_word();
    default:
        return 0;
    }
}

static void fill(uintptr_t from, uintptr_t to, const struct heap *heap)
{
    for (uintptr_t at = from; at < to; at++)
        *(char *)at = (char)random_word();
    uintptr_t at = from;
    while (to - at >= WORD) {
        uintptr_t word = some_word(heap);
        memcpy((void *)at, &word, sizeof word);
        /* Sometimes in the middle of two. */
        at += random_word() % 4 ? WORD : WORD / 2;
    }
}

static int compare(const void *left, const void *right)
{
    uintptr_t a = *(const uintptr_t *)left, b = *(const uintptr_t *)right;
    return (a > b) - (a < b);
}

static void one_by_one(struct found *found, uintptr_t from, uintptr_t to,
                       const struct heap *heap, unsigned stride)
{
    for (uintptr_t at = from; at + WORD <= to; at += stride) {
        uintptr_t word = read_word(at);
        if (word - heap->base < heap->bytes)
            found->words[found->n++] = word;
    }
}

static void by_filter(mgcfilter *filter, struct found *found, uintptr_t from,
                      uintptr_t to, const struct heap *heap, unsigned stride)
{
    static struct mgcwork work;
    static uintptr_t popped[MGCWORK_CHUNK_WORDS + MOST_FOUND];
    size_t n = 0;
    /* Also where what is found is spread over two chunks. */
    size_t before = random_word() % 5;
    if (random_word() % 2)
        before = MGCWORK_CHUNK_WORDS - before;
    for (size_t i = 0; i < before; i++)
        mgcwork_push(&work, i);
    uintptr_t rest =
        filter(&work, from, to, heap->base, heap->bytes, stride);
    assert_true(rest >= from && rest <= to);
    assert_true(rest == to || (rest - from) % stride == 0);
    while (n < sizeof popped / sizeof *popped &&
           mgcwork_pop(&work, &popped[n]))
        n++;
    assert_true(mgcwork_is_empty(&work) && n >= before);
    found->n = n - before;
    assert_true(found->n <= MOST_FOUND);
    memcpy(found->words, popped, found->n * sizeof *popped);
    for (size_t i = 0; i < before; i++)
        assert_int_equal(popped[--n], i);
    one_by_one(found, rest, to, heap, stride);
}

static void check(mgcfilter *filter, uintptr_t from, uintptr_t to,
                  const struct heap *heap, unsigned stride)
{
    static struct found expected, found;
    expected.n = found.n = 0;
    one_by_one(&expected, from, to, heap, stride);
    by_filter(filter, &found, from, to, heap, stride);
    assert_int_equal(found.n, expected.n);
    qsort(found.words, found.n, sizeof(uintptr_t), compare);
    qsort(expected.words, expected.n, sizeof(uintptr_t), compare);
    assert_memory_equal(found.words, expected.words,
                        found.n * sizeof(uintptr_t));
}

/* Calls `body` with each version and stride. */
static void for_each_version(void (*body)(mgcfilter *, unsigned stride))
{
    mgcfilter *last = NULL;
    for (unsigned bits = 128; bits <= 512; bits *= 2) {
        mgcfilter *filter = mgcfilter_choose(bits);
        assert_non_null(filter);
        if (filter == last)
            continue;
        last = filter;
        body(filter, 8);
        body(filter, 4);
    }
}

static void test_none_if_too_narrow(void **state)
{
    (void)state;
    assert_null(mgcfilter_choose(0));
    assert_null(mgcfilter_choose(127));
    assert_ptr_equal(mgcfilter_choose(128), mgcfilter_choose(255));
    assert_ptr_equal(mgcfilter_choose(512), mgcfilter_choose(UINT32_MAX));
}

/* All alignments and lengths, up to the last byte that can be read. */
static void all_ranges(mgcfilter *filter, unsigned stride)
{
    uintptr_t start = (uintptr_t)page, end = start + PAGE;
    for (unsigned length = 0; length <= MOST_BYTES; length++) {
        const struct heap *heap = &heaps[length % NHEAPS];
        uintptr_t from = end - MOST_BYTES - 80;
        fill(from, end, heap);
        fill(start, start + MOST_BYTES, heap);
        for (unsigned at = 0; at < 80; at++)
            check(filter, from + at, from + at + length, heap, stride);
        check(filter, end - length, end, heap, stride);
        check(filter, start, start + length, heap, stride);
    }
}

static void test_all_ranges(void **state)
{
    (void)state;
    for_each_version(all_ranges);
}

static void random_words(mgcfilter *filter, unsigned stride)
{
    uintptr_t start = (uintptr_t)page;
    for (int round = 0; round < 40000; round++) {
        const struct heap *heap = &heaps[random_word() % NHEAPS];
        uintptr_t from = start + random_word() % (PAGE - MOST_BYTES);
        from &= random_word() % 4 ? ~(uintptr_t)7 : ~(uintptr_t)0;
        uintptr_t to = from + random_word() % (MOST_BYTES + 1);
        fill(from, to, heap);
        check(filter, from, to, heap, stride);
    }
}

static void test_random_words(void **state)
{
    (void)state;
    for_each_version(random_words);
}

/* Every word of the range is in the heap, and one alone at each place. */
static void hits(mgcfilter *filter, unsigned stride)
{
    const struct heap heap = {0x1c0000000000, 4096};
    uintptr_t from = (uintptr_t)page + PAGE - 256, to = from + 256;
    uintptr_t word = heap.base + 8;
    for (uintptr_t at = from; at < to; at += WORD)
        memcpy((void *)at, &word, sizeof word);
    check(filter, from, to, &heap, stride);
    for (uintptr_t at = from; at + WORD <= to; at += stride) {
        struct found found = {0};
        memset((void *)from, 0, to - from);
        memcpy((void *)at, &word, sizeof word);
        by_filter(filter, &found, from, to, &heap, stride);
        assert_int_equal(found.n, 1);
        assert_int_equal(found.words[0], word);
    }
}

static void test_hits(void **state)
{
    (void)state;
    for_each_version(hits);
}

/* ---- [inv.whole-words] --------------------------------------------------- */

static const uintptr_t two[] = {0x1c0011112222, 0x1c0133334444};
static uintptr_t *written;
static bool stop;

static void *write_words(void *argument)
{
    for (unsigned i = 0; !rt_load_relaxed(&stop); i++)
        for (unsigned word = 0; word < 16; word++)
            rt_store_relaxed(&written[word], two[i % 2]);
    return argument;
}

/* Halves of the two together lie between them: each word is found once and
 * is one of the two. */
static void whole(mgcfilter *filter, unsigned stride)
{
    const struct heap heap = {two[0], two[1] - two[0] + 1};
    if (stride != WORD)
        return;
    for (int round = 0; round < 50000; round++) {
        struct found found = {0};
        unsigned skipped = (unsigned)round % 8;
        by_filter(filter, &found, (uintptr_t)&written[skipped],
                  (uintptr_t)&written[16], &heap, stride);
        assert_int_equal(found.n, 16 - skipped);
        for (size_t i = 0; i < found.n; i++)
            assert_true(found.words[i] == two[0] || found.words[i] == two[1]);
    }
}

static void test_aligned_words_are_whole(void **state)
{
    (void)state;
    pthread_t writer;
    /* Over the border of two pages. */
    written = (uintptr_t *)(page + PAGE) - 8;
    assert_int_equal(mprotect(page, 2 * PAGE, PROT_READ | PROT_WRITE), 0);
    for (unsigned word = 0; word < 16; word++)
        written[word] = two[0];
    assert_int_equal(pthread_create(&writer, NULL, write_words, NULL), 0);
    for_each_version(whole);
    rt_store_relaxed(&stop, true);
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_int_equal(mprotect(page + PAGE, PAGE, PROT_NONE), 0);
}

static int map(void **state)
{
    (void)state;
    char *pages = mmap(NULL, 3 * PAGE, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return -1;
    page = pages + PAGE;
    return mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_if_too_narrow),
        cmocka_unit_test(test_all_ranges),
        cmocka_unit_test(test_random_words),
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_aligned_words_are_whole),
    };
    return cmocka_run_group_tests(tests, map, NULL);
}
