// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %S/Inputs/everywhere %escc %clang %gcc %s -msse2
/* An address that is copied in pieces, or as a value that is no integer, is
 * followed: the local that it belongs to is there when it is put together.
 */
#include "Inputs/carried.h"

#include <stdarg.h>

static int *global;

/* ---- bytes ---- */

static NOINLINE void bytes(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    while (n--)
        *a++ = *b++;
}

static NOINLINE void bytes_by_index(unsigned char *to,
                                    const unsigned char *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

static NOINLINE void bytes_backwards(void *to, const void *from, size_t n)
{
    char *a = (char *)to + n;
    const char *b = (const char *)from + n;
    while (n--)
        *--a = *--b;
}

static NOINLINE void bytes_through_int(void *to, const void *from, size_t n)
{
    signed char *a = to;
    const unsigned char *b = from;
    for (size_t i = 0; i < n; i++) {
        int c = b[i];
        a[i] = c & 0xff;
    }
}

#define COPY(to, from, n)                                                  \
    do {                                                                   \
        for (size_t i = 0; i < (n); i++)                                   \
            ((char *)(to))[i] = ((const char *)(from))[i];                 \
    } while (0)

NOINLINE void by_bytes(void)
{
    int x = 1, *p = &x;
    bytes(&global, &p, sizeof p);
}

NOINLINE void by_index(void)
{
    int x = 2, *p = &x;
    bytes_by_index((unsigned char *)&global, (unsigned char *)&p, sizeof p);
}

NOINLINE void by_bytes_backwards(void)
{
    int x = 3, *p = &x;
    bytes_backwards(&global, &p, sizeof p);
}

NOINLINE void by_ints(void)
{
    int x = 4, *p = &x;
    bytes_through_int(&global, &p, sizeof p);
}

NOINLINE void by_macro(void)
{
    int x = 5, *p = &x;
    COPY(&global, &p, sizeof p);
}

NOINLINE void by_buffer(void)
{
    int x = 6, *p = &x;
    char buffer[sizeof p];
    bytes(buffer, &p, sizeof p);
    bytes(&global, buffer, sizeof p);
}

NOINLINE void by_pointer(void)
{
    int x = 7, *p = &x;
    void (*copy)(void *, const void *, size_t) = bytes;
    copy(&global, &p, sizeof p);
}

/* ---- halves and quarters ---- */

static NOINLINE void shorts(uint16_t *to, const uint16_t *from)
{
    for (int i = 0; i < 4; i++)
        *to++ = *from++;
}

NOINLINE void by_shorts(void)
{
    int x = 11, *p = &x;
    shorts((uint16_t *)&global, (uint16_t *)&p);
}

NOINLINE void by_halves(void)
{
    int x = 12, *p = &x;
    const uint32_t *from = (const uint32_t *)&p;
    uint32_t *to = (uint32_t *)&global, low = from[0], high = from[1];
    to[0] = low;
    to[1] = high;
}

NOINLINE void by_word_of_halves(void)
{
    int x = 13, *p = &x;
    const uint32_t *from = (const uint32_t *)&p;
    global = (int *)((uintptr_t)from[1] << 32 | from[0]);
}

struct halves { uint32_t low, high; };
struct fields { unsigned low : 32, middle : 16, high : 16; };
union word {
    int *p;
    double d;
    float f[2];
    char b[8];
    struct halves h;
    struct fields s;
};

NOINLINE void by_record(void)
{
    int x = 14, *p = &x;
    *(struct halves *)&global = *(struct halves *)&p;
}

NOINLINE void by_fields(void)
{
    int x = 15;
    union word from = {.p = &x}, to;
    to.s = from.s;
    global = to.p;
}

NOINLINE void by_members(void)
{
    int x = 16;
    union word from = {.p = &x}, to;
    to.h.low = from.h.low;
    to.h.high = from.h.high;
    global = to.p;
}

NOINLINE void by_small_memcpy(void)
{
    int x = 17, *p = &x;
    memcpy(&global, &p, 4);
    memcpy((char *)&global + 4, (char *)&p + 4, 4);
}

/* ---- floating types ---- */

static double kept;

NOINLINE void by_double(void)
{
    int x = 21;
    union word u = {.p = &x};
    kept = u.d;
}

static NOINLINE double double_of(union word u) { return u.d; }
static NOINLINE void keep_double(double d) { kept = d; }

NOINLINE void by_result(void)
{
    int x = 22;
    union word u = {.p = &x};
    keep_double(double_of(u));
}

static NOINLINE void keep_variable(int n, ...)
{
    va_list list;
    va_start(list, n);
    kept = va_arg(list, double);
    va_end(list);
}

NOINLINE void by_variable_argument(void)
{
    int x = 23;
    union word u = {.p = &x};
    keep_variable(1, u.d);
}

NOINLINE void by_cast_double(void)
{
    int x = 24, *p = &x;
    *(double *)&global = *(double *)&p;
}

NOINLINE void by_floats(void)
{
    int x = 25;
    union word from = {.p = &x}, to;
    for (int i = 0; i < 2; i++)
        to.f[i] = from.f[i];
    global = to.p;
}

NOINLINE void by_complex(void)
{
    int x = 26, *p = &x;
    *(float _Complex *)&global = *(float _Complex *)&p;
}

typedef float two_floats __attribute__((__vector_size__(8), __may_alias__));

NOINLINE void by_vector(void)
{
    int x = 27, *p = &x;
    *(two_floats *)&global = *(two_floats *)&p;
}

static struct halves kept_halves;

static NOINLINE void keep_record(int n, ...)
{
    va_list list;
    va_start(list, n);
    kept_halves = va_arg(list, struct halves);
    va_end(list);
}

NOINLINE void by_variable_record(void)
{
    int x = 28;
    union word u = {.p = &x};
    keep_record(1, u.h);
}

#define GLOBAL(call, n)                                                    \
    do {                                                                   \
        call();                                                            \
        CHECK(*global == n);                                               \
        global = NULL;                                                     \
    } while (0)

#define KEPT(call, n)                                                      \
    do {                                                                   \
        call();                                                            \
        CHECK(*((union word){.d = kept}).p == n);                          \
        kept = 0;                                                          \
    } while (0)

int main(void)
{
    GLOBAL(by_bytes, 1);
    GLOBAL(by_index, 2);
    GLOBAL(by_bytes_backwards, 3);
    GLOBAL(by_ints, 4);
    GLOBAL(by_macro, 5);
    GLOBAL(by_buffer, 6);
    GLOBAL(by_pointer, 7);
    GLOBAL(by_shorts, 11);
    GLOBAL(by_halves, 12);
    GLOBAL(by_word_of_halves, 13);
    GLOBAL(by_record, 14);
    GLOBAL(by_fields, 15);
    GLOBAL(by_members, 16);
    GLOBAL(by_small_memcpy, 17);
    KEPT(by_double, 21);
    KEPT(by_result, 22);
    KEPT(by_variable_argument, 23);
    GLOBAL(by_cast_double, 24);
    GLOBAL(by_floats, 25);
    GLOBAL(by_complex, 26);
    GLOBAL(by_vector, 27);
    by_variable_record();
    CHECK(*((union word){.h = kept_halves}).p == 28);
    return failures != 0;
}
