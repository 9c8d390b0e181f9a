// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 -report-escapes %s -o %t 2>&1 | FileCheck %s
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t
// RUN: %escc -w -O0 -fescc-check-escapes=1 %s -o %t0
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t0
/* The two parts of a complex number are lvalues of it: their address is one
 * into the number, what is stored there is found there.  A block that is
 * returned by the address of a part is no buffer of the function. */
#include <stdlib.h>
#include <string.h>

#define SEPARATE __attribute__((noinline))

SEPARATE static double *part_of_local(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: local
    double _Complex local = 7;
    __imag__ local = 8;
    return &__imag__ local;
}

SEPARATE static float *part_of_element(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: elements
    float _Complex elements[2] = {1, 2};
    float *part = &(__real__ elements[1]);
    return part;
}

SEPARATE static double *part_of_block(void)
{
    // CHECK-NOT: malloc(sizeof *block) does not escape
    double _Complex *block = malloc(sizeof *block);
    *block = 5;
    return &__real__ *block;
}

SEPARATE static long _Complex stored_in_part(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: behind
    int behind = 9;
    long _Complex number = 0;
    __imag__ number = (long)&behind;
    behind++;
    return number;
}

SEPARATE static void stored_through(double _Complex *to)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: far
    int far = 3;
    union { int *p; double d; } bits = {&far};
    __real__ *to = bits.d;
    far++;
}

SEPARATE static long real_part_of_integer(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: single
    int single = 5;
    long number;
    __real__ number = (long)&single;
    single++;
    return number;
}

/* What was in the frames is overwritten. */
SEPARATE static void overwrite(void)
{
    volatile char frame[4096];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0x55;
    for (int i = 0; i < 100; i++)
        memset(calloc(1, 16), 0x55, 16);
}

int main(void)
{
    double *local = part_of_local(), *block = part_of_block();
    float *element = part_of_element();
    long _Complex number = stored_in_part();
    double _Complex *through = malloc(sizeof *through);
    stored_through(through);
    long integer = real_part_of_integer();
    overwrite();
    if (*local != 8 || *block != 5 || *element != 2)
        return 1;
    if (*(int *)__imag__ number != 10 || *(int *)integer != 6)
        return 2;
    int *far;
    memcpy(&far, through, sizeof far);
    return *far != 4;
}
