/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* server.c - a cache server, seen by clients that do not wait for it.
 *
 *     server MEGABYTES THREADS [SECONDS [RATE]]
 *
 * The cache of MEGABYTES is filled, then RATE requests a second come for
 * SECONDS.  Each thread has its part of the cache and its part of the
 * requests, which are due at times that were fixed before, BURST at a time, as
 * from a client that sends several before it reads.  A request's latency
 * counts from when it was due: what waits behind a slow one is slow, too (no
 * coordinated omission).  A request is a text, its answer another.
 *
 * Beside it runs a hiccup meter: a thread that sleeps a millisecond at a time
 * and notes by how much it overslept.
 *
 * Each time is noted twice, the second time without what the thread was ready
 * to run and had no processor, by the kernel's account (schedstat).
 */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench.h"

#ifdef BENCH_FOREIGN
void foreign_note(void **member);       /* foreign.c */
#else
/* Not even declared: nobody would know what it stores. */
#define foreign_note(member) ((void)(member))
#endif

enum {
    MEAN_BYTES = 3072,              /* of a value: 1024 to 5119 */
    BURST = 8,                      /* else most of the time is for waking up */
    PAST = 1 << 16,                 /* requests whose waits are remembered */
    HICCUP_NS = 1000000
};

struct entry {
    struct entry *chain, *newer, *older;
    uint64_t key;
    size_t bytes;
    char *value;
};

struct cache {
    struct entry **slots;
    struct entry ends;              /* of the ring from new to old */
    size_t size, bytes, limit;
};

/* How long this thread had waited for a processor, at what time. */
struct past {
    int descriptor;                 /* -1: the kernel does not tell */
    uint64_t count;
    struct { uint64_t when, waited; } samples[PAST];
};

struct times {
    struct bench_histogram all, net;
};

struct server {
    uint64_t seconds, rate, keys;
    uint64_t start;
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    int filling;
    struct times requests, hiccups;
    int tells_waits;
    uint64_t served_from;           /* ns since the start of the process */
};

static struct server server = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER
};

/* ---- the cache ----------------------------------------------------------- */

static struct entry **slot_of(const struct cache *cache, uint64_t key)
{
    return &cache->slots[key * 0x9e3779b97f4a7c15u >> 20 & (cache->size - 1)];
}

static void unlink_age(struct entry *entry)
{
    entry->newer->older = entry->older;
    entry->older->newer = entry->newer;
}

static void link_newest(struct cache *cache, struct entry *entry)
{
    entry->newer = &cache->ends;
    entry->older = cache->ends.older;
    entry->older->newer = entry;
    cache->ends.older = entry;
}

static void drop(struct cache *cache, struct entry *entry)
{
    struct entry **at = slot_of(cache, entry->key);
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    unlink_age(entry);
    cache->bytes -= entry->bytes + sizeof *entry;
    bench_free(entry->value);
    bench_free(entry);
}

static struct entry *find(struct cache *cache, uint64_t key)
{
    struct entry *entry = *slot_of(cache, key);
    while (entry && entry->key != key)
        entry = entry->chain;
    if (entry) {
        unlink_age(entry);
        link_newest(cache, entry);
    }
    return entry;
}

static void store(struct cache *cache, uint64_t key, size_t bytes, int fill)
{
    struct entry *entry = find(cache, key), **slot;
    if (entry)
        drop(cache, entry);
    while (cache->bytes + bytes + sizeof *entry > cache->limit)
        drop(cache, cache->ends.newer);
    entry = bench_alloc(sizeof *entry);
    slot = slot_of(cache, key);
    entry->chain = *slot;
    entry->key = key;
    entry->bytes = bytes;
    entry->value = bench_alloc_plain(bytes);
    memset(entry->value, fill, bytes);
    *slot = entry;
    foreign_note((void **)&entry->value);
    link_newest(cache, entry);
    cache->bytes += bytes + sizeof *entry;
}

/* ---- requests ------------------------------------------------------------ */

static size_t bytes_of(uint64_t drawn)
{
    return 1024 + (size_t)(drawn >> 44 & 4095);
}

/* A key: half of the requests go to a sixteenth of the keys. */
static uint64_t key_of(uint64_t drawn)
{
    uint64_t keys = drawn & 1 ? server.keys / 16 + 1 : server.keys;
    return (drawn >> 4 & 0xffffffff) % keys;
}

static char *request_of(uint64_t drawn)
{
    char *text = bench_alloc_plain(64);
    if (drawn % 10 < 3)
        snprintf(text, 64, "set %llu %zu %d",
                 (unsigned long long)key_of(drawn), bytes_of(drawn),
                 (int)(drawn >> 10 & 0x3f) + 32);
    else
        snprintf(text, 64, "get %llu", (unsigned long long)key_of(drawn));
    return text;
}

