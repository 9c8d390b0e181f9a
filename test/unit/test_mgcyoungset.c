/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mgcyoungset.c - slots that lead to young blocks are told, however the
 * word came there: whole, or in two pieces, by a copy that begins and ends
 * anywhere; in young blocks and on the stack they are not; and the set has each
 * slot once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "alloc/rt_malloc.h"
#include "base/rt_tls.h"
#include "gc/mbarrier.h"
#include "gc/mgcyoung.h"
#include "gc/mgcyoungread.h"
#include "gc/mgcyoungset.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

enum { BYTES = 2000, WORD_BYTES = sizeof(uintptr_t) };

static char *old_block, *young_block;

static void set_barriers(bool on)
{
    uintptr_t bytes = mheap.window_npages * PAGE_BYTES;
    __escc_tls.marking = on ? RT_TLS_YOUNG : 0;
    __escc_tls.shade_from = on ? mheap.base : 0;
    __escc_tls.shade_to = on ? mheap.base + bytes : 0;
}

/* As mgcyoung.c begins, without a collection. */
static int begin(void **state)
{
    (void)state;
    mthread_self();
    rt_enter();
    if (!mheap_open_window() || !mgcyoungset_init() || !mgcyoungread_init())
        return -1;
    mgcyoung_kind = SPAN_YOUNG;
    old_block = malloc_object(BYTES, SPAN_SCAN, MALLOC_ZEROED);
    young_block = malloc_object(BYTES, SPAN_YOUNG, MALLOC_ZEROED);
    rt_leave();
    return old_block && mheap_is_in_window((uintptr_t)young_block) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    mgcyoung_kind = 0;
    return 0;
}

static void forget(void)
{
    struct mthread *self = mthread_self();
    self->nslots = 0;
    memset(self->recent_slots, 0, sizeof self->recent_slots);
}

static bool is_told(const void *slot)
{
    const struct mthread *self = mthread_self();
    bool found = false;
    for (unsigned i = 0; i < self->nslots; i++)
        found |= self->slots[i] == (uintptr_t)slot;
    return found;
}

/* Bytes of a word that leads to the young block, between others. */
struct source { unsigned char before[64], room[256]; };

static unsigned char *make_source(struct source *source, size_t shift,
                                  size_t at)
{
    uintptr_t word = (uintptr_t)young_block + 8;
    memset(source, 0x5a, sizeof *source);
    memcpy(source->room + shift + at, &word, sizeof word);
    return source->room + shift;
}

static void tells_of_copies(void **state)
{
    static struct source source;
    (void)state;
    for (size_t shift = 0; shift < WORD_BYTES; shift++)
        for (size_t at = 0; at < 120; at += 4)
            for (size_t lead = 0; lead < 12 && lead <= at; lead++) {
                const unsigned char *from = make_source(&source, shift, at);
                char *to = old_block + 512;
                size_t bytes = at + WORD_BYTES + lead % 5 - lead;
                memset(old_block, 0, BYTES);
                forget();
                set_barriers(true);
                __escc_memcpy(to + lead, from + lead, bytes);
                set_barriers(false);
                assert_true(is_told(to + at));
            }
}

/* The pieces [0, cut) and [cut, 8), in both orders, by copies and as stores of
 * pieces do. */
static void store_pieces(char *to, const unsigned char *from, size_t cut,
                         bool last_first, bool by_copy)
{
    for (int i = 0; i < 2; i++) {
        size_t begin = (i == 0) == last_first ? cut : 0;
        size_t end = begin ? WORD_BYTES : cut;
        if (by_copy) {
            __escc_memcpy(to + begin, from + begin, end - begin);
        } else {
            memcpy(to + begin, from + begin, end - begin);
            __escc_shade_slots(to + begin, end - begin);
        }
    }
}

static void tells_of_words_in_pieces(void **state)
{
    static struct source source;
    const unsigned char *from = make_source(&source, 3, 0);
    (void)state;
    for (size_t cut = 1; cut < WORD_BYTES; cut++)
        for (int how = 0; how < 4; how++)
            for (size_t at = 256; at < 264; at += 4) {
                memset(old_block, 0, BYTES);
                forget();
                set_barriers(true);
                store_pieces(old_block + at, from, cut, how & 1, how & 2);
                set_barriers(false);
                assert_true(is_told(old_block + at));
            }
}

static void tells_nothing_of_what_is_read_anyway(void **state)
{
    static struct source source;
    unsigned char here[WORD_BYTES];
    const unsigned char *from = make_source(&source, 0, 0);
    (void)state;
    forget();
    set_barriers(true);
    __escc_memcpy(here, from, sizeof here);
    __escc_shade_slots(here, sizeof here);
    __escc_memcpy(young_block + 16, from, WORD_BYTES);
    __escc_shade_slots(young_block + 16, WORD_BYTES);
    set_barriers(false);
    assert_int_equal(mthread_self()->nslots, 0);
}

/* Nothing is read where nothing was copied. */
static void copies_nothing_to_nowhere(void **state)
{
    char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                      0);
    (void)state;
    assert_true(page != MAP_FAILED);
    set_barriers(true);
    __escc_memcpy(page + 8, page + 8, 0);
    __escc_memmove(page + 8, page + 8, 0);
    __escc_shade_slots(page + 8, 0);
    set_barriers(false);
    munmap(page, 4096);
}

/* The next page may not be there. */
static void reads_nothing_behind_a_page(void **state)
{
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)state;
    assert_true(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
    set_barriers(true);
    for (size_t bytes = 1; bytes < 100; bytes++) {
        __escc_memcpy(pages + 4096 - bytes, pages, bytes);
        __escc_shade_slots(pages + 4096 - bytes, bytes);
    }
    set_barriers(false);
    munmap(pages, 4096);
}

static uintptr_t found[64];
static unsigned nfound;

static void note(uintptr_t word)
{
    found[nfound++ % 64] = word;
}

static void finds_words_at_multiples_of_four(void **state)
{
    static _Alignas(16) unsigned char room[512];
    uintptr_t word = (uintptr_t)young_block;
    (void)state;
    for (size_t from = 0; from < 80; from++)
        for (size_t at = 0; at + WORD_BYTES <= 400; at += 4) {
            memset(room, 0, sizeof room);
            memcpy(room + at, &word, sizeof word);
            nfound = 0;
            mgcyoungread_words((uintptr_t)room + from, (uintptr_t)room + 400,
                               note);
            assert_int_equal(nfound, at >= from);
        }
    assert_int_equal(found[0], word);
}

static void has_each_slot_once(void **state)
{
    enum { N = 3000, DIFFERENT = 700 };
    (void)state;
    mgcyoungset_reset();
    for (uintptr_t i = 0; i < N; i++)
        mgcyoungset_add(&mgcyoung_slots, (i * 37 % DIFFERENT + 1) * 8);
    mgcyoungset_drop_doubles();
    assert_int_equal(mgcyoung_slots.n, DIFFERENT);
    for (size_t i = 0; i < DIFFERENT; i++)
        assert_int_equal(mgcyoung_slots.words[i], (i + 1) * 8);
    mgcyoungset_reset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_copies),
        cmocka_unit_test(tells_of_words_in_pieces),
        cmocka_unit_test(tells_nothing_of_what_is_read_anyway),
        cmocka_unit_test(copies_nothing_to_nowhere),
        cmocka_unit_test(reads_nothing_behind_a_page),
        cmocka_unit_test(finds_words_at_multiples_of_four),
        cmocka_unit_test(has_each_slot_once),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
