/* What threads do to each other without a lock, or with no more than one, and
 * what ThreadSanitizer says of it: marks (each is won once), what barriers
 * queue for the marker (nothing is lost, nothing comes twice), the marker's
 * chunks, how several markers share a step and end it, what threads owe the
 * marker (credit is conserved), when they are to do something for it, frees by
 * others while the owner merges and the marker looks.  The runtime's sources are
 * compiled in directly, the few that these need, with a heap of the test's
 * own; in assembly and behind malloc ThreadSanitizer would see nothing.
 *
 * The last run is of a mark that is not atomic, to see that this is found.
 *
 * RUN: export TSAN_OPTIONS=halt_on_error=1:external_symbolizer_path=
 * RUN: echo 'int main(void) { return 0; }' >empty.c
 * RUN: %clang -fsanitize=thread empty.c -o empty && ./empty || \
 * RUN:   { echo 'SKIP: no program with ThreadSanitizer runs here'; exit 77; }
 * RUN: cd %source_root/runtime && %clang -std=gnu11 -O1 -g \
 * RUN:   -fsanitize=thread -fno-strict-aliasing -D_GNU_SOURCE -pthread \
 * RUN:   -I. -I%source_root/include %s base/mgcpacer.c base/mgclimit.c \
 * RUN:   base/rt_lock.c base/rt_tls.c gc/mgcgoal.c \
 * RUN:   gc/mgcshade.c gc/mgcshare.c gc/mgcwork.c heap/mbitmap.c heap/mspan.c \
 * RUN:   heap/sizeclasses.c -o %t
 * RUN: for part in marks shades chunks gang credit cycles goal frees; do \
 * RUN:   timeout 60 %t $part || exit 1; done
 * RUN: not timeout 60 %t race 2>&1 | grep 'WARNING: .*: data race'
 */
#include "Inputs/condition.h"

#include "base/mgcpacer.h"
#include "base/os.h"
#include "base/rt_assert.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_process.h"
#include "gc/mgcgoal.h"
#include "gc/mgcmachine.h"
#include "gc/mgcphase.h"
#include "gc/mgcshade.h"
#include "gc/mgcshare.h"
#include "gc/mgcwork.h"
#include "heap/mbitmap.h"
#include "heap/mfixalloc.h"
#include "heap/mheap.h"
#include "thread/msignal.h"
#include "thread/mthread.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

enum { THREADS = 4, SPANS = 16, SLOT_BYTES = 64 };

/* ---- what these parts need of the others --------------------------------- */

struct mheap mheap;
struct rt_options rt_options;
bool rt_verify_enabled;
uint32_t rt_nfilters;

bool rt_sandbox_allows(long number, const long *arguments)
{
    (void)number;
    (void)arguments;
    return true;
}

static struct mthread records[THREADS];
static void (*unlink_thread)(struct mthread *);

void rt_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    abort();
}

void *os_alloc(size_t bytes)
{
    return calloc(1, bytes);
}

void *persistent_alloc(size_t bytes, size_t *got)
{
    *got = bytes;
    return calloc(1, bytes);
}

void *fixalloc_alloc(struct fixalloc *fa)
{
    return calloc(1, fa->bytes);
}

void fixalloc_free(struct fixalloc *fa, void *block)
{
    (void)fa;
    free(block);
}

struct mthread *mthread_first(void)
{
    return &records[0];
}

bool msignal_may_have_left(const struct mthread *thread)
{
    (void)thread;
    return false;
}

void mthread_on_unlink(void (*act)(struct mthread *thread))
{
    unlink_thread = act;
}

/* ---- a heap of a few spans, and threads ---------------------------------- */

static struct mspan spans[SPANS];
static uintptr_t pages[SPANS];  /* mheap.spans */
static uint32_t nslots;         /* of a span */

