// Moved locals of blocks that a switch leads into: the objects are made behind
// the labels, once for each time that the block is entered, and not by the
// labels that lead elsewhere.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: for how in "%clang -O0" "%clang -O2" "%gcc -O0" "%gcc -O2"; do \
// RUN:   set -- $how; \
// RUN:   ESCC_CC=$1 %escc -w $2 -DOUTLIVE %s -o %t || exit 1; \
// RUN:   ESCC_DEBUG=gcstress=1,clobber=1 %t | \
// RUN:   FileCheck --check-prefix=OBJECTS %s || exit 1; done
// OBJECTS: {{^}}312 11{{$}}
// OBJECTS-NEXT: 0 3{{$}}
// OBJECTS-NEXT: 34{{$}}
// RUN: ESCC_CC=%clang %escc -w -O2 -fescc-emit-source -c %s | FileCheck %s
// RUN: ESCC_CC=%gcc %escc -Wall -O2 -save-temps=obj -c %s -o %t.o 2> %t.out
// RUN: FileCheck --input-file=%t.escc.i %s
// RUN: ESCC_CC=%gcc %escc -Wextra -O2 -save-temps=obj -c %s -o %t.o 2> %t.out
// RUN: FileCheck --input-file=%t.escc.i --check-prefix=FALLS %s
// RUN: FileCheck --input-file=%t.out --check-prefix=WARNS %s
// WARNS: warning: this statement may fall through
#include <stdio.h>

static void *sink[64];
static int sinks;

static __attribute__((noinline)) void *keep(const void *p)
{
    return sink[sinks++ % 64] = (void *)p;
}

// How many objects there were: in C, locals of one block may have one place.
static __attribute__((noinline)) int different(void)
{
    int count = 0;
    for (int i = 0; i < sinks && i < 64; i++) {
        int is_new = 1;
        for (int k = 0; k < i; k++)
            is_new &= sink[i] != sink[k];
        count += is_new;
    }
    sinks = 0;
#ifndef OUTLIVE
    count = 0;
#endif
    return count;
}

// FALLS-LABEL: int interpret(
// FALLS: switch (__escc_h{{[0-9]+}}=
// CHECK-LABEL: int interpret(
// CHECK: switch (*pc)
// CHECK: case 1: total
// CHECK: case 2: case 3:[[X:__escc_h[0-9]+]]=
// CHECK: if(0){case 4:[[X]]={{[^}]*}}
// CHECK: case 5: case 6 ... 7:[[X]]=
// CHECK: default:[[X]]=
// CHECK: case 8: total
static __attribute__((noinline)) int interpret(const unsigned char *pc)
{
    int total = 0;
    for (;; pc++) {
        switch (*pc) {
        case 0:
            return total;
        case 1: total++; continue;
        {
            int x;
        case 2: case 3:
            keep(&x);
            x = *pc;
        case 4:
            if (*pc == 4)
                x = 0;
            x += 10;
            if (keep(&x) != &x)
                return -1;
            total += x;
            break;
        case 5: case 6 ... 7:
            do {
                x = 7;
                switch (2) {
                case 1: break;
                case 2: goto shared;
                }
            } while (0);
        default: x = 3;
        shared:
            total += *(int *)keep(&x);
            break;
        }
        case 8: total *= 2; break;
        case 10: case 11: total--; break;
        case 12: total += 5; break;
        case 13: total -= 5; break;
        case 14: total += 6; break;
        case 15: total -= 6; break;
        }
    }
}

static __attribute__((noinline)) int nested(int n, int again)
{
    int result = 0, *last = 0;
    switch (n) {
    case 0: return 0;
    case 1: return 1;
    case 2: {
        int a = 1;
        keep(&a);
        if (again) {
            int b;
    case 3:
            b = n, a = n;
            last = keep(&a);
            result += *(int *)keep(&a) + b;
            if (result < again)
                goto inner;
        }
        result += a;
        break;
    inner:
    case 4:
        a = result;
        result += *(int *)keep(&a) + (last ? *last : 0);
        if (result < 100 && last && again-- > 0)
            goto inner;
        break;
    }
    case 5: return 5;
    case 6: return 6;
    case 7: return 7;
    case 9: return 9;
    case 10: return 9;
    }
    return result;
}

// CHECK-LABEL: int announced(
// CHECK: switch (__escc_h{{[0-9]+}}=
static __attribute__((noinline)) int announced(int n)
{
    switch (n) {
    case 0: return 0;
    case 1: return 7;
    case 2: return 9;
    case 3: return 8;
    {
        int x;
    case 4:
        x = 1;
        __attribute__((fallthrough));
    case 5:
        x = n;
        return *(int *)keep(&x);
    }
    }
    return -1;
}

// All labels lead into the block.
// CHECK-LABEL: int body(
// CHECK: switch (__escc_h{{[0-9]+}}=
static __attribute__((noinline)) int body(int n)
{
    switch (n) {
        int x;
    case 0: x = 1; return *(int *)keep(&x);
    case 1: x = 2; return *(int *)keep(&x);
    default: x = n; return *(int *)keep(&x);
    }
}

// A label in the middle of an expression's statement.
static __attribute__((noinline)) int inside(int n)
{
    int result = 0;
    switch (n) {
    case 0: return 0;
    case 1: return 7;
    case 2: return 9;
    case 3: return 8;
    if (result) {
        int x;
        while (result < 9)
    case 4: {
            x = n;
            result += *(int *)keep(&x);
        }
        for (;;) {
            int y;
    default:
            y = n;
            result += *(int *)keep(&y);
            if (result > 20)
                break;
        }
    }
    }
    return result;
}

static __attribute__((noinline)) int go(const unsigned char *pc)
{
    static const void *const to[] = {&&end, &&one, &&two};
    int result = 0;
    goto *to[*pc];
    switch (*pc) {
        {
            int x;
    one:
    case 1: x = 1;
    two:
    case 2:
            x = 2;
            result += *(int *)keep(&x);
            goto *to[*++pc];
        }
    case 3: return 3;
    case 4: return 4;
    case 5: return 5;
    }
end:
    return result;
}

int main(void)
{
    static const unsigned char code[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 2,
                                         3, 11, 13, 14, 15, 200, 3, 8, 0};
    printf("%d", interpret(code));
    printf(" %d\n", different());
    for (int n = 0; n < 12; n++)
        printf("%d ", nested(n, n % 4));
    printf("%d\n", different());
    for (int n = 0; n < 7; n++)
        printf("%d %d %d, ", announced(n), body(n), inside(n + 4));
    printf("%d\n", different());
    printf("%d\n", go((const unsigned char *)"\1\2\1\0"));
    return 0;
}
