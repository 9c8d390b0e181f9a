/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mgcyoung.c - young blocks, and collections of these alone.
 *
 * A moved local is dead, nearly always, when its function returns, and a block
 * of a kilobyte or more, in many programs, when it was used once: of a size of
 * which half are freed soon.  (A free means nothing for the block, but tells of
 * the next.)  Where frees are not believed all of them wait for the next
 * collection: memory that is cold is used in place of memory that is warm, and
 * what lives is marked again and again for what does not.  So they are born in
 * a window of addresses of their own, the first of the arena, and what is there
 * is collected by itself, as soon as a megabyte or some was taken: in one stop
 * of some microseconds, which looks only for what leads there.
 *
 *     window of young blocks          everything else
 *     | old | young | young | free |  | objects, static memory ... |
 *               ^       ^                       |
 *               |       +---- a slot that a barrier told of (mgcyoungset.c)
 *               +------------ stacks, registers, memory without barriers
 *
 * That is generational collection as Ungar has it (1984), with remembered
 * slots, but for part of what is young: for small objects of ordinary programs
 * the check at each store would cost more than it brings.  And nothing is
 * moved: who survives two such collections is old where it stands, which is a
 * word in a table, and is left to collections of the whole heap.  These see the
 * window as any other part of it.
 *
 * The check costs nothing while there is no such window, and next to nothing
 * else: the word that is stored is compared with where the window ends, and
 * only what lies below, small numbers mostly, is looked at once more
 * (rw_check.h).
 *
 * When?  There have to be such blocks, in number; and each store of a pointer
 * to one must be told, which is so in a closed world (mworld.c), and where the
 * libraries that open it are not called (msleep.c).  What ends it: the world
 * opens, a library wakes up, a thread that nobody knows has barriers, a handler
 * was left by a jump, which may have dropped what was to be told, a word was in
 * pieces when the threads stopped.  Then what was young counts as old, and it
 * begins anew later.  All that is looked at in the stop
 * [inv.young.asleep].
 *
 * While the heap is marked there are no such collections: what becomes free
 * might be what the marker is about to read.
 *
 * How often: as many bytes as let the stops take less than a fiftieth of the
 * time, within bounds.  And only while it is worth it: barriers have more to do
 * meanwhile, for each store of what leads to the window.
 *
 * State: under the collection lock, but for mgcyoung_kind.
 */
#include "mgcyoung.h"

#include "base/rt_options.h"
#include "base/rt_print.h"
#include "heap/mcentral.h"
#include "heap/mheap.h"
#include "mbarrier.h"
#include "mgc.h"
#include "mgcbeside.h"
#include "mgcmark.h"
#include "mgcphase.h"
#include "mgcyoungcheck.h"
#include "mgcyoungmark.h"
#include "mgcyoungset.h"
#include "mprotected.h"
#include "mroots.h"
#include "msleep.h"
#include "mverify.h"
#include "mworld.h"
#include "thread/mhandshake.h"
#include "thread/msignal.h"


enum {
    LEAST_BUDGET = 1 << 20,     /* what fits in a second-level cache */
    WARM_BUDGET = 4 << 20,
    /* Where much of it survives it gets more time to die. */
    MOST_BUDGET = 32 << 20,
    OBJECTS = 16,               /* of the largest, in it */
    /* The part of the time that collections may take. */
    DEAR_PART = 50,
    CHEAP_PART = 200,
    /* So much has to be allocated of such blocks before there is a window; as
     * much again after each time that it came to nothing, and more and more, up
     * to a bound. */
    BEGIN_BYTES = 8 << 20,
    LAST_BYTES = 64 << 20,
    /* What dies young has to be this part of all, and to save this part of the
     * time, in the beginning and later, for barriers may cost a tenth of it.
     * Looked at when so much was allocated. */
    LEAST_PART = 8,
    BEGIN_PART = 4,
    STAY_PART = 6,
    JUDGED_BYTES = 32 << 20,
    /* The part of what was young that may survive, and of the time that the
     * stops may take: where threads wait for a processor that is more. */
    SURVIVING_PART = 3,
    COST_PART = 12,
    /* Once it may be that others had the processor. */
    MOST_VAIN = 2,
    /* So much has to be allocated of all before a site is tried again. */
    RETRY_BYTES = 64 << 20,
    /* With ESCC_DEBUG=young=2. */
    STRESS_BUDGET = 16 << 10
};

uint32_t mgcyoung_kind;
static uint8_t lives_on[MGCYOUNG_NSITES];   /* atomic */
struct mgcyoung_fate mgcyoung_fates[MGCYOUNG_NFATES];

