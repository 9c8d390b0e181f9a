// gcc's questions for overflow are constants in static assertions, sizes, bit
// fields and enumerators; elsewhere each argument is evaluated once.
// REQUIRES: gcc
// RUN: for level in 0 2; do %gcc -w -O$level %s -o plain && ./plain >want && \
// RUN:   ESCC_CC=%gcc %escc_verify -w -O$level %s -o escc && \
// RUN:   ./escc >got && cmp want got || exit 1; done
// RUN: FileCheck %s <got
// CHECK: 1 1 0 3 4 20
#include <limits.h>
#include <stdio.h>

#define SAYS(operation, a, b, type, answer)                                \
    _Static_assert(__builtin_##operation##_overflow_p(a, b, (type)0) ==    \
                   answer, #operation)
SAYS(add, INT_MAX, 1, int, 1);
SAYS(add, INT_MAX - 1, 1, int, 0);
SAYS(add, INT_MIN, -1, int, 1);
SAYS(sub, 0u, 1, unsigned, 1);
SAYS(sub, 0u, 1, int, 0);
SAYS(mul, -1, INT_MIN, int, 1);
SAYS(mul, -1, INT_MIN, unsigned, 0);
SAYS(mul, ULONG_MAX, ULONG_MAX, __int128, 1);
SAYS(mul, ULONG_MAX, ULONG_MAX, unsigned __int128, 0);
SAYS(add, 127, 1, signed char, 1);
SAYS(add, 127, 1, unsigned char, 0);
SAYS(add, 127, 1, short, 0);
SAYS(sub, -32768, 1, short, 1);
SAYS(add, 65535, 1, unsigned short, 1);

int sized[__builtin_add_overflow_p(CHAR_MAX, 1, (char)0) ? 5 : 7];
enum { FITS = !__builtin_add_overflow_p(1, 2, 0) };
struct field { int small : 3, size : FITS + 7; };

static int calls;
static int next(int **p)
{
    calls++;
    return *(*p)++;
}

int *kept;
int main(void)
{
    int moved[] = {INT_MAX, 1, 3, 4}, *p = moved;
    struct field field = {0};
    kept = moved;
    printf("%d", __builtin_add_overflow_p(next(&p), next(&p), (int)0));
    printf(" %d", __builtin_add_overflow_p(*p++, 1, field.small));
    printf(" %d", __builtin_mul_overflow_p(*p, 1, 0 * next(&p)));
    printf(" %d %d %zu\n", calls, (int)(p - moved), sizeof sized);
}
