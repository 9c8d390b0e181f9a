/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arithmetic.c - numeric code and copies by bytes: do they pay for barriers?
 *
 *     bench/arithmetic.py ESCC ESCC
 *
 * Arguments: axpy, transpose, copy, sort, bytes or short_bytes; rounds.
 * Prints seconds.  None but the last two stores what could be a pointer.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOINLINE __attribute__((__noinline__))

enum { COUNT = 1 << 14, SIDE = 512, SHORT_BYTES = 64 };

static NOINLINE void axpy(double a, const double *x, double *y, int n)
{
    for (int i = 0; i < n; i++)
        y[i] += a * x[i];
}

static NOINLINE void transpose(double *to, const double *from, int n)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            to[j * n + i] = from[i * n + j];
}

static NOINLINE void copy(double *to, const double *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

static NOINLINE void sort(double *a, int n)
{
    for (int gap = n / 2; gap > 0; gap /= 2)
        for (int i = gap; i < n; i++) {
            double t = a[i];
            int j = i;
            for (; j >= gap && a[j - gap] > t; j -= gap)
                a[j] = a[j - gap];
            a[j] = t;
        }
}

static NOINLINE void bytes(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    while (n--)
        *a++ = *b++;
}

static void round_of(const char *what, double *x, double *y)
{
    if (!strcmp(what, "axpy")) {
        axpy(1.0001, x, y, COUNT);
    } else if (!strcmp(what, "transpose")) {
        transpose(y, x, SIDE);
    } else if (!strcmp(what, "copy")) {
        copy(y, x, COUNT);
    } else if (!strcmp(what, "sort")) {
        copy(y, x, COUNT);
        sort(y, COUNT);
    } else if (!strcmp(what, "bytes")) {
        bytes(y, x, COUNT * sizeof *x);
    } else {
        for (int i = 0; i < COUNT / 8; i++)
            bytes(y + 8 * i, x + 8 * i, SHORT_BYTES);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "axpy";
    int rounds = argc > 2 ? atoi(argv[2]) : 100;
    double *x = malloc(SIDE * SIDE * sizeof *x);
    double *y = calloc(SIDE * SIDE, sizeof *y), sum = 0;
    unsigned random = 1;

    if (!x || !y)
        return 2;
    for (int i = 0; i < SIDE * SIDE; i++)
        x[i] = (random = random * 1103515245u + 12345u) % 1000003u;
    round_of(what, x, y);
    double start = now();
    for (int i = 0; i < rounds; i++)
        round_of(what, x, y);
    double seconds = now() - start;
    for (int i = 0; i < SIDE * SIDE; i++)
        sum += y[i];
    fprintf(stderr, "%g\n", sum);
    printf("%.6f\n", seconds);
    return 0;
}