static void make_heap(unsigned kind)
{
    unsigned sizeclass = sizeclass_of(SLOT_BYTES);
    size_t bytes = SPANS * PAGE_BYTES;
    mheap.base = (uintptr_t)mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mheap.end = mheap.base + bytes;
    mheap.arena_used = bytes;
    mheap.spans = pages;
    CHECK(sizeclass_pages[sizeclass] == 1);
    for (int i = 0; i < SPANS; i++) {
        pages[i] = (uintptr_t)&spans[i];
        CHECK(mspan_init(&spans[i], mheap.base + (uintptr_t)i * PAGE_BYTES, 1,
                         SPANCLASS(sizeclass, kind), false, 0));
    }
    nslots = spans[0].nelems;
}

static void take_all_slots(void)
{
    for (int i = 0; i < SPANS; i++) {
        while (mspan_next_free(&spans[i]))
            ;
        mspan_normalize(&spans[i]);
    }
}

static void forget_marks(void)
{
    for (int i = 0; i < SPANS; i++) {
        memset(spans[i].shade_bits, 0, spans[i].nwords * sizeof(uint64_t));
        memset(spans[i].mark_bits, 0, spans[i].nwords * sizeof(uint64_t));
    }
}

static void (*act)(int number);

static void *start(void *record)
{
    __escc_tls.in_rt = 1;
    __escc_tls.marking = 1;
    __escc_tls.thread = record;
    act((int)((struct mthread *)record - records));
    return NULL;
}

/* `others` runs in this thread meanwhile, until it is told that they have
 * ended. */
static uint32_t nrunning;

static void *start_counted(void *record)
{
    start(record);
    rt_sub_seq(&nrunning, 1);
    return NULL;
}

static void run(void (*each)(int number), void (*beside)(void))
{
    pthread_t threads[THREADS];
    act = each;
    rt_store_seq(&nrunning, THREADS);
    for (int i = 0; i < THREADS; i++) {
        records[i].next = i + 1 < THREADS ? &records[i + 1] : NULL;
        CHECK(!pthread_create(&threads[i], NULL, start_counted,
                              &records[i]));
    }
    if (beside)
        do                      /* once, however late this thread is */
            beside();
        while (rt_load_seq(&nrunning));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* The n-th of all slots, in an order of each thread's own: an odd multiplier
 * permutes a power of two, and the rest is left out. */
static bool nth_slot(int thread, uint32_t n, uint32_t *span, uint32_t *slot)
{
    static const uint32_t odd[THREADS] = {1, 5, 77, 4095};
    uint32_t at = n * odd[thread] % (SPANS * 128);
    *span = at / 128;
    *slot = at % 128;
    return *slot < nslots;
}

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

/* ---- what threads owe ---------------------------------------------------- */

static struct mgcpacer pacer;
static const struct mgcpacer_settings usual = {.percent = 100,
                                               .memory_limit = MGCPACER_NEVER,
                                               .nprocs = 2};
static uint64_t taken, assisted, given;

/* At one unit of work for a byte: a payment is what was taken, and one more
 * for rounding. */
static void allocate(int thread)
{
    struct mgcpacer_debt debt = {.number = pacer.number};
    uint64_t sum = 0, did = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t bytes = 16 + (uint64_t)(i * 37 + thread) % 5000;
        int64_t before = debt.bytes - (int64_t)bytes;
        uint64_t owed = mgcpacer_assist(&pacer, &debt, bytes);
        int64_t paid = debt.bytes - before;
        CHECK(paid >= 0 && owed <= MGCPACER_SLICE_BYTES);
        sum += paid ? (uint64_t)paid - 1 : 0;
        if (!owed)
            continue;
        CHECK(debt.bytes < 0);
        before = debt.bytes;
        mgcpacer_assist_did(&pacer, &debt, owed);
        CHECK(debt.bytes == before + (int64_t)owed + 1);
        did += owed;
    }
    rt_add_relaxed(&taken, sum);
    rt_add_relaxed(&assisted, did);
}

static void mark_in_background(void)
{
    uint64_t work = 3000 + given % 977;
    mgcpacer_background_did(&pacer, work);
    given += work;
}

static void credit(void)
{
    mgcpacer_init(&pacer, &usual);
    mgcpacer_start(&pacer, 1 << 20);
    pacer.work_per_byte = pacer.bytes_per_work = 65536;
    run(allocate, mark_in_background);
    CHECK(given && given == pacer.background_work);
    CHECK(given == taken + pacer.background_credit);
    CHECK(assisted == pacer.assist_work);
}