/* Returns the answer, `*bytes` long. */
static char *answer(struct cache *cache, const char *request, size_t *bytes)
{
    char *at, *text;
    uint64_t key = strtoull(request + 4, &at, 10);
    struct entry *entry;

    if (request[0] == 's') {
        size_t length = strtoul(at, &at, 10);
        store(cache, key, length, (int)strtol(at, NULL, 10));
        text = bench_alloc_plain(32);
        *bytes = (size_t)snprintf(text, 32, "STORED %zu\r\n", length);
        return text;
    }
    entry = find(cache, key);
    text = bench_alloc_plain(64 + (entry ? entry->bytes : 0));
    if (!entry) {
        *bytes = (size_t)snprintf(text, 64, "END\r\n");
        return text;
    }
    *bytes = (size_t)snprintf(text, 64, "VALUE %llu %zu\r\n",
                              (unsigned long long)key, entry->bytes);
    memcpy(text + *bytes, entry->value, entry->bytes);
    *bytes += entry->bytes;
    return text;
}

static uint64_t serve_one(struct cache *cache, uint64_t drawn)
{
    char *request = request_of(drawn);
    size_t bytes;
    char *text = answer(cache, request, &bytes);
    uint64_t sum = bench_hash(bytes, text, bytes < 48 ? bytes : 48);
    bench_free(request);
    bench_free(text);
    return sum;
}

/* ---- times --------------------------------------------------------------- */

static void sleep_until(uint64_t due)
{
    struct timespec at = { (time_t)(due / 1000000000u),
                           (long)(due % 1000000000u) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) != 0)
        ;
}

static void open_past(struct past *past)
{
    /* The thread's own: the kernel resolves the name when it is opened. */
    past->descriptor = open("/proc/thread-self/schedstat", O_RDONLY);
    past->count = 0;
    /* Timers are exact: by default they may be 50 us late. */
    prctl(PR_SET_TIMERSLACK, 1ul, 0, 0, 0);
}

static void sample(struct past *past, uint64_t now)
{
    char text[96], *at;
    ssize_t bytes = -1;
    if (past->descriptor >= 0)
        bytes = pread(past->descriptor, text, sizeof text - 1, 0);
    past->samples[past->count % PAST].when = now;
    past->samples[past->count % PAST].waited = 0;
    if (bytes > 0) {
        text[bytes] = '\0';
        strtoull(text, &at, 10);    /* time on a processor */
        past->samples[past->count % PAST].waited = strtoull(at, NULL, 10);
    }
    past->count++;
}

/* How long the thread waited from `due` to the last sample, at most: a wait
 * of the sample that is under way at `due` counts as being after it. */
static uint64_t waited_since(const struct past *past, uint64_t due)
{
    uint64_t last = past->count - 1, low, high = last, before, within;
    low = past->count > PAST ? past->count - PAST : 0;
    while (low < high) {            /* the first sample after `due` */
        uint64_t middle = (low + high) / 2;
        if (past->samples[middle % PAST].when > due)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0 || low + PAST == past->count)
        return past->samples[last % PAST].waited
               - past->samples[low % PAST].waited;
    before = past->samples[(low - 1) % PAST].waited;
    within = past->samples[low % PAST].waited - before;
    if (within > past->samples[low % PAST].when - due)
        within = past->samples[low % PAST].when - due;
    return past->samples[last % PAST].waited
           - past->samples[low % PAST].waited + within;
}

static void note(struct times *times, struct past *past, uint64_t due)
{
    uint64_t now = bench_now(), took = now > due ? now - due : 0, waited;
    sample(past, now);
    waited = waited_since(past, due);
    bench_note(&times->all, took);
    bench_note(&times->net, took > waited ? took - waited : 0);
}

/* ---- threads ------------------------------------------------------------- */

static void *meter_hiccups(void *unused)
{
    struct past *past = bench_alloc_plain(sizeof *past);
    uint64_t due = bench_now();
    (void)unused;
    open_past(past);
    sample(past, due);
    while (!__atomic_load_n(&server.stop, __ATOMIC_RELAXED)) {
        due += HICCUP_NS;
        if (due > bench_now())
            sleep_until(due);
        note(&server.hiccups, past, due);
    }
    close(past->descriptor);
    bench_free(past);
    return NULL;
}

