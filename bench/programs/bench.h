/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - what every program of the comparison has in common: allocation
 * by the variant's allocator, clocks, random numbers, threads, a histogram
 * and the JSON object that ends a run.
 *
 * The programs' text is the same for all variants.  What allocates is chosen
 * here, at compile time:
 *
 *     (nothing)            malloc: glibc's, mimalloc's, jemalloc's, escc's
 *     BENCH_BOEHM          Boehm's collector, which finds what is dead
 *     BENCH_BOEHM_FREE     the same with GC_FREE where C has free
 *
 * bench_alloc_plain is for what holds no pointer.  Only Boehm's collector is
 * told so; escc and malloc get the plain call that C programs have.  Programs
 * do not check for null: one that gets no memory crashes, and is reported.
 */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef BENCH_BOEHM
#define GC_THREADS
#include <gc.h>
#define bench_alloc(bytes) GC_MALLOC(bytes)
#define bench_alloc_zeroed(count, bytes) GC_MALLOC((count) * (bytes))
#define bench_alloc_plain(bytes) GC_MALLOC_ATOMIC(bytes)
#define bench_realloc(block, bytes) GC_REALLOC(block, bytes)
#ifdef BENCH_BOEHM_FREE
#define bench_free(block) GC_FREE(block)
#else
#define bench_free(block) ((void)(block))
#endif
#else
#define bench_alloc(bytes) malloc(bytes)
#define bench_alloc_zeroed(count, bytes) calloc(count, bytes)
#define bench_alloc_plain(bytes) malloc(bytes)
#define bench_realloc(block, bytes) realloc(block, bytes)
#define bench_free(block) free(block)
#include "escc/gc.h"
/* Defined where the program was linked with escc. */
#pragma weak escc_stats_get
#endif

/* ---- clocks -------------------------------------------------------------- */

static inline uint64_t bench_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Nanoseconds on the clock that sleeps are measured by. */
static inline uint64_t bench_now(void)
{
    return bench_clock(CLOCK_MONOTONIC);
}

/* VmHWM in bytes.  Not getrusage's figure, which remembers how large the
 * process was before exec. */
static inline uint64_t bench_peak_bytes(void)
{
    char line[256];
    uint64_t kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status)
        return 0;
    while (fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtoull(line + 6, NULL, 10);
    }
    fclose(status);
    return kilobytes << 10;
}

/* ---- random numbers and checksums ---------------------------------------- */

/* splitmix64: the same sequence in every variant, and in Go. */
static inline uint64_t bench_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* FNV-1a over a block, from a former hash (BENCH_HASH for none). */
#define BENCH_HASH 0xcbf29ce484222325u

static inline uint64_t bench_hash(uint64_t hash, const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    return hash;
}

/* ---- a histogram of times ------------------------------------------------ */

/* 64 buckets to each power of two: a percentile is at most 1.6 % too high. */
enum { BENCH_BUCKETS = 64 * 59 };

struct bench_histogram {
    uint64_t count, most;
    uint64_t buckets[BENCH_BUCKETS];
};

static inline void bench_note(struct bench_histogram *h, uint64_t value)
{
    unsigned shift = value < 64 ? 0 : 57 - (unsigned)__builtin_clzll(value);
    h->buckets[shift * 64 + (value >> shift)]++;
    h->count++;
    if (value > h->most)
        h->most = value;
}

static inline void bench_merge(struct bench_histogram *into,
                               const struct bench_histogram *from)
{
    for (int i = 0; i < BENCH_BUCKETS; i++)
        into->buckets[i] += from->buckets[i];
    into->count += from->count;
    if (from->most > into->most)
        into->most = from->most;
}

/* The value that `percent` of all values do not exceed. */
static inline uint64_t bench_percentile(const struct bench_histogram *h,
                                        double percent)
{
    double wanted = percent / 100 * (double)h->count;
    uint64_t seen = 0;
    for (unsigned i = 0; i < BENCH_BUCKETS; i++) {
        seen += h->buckets[i];
        if (h->buckets[i] && (double)seen >= wanted) {
            unsigned shift = i < 128 ? 0 : i / 64 - 1;
            uint64_t last = ((uint64_t)(i - shift * 64 + 1) << shift) - 1;
            return last < h->most ? last : h->most;
        }
    }
    return h->most;
}

