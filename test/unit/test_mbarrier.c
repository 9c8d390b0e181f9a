/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* test_mbarrier.c - the barrier's slow half: a word is shaded once for each
 * call while the flag is set; a late call does nothing, [inv.lateshade]; what
 * was marked comes to the marker; bulk
 * copies publish their destination, nested ones the union, and put back what
 * was published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rt_tls.h"
#include "gc/mbarrier.h"
#include "gc/mgcshade.h"
#include "heap/mbitmap.h"
#include "heap/mcache.h"
#include "heap/mheap.h"
#include "thread/mthread.h"

static const struct __escc_site site = {"test", "test", "object", 1, 0};

/* Objects that are not marked, as if they were older than a collection that
 * marks, and a thread that has marked none. */
static struct mthread *make(void *objects[], int n)
{
    struct mthread *self = mthread_self();
    for (int i = 0; i < n; i++)
        objects[i] = __escc_malloc(100, &site);
    rt_enter();
    mcache_flush(__escc_tls.mcache);
    mgcshade_reset();
    rt_leave();
    return self;
}

/* What a full buffer or a stop does. */
static void hand_over(void)
{
    rt_enter();
    mthread_list_lock();
    mgcshade_collect();
    mthread_list_unlock();
    rt_leave();
}

static bool is_marked(const void *object)
{
    struct mspan *span;
    uint32_t index;
    return mbitmap_find((uintptr_t)object, &span, &index) &&
           mbitmap_is_marked(span, index);
}

/* What a hostile build's buffer has no room for is looked up at once. */
static void shades_while_the_flag_is_set(void **state)
{
    (void)state;
    const bool has_room = MTHREAD_NSHADES >= 4;
    void *objects[4];
    struct mthread *self = make(objects, 4);
    __escc_shade(objects[0]);
    assert_false(is_marked(objects[0]));            /* late */
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    __escc_shade((char *)objects[0] + 8);
    __escc_shade(objects[0]);
    __escc_shade_range(objects + 1, 2 * sizeof *objects);
    __escc_shade(&objects[3]);
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    if (has_room)
        assert_int_equal(self->nshades, 4);         /* one of them twice */
    for (int i = 0; has_room && i < 4; i++)
        assert_false(is_marked(objects[i]));
    hand_over();
    assert_int_equal(self->nshades, 0);
    for (int i = 0; i < 3; i++)
        assert_true(is_marked(objects[i]));
    assert_false(is_marked(objects[3]));
    assert_int_equal(__escc_tls.in_rt, 0);
}

/* As rewritten code does. */
static void shade_pushed(const void *word)
{
    __asm__ volatile("lea -128(%%rsp), %%rsp; push %0;"
                     "call __escc_shade_pushed; lea 128(%%rsp), %%rsp"
                     :
                     : "r"(word)
                     : "cc", "memory");
}

/* [inv.shadeonce] */
static void notes_a_word_once_while_the_heap_is_marked(void **state)
{
    (void)state;
    enum { N = 200 };
    const unsigned room = MTHREAD_NSHADES;
    void *objects[N];
    struct mthread *self = make(objects, N);
    mgcshade_narrow();
    for (int round = 0; round < 3; round++) {
        __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
        for (int i = 0; i < N; i++)
            for (int again = 0; again < 4; again++)
                shade_pushed(objects[i]);
        assert_true(room < N ? self->nshades <= room : self->nshades == N);
        hand_over();
        for (int i = 0; i < N; i++)
            assert_true(is_marked(objects[i]));
        shade_pushed(objects[N - 1]);
        __escc_shade(objects[N - 1]);
        assert_int_equal(self->nshades, 0);
        __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
        make(objects, N);               /* the next marking */
    }
    mgcshade_widen();
}

/* Of words with addresses in bit-fields each may lead to several objects. */
static void notes_a_word_each_time_where_all_are_looked_at(void **state)
{
    (void)state;
    void *objects[1];
    struct mthread *self = make(objects, 1);
    const unsigned times = MTHREAD_NSHADES < 3 ? MTHREAD_NSHADES : 3;
    mgcshade_narrow();
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    shade_pushed(objects[0]);
    mgcshade_widen();
    for (unsigned i = 1; i < times; i++)
        shade_pushed(objects[0]);
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    assert_int_equal(self->nshades, times);
    hand_over();
    assert_true(is_marked(objects[0]));
}