/* Waits until all threads have filled their parts; sets the start. */
static void await_others(const struct bench *bench)
{
    pthread_mutex_lock(&server.lock);
    if (++server.filling == bench->threads) {
        server.start = bench_now() + 10000000;
        server.served_from = server.start - bench->started;
        pthread_cond_broadcast(&server.filled);
    }
    while (server.filling < bench->threads)
        pthread_cond_wait(&server.filled, &server.lock);
    pthread_mutex_unlock(&server.lock);
}

static void fill(struct cache *cache, uint64_t *random)
{
    cache->ends.newer = cache->ends.older = &cache->ends;
    cache->size = 1024;
    while (cache->size < server.keys)
        cache->size *= 2;
    cache->slots = bench_alloc_zeroed(cache->size, sizeof *cache->slots);
    while (cache->bytes + 2 * MEAN_BYTES < cache->limit) {
        uint64_t drawn = bench_random(random);
        uint64_t key = (drawn >> 4 & 0xffffffff) % server.keys;
        store(cache, key, bytes_of(drawn), (int)(drawn & 0x3f) + 32);
    }
}

static void release(struct cache *cache)
{
    while (cache->ends.newer != &cache->ends)
        drop(cache, cache->ends.newer);
    bench_free(cache->slots);
    bench_free(cache);
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t threads = (uint64_t)bench->threads;
    uint64_t requests = server.seconds * server.rate / threads, sum = 0;
    uint64_t random = (uint64_t)index + 1;
    struct cache *cache = bench_alloc_zeroed(1, sizeof *cache);
    struct past *past = bench_alloc_plain(sizeof *past);
    struct times *times = bench_alloc_plain(sizeof *times);

    memset(times, 0, sizeof *times);
    cache->limit = (bench->size << 20) / threads;
    fill(cache, &random);
    open_past(past);
    await_others(bench);
    sample(past, bench_now());
    for (uint64_t i = 0; i < requests; i++) {
        uint64_t burst = i / BURST * threads + (uint64_t)index;
        uint64_t due = server.start + burst * BURST * 1000000000u
                                      / server.rate;
        if (due > bench_now())
            sleep_until(due);
        sum += serve_one(cache, bench_random(&random));
        note(times, past, due);
    }
    pthread_mutex_lock(&server.lock);
    bench_merge(&server.requests.all, &times->all);
    bench_merge(&server.requests.net, &times->net);
    server.tells_waits = past->descriptor >= 0;
    pthread_mutex_unlock(&server.lock);
    close(past->descriptor);
    release(cache);
    bench_free(times);
    bench_free(past);
    return sum;
}

/* ---- what is printed ----------------------------------------------------- */

static const double percentiles[] = { 50, 75, 90, 95, 99, 99.5, 99.9, 99.95,
                                      99.99, 99.995, 99.999, 100 };

static size_t print_times(char *to, size_t room, const char *name,
                          const struct bench_histogram *h)
{
    size_t n = (size_t)snprintf(to, room, "\"%s\": {", name);
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        n += (size_t)snprintf(to + n, room - n, "%s\"%g\": %llu",
                              i ? ", " : "", percentiles[i],
                              (unsigned long long)
                              bench_percentile(h, percentiles[i]));
    return n + (size_t)snprintf(to + n, room - n, "}, ");
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "server");
    char more[4096];
    size_t n = 0;
    uint64_t sum;
    pthread_t meter;

    server.seconds = argc > 3 ? strtoul(argv[3], NULL, 10) : 10;
    server.rate = argc > 4 ? strtoul(argv[4], NULL, 10) : 40000;
    /* A fifth more keys than there is room for. */
    server.keys = (bench.size << 20) / (uint64_t)bench.threads
                  / MEAN_BYTES * 6 / 5;
    if (pthread_create(&meter, NULL, meter_hiccups, NULL) != 0)
        return 2;
    sum = bench_threads(&bench, bench.threads, body);
    __atomic_store_n(&server.stop, true, __ATOMIC_RELAXED);
    pthread_join(meter, NULL);
    n += print_times(more + n, sizeof more - n, "latency",
                     &server.requests.all);
    n += print_times(more + n, sizeof more - n, "latency_net",
                     &server.requests.net);
    n += print_times(more + n, sizeof more - n, "hiccup",
                     &server.hiccups.all);
    n += print_times(more + n, sizeof more - n, "hiccup_net",
                     &server.hiccups.net);
    snprintf(more + n, sizeof more - n, "\"waits_known\": %s, "
             "\"served_from\": %.3f", server.tells_waits ? "true" : "false",
             (double)server.served_from / 1e9);
    bench_close(&bench, sum, server.seconds * server.rate, more);
    return 0;
}
