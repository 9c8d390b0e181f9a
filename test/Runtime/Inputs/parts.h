/* A heap of a few spans, some threads, and what the runtime's lock-free parts
 * need of the others: for tests that compile these parts by themselves.  The
 * test says in main which of its parts to run. */
#include "condition.h"

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

void mgcyoungset_leave(struct mthread *thread)
{
    (void)thread;
}

void mgcyoungset_lose(void)
{
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
    __escc_tls.shade_to = UINTPTR_MAX;
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

struct part {
    const char *name;
    void (*run)(void);
};

/* Runs the part that the first argument names; 2: there is none. */
static int run_part(const struct part *parts, size_t n, int argc, char **argv)
{
    __escc_tls.in_rt = 1;
    for (size_t i = 0; i < n; i++)
        if (argc > 1 && !strcmp(argv[1], parts[i].name))
            return parts[i].run(), 0;
    return 2;
}
