// Which functions have buffers, and how large: [inv.promote.frame],
// [inv.promote.stack].
// gcc 12 has no musttail.
// RUN: env ESCC_CC=%clang %escc -O1 -w -fopenmp -report-escapes -c %s \
// RUN:   -o %t.o 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not='promoted to the'
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void unknown(void);
void promised(char *p __attribute__((noescape)));
static int also(int n) { return n; }

// 1 KiB a frame, and along a chain of calls: two of leaf, one of middle, one of
// top; four of many.
static int leaf(void)
{
    char *a = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *b = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    *a = *b = 1;
    return *a + *b;
}
static int middle(void)
{
    char *a = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    *a = 1;
    return leaf() + *a;
}
int top(void)
{
    char *a = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *b = malloc(16), *large = malloc(257);
    *a = *b = *large = 1;
    return middle() + *a + *b + *large;
}
int many(void)
{
    char *a = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *b = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *c = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *d = malloc(256);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *e = malloc(16);
    *a = *b = *c = *d = *e = 1;
    return *a + *b + *c + *d + *e;
}

// 128 bytes where unknown code may call it again, none where it calls itself.
int again(void)
{
    char *a = malloc(100);      // CHECK: :[[@LINE]]:{{.*}}promoted
    char *b = malloc(100);
    *a = *b = 1;
    unknown();
    return *a + *b;
}
int by_itself(int n)
{
    char *a = malloc(16);
    *a = 1;
    return n ? by_itself(n - 1) + *a : 0;
}
static int even(int n);
static int odd(int n)
{
    char *a = malloc(16);
    *a = 1;
    return n ? even(n - 1) + *a : 0;
}
static int even(int n) { return n ? odd(n - 1) : 1; }
int start(void) { return even(5); }

// Frames that end before the call, that several threads have, that are returned
// to twice; handlers; what a cleanup frees.
int tail(int n)
{
    char *p = malloc(16);
    *p = (char)n;
    n += *p;
    __attribute__((musttail)) return also(n);
}
int parallel(void)
{
    int sum = 0;
#pragma omp parallel for
    for (int i = 0; i < 4; i++) {
        char *p = malloc(16);
        *p = 1;
        sum += *p;
        free(p);
    }
    return sum;
}
static void handler(int n)
{
    char *p = malloc(16);
    *p = (char)n;
    free(p);
}
int twice(void)
{
    signal(SIGUSR1, handler);
    char *p = malloc(16);
    *p = 1;
    if (vfork() == 0)
        _exit(0);
    int got = *p;
    free(p);
    return got;
}
static void release(char **p) { free(*p); }
int cleaned_up(void)
{
    __attribute__((cleanup(release))) char *p = malloc(16);
    *p = 1;
    return *p;
}

// Promises say nothing of free; getline may make it larger.
int by_promise(void)
{
    char *p = malloc(16);
    *p = 1;
    promised(p);
    return *p;
}
int by_getline(FILE *file)
{
    size_t n = 16;
    char *p = malloc(16);
    *p = 1;
    getline(&p, &n, file);
    int got = *p;
    free(p);
    return got;
}
