// A block that nobody has the address of when it has been freed is reused at
// once; one that somebody may have is not [inv.reuse.alone].
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
// RUN: %escc -O1 -w -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
// RUN: %escc -O1 -w -fescc-promote=no -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s --check-prefix NO < %t.i
// NO-NOT: __escc_free_now{{(_in)?}}(buffer
//
// So temporary blocks need no collections, whatever ESCC_FREE says.
// RUN: %escc -O1 -w %s -o %t
// RUN: for mode in ignore drop trust; do \
// RUN:   env ESCC_FREE=$mode ESCC_DEBUG=gctrace=1 %t 20000 2>&1 \
// RUN:   | FileCheck %s --check-prefix GC --implicit-check-not='gc 1 ' \
// RUN:   || exit 1; done
// GC: main 20000
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *kept;

__attribute__((noinline)) static int fill(char *p, int n)
{
    memset(p, n, 300);
    return p[7];
}
__attribute__((noinline)) static char *same(char *p) { return p; }
static void *xmalloc(size_t bytes)
{
    void *p = malloc(bytes);
    if (!p)
        abort();
    return p;
}
static void *noted(size_t bytes)
{
    void *p = malloc(bytes);
    if (bytes == 3)
        printf("%p", p);
    return p;
}

static int plain(int n)
{
    char *buffer = malloc(400);
    int got = fill(buffer, n);
    free(buffer);               // CHECK: __escc_free_now(buffer)
    return got;
}
static int variable(int n)
{
    char *buffer = malloc((size_t)n % 2 * 100 + 300);
    int got = fill(buffer, n);
    free(buffer);               // CHECK: __escc_free_now_in(__escc_outside(
    return got;
}

static int wrapped(int n)
{
    char *buffer;
    if ((buffer = xmalloc(400)) == NULL)
        return 0;
    int got = fill(same(buffer), n);
    free((void *)buffer);       // CHECK: __escc_free_now((void *)buffer)
    return got;
}

static int copied(int n)
{
    char *buffer = strdup(n & 1 ? "odd" : "even"), *end = strchr(buffer, 0);
    int got = (int)(end - buffer);
    free(buffer);               // CHECK: __escc_free_now_in(__escc_outside(
    return got;
}

static int ways(int n)
{
    int got = 0;
    for (int i = 0; i < 3; i++) {
        char *buffer = calloc(1, 400);
        if (i == n % 5) {
            free(buffer);       // CHECK: __escc_free_now(buffer)
            continue;
        }
        got += fill(buffer, i);
        if (got > 200)
            goto out;
        free(buffer), buffer = NULL;    // CHECK: __escc_free_now(buffer)
        switch (n % 3) {
        case 0:
            got++;
        }
    }
out:
    return got;
}

static int values(int n)
{
    char *buffer = malloc(400);
    do { free(buffer); buffer = 0; } while (0); // CHECK: __escc_free_now(buffer)
    buffer = malloc(500);
    int got = fill(buffer, n) + (buffer == NULL);
    if (got < 0)
        goto out;
    got++;
out:
    free(buffer);               // CHECK: __escc_free_now(buffer)
    return got;
}

// The other variable is not read any more, or has another value.
static int forgotten(int n)
{
    char *buffer = malloc(400), *end = buffer + 8;
    int got = fill(buffer, n) + end[-1];
    {
        char *inner = buffer;
        got += *inner;
    }
    free(buffer);               // CHECK: __escc_free_now(buffer)
    if (!(end = strchr("text", n & 1 ? 't' : 'q')))
        return got;
    return got + *end;
}

// From here on each has something that has the address, or may have.
// CHECK: stale
static int stale(int n)
{
    char *buffer = malloc(400), *other = buffer + 1;
    int got = fill(buffer, n);
    // CHECK-NOT: __escc_free_now
    free(buffer);
    return got + (n < 0 ? *other : 0);
}
static int again(int n)
{
    char *buffer = malloc(400);
    int got = fill(buffer, n);
    if (n & 1)
        free(buffer);
    if (!(n & 1))
        free(buffer);
    return got;
}
static int passes(int n)
{
    char *buffer = malloc(400);
    int got = fill(buffer, n);
    for (int i = 0; i < 2; i++) {
        if (i)
            free(buffer);
        else
            got += fill(buffer, i);
    }
    return got;
}
static int heads(int n)
{
    int got = 0;
    for (char *buffer = malloc(400); n % 3 < 2; n++) {
        got += n;
        if (n % 3 == 1)
            free(buffer);
    }
    return got;
}
static int jumps(int n)
{
    char *buffer = malloc(400);
    for (int i = 0; i < 2; i++) {
        if (i) {
            free(buffer);
            if (n & 1)
                break;
            buffer = malloc(400);
        }
        fill(buffer, i);
    }
    return n < 0 ? *buffer : 0;
}
static int skipped(int n)
{
    if (n & 1)
        goto out;
    char *buffer = NULL;
    buffer = malloc(400);
    fill(buffer, n);
out:
    if (!(n & 1))
        free(buffer);
    return n;
}
static int unset(int n)
{
    char *buffer;
    if (n & 1)
        buffer = malloc(400);
    if (n & 1)
        free(buffer);
    return n;
}
static int cases(int n)
{
    switch (n & 1) {
        char *buffer;
    case 1:
        n++;
        buffer = malloc(400);
        free(buffer);
        break;
    case 0:
        if (n < 0)
            free(buffer);
    }
    return n;
}
static int held(int n)
{
    char *buffer = malloc(400), **place = &buffer;
    int got = fill(buffer, n);
    free(buffer);
    return got + (n < 0 ? **place : 0);
}
static int global(int n)
{
    char *buffer = malloc(400);
    int got = fill(buffer, n);
    kept = buffer;
    free(buffer);
    return got;
}
static int others(char *from, int n)
{
    char *buffer = malloc(400);
    if (from)
        buffer = from;
    int got = fill(buffer, n);
    free(buffer);
    return got;
}
static int told(int n)
{
    char *buffer = noted(400);
    int got = fill(buffer, n);
    free(buffer);
    return got;
}
static int number(int n)
{
    char *buffer = malloc(400);
    unsigned high = (unsigned)((unsigned long)buffer >> 32);
    free(buffer);
    return n + (high == 1);
}
static void clean(char **p)
{
    if (*p && **p == 'x')
        kept = NULL;
}
static int cleaned(int n)
{
    __attribute__((cleanup(clean))) char *buffer = calloc(1, 400);
    if (n < 0)
        free(buffer);
    return n;
}
static int whole(int n)
{
    struct { char *a, *b; } pair = {malloc(400), NULL};
    char *buffer = pair.a;
    int got = fill(buffer, n);
    free(buffer);
    return got;
}
static int value(int n)
{
    char *volatile buffer = malloc(400);
    int got = ({ free(buffer); n; });
    return got;
}
// CHECK: int main(

int main(int count, char **words)
{
    int steps = count > 1 ? atoi(words[1]) : 40;
    long sum = 0;
    for (int n = 0; n < steps; n++) {
        sum += plain(n) + variable(n) + wrapped(n) + copied(n) + ways(n) +
               values(n) + forgotten(n);
        if (count > 1)
            continue;
        sum += stale(n) + again(n) + passes(n) + heads(n) + jumps(n) + skipped(n) +
               unset(n) + cases(n) + held(n) + global(n) + told(n) +
               others(NULL, n) + number(n) + cleaned(n) + whole(n) + value(n);
        kept = NULL;
    }
    printf("main %d %ld\n", steps, sum);
    return 0;
}
