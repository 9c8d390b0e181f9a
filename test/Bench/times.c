// The comparison's percentiles are at most 1.6 % too high and never too low,
// and of a request's latency just the waits for a processor are taken off
// that the thread had since the request was due.
// RUN: cp %source_root/bench/programs/*.[ch] .
// RUN: %clang -O1 -Wall -pthread -I . -I %source_root/include %s -o %t
// RUN: %t | FileCheck %s
#define main serve
#include "server.c"
#undef main

#include <assert.h>

static void percentiles_are_close(uint64_t step)
{
    struct bench_histogram *h = calloc(2, sizeof *h);
    for (uint64_t i = 1; i <= 10000; i++)
        bench_note(&h[i % 2], i * step);
    bench_merge(&h[0], &h[1]);
    assert(h->count == 10000);
    for (int tenths = 1; tenths <= 1000; tenths++) {
        uint64_t exact = (uint64_t)tenths * 10 * step;
        uint64_t told = bench_percentile(h, tenths / 10.0);
        assert(told >= exact && told <= exact + exact / 64);
    }
    assert(bench_percentile(h, 100) == 10000 * step);
    free(h);
}

// A thread that waited 5 between 100 and 200, and 7 between 300 and 400.
static void waits_are_those_since_due(void)
{
    struct past *past = calloc(1, sizeof *past);
    const uint64_t samples[][2] = { { 100, 0 }, { 200, 5 }, { 300, 5 },
                                    { 400, 12 } };
    for (int i = 0; i < 4; i++) {
        past->samples[i].when = samples[i][0];
        past->samples[i].waited = samples[i][1];
        past->count++;
    }
    assert(waited_since(past, 50) == 12);
    assert(waited_since(past, 100) == 12);
    assert(waited_since(past, 190) == 12);
    assert(waited_since(past, 198) == 9);   // at most what was left of it
    assert(waited_since(past, 200) == 7);
    assert(waited_since(past, 350) == 7);
    assert(waited_since(past, 398) == 2);
    assert(waited_since(past, 400) == 0);
    // Older than what is remembered: since the oldest that is.
    past->count = PAST;
    for (uint64_t i = 0; i < 3 * PAST; i++) {
        past->samples[past->count % PAST].when = 1000 + i;
        past->samples[past->count % PAST].waited = i;
        past->count++;
    }
    assert(waited_since(past, 500) == PAST - 1);
    assert(waited_since(past, 1000 + 3 * PAST - 11) == 10);
    free(past);
}

int main(void)
{
    percentiles_are_close(1);
    percentiles_are_close(977);
    percentiles_are_close(1000003);
    waits_are_those_since_due();
    puts("times are right");        // CHECK: times are right
    return 0;
}
