// A number that is stored in one of 128 bits is converted to it, also where the
// barrier stores it: only the bytes that it had were copied. Dropbear's copy of
// LibTomMath multiplied wrongly.
//
// RUN: ESCC_CC=clang-19 %escc_verify -O2 %s -o prog && ./prog
// RUN: ESCC_CC=clang-19 %escc_verify -O0 %s -o prog && ./prog
// RUN: ESCC_CC=gcc %escc_verify -O2 %s -o prog && ./prog
// RUN: ESCC_CC=gcc %escc_verify -O0 %s -o prog && ./prog

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t digit;
typedef unsigned long wide __attribute__((mode(TI)));
struct number { int used; digit *digits; void *owner; };
struct __attribute__((packed)) shifted { char tag; unsigned __int128 n; };

static unsigned __int128 global;

__attribute__((noinline)) static void spread(const struct number *a)
{
    wide w[16], *p = w;
    digit *d = a->digits;
    memset(w, 0xff, sizeof w);
    for (int i = 0; i < a->used; i++)
        *p++ = *d++;
    for (int i = 0; i < a->used; i++)
        if (w[i] != a->digits[i])
            abort();
}

__attribute__((noinline)) static void one_by_one(wide *p, struct shifted *s,
                                                 const struct number *a)
{
    *p = a->digits[0];
    p[1] = (uintptr_t)a->owner;
    s->n = a->digits[1];
    global = (uintptr_t)a->owner;
}

int main(void)
{
    digit digits[] = {7, ~0UL, 9};
    struct number a = {3, digits, &a};
    wide *p = malloc(2 * sizeof *p);
    struct shifted *s = malloc(sizeof *s);
    memset(p, 0xff, 2 * sizeof *p);
    memset(s, 0xff, sizeof *s);
    global = ~(unsigned __int128)0;
    spread(&a);
    one_by_one(p, s, &a);
    return p[0] != 7 || p[1] != (uintptr_t)&a || s->n != ~0UL ||
           global != (uintptr_t)&a;
}