static struct {
    bool is_on;
    uint64_t taken;             /* bytes since the last one; atomic */
    uint32_t budget;            /* atomic */
    uint64_t largest;           /* bytes that were taken at once; atomic */
    uint64_t next_try;          /* when so many bytes of candidates were taken,
                                   since ... */
    uint64_t tried_at;
    uint64_t all_then, then_ns; /* bytes of all, and the time, then or when it
                                   was judged last */
    uint64_t seen, survived;    /* bytes taken, and found alive, since then */
    uint64_t cost_ns;           /* of collections since then */
    unsigned nvain;             /* times in a row that it was not worth it */
    uint64_t ended_ns;          /* when the last one did */
    struct mgcyoung_stats stats;
} young = {.budget = LEAST_BUDGET, .next_try = BEGIN_BYTES};

/* Bytes of what is or might be born young, and of all; atomic. */
static uint64_t candidates, all_bytes;

static void begin_count(void)
{
    young.tried_at = rt_load_relaxed(&candidates);
    young.all_then = rt_load_relaxed(&all_bytes);
    young.then_ns = mgcphase_now_ns();
    young.seen = young.survived = young.cost_ns = 0;
}

/* What it saves that so much dies young: its part of the next collection, at
 * which the heap will be twice of what is marked, and that memory is warm,
 * 1/8 ns a byte. */
static uint64_t saved_ns(uint64_t bytes)
{
    uint64_t room = mgc_heap_goal() / 2;
    return bytes * mgcbeside_last_mark_ns() / (room ? room : 1) + bytes / 8;
}

/* If so much dies young that was allocated since then. */
static bool is_worth_it(uint64_t bytes, unsigned part)
{
    return bytes >= (rt_load_relaxed(&all_bytes) - young.all_then) /
                        LEAST_PART &&
           saved_ns(bytes) >= (mgcphase_now_ns() - young.then_ns) / part;
}

/* ---- beginning and end --------------------------------------------------- */

/* Words are compared with addresses as they are. */
static bool are_words_plain(void)
{
    return !mgcmark_fields() && mgcmark_stride() >= 4 && !mgcmark_is_packed();
}

/* [inv.young.asleep]  In a stop: each store of a pointer to what is young was
 * told, for all code that has run has barriers, and nobody has lost one. */
static bool all_is_told(void)
{
    return (mworld_is_closed() || msleep_lasts()) && mhandshake_is_exact() &&
           !mgcyoungset_is_lost() && !msignal_any_may_have_left() &&
           are_words_plain() && rt_load_relaxed(&mprotected_to) == 0;
}

/* Where memory is bounded nothing is set aside. */
static bool is_bounded(void)
{
    return rt_load_relaxed(&mheap.resident_most) != SIZE_MAX;
}

/* Any of these would need more than a comparison. */
static bool is_possible(void)
{
    return !mverify_barriers && !rt_options.conservative &&
           !rt_options.verify && are_words_plain() && !is_bounded();
}

static void try_later(void)
{
    if (young.next_try < LAST_BYTES)
        young.next_try *= 2;
}

static void forget_span(struct mspan *span, void *unused)
{
    (void)unused;
    mgcyoung_set_pages(span, 0);
}

/* In a stop. */
static void end(void)
{
    young.is_on = false;
    rt_store_relaxed(&mgcyoung_kind, 0);
    mbarrier_set_young(0, 0);
    mgcyoungset_reset();
    mheap_for_each_span(forget_span, NULL);
    try_later();
    begin_count();
    young.nvain = 0;
}

/* In a stop. */
static void begin(void)
{
    mgcyoungset_reset();
    if (!all_is_told())
        return;
    mbarrier_set_young(mheap.base,
                       mheap.base + mheap.window_npages * PAGE_BYTES);
    rt_store_relaxed(&mgcyoung_kind, SPAN_YOUNG);
    young.is_on = true;
}

void mgcyoung_before_forgetting(void)
{
    if (young.is_on && msignal_any_may_have_left())
        mgcyoungset_lose();
}

/* ---- collections --------------------------------------------------------- */

/* The next one shall cost as little as its part of the time allows. */
static void set_budget(uint64_t began_ns, uint64_t now_ns, uint64_t survived)
{
    uint64_t cost = now_ns - began_ns, since = now_ns - young.ended_ns;
    uint32_t budget = rt_load_relaxed(&young.budget);
    young.ended_ns = now_ns;
    if (rt_options.young == MGCYOUNG_ALWAYS)
        budget = STRESS_BUDGET;
    else if (budget < young.largest * OBJECTS && budget < MOST_BUDGET)
        budget *= 2;
    else if (survived > budget / 4 && budget < MOST_BUDGET)
        budget *= 2;
    else if (cost > since / DEAR_PART && budget < WARM_BUDGET)
        budget *= 2;
    else if (survived < budget / 16 && budget > WARM_BUDGET &&
             budget / 2 >= young.largest * OBJECTS)
        budget /= 2;
    else if (cost < since / CHEAP_PART && budget > LEAST_BUDGET)
        budget /= 2;
    rt_store_relaxed(&young.budget, budget);
    rt_store_relaxed(&young.largest, 0);
}

