// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What realloc is given may be in the frame, and stays there while it fits;
// what it makes of a null pointer is promoted like malloc's [inv.promote.free].
// RUN: %S/../Inputs/differential %escc %clang %gcc %s
// RUN: %escc -O1 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -O1 -fescc-emit-source -c %s | FileCheck %s --check-prefix TEXT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item { struct item *next; long number; };
static struct item *shelf;
static char *volatile kept;

// Grows in the buffer, then in blocks.
static long growing(long n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(64) does not escape: promoted to the frame
    long *all = malloc(64);
    long room = 2, sum = 0;
    for (long i = 0; i < n; i++) {
        if (i == room) {
            // TEXT: __escc_realloc_in(all, 2 * room * sizeof *all,&__escc_sites[{{[0-9]+}}],__escc_r{{[0-9]+}},64)
            long *more = realloc(all, 2 * room * sizeof *all);
            if (!more) {
                free(all);
                return -1;
            }
            all = more, room *= 2;
        }
        all[i] = i * n;
    }
    for (long i = 0; i < n; i++)
        sum += all[i];
    free(all);
    return sum;
}

// Its address is the same as long as it fits, and the contents always are.
static int in_place(size_t bytes)
{
    // CHECK: :[[@LINE+1]]:{{.*}}realloc({{.*}}, 24) does not escape: promoted to the frame
    char *text = realloc(NULL, 24);
    strcpy(text, "pepper and salt");
    // TEXT: __escc_realloc_in(text, bytes,
    text = realloc(text, bytes);
    text[4] = '!';
    int same = strcmp(text, "pepp!r and salt");
    // TEXT: __escc_realloc_in(text, 6,
    text = realloc(text, 6);
    same += strncmp(text, "pepp!", 5) + text[5];
    free(text);
    return same;
}

// Of any size, of a copied text, of calloc's.
static int others(size_t bytes)
{
    // CHECK: :[[@LINE+1]]:{{.*}}realloc({{.*}}, bytes) does not escape: promoted to the frame
    char *any = realloc((void *)0, bytes);
    memset(any, 'a', bytes);
    any = realloc(any, bytes + 30);
    any[bytes] = 0;
    // CHECK: :[[@LINE+1]]:{{.*}}strdup("copied") does not escape: promoted to the frame
    char *copy = strdup("copied");
    copy = realloc(copy, 80);
    strcat(copy, " and continued");
    // CHECK: :[[@LINE+1]]:{{.*}}calloc(4, 8) does not escape: promoted to the frame
    long *none = calloc(4, 8);
    none = realloc(none, 160);
    int got = (int)(strlen(any) + strlen(copy) + none[0] + none[3]);
    free(any), free(copy), free(none);
    return got;
}

// What it points to, in the buffer and when it was copied out of it.
static long linked(long n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(sizeof *list) does not escape: promoted to the frame
    struct item *list = malloc(sizeof *list);
    list->number = n;
    list->next = malloc(sizeof *list + 600);
    list->next->number = 2 * n, list->next->next = NULL;
    list = realloc(list, (size_t)n * 16);
    for (int i = 0; i < 200; i++)
        memset(malloc(600), 7, 600);
    n = list->number + list->next->number;
    free(list->next), free(list);
    return n;
}

// Kept behind the call: no buffer.
static void outlives(long n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(32) escapes to heap
    struct item *one = malloc(32);
    one->number = n, one->next = shelf;
    // TEXT: __escc_realloc(one, 40,
    shelf = realloc(one, 40);
}

// Held where the block of the first is left.
static int outer(int n)
{
    char *last = NULL;
    if (n > 1) {
        // CHECK: :[[@LINE+1]]:{{.*}}malloc(17) does not escape: promoted to the frame
        char *first = malloc(17);
        strcpy(first, "held");
        last = realloc(first, 20);
    }
    {
        char other[32];
        memset(other, n, sizeof other);
        kept = other[n] ? "x" : "y";
    }
    n = last ? last[2] : 0;
    free(last);
    return n;
}

// A block for each pass, held behind the loop: no buffer.
static int passes(int n)
{
    char *all[4] = {NULL};
    int got = 0;
    for (int i = 0; i < 4; i++) {
        // CHECK: :[[@LINE+1]]:{{.*}}malloc(18) escapes to heap
        char *first = malloc(18);
        *first = (char)(n + i);
        // TEXT: __escc_realloc(first, 19,
        all[i] = realloc(first, 19);
    }
    for (int i = 0; i < 4; i++)
        got = got * 7 + *all[i], free(all[i]);
    return got;
}

// Either of two.
static int either(int n)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(33) does not escape [escape]
    char *a = malloc(33), *b = malloc(34);
    strcpy(a, "first"), strcpy(b, "second");
    char *c = n & 1 ? a : b;
    // TEXT: __escc_realloc(c, 50,
    c = realloc(c, 50);
    int got = c[0] + (n & 1 ? b : a)[0];
    free(c), free(n & 1 ? b : a);
    return got;
}

// A function of the unit's gives it to realloc.
static char *longer(char *p) { return realloc(p, 70); }
static int by_way_of(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(35) does not escape [escape]
    char *p = malloc(35);
    strcpy(p, "way");
    p = longer(p);
    int got = p[1];
    free(p);
    return got;
}

// Of no size: freed.
__attribute__((noinline)) static int is_null(const void *p)
{
    return p == NULL;
}

static int nothing(void)
{
    // CHECK: :[[@LINE+1]]:{{.*}}malloc(36) does not escape: promoted to the frame
    char *p = malloc(36);
    volatile size_t none = 0;
    return is_null(realloc(p, none));
}

int main(void)
{
    for (long n = 1; n < 40; n += 3) {
        printf("%ld %d %d ", growing(n), in_place((size_t)n + 16),
               others((size_t)n + 30));
        printf("%ld %d %d ", linked(n), outer((int)n % 3), passes((int)n));
        printf("%d %d\n", either((int)n), by_way_of());
        outlives(n);
    }
    for (struct item *i = shelf; i; i = i->next)
        printf("%ld ", i->number);
    printf("\n");
    return nothing() ? 0 : 1;
}
