// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pointers between heap objects that are stored in pieces, or as values that
// are no integers, have their barrier: verify=barrier knows each of them.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %escc_verify -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((__noinline__))

enum { COUNT = 8 };
typedef float two_floats __attribute__((__vector_size__(8), __may_alias__));
struct halves { uint32_t low, high; };
struct packed { char tag; int *p; } __attribute__((__packed__));

// CHECK: {__auto_type __escc_k[[A:[0-9]+]]=a;
// CHECK: __asm__ volatile("":::"memory");if(__builtin_expect(__escc_tls.marking,0))__escc_shade_slots((const void*)__escc_k[[A]],
static NOINLINE void bytes(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    while (n--)
        *a++ = *b++;
}

// CHECK: __escc_shade_slots((const void*)to,(unsigned long)((const char*)__escc_k{{[0-9]+}}-(const char*)to));
static NOINLINE void backwards(char *to, const char *from, int n)
{
    to += n;
    from += n;
    do
        *--to = *--from;
    while (--n);
}

// CHECK: __escc_shade_slots((const void*)(a+0),n>0?((unsigned long)n-0)*sizeof *a:0);
static NOINLINE void by_index(void *to, const void *from, int n)
{
    unsigned char *a = to;
    const unsigned char *b = from;
    for (int i = 0; i < n; i++)
        a[i] = b[i];
}

// CHECK: __escc_shade_slots((const void*)__escc_k
static NOINLINE void by_statements(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    while (n > 0) {
        *a = *b;
        a++;
        b++;
        n--;
    }
}

// CHECK: __escc_shade_slots((const void*)__escc_s
static NOINLINE void checked(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    for (size_t i = 0; i < n; i++) {
        if (i % 3 == 5)
            break;
        a[i] = b[i];
    }
}

/* What comes from a caller in another file may be anything. */
// CHECK: __escc_shade_slots(
void characters(char *to, const char *from, int n);
void characters(char *to, const char *from, int n)
{
    while (n-- > 0)
        *to++ = *from++;
}

static NOINLINE void doubles(double *to, const double *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

static NOINLINE void doubles_singly(double *to, const double *from)
{
    to[0] = from[0];    // CHECK: __builtin_memcpy(&__escc_b_t
    *++to = *++from;
    for (int i = 1; i + 1 < COUNT; i++)
        *++to = *++from;
}

static NOINLINE void halves(uint32_t *to, const uint32_t *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

static NOINLINE void shorts(short *to, const short *from, int n)
{
    do {
        *to = *from;    // CHECK: __escc_shade_slots((const void*)__escc_s
        if (!n)
            break;
        to++;
        from++;
    } while (--n);
}

static NOINLINE void records(struct halves *to, const struct halves *from)
{
    for (int i = 0; i < COUNT; i++)
        to[i] = from[i];
}

static NOINLINE void vectors(two_floats *to, const two_floats *from)
{
    for (int i = 0; i < COUNT; i++)
        to[i] = from[i];
}

static NOINLINE void small_copies(char *to, const char *from)
{
    for (int i = 0; i < COUNT * 2; i++)
        memcpy(to + 4 * i, from + 4 * i, 4);    // CHECK: __escc_memcpy(
}

static NOINLINE void merged(unsigned char *to, const unsigned char *from,
                            const unsigned char *mask, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = (to[i] & ~mask[i]) | (from[i] & mask[i]);
}

static NOINLINE void flipped(unsigned char *to, const unsigned char *from,
                             int n)
{
    for (int i = 0; i < n; i++)
        to[i] ^= from[i];
}

static NOINLINE void run(int how, int **to, int **from)
{
    unsigned char mask[COUNT * sizeof *to];
    size_t n = sizeof mask;
    switch (how) {
    case 0: bytes(to, from, n); break;
    case 1: backwards((char *)to, (char *)from, (int)n); break;
    case 2: by_index(to, from, (int)n); break;
    case 3: by_statements(to, from, n); break;
    case 4: checked(to, from, n); break;
    case 5: characters((char *)to, (char *)from, (int)n); break;
    case 6: doubles((double *)to, (double *)from, COUNT); break;
    case 7: doubles_singly((double *)to, (double *)from); break;
    case 8: halves((uint32_t *)to, (uint32_t *)from, COUNT * 2); break;
    case 9: shorts((short *)to, (short *)from, COUNT * 4); break;
    case 10: records((struct halves *)to, (struct halves *)from); break;
    case 11: vectors((two_floats *)to, (two_floats *)from); break;
    case 12: small_copies((char *)to, (char *)from); break;
    case 13:
        memset(mask, 0xff, n);
        merged((void *)to, (void *)from, mask, (int)n);
        break;
    case 14: flipped((void *)to, (void *)from, (int)n); break;
    }
}

static NOINLINE int **numbers(void)
{
    int **array = calloc(COUNT, sizeof *array);
    for (int i = 0; i < COUNT; i++) {
        array[i] = malloc(32);
        *array[i] = i;
    }
    return array;
}

/* At an address that is no multiple of the word. */
static NOINLINE int misaligned(void)
{
    struct packed *to = calloc(COUNT, sizeof *to);
    int **from = numbers(), sum = 0;
    for (int i = 0; i < COUNT; i++)
        bytes(&to[i].p, &from[i], sizeof from[i]);
    memset(from, 0, COUNT * sizeof *from);
    for (int i = 0; i < 40; i++)
        free(aligned_alloc(16, 64));
    for (int i = 0; i < COUNT; i++)
        sum += *to[i].p;
    return sum;
}

int main(void)
{
    for (int how = 0; how < 15; how++) {
        int **from = numbers(), **to = calloc(COUNT, sizeof *to), sum = 0;
        run(how, to, from);
        memset(from, 0, COUNT * sizeof *from);
        for (int i = 0; i < 40; i++)
            free(aligned_alloc(16, 64));
        for (int i = 0; i < COUNT; i++)
            sum += *to[i];
        printf("%d %d\n", how, sum);
    }
    printf("misaligned %d\n", misaligned());
    return 0;
}