/* ---- a run --------------------------------------------------------------- */

struct bench {
    const char *program;
    unsigned long size;             /* means what the program says it means */
    int threads;
    uint64_t started;
};

#ifdef BENCH_BOEHM
static uint64_t bench_boehm_stopped, bench_boehm_longest, bench_boehm_total;

static void GC_CALLBACK bench_boehm_event(GC_EventType event)
{
    if (event == GC_EVENT_PRE_STOP_WORLD) {
        bench_boehm_stopped = bench_now();
    } else if (event == GC_EVENT_POST_START_WORLD) {
        uint64_t pause = bench_now() - bench_boehm_stopped;
        bench_boehm_total += pause;
        if (pause > bench_boehm_longest)
            bench_boehm_longest = pause;
    }
}
#endif

/* PROGRAM SIZE THREADS; what follows is the program's. */
static inline struct bench bench_open(int argc, char **argv,
                                      const char *program)
{
    struct bench bench = { .program = program };
    if (argc < 3) {
        fprintf(stderr, "usage: %s SIZE THREADS\n", program);
        exit(2);
    }
#ifdef BENCH_BOEHM
    GC_INIT();
    GC_set_on_collection_event(bench_boehm_event);
#endif
    bench.size = strtoul(argv[1], NULL, 10);
    bench.threads = atoi(argv[2]);
    bench.started = bench_now();
    return bench;
}

/* What a thread does of a run, and what it adds to the checksum. */
typedef uint64_t bench_body(const struct bench *bench, int index);

struct bench_worker {
    const struct bench *bench;
    bench_body *body;
    int index;
    pthread_t thread;
    uint64_t result;
};

static inline void *bench_work(void *argument)
{
    struct bench_worker *worker = argument;
    worker->result = worker->body(worker->bench, worker->index);
    return NULL;
}

/* Runs the body in `count` threads, of which the caller is one. */
static inline uint64_t bench_threads(const struct bench *bench, int count,
                                     bench_body *body)
{
    struct bench_worker *workers = bench_alloc_zeroed((size_t)count,
                                                      sizeof *workers);
    uint64_t result;
    for (int i = 1; i < count; i++) {
        workers[i] = (struct bench_worker){ bench, body, i, 0, 0 };
        errno = pthread_create(&workers[i].thread, NULL, bench_work,
                               &workers[i]);
        if (errno != 0) {
            perror("pthread_create");
            exit(2);
        }
    }
    result = body(bench, 0);
    for (int i = 1; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        result += workers[i].result;
    }
    bench_free(workers);
    return result;
}

/* The collector's own figures: completed cycles, longest stop, all stops. */
static inline void bench_collector(void)
{
#ifdef BENCH_BOEHM
    printf("\"gc_cycles\": %lu, \"gc_pause_max_ns\": %llu, "
           "\"gc_pause_total_ns\": %llu, ", (unsigned long)GC_get_gc_no(),
           (unsigned long long)bench_boehm_longest,
           (unsigned long long)bench_boehm_total);
#else
    struct escc_stats stats;
    if (!escc_stats_get)
        return;
    escc_stats_get(&stats, sizeof stats);
    printf("\"gc_cycles\": %llu, \"gc_pause_max_ns\": %llu, "
           "\"gc_pause_total_ns\": %llu, ",
           (unsigned long long)stats.gc_cycles,
           (unsigned long long)stats.gc_pause_max_ns,
           (unsigned long long)stats.gc_pause_total_ns);
#endif
}

/* Prints the run's JSON object.  `more` is null, or members of it, as text. */
static inline void bench_close(const struct bench *bench, uint64_t checksum,
                               uint64_t operations, const char *more)
{
    uint64_t wall = bench_now() - bench->started;
    uint64_t cpu = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
    printf("{\"program\": \"%s\", \"size\": %lu, \"threads\": %d, ",
           bench->program, bench->size, bench->threads);
    bench_collector();
    if (more)
        printf("%s, ", more);
    printf("\"operations\": %llu, \"wall\": %.6f, \"cpu\": %.6f, "
           "\"rss\": %llu, \"checksum\": \"%016llx\"}\n",
           (unsigned long long)operations, (double)wall / 1e9,
           (double)cpu / 1e9, (unsigned long long)bench_peak_bytes(),
           (unsigned long long)checksum);
}

#endif /* BENCH_H */