static void passes_over_what_leads_nowhere(void **state)
{
    (void)state;
    static int global;
    void *objects[1];
    struct mthread *self = make(objects, 1);
    mgcshade_narrow();
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    shade_pushed(NULL);
    shade_pushed(&global);
    shade_pushed((void *)-1);
    shade_pushed((void *)mheap.end);
    shade_pushed((void *)(mheap.base - 1));
    assert_int_equal(self->nshades, 0);
    shade_pushed((void *)(mheap.end - 1));
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    assert_int_equal(self->nshades, 1);
    hand_over();
    mgcshade_widen();
}

static void shades_whole_words_of_a_range(void **state)
{
    (void)state;
    void *objects[4];
    struct mthread *self = make(objects, 4);
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    __escc_shade_range((char *)objects + 1, sizeof objects - 2);
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    assert_int_equal(self->nshades, 2);
    hand_over();
    assert_true(is_marked(objects[1]) && is_marked(objects[2]));
    assert_false(is_marked(objects[0]) || is_marked(objects[3]));
}

/* More than a buffer holds, and more than is shaded in one piece: all of it
 * is the marker's in the end. */
static void hands_over_what_it_has_marked(void **state)
{
    (void)state;
    enum { N = 3 * MTHREAD_NSHADES + 1500 };
    static void *objects[N];
    struct mgcwork greys = {0}, pieces = {0};
    struct mthread *self = make(objects, N);
    uintptr_t word;
    size_t n = 0;
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    __escc_shade_pieces(objects, sizeof objects);
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    hand_over();
    rt_enter();
    mgcshade_take(&greys, &pieces);
    rt_leave();
    assert_int_equal(self->nshades, 0);
    while (mgcwork_pop(&greys, &word))
        n++;
    assert_int_equal(n, N);
    assert_true(is_marked(objects[0]) && is_marked(objects[N - 1]));
    assert_true(mgcwork_is_empty(&pieces));
    mgcwork_reset(&greys);
}

/* A pointer in two halves is shaded when the second is stored, whichever that
 * is; numbers are not. */
static void shades_words_that_halves_complete(void **state)
{
    (void)state;
    static uintptr_t room[4];
    void *objects[2];
    for (int last_first = 0; last_first < 2; last_first++)
        for (int at = 4; at <= 8; at += 4) {
            struct mthread *self = make(objects, 2);
            char *slot = (char *)room + at;
            memset(room, 0, sizeof room);
            mgcshade_narrow();
            __escc_tls.shade_to = UINTPTR_MAX;
            __escc_tls.marking = 1;
            for (int i = 0; i < 2; i++) {
                int half = i ^ last_first;
                memcpy(slot + 4 * half, (char *)&objects[1] + 4 * half, 4);
                __escc_shade_slots(slot + 4 * half, 4);
            }
            unsigned before = self->nshades;
            memset(room, 1, sizeof room);
            __escc_shade_slots(slot, 4);
            assert_int_equal(self->nshades, before);
            __escc_tls.marking = 0;
            __escc_tls.shade_to = 0;
            hand_over();
            assert_true(is_marked(objects[1]) && !is_marked(objects[0]));
            mgcshade_widen();
        }
}

static void *in_unknown_thread(void *unused)
{
    struct mthread *self = __escc_tls.thread;
    (void)unused;
    __escc_tls.thread = NULL;
    __escc_shade(&self);
    __escc_tls.thread = self;
    return NULL;
}

/* [inv.unknown] */
static void tells_of_unknown_threads(void **state)
{
    (void)state;
    assert_false(mgcshade_saw_unknown());
    __escc_tls.shade_to = UINTPTR_MAX;
    __escc_tls.marking = 1;
    in_unknown_thread(NULL);
    __escc_tls.marking = 0;
    __escc_tls.shade_to = 0;
    assert_true(mgcshade_saw_unknown());
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
    static char far[8];
    char *further = (char *)((uintptr_t)far + (1 << 20));
    struct mbarrier_hazard distant = mbarrier_begin_copy(further, 8);
    assert_ptr_equal(__escc_tls.hazard, room + 16);
    assert_ptr_equal(__escc_tls.hazard_end, room + 32);
    assert_int_equal(__escc_tls.torn, 1);
    mbarrier_end_copy(distant, further, 8);
    assert_int_equal(__escc_tls.torn, 0);
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
        cmocka_unit_test(notes_a_word_once_while_the_heap_is_marked),
        cmocka_unit_test(notes_a_word_each_time_where_all_are_looked_at),
        cmocka_unit_test(passes_over_what_leads_nowhere),
        cmocka_unit_test(shades_whole_words_of_a_range),
        cmocka_unit_test(hands_over_what_it_has_marked),
        cmocka_unit_test(shades_words_that_halves_complete),
        cmocka_unit_test(tells_of_unknown_threads),
        cmocka_unit_test(publishes_where_it_copies_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
