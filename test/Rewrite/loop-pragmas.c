// A pragma about a loop stays directly in front of it, and a loop that OpenMP
// distributes keeps its form: whatever is inserted stands elsewhere.
// RUN: %escc_verify -O2 -Werror -Wno-pass-failed %s -o %t && timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -O2 -Wall -Werror %s -o %t && timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -O2 -fopenmp -Wall -Werror %s -o %t
// RUN: env OMP_NUM_THREADS=3 timeout 60 %t
// RUN: env ESCC_CC=%gcc %escc_verify -fopenmp -fescc-locals=all %s -o %t
// RUN: env OMP_NUM_THREADS=3 ESCC_DEBUG=gcstress=64 timeout 60 %t
// REQUIRES: gcc
#include <stdlib.h>

#ifdef __clang__
#define VECTOR _Pragma("clang loop vectorize(enable)")
#define UNROLL _Pragma("clang loop unroll_count(2)")
#else
#define VECTOR _Pragma("GCC ivdep")
#define UNROLL _Pragma("GCC unroll 4")
#endif
#ifndef _OPENMP
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#endif

static void touch(int *p) { ++*p; --*p; }

static long sum(int *a, int n)
{
    long s = 0;
    VECTOR
    for (int i = 0; i < n; i++)
        s += a[i];
    if (n)
UNROLL
        while (n-- > 1)
            s += a[n] - a[n - 1];
    else
        s = -1;
    for (int *p = a; p < a + 2; p++)
        UNROLL for (int i = 0; i < 3; i++)
            s += p[i] - *(p + i);
    return s;
}

static long distributed(int *a, int n)
{
    long s = 0;
#pragma omp parallel for reduction(+ : s)
    for (int i = 0; i < n; i++) {
        touch(&i);
        s += a[i];
    }
#pragma omp parallel for collapse(2) reduction(+ : s)
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            s += a[i] * (k ? 1 : -1);
#pragma omp parallel for reduction(+ : s)
    for (int *p = a; p < a + n; p++)
        s += *p - p[0];
    int *q;
#pragma omp simd reduction(+ : s)
    for (q = a; q < a + n; q += 2)
        s += q[0];
    return s;
}

int main(void)
{
    enum { N = 1000 };
    int *a = malloc(N * sizeof *a);
    for (int i = 0; i < N; i++)
        a[i] = i;
    if (sum(a, N) != N / 2 * (N - 1) + N - 1 || sum(a, 0) != -1)
        return 1;
    return distributed(a, N) != N / 2 * (N - 1) + N / 2 * (N / 2 - 1);
}
