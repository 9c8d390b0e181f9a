/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* numeric.c - arrays of numbers: what a collector costs where it has nothing
 * to do.
 *
 *     numeric N THREADS
 *
 * Four times: the product of two matrices of N by N doubles, and the sums of
 * prefixes of 16 * N * N integers, in fresh arrays.  The threads divide the
 * four.  All values are small whole numbers, exact in every order.
 */
#include "bench.h"

enum { TIMES = 4 };

static double *matrix(size_t n, uint64_t seed)
{
    double *m = bench_alloc_plain(n * n * sizeof *m);
    for (size_t i = 0; i < n * n; i++)
        m[i] = (double)((i * 7 + seed) % 17);
    return m;
}

static double *multiply(const double *a, const double *b, size_t n)
{
    double *c = bench_alloc_plain(n * n * sizeof *c);
    for (size_t i = 0; i < n * n; i++)
        c[i] = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            double factor = a[i * n + k];
            for (size_t j = 0; j < n; j++)
                c[i * n + j] += factor * b[k * n + j];
        }
    }
    return c;
}

static uint64_t product(size_t n, uint64_t seed)
{
    double *a = matrix(n, seed), *b = matrix(n, seed + 5);
    double *c = multiply(a, b, n);
    uint64_t sum = 0;
    for (size_t i = 0; i < n * n; i++)
        sum = sum * 3 + (uint64_t)c[i];
    bench_free(a);
    bench_free(b);
    bench_free(c);
    return sum;
}

static uint64_t prefixes(size_t count, uint64_t seed)
{
    int64_t *sums = bench_alloc_plain(count * sizeof *sums);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sums[i] = (int64_t)((i ^ seed) & 255);
    for (size_t i = 1; i < count; i++)
        sums[i] += sums[i - 1];
    for (size_t i = 0; i < count; i += 64)
        sum = sum * 5 + (uint64_t)sums[i];
    bench_free(sums);
    return sum;
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t sum = 0;
    for (int i = index; i < TIMES; i += bench->threads) {
        sum += product(bench->size, (uint64_t)i);
        sum += prefixes(16 * bench->size * bench->size, (uint64_t)i);
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "numeric");
    uint64_t sum = bench_threads(&bench, bench.threads, body);
    bench_close(&bench, sum, TIMES * bench.size * bench.size * bench.size,
                NULL);
    return 0;
}