/* Collections begin and end while threads pay. */
static void allocate_on(int thread)
{
    struct mgcpacer_debt debt = {0};
    for (int i = 0; i < 20000; i++) {
        uint64_t owed = mgcpacer_assist(&pacer, &debt,
                                        (uint64_t)(i % 300 + thread) * 16);
        CHECK(owed <= MGCPACER_SLICE_BYTES);
        if (owed)
            mgcpacer_assist_did(&pacer, &debt, owed);
    }
}

static void collect(void)
{
    const struct mgcpacer_memory none = {0};
    const struct mgcpacer_cycle cycle = {
        .marked = 3 << 20, .stacks = 4096, .globals = 65536, .work = 3 << 20,
        .allocated = 1 << 20, .open_ns = 1000000, .mark_ns = 500000,
        .nprocs = 2, .program_ns = 5000000, .allocated_since = 3 << 20};
    uint32_t number = pacer.number;
    mgcpacer_start(&pacer, 6 << 20);
    for (uint64_t i = 0; i < 50; i++) {
        mgcpacer_background_did(&pacer, 4096);
        mgcpacer_revise(&pacer, (6 << 20) + i * 4096);
    }
    if (number % 8 == 0)
        mgcpacer_give_up(&pacer);
    else
        mgcpacer_end(&pacer, &cycle, &none);
    CHECK(pacer.number == number + 2);
    mgcpacer_set(&pacer, &usual, &none);
}

static void cycles(void)
{
    mgcpacer_init(&pacer, &usual);
    run(allocate_on, collect);
    CHECK(pacer.number > 0);
}

/* ---- when a thread has something to do ------------------------------------ */

static uint32_t phase;
static pthread_mutex_t collecting = PTHREAD_MUTEX_INITIALIZER;

enum mgc_phase mgc_phase(void)
{
    return rt_load_relaxed(&phase);
}

bool rt_is_guest(void)
{
    return false;
}

uint64_t mgcphase_now_ns(void)
{
    static uint64_t now;
    return rt_add_relaxed(&now, 1000);
}

uint64_t mgcphase_worked_ns(void)
{
    return mgcphase_now_ns();
}

void mgcmachine_learn(void)
{
}

unsigned mgcmachine_processors(void)
{
    return 2;
}

uint64_t mgcmachine_memory_limit(void)
{
    return MGCPACER_NEVER;
}

struct mgcpacer_memory mgcmachine_measure(uint64_t limit, bool at_end)
{
    (void)limit;
    (void)at_end;
    return (struct mgcpacer_memory){0};
}

static bool prefers_open(void)
{
    return true;
}

static uint64_t nacted;

/* As mgc.c does. */
static void allocate_and_act(int thread)
{
    struct mgcpacer_debt debt = {0};
    for (int i = 0; i < 20000; i++) {
        uint64_t bytes = (uint64_t)(i % 300 + thread) * 16;
        uint64_t live = mheap_add_live(bytes);
        if (live < rt_load_relaxed(&mgcgoal_act_at))
            continue;
        rt_add_relaxed(&nacted, 1);
        uint64_t owed = mgcgoal_assist(&debt, bytes);
        if (!owed && !mgcgoal_is_exceeded()) {
            mgcgoal_asked();
            continue;
        }
        pthread_mutex_lock(&collecting);
        if (mgc_phase() == MGC_OPEN)
            mgcgoal_did(&debt, owed);
        pthread_mutex_unlock(&collecting);
    }
}

static void collect_for_goal(void)
{
    struct mtrace_cycle trace = {.mark.marked_bytes = 3 << 20,
                                 .mark.scanned_bytes = 3 << 20,
                                 .nthreads = THREADS,
                                 .steps_ns = 1000,
                                 .stopping_ns = 100};
    pthread_mutex_lock(&collecting);
    if (!mgcgoal_is_due())
        mgcgoal_renew();
    rt_store_relaxed(&phase, MGC_OPEN);
    mgcgoal_open();
    for (int i = 0; i < 50; i++) {
        mgcgoal_did(NULL, 4096);
        pthread_mutex_unlock(&collecting);
        pthread_mutex_lock(&collecting);
    }
    rt_store_relaxed(&phase, MGC_OFF);
    mgcgoal_set(&trace, 4096, 100000);
    pthread_mutex_unlock(&collecting);
}

