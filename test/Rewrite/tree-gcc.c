// Text that gcc preprocessed: its types, attributes, fortified headers and
// intrinsics do not stop libclang, which sees them through the shim.
// REQUIRES: gcc
// RUN: %gcc -O2 -D_FORTIFY_SOURCE=2 -E %s -o t.i
// RUN: %rewrite --backend=gcc -fescc-dump-tree -fescc-verify-output t.i -- > t.out || [[ $? =~ ^[26]$ ]]
// RUN: FileCheck %s < t.out
#define _GNU_SOURCE
#include <complex.h>
#include <immintrin.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <tgmath.h>
#include <wchar.h>

int main(int argc, char **argv)
{
    char buffer[20];
    _Float128 wide = argc;
    __m128i vector = _mm_set1_epi32(argc);
    jmp_buf jump;
    _mm_pause();
// CHECK: call [[@LINE-1]]:5-[[@LINE-1]]:16 'void'
// CHECK-NEXT: decay
// CHECK-NEXT: ref [[@LINE-3]]:5-[[@LINE-3]]:14 {{.*}} _mm_pause#
    snprintf(buffer, sizeof buffer, "%s", argv[0]);
// CHECK: ref {{.*}} snprintf#
    if (setjmp(jump))
        return 1;
    return (int)wide + _mm_extract_epi32(vector, 0) + (int)sqrt(2.0f);
// CHECK: return
// CHECK: call {{.*}} 'double' macro
}
