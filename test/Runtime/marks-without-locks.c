/* What threads do to each other while they mark, without a lock or with no more
 * than one, and what ThreadSanitizer says of it: marks (each is won once), what
 * barriers queue for the marker (nothing is lost, nothing comes twice), the
 * marker's chunks, how several markers share a step and end it.  The runtime's
 * sources are compiled in directly, the few that these need, with a heap of the
 * test's own; in assembly and behind malloc ThreadSanitizer would see nothing.
 *
 * The last run is of a mark that is not atomic, to see that this is found.
 *
 * RUN: export TSAN_OPTIONS=halt_on_error=1:external_symbolizer_path=
 * RUN: echo 'int main(void) { return 0; }' >empty.c
 * RUN: %clang -fsanitize=thread empty.c -o empty && ./empty || \
 * RUN:   { echo 'SKIP: no program with ThreadSanitizer runs here'; exit 77; }
 * RUN: cd %source_root/runtime && %clang -std=gnu11 -O1 -g \
 * RUN:   -fsanitize=thread -fno-strict-aliasing -D_GNU_SOURCE -pthread \
 * RUN:   -I. -I%source_root/include %s base/rt_lock.c base/rt_tls.c \
 * RUN:   gc/mgcshade.c gc/mgcshare.c gc/mgcwork.c heap/mbitmap.c heap/mspan.c \
 * RUN:   heap/sizeclasses.c -o %t
 * RUN: for part in marks shades chunks gang; do timeout 60 %t $part || exit 1; done
 * RUN: not timeout 60 %t race 2>&1 | grep 'WARNING: .*: data race'
 */
#include "Inputs/parts.h"

/* ---- marks --------------------------------------------------------------- */

enum { ROUNDS = 100 };
static uint64_t won;
static bool is_careless;

static bool mark(struct mspan *span, uint32_t slot)
{
    uint64_t *word = &span->shade_bits[slot / 64];
    uint64_t bit = (uint64_t)1 << slot % 64;
    if (!is_careless)
        return mbitmap_shade(span, slot);
    bool was = *word & bit;
    *word |= bit;
    return !was;
}

static void mark_all(int thread)
{
    uint32_t span, slot, n = 0;
    for (uint32_t i = 0; i < SPANS * 128; i++)
        if (nth_slot(thread, i, &span, &slot))
            n += mark(&spans[span], slot);
    rt_add_relaxed(&won, n);
}

static void marks(void)
{
    make_heap(SPAN_SCAN);
    take_all_slots();
    for (int round = 0; round < ROUNDS; round++) {
        forget_marks();
        won = 0;
        run(mark_all, NULL);
        CHECK(won == (uint64_t)SPANS * nslots);
    }
}

/* ---- what barriers queue ------------------------------------------------- */

enum { PARTS = 500 };
static struct mgcwork greys, pieces;
static unsigned ngrey[SPANS * 128], npiece[THREADS * PARTS];

static void shade_all(int thread)
{
    uint32_t span, slot;
    for (uint32_t i = 0; i < SPANS * 128; i++) {
        if (nth_slot(thread, i, &span, &slot))
            mgcshade_word(mspan_object_base(&spans[span], slot) + i % 64);
        mgcshade_word(i);
        if (i < PARTS) {
            uintptr_t from = 16 * ((uintptr_t)thread * PARTS + i) + 16;
            mgcshade_later(from, from + 8);
        }
    }
    /* Some leave the list, what others have is found in a stop. */
    if (thread % 2) {
        __escc_tls.in_rt = 1;
        unlink_thread(&records[thread]);
    }
}

static void take(void)
{
    uintptr_t word, end;
    mgcshade_take(&greys, &pieces);
    while (mgcwork_pop(&greys, &word)) {
        uintptr_t offset = word - mheap.base;
        CHECK(offset < mheap.arena_used);
        CHECK(offset % PAGE_BYTES % SLOT_BYTES == 0);
        ngrey[offset / PAGE_BYTES * 128 + offset % PAGE_BYTES / SLOT_BYTES]++;
    }
    while (mgcwork_pop(&pieces, &word)) {
        CHECK(mgcwork_pop(&pieces, &end) && end == word + 8);
        npiece[(word - 16) / 16]++;
    }
}

static void shades(void)
{
    make_heap(SPAN_SCAN);
    take_all_slots();
    mgcshade_init();
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct rt_lock list = RT_LOCK_INIT(RT_RANK_MTHREAD);
        forget_marks();
        memset(ngrey, 0, sizeof ngrey);
        memset(npiece, 0, sizeof npiece);
        run(shade_all, take);
        rt_lock(&list);
        mgcshade_collect();
        rt_unlock(&list);
        take();
        for (uint32_t i = 0; i < SPANS * 128; i++)
            CHECK(ngrey[i] == (i % 128 < nslots));
        for (int i = 0; i < THREADS * PARTS; i++)
            CHECK(npiece[i] == 1);
    }
    CHECK(!mgcshade_saw_unknown());
}

/* ---- the marker's chunks ------------------------------------------------- */

static struct rt_lock queue_lock = RT_LOCK_INIT(RT_RANK_SHADE);
static struct mgcwork queue;
static uint64_t pushed, popped;

