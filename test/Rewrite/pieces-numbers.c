// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers that no cast, union or byte-wise access of the unit lets a pointer
// get into have no barrier, whatever is copied of them; and neither have
// results of arithmetic.
// RUN: %escc_verify -O2 -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck --implicit-check-not=__escc_shade_slots %s < %t.i
// CHECK: extern void __escc_shade_slots(const void*,unsigned long);
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct point { double x, y; float z; short tag; };
struct node { struct node *next; int key; double weight; char name[8]; };
union number { double d; uint64_t bits; };

void axpy(double a, const double *x, double *y, int n)
{
    for (int i = 0; i < n; i++)
        y[i] += a * x[i];
}

void copy(double *to, const double *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

void transpose(float *to, const float *from, int n)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            to[j * n + i] = from[i * n + j];
}

void sort(double *a, int n)
{
    for (int i = 1; i < n; i++)
        for (int j = i; j > 0 && a[j] < a[j - 1]; j--) {
            double t = a[j];
            a[j] = a[j - 1];
            a[j - 1] = t;
        }
}

void points(struct point *to, const struct point *from) { *to = *from; }

void members(struct node *to, const struct node *from)
{
    to->key = from->key;
    to->weight = from->weight;
}

double *squares(int n)
{
    double *a = malloc(n * sizeof *a);
    for (int i = 0; i < n; i++)
        a[i] = (double)i * i;
    return a;
}

void sum(void *data, double *total)
{
    double *numbers = data;
    *total = numbers[0] + numbers[1];
}

void text(char *to, const char *from)
{
    while ((*to++ = *from++))
        ;
}

unsigned hash(const char *s, unsigned *out)
{
    unsigned h = 0;
    while (*s)
        h = h * 31 + (unsigned char)*s++;
    return *out = h;
}

void exponent(union number *u, int *out) { *out = (int)(u->bits >> 52); }

void word(unsigned *out, const void *p) { *out = (unsigned)(uintptr_t)p; }