static void judge(uint64_t taken, uint64_t survived, uint64_t cost_ns)
{
    young.seen += taken;
    young.survived += survived;
    young.cost_ns += cost_ns;
    if (rt_load_relaxed(&all_bytes) - young.all_then < JUDGED_BYTES ||
        rt_options.young == MGCYOUNG_ALWAYS)
        return;
    bool lives = young.survived > young.seen / SURVIVING_PART &&
                 rt_load_relaxed(&young.budget) == MOST_BUDGET;
    uint64_t ns = mgcphase_now_ns() - young.then_ns;
    bool pays = !lives && young.cost_ns <= ns / COST_PART &&
                is_worth_it(young.seen - young.survived, STAY_PART);
    young.nvain = pays ? 0 : young.nvain + 1;
    if (pays)
        young.next_try = BEGIN_BYTES;
    begin_count();
}

/* A site of whose blocks a third survives makes old ones for a while, the next
 * time for twice as long: what is made while a program begins may be another
 * thing than what is made later. */
static void judge_sites(void)
{
    enum { SURE = 4 };
    static struct { uint64_t at, wait; } retry[MGCYOUNG_NSITES];
    struct mgcyoung_stats *stats = &young.stats;
    uint64_t all = rt_load_relaxed(&all_bytes);
    for (unsigned i = 1; i < MGCYOUNG_NSITES; i++) {
        bool survives = stats->survivors[i] >= SURE &&
                        stats->survivors[i] > stats->dead[i] / 2;
        if (survives && rt_options.young != MGCYOUNG_ALWAYS) {
            rt_store_relaxed(&lives_on[i], 1);
            retry[i].wait = retry[i].wait ? retry[i].wait * 2
                                          : RETRY_BYTES;
            retry[i].at = all + retry[i].wait;
            stats->survivors[i] = stats->dead[i] = 0;
        } else if (retry[i].at && all >= retry[i].at) {
            rt_store_relaxed(&lives_on[i], 0);
            retry[i].at = 0;
        }
        stats->survivors[i] -= stats->survivors[i] / 4;
        stats->dead[i] -= stats->dead[i] / 4;
    }
}

static void look(void)
{
    if (young.is_on &&
        (young.nvain >= MOST_VAIN || is_bounded() || !all_is_told())) {
        end();
    } else if (young.is_on) {
        mgcyoungset_collect();
        mgcyoungset_drop_doubles();
        mgcyoungmark_run(&young.stats);
        if (rt_options.checkmark)
            mgcyoungcheck();
        if (mgcyoungset_is_lost())
            end();
    } else {
        begin();
    }
}

static void print(uint64_t freed_before, uint64_t ns)
{
    enum { KB = 1024, US = 1000 };
    uint64_t freed = young.stats.freed_bytes - freed_before;
    rt_print("young %lu: %lu KB taken, %lu KB freed, %lu slots, %lu us%s\n",
             (unsigned long)young.stats.ncollections,
             (unsigned long)rt_load_relaxed(&young.taken) / KB,
             (unsigned long)freed / KB, (unsigned long)mgcyoung_slots.n,
             (unsigned long)ns / US, young.is_on ? "" : "; none any more");
}

/* With the collection lock, while nothing is marked. */
static void run(void)
{
    uint64_t began = mgcphase_now_ns(), freed = young.stats.freed_bytes;
    uint64_t survived = young.stats.survived_bytes;
    enum mgccycle_result result = mgcphase_stop();
    if (result == MGCCYCLE_STALE)
        return;
    if (result == MGCCYCLE_DONE)
        look();
    else if (young.is_on)
        end();
    mgcphase_start_threads(MGC_OFF);
    mgcyoungmark_for_each_dead(mcentral_free_dead);
    mgcyoungmark_forget_dead();
    young.stats.ncollections++;
    survived = young.stats.survived_bytes - survived;
    uint64_t ended = mgcphase_now_ns();
    set_budget(began, ended, survived);
    judge(rt_load_relaxed(&young.taken), survived, ended - began);
    judge_sites();
    if (rt_options.gctrace > 1)
        print(freed, mgcphase_now_ns() - began);
}

/* Libraries without barriers that nobody calls tell all that they store. */
static bool is_closed_or_asleep(void)
{
    return mworld_is_closed() || msleep_lasts() ||
           msleep_begin(mgcyoungset_lose);
}