/* Whatever came last: a thread has something to do when a collection is due,
 * or soon after. */
static void goal(void)
{
    rt_options.gc_percent = 100;
    mgcgoal_init(prefers_open);
    mgcgoal_renew();
    run(allocate_and_act, collect_for_goal);
    CHECK(nacted);
    mheap_add_live(64 << 20);
    CHECK(mgcgoal_is_due());
    CHECK(mgcgoal_act_at <= mheap_live());
    mgcgoal_asked();
    CHECK(mgcgoal_act_at <= mheap_live() + (1 << 20));
}

/* ---- frees --------------------------------------------------------------- */

enum { BOX = 256, FREES = 20000 };
static uintptr_t box[BOX];      /* from the owner to those who free */
static uint64_t nowned, nfreed, nfound;

/* As free does (alloc/mfree.c). */
static void free_some(int thread)
{
    struct mspan *span = &spans[0];
    for (uint32_t i = (uint32_t)thread * 61;
         rt_load_relaxed(&nfreed) < FREES; i++) {
        uintptr_t slot = rt_exchange(&box[i % BOX], 0);
        if (!slot) {
            sched_yield();
            continue;
        }
        uint32_t index = mspan_object_index(span, slot - span->base);
        uint64_t bit = (uint64_t)1 << index % 64;
        CHECK(mspan_object_base(span, index) == slot);
        CHECK(!(__atomic_fetch_or(&span->free_bits[index / 64], bit,
                                  __ATOMIC_SEQ_CST) & bit));
        rt_add_relaxed(&nfreed, 1);
    }
}

/* A slot that stays is an object at all times, to others: the marker finds
 * it, and a free does not take it for free. */
static void look(int thread)
{
    struct mspan *found;
    uint32_t index;
    uintptr_t kept = spans[0].base;
    (void)thread;
    while (rt_load_relaxed(&nfreed) < FREES) {
        for (uint32_t i = 1; i < nslots; i++)
            nfound += mbitmap_find_marking(kept + i * SLOT_BYTES, &found,
                                           &index);
        CHECK(!mspan_is_surely_free(&spans[0], 0));
    }
}

static void free_or_look(int thread)
{
    if (thread == 0)
        look(thread);
    else
        free_some(thread);
}

static void own(void)
{
    static uint32_t at;
    struct mspan *span = &spans[0];
    uintptr_t slot = mspan_next_free(span);
    if (!slot) {
        mspan_merge_frees(span);
        return;
    }
    CHECK(slot != span->base);
    nowned++;
    while (rt_load_seq(&nrunning) && !rt_cas(&box[at % BOX], 0, slot))
        at++;
}

static void frees(void)
{
    make_heap(SPAN_FOREIGN);
    CHECK(mspan_next_free(&spans[0]) == spans[0].base);
    run(free_or_look, own);
    CHECK(nfreed >= FREES && nowned >= nfreed && nfound);
    CHECK(nowned - nfreed < nslots);
    mspan_merge_frees(&spans[0]);
    /* That which stays, and what is on its way. */
    CHECK(mspan_count_allocated(&spans[0]) == 1 + nowned - nfreed);
}

int main(int argc, char **argv)
{
    static const struct { const char *name; void (*run)(void); } parts[] = {
        {"marks", marks}, {"shades", shades}, {"chunks", chunks}, {"gang", gang},
        {"credit", credit}, {"cycles", cycles}, {"goal", goal},
        {"frees", frees}, {"race", marks}};
    __escc_tls.in_rt = 1;
    is_careless = argc > 1 && !strcmp(argv[1], "race");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (argc > 1 && !strcmp(argv[1], parts[i].name))
            return parts[i].run(), 0;
    return 2;
}