static void push_and_pop(int thread)
{
    struct mgcwork own = {0};
    uintptr_t word;
    uint64_t in = 0, out = 0;
    for (uintptr_t i = 0; i < 60; i++) {
        uintptr_t first = ((uintptr_t)thread * 60 + i) * 10000;
        rt_lock(&queue_lock);
        for (uintptr_t k = 0; k < 1200; in += first + k++)
            mgcwork_push(&queue, first + k);
        rt_unlock(&queue_lock);
        for (uintptr_t k = 0; k < 2500; in += first + k++)
            mgcwork_push(&own, first + k);
        while (mgcwork_pop(&own, &word))
            out += word;
        rt_lock(&queue_lock);
        mgcwork_move(&queue, &own);
        rt_unlock(&queue_lock);
    }
    while (mgcwork_pop(&own, &word))
        out += word;
    CHECK(!own.overflowed);
    mgcwork_reset(&own);
    rt_add_relaxed(&pushed, in);
    rt_add_relaxed(&popped, out);
}

static void chunks(void)
{
    uintptr_t word;
    run(push_and_pop, NULL);
    while (mgcwork_pop(&queue, &word))
        popped += word;
    CHECK(pushed && pushed == popped);
}

/* ---- markers that share a step ------------------------------------------- */

/* Slot i leads to 2i + 1 and 2i + 2, and to some that are nearer to the root;
 * and there is a range to be read page by page. */
enum { STEP_ROUNDS = 300, MARKED_PAGES = 2000 };
static struct mgcshare steps = MGCSHARE_INIT;
static uint64_t budget, nread, is_gang_done;
static unsigned npages_read[MARKED_PAGES + 1], nhelpful;

/* A page at a time, the rest later.  A half that was given away reaches a word
 * into the other. */
static void read_piece(struct mgcwork *pieces, uintptr_t from)
{
    uintptr_t to;
    CHECK(mgcwork_pop(pieces, &to) && from < to && from % 4096 == 0);
    if (to - from > 4096)
        mgcwork_push_range(pieces, from + 4096, to);
    if (to - from >= 4096)
        rt_add_relaxed(&npages_read[from / 4096], 1);
}

static void look_up(struct mgcwork *candidates, uintptr_t i)
{
    uintptr_t n = (uintptr_t)SPANS * nslots;
    if (!mbitmap_mark_shared(&spans[i / nslots], (uint32_t)(i % nslots)))
        return;
    rt_add_relaxed(&nread, 1);
    if (2 * i + 2 < n)
        mgcwork_push(candidates, 2 * i + 2);
    if (2 * i + 1 < n)
        mgcwork_push(candidates, 2 * i + 1);
    mgcwork_push(candidates, i / 3);
}

/* As mgcdrain_together does. */
static bool share_step(const struct mgcshare_work *work, uint64_t left)
{
    uintptr_t word;
    for (;;) {
        uint32_t signal = rt_load_relaxed(&steps.signal);
        if (signal & MGCSHARE_ENDS)
            return false;
        if (signal & MGCSHARE_WANTS)
            mgcshare_give(&steps, work);
        if (left-- == 0)
            return mgcshare_end(&steps), false;
        if (mgcwork_pop(work->candidates, &word))
            look_up(work->candidates, word);
        else if (mgcwork_pop(work->pieces, &word))
            read_piece(work->pieces, word);
        else if (!mgcshare_take(&steps, work))
            return true;
    }
}

static void help(int thread)
{
    struct mgcwork candidates = {0}, pieces = {0}, greys = {0};
    const struct mgcshare_work work = {&candidates, &pieces, &greys};
    (void)thread;
    for (;;) {
        uint32_t seen = mgcshare_seen(&steps);
        if (rt_load_seq(&is_gang_done))
            return;
        if (!mgcshare_join(&steps)) {
            mgcshare_await(&steps, seen);
            continue;
        }
        rt_add_relaxed(&nhelpful, 1);
        share_step(&work, budget);
        mgcshare_leave(&steps, &work);
        CHECK(mgcwork_is_empty(&candidates) && mgcwork_is_empty(&pieces));
    }
}

static void mark_in_steps(const struct mgcshare_work *work)
{
    bool is_done = false;
    while (!is_done) {
        mgcshare_open(&steps, THREADS);
        is_done = share_step(work, budget);
        CHECK(mgcshare_close(&steps, work) <= THREADS);
        is_done &= mgcwork_is_empty(work->candidates) &&
                   mgcwork_is_empty(work->pieces);
    }
}

static void own_steps(void)
{
    struct mgcwork candidates = {0}, pieces = {0}, greys = {0};
    const struct mgcshare_work work = {&candidates, &pieces, &greys};
    for (unsigned round = 0; round < STEP_ROUNDS; round++) {
        forget_marks();
        memset(npages_read, 0, sizeof npages_read);
        nread = 0;
        budget = round % 3 ? UINT64_MAX : 100 + round;
        mgcwork_push(&candidates, 0);
        mgcwork_push_range(&pieces, 4096, 4096 * (MARKED_PAGES + 1));
        mark_in_steps(&work);
        CHECK(nread == (uint64_t)SPANS * nslots);
        for (unsigned i = 1; i <= MARKED_PAGES; i++)
            CHECK(npages_read[i] == 1);
    }
    rt_store_seq(&is_gang_done, 1);
    while (rt_load_seq(&nrunning)) {
        mgcshare_call_all(&steps);
        sched_yield();
    }
}

static void gang(void)
{
    make_heap(SPAN_SCAN);
    run(help, own_steps);
    CHECK(nhelpful > STEP_ROUNDS / 10);
}

int main(int argc, char **argv)
{
    static const struct part parts[] = {
        {"marks", marks}, {"shades", shades}, {"chunks", chunks},
        {"gang", gang}, {"race", marks}};
    is_careless = argc > 1 && !strcmp(argv[1], "race");
    return run_part(parts, sizeof parts / sizeof *parts, argc, argv);
}
