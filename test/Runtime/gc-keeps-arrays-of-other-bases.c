// Arrays whose first index is not 0 are reached through a pointer to somewhere
// else: Fortran translated to C moves its parameters down, Numerical Recipes
// return `v - lo`, SWI-Prolog's tables keep `block - size`.  No word points into
// the object then, but in a frame [rw_displace.c], or it lives until it is
// freed.
//
// RUN: ESCC_CC=gcc %escc_verify -I %source_root/include -O2 %s -o prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1 ./prog
// RUN: ESCC_CC=gcc %escc_verify -I %source_root/include -O0 %s -o prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1 ./prog
// RUN: ESCC_CC=clang-19 %escc_verify -I %source_root/include -O2 %s -o prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1 ./prog
// RUN: ESCC_CC=clang-19 %escc_verify -I %source_root/include -O0 %s -o prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1 ./prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1,concurrent=1 ./prog
// RUN: ESCC_CC=gcc %escc_verify -I %source_root/include -O2 \
// RUN:   -fescc-locals=all %s -o prog
// RUN: ESCC_DEBUG=gcstress=64,clobber=1 ./prog

#include <escc/gc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static volatile char sink;

static NOINLINE void churn(size_t bytes)
{
    for (int i = 0; i < 32; i++) {
        char *p = malloc(bytes);
        memset(p, 0x5a, bytes);
        sink = p[i];
    }
    escc_gc();
}

static NOINLINE long *numbers(long n)
{
    long *v = malloc(n * sizeof *v);
    for (long i = 0; i < n; i++)
        v[i] = i;
    return v;
}

enum { N = 3000, SUM = N * (N - 1) / 2 };

// ---- parameters, as f2c moves them

static NOINLINE long from_one(long n, long *x)
{
    long sum = 0;
    --x;
    churn(n * sizeof *x);
    for (long i = 1; i <= n; i++)
        sum += x[i];
    return sum;
}

static NOINLINE long matrix(long rows, long columns, long *a)
{
    long sum = 0, offset = 1 + rows;
    a -= offset;
    for (long j = 1; j <= columns; j++) {
        churn(rows * columns * sizeof *a);
        for (long i = 1; i <= rows; i++)
            sum += a[i + j * rows];
    }
    return sum;
}

static NOINLINE long callee(long first, long last, const long *v)
{
    long sum = 0;
    churn(N * sizeof *v);
    for (long i = first; i <= last; i++)
        sum += v[i];
    return sum;
}

static NOINLINE long argument(long lo)
{
    return callee(lo, lo + N - 1, numbers(N) - lo);
}

static NOINLINE long fresh_local(long lo)
{
    long *v = numbers(N);
    v -= lo;
    churn(N * sizeof *v);
    long sum = 0;
    for (long i = lo; i < lo + N; i++)
        sum += v[i];
    return sum;
}

// ---- results

static NOINLINE long *vector(long lo, long hi)
{
    long *v = malloc((hi - lo + 1) * sizeof *v);
    return v - lo;
}

static NOINLINE long *vector_in_steps(long lo, long hi)
{
    long *v = (long *)malloc((hi - lo + 2) * sizeof *v);
    v += 1;
    v -= lo;
    return v;
}

static NOINLINE long *vector_from_one(long n)
{
    return (long *)malloc(n * sizeof(long)) - 1;
}

static NOINLINE long use_vector(long *v, long lo)
{
    long sum = 0;
    for (long i = 0; i < N; i++)
        v[lo + i] = i;
    churn(N * sizeof *v);
    for (long i = 0; i < N; i++)
        sum += v[lo + i];
    return sum;
}

// ---- memory

static long *blocks[12], *swapped[12];
static struct table { long *row; long **rows; } table;

static NOINLINE void grow(int i)
{
    long size = 1L << i, *block = malloc(size * sizeof *block);
    for (long k = 0; k < size; k++)
        block[k] = size + k;
    blocks[i] = block - size;
    block = malloc(size * sizeof *block);
    for (long k = 0; k < size; k++)
        block[k] = size + k;
    if (!__sync_bool_compare_and_swap(&swapped[i], NULL, block - size))
        abort();
}

static NOINLINE void rows(long lo, long n)
{
    table.rows = malloc(n * sizeof *table.rows);
    table.rows -= lo;
    for (long i = lo; i < lo + n; i++) {
        table.rows[i] = malloc(40 * sizeof **table.rows);
        table.rows[i] += 1;
        table.rows[i] -= lo;
        table.rows[i][lo] = i;
    }
    table.row = malloc(n * sizeof *table.row);
    table.row[0] = 1234;
    table.row -= lo;
}

static NOINLINE int look(long lo, long n)
{
    for (int i = 4; i < 12; i++)
        for (long k = 1L << i; k < 2L << i; k++)
            if (blocks[i][k] != k || swapped[i][k] != k)
                return 0;
    for (long i = lo; i < lo + n; i++)
        if (table.rows[i][lo] != i)
            return 0;
    return table.row[lo] == 1234;
}

// ---- what is freed is not kept

static NOINLINE uint64_t marked_after(int count)
{
    struct escc_stats stats;
    for (int i = 0; i < count; i++) {
        long *v = vector(1000, 11000);
        sink = (char)v[1000];
        free(v + 1000);
    }
    escc_gc();
    escc_stats_get(&stats, sizeof stats);
    return stats.heap_marked_bytes;
}

#define EXPECT(what) \
    do { if (!(what)) { printf("%d: %s\n", __LINE__, #what); return 1; } } \
    while (0)

int main(void)
{
    EXPECT(from_one(N, numbers(N)) == SUM);
    EXPECT(matrix(50, N / 50, numbers(N)) == SUM);
    EXPECT(argument(5000) == SUM);
    EXPECT(fresh_local(5000) == SUM);
    EXPECT(use_vector(vector(7000, 7000 + N), 7000) == SUM);
    EXPECT(use_vector(vector_in_steps(7000, 7000 + N), 7000) == SUM);
    EXPECT(use_vector(vector_from_one(N + 1), 1) == SUM);
    for (int i = 4; i < 12; i++)
        grow(i);
    rows(600, 40);
    for (size_t bytes = 128; bytes <= 16384; bytes *= 2)
        churn(bytes);
    EXPECT(look(600, 40));
    uint64_t marked = marked_after(10);
    EXPECT(marked_after(500) < marked + 4000000);
    return 0;
}