static void try_to_begin(void)
{
    bool is_always = rt_options.young == MGCYOUNG_ALWAYS;
    uint64_t n = rt_load_relaxed(&candidates) - young.tried_at;
    if (n < young.next_try && !is_always)
        return;
    bool is_wanted = is_always || is_worth_it(n, BEGIN_PART);
    begin_count();
    if (!is_wanted || !is_possible())
        return;
    if (is_closed_or_asleep() && mheap_open_window() && mgcyoungset_init() &&
        mgcyoungmark_init())
        run();
    young.ended_ns = mgcphase_now_ns();
    if (!young.is_on)
        try_later();
}

static void poll(void)
{
    if (!mgc_try_hold())
        return;
    if (mgc_phase() == MGC_OFF) {
        mcentral_sweep_young();
        if (young.is_on)
            run();
        else
            try_to_begin();
        rt_store_relaxed(&young.taken, 0);
    }
    mgc_release();
}

void mgcyoung_took(size_t bytes)
{
    if (rt_options.young)
        rt_add_relaxed(&all_bytes, bytes);
}

void mgcyoung_before_refill(size_t bytes, size_t young_bytes)
{
    if (!rt_options.young)
        return;
    uint64_t all = rt_load_relaxed(&all_bytes) -
                   rt_load_relaxed(&young.all_then);
    if (!young_bytes && (all < JUDGED_BYTES ||
                         !rt_load_relaxed(&mgcyoung_kind)))
        return;
    rt_add_relaxed(&candidates, young_bytes);
    uint64_t taken = rt_load_relaxed(&young.taken);
    if (!rt_load_relaxed(&mgcyoung_kind))
        taken = rt_add_relaxed(&young.taken, young_bytes) + young_bytes;
    if (__builtin_expect(taken >= rt_load_relaxed(&young.budget) ||
                         (all >= JUDGED_BYTES && young.is_on) ||
                         (taken >= LEAST_BUDGET / 4 && young.is_on &&
                          mheap_live() + bytes >= mgc_heap_goal()), 0))
        poll();
}

/* What is in it already is not young, unless it had such objects.  Who asks for
 * a young block may find, on the way, that there shall be none any more: then
 * it is old from its birth, for nobody is told of it. */
void mgcyoung_begin_span(struct mspan *span)
{
    size_t bytes = (span->nelems - span->alloc_count) * span->elemsize;
    if (!rt_load_relaxed(&mgcyoung_kind))
        return;
    rt_add_relaxed(&young.taken, bytes);
    if (span->elemsize > rt_load_relaxed(&young.largest))
        rt_store_relaxed(&young.largest, span->elemsize);
    if (span->has_young)
        return;
    unsigned flags = MGCYOUNG_PAGE_YOUNG | MGCYOUNG_PAGE_ONLY;
    for (uint32_t i = 0; i < span->nelems; i++) {
        bool is_used = mspan_is_allocated(span, i);
        *mgcyoung_state(mspan_object_base(span, i)) =
            is_used ? MGCYOUNG_OLD : 0;
        if (is_used)
            flags = MGCYOUNG_PAGE_YOUNG;
    }
    mgcyoung_set_pages(span, flags);
}

static void count_made(struct mgcyoung_fate *fate)
{
    rt_count(&fate->made, 1);
    if (rt_load_relaxed(&fate->made) < MGCYOUNG_LATELY)
        return;
    rt_store_relaxed(&fate->made, MGCYOUNG_LATELY / 2);
    rt_store_relaxed(&fate->freed, rt_load_relaxed(&fate->freed) / 2);
}

unsigned mgcyoung_kind_of(size_t bytes, const void *site)
{
    bool is_short_lived = rt_options.young == MGCYOUNG_ALWAYS;
    if (!is_short_lived && bytes >= MGCYOUNG_LEAST_BYTES) {
        is_short_lived = mgcyoung_is_short_lived(bytes);
        count_made(mgcyoung_fate_of(bytes));
    }
    return is_short_lived &&
                   !rt_load_relaxed(&lives_on[mgcyoung_site(site, bytes)])
               ? rt_load_relaxed(&mgcyoung_kind) : 0;
}

void mgcyoung_note_site(void *block, size_t bytes, const void *site)
{
    uint16_t *state;
    if (!mheap_is_in_window((uintptr_t)block))
        return;
    state = mgcyoung_state((uintptr_t)block);
    *state = (uint16_t)((*state & ((1u << MGCYOUNG_SITE) - 1)) |
                        mgcyoung_site(site, bytes) << MGCYOUNG_SITE);
}

/* Counts that lie side by side look like addresses of the window. */
void mgcyoung_init(void)
{
    mroots_exclude(&young, sizeof young);
}

/* Only this thread is left. */
void mgcyoung_fork_child(void)
{
    if (young.is_on)
        end();
}
