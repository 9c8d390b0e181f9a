/* What threads owe the marker (credit is conserved), when they are to do
 * something for it, and frees by others while the owner of a span merges and the
 * marker looks: without locks, under ThreadSanitizer, as in
 * marks-without-locks.c.
 *
 * RUN: export TSAN_OPTIONS=halt_on_error=1:external_symbolizer_path=
 * RUN: echo 'int main(void) { return 0; }' >empty.c
 * RUN: %clang -fsanitize=thread empty.c -o empty && ./empty || \
 * RUN:   { echo 'SKIP: no program with ThreadSanitizer runs here'; exit 77; }
 * RUN: cd %source_root/runtime && %clang -std=gnu11 -O1 -g \
 * RUN:   -fsanitize=thread -fno-strict-aliasing -D_GNU_SOURCE -pthread \
 * RUN:   -I. -I%source_root/include %s base/mgcgarbage.c base/mgcpacer.c \
 * RUN:   base/mgclimit.c base/rt_lock.c base/rt_tls.c gc/mgcgoal.c heap/mbitmap.c heap/mspan.c \
 * RUN:   heap/sizeclasses.c -o %t
 * RUN: for part in credit cycles goal frees; do timeout 60 %t $part || exit 1; done
 */
#include "Inputs/parts.h"

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

bool mgcclosed_is_told(void)
{
    return true;
}

uint64_t mheap_freed_bytes(uint64_t *by_calls)
{
    return *by_calls = 0;
}

uint64_t mheap_flushed_freed_bytes(void)
{
    return 0;
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
    static const struct part parts[] = {
        {"credit", credit}, {"cycles", cycles}, {"goal", goal},
        {"frees", frees}};
    return run_part(parts, sizeof parts / sizeof *parts, argc, argv);
}
