// What gcc folds and clang's parser does not, in static assertions at each
// place; gcc's question for an attribute, and the values of its _FloatN types
// in static initializers.  Assertions hold for the rewritten text, too.
// REQUIRES: gcc
// RUN: for level in 0 2; do %gcc -w -O$level %s -o plain && ./plain >want && \
// RUN:   ESCC_CC=%gcc %escc_verify -w -O$level %s -o escc && \
// RUN:   ./escc >got && cmp want got || exit 1; done
// RUN: FileCheck %s <got
// CHECK: 7 1 0 1 1 1 1 -2
// RUN: not env ESCC_CC=%gcc %escc -DFAILS -c %s 2>&1 | FileCheck \
// RUN:   --check-prefix=FAILS %s
// FAILS: [[@LINE+24]]:1: error: static assertion failed: "no"
// RUN: ESCC_CC=%gcc %escc -O2 -report-escapes -c %s 2>&1 | FileCheck \
// RUN:   --check-prefix=MOVED %s
// MOVED: moved to heap: x
#define __STDC_WANT_IEC_60559_TYPES_EXT__ 1
#include <assert.h>
#include <math.h>
#include <stdio.h>

void ends(void) __attribute__((noreturn));
static_assert(__builtin_has_attribute(ends, noreturn), "(\")");
static_assert(__builtin_abs(-3) == 3 && __builtin_sqrt(4.0) == 2.0,
              "');");
struct with {
    int a;
    _Static_assert(__builtin_strspn("aab", "a") == 2, "");
    int b;
} with;
/* Of two in one line only one is gcc's, and a literal is none. */
_Static_assert(__builtin_labs(-3L) == 3, ""); _Static_assert(sizeof(int) == 4, "");
const char *text = "_Static_assert(__builtin_abs(-1) == 3, 0)";

#ifdef FAILS
/* . */
_Static_assert(__builtin_abs(-3) == 4, "no");
#endif

_Float64 huge = HUGE_VAL_F64, nothing = SNANF64;
_Float32 small = HUGE_VAL_F32;
_Float32x wide = HUGE_VAL_F32X;
_Float64x wider = HUGE_VAL_F64X;
_Float128 widest = HUGE_VAL_F128;

int *kept;
__attribute__((noipa)) static int moved(int n)
{
    int x = n, y[2];
    _Static_assert(__builtin_abs(-3) + sizeof x == 7, "");
    static_assert(!__builtin_has_attribute(x, noreturn) &&
                  sizeof y == 8, "");
    kept = &x;
    return __builtin_has_attribute(ends, noreturn) ? n : x + 1;
}

int main(void)
{
    printf("%d %d %d", moved(7), __builtin_has_attribute(ends, noreturn),
           __builtin_has_attribute(moved, noreturn));
    printf(" %d %d", huge > 1e300, nothing != nothing);
    printf(" %d %d", wider > 1e300 && wide > 1e300, widest > 1 && small > 1);
    printf(" %d\n", (int)__builtin_copysignf64(2, -huge));
    return with.a + with.b + (text[0] != '_');
}
