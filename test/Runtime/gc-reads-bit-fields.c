// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An address in a bit-field keeps its object, with a tag above it, below it
// or on both sides, in a global, a frame, an object and over a string.
// RUN: %escc_verify -O2 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t
// RUN: env ESCC_DEBUG=verify=barrier timeout 60 %t
// RUN: %escc_verify -O0 -fescc-locals=all %s -o %t0
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t0
// RUN: env ESCC_DEBUG=verify=barrier timeout 60 %t0
// RUN: %escc -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck %s < %t.i
// CHECK: __escc_unit_fields(65801u)
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct above { uint64_t address : 48, tag : 16; };
struct below { uint64_t tag : 16, address : 48; };
struct around { uint64_t low : 8, address : 48, high : 8; };
struct scaled { uint64_t tag : 3, address : 45, high : 16; };

static struct above global_above;
static struct below global_below;
static struct around global_around;
static struct scaled global_scaled;
static struct around *object;
static char *text;

static __attribute__((__noinline__)) int *number(int n)
{
    int *p = malloc(64);
    *p = n;
    return p;
}

static __attribute__((__noinline__)) void fill(void)
{
    struct above a = {.address = (uintptr_t)number(1), .tag = 1};
    struct below b = {0};
    b.tag = 2;
    b.address = (uintptr_t)number(2);
    global_above = a;
    global_below = b;
    global_around.low = 3;
    global_around.address = (uintptr_t)number(3);
    global_around.high = 3;
    global_scaled.tag = 4;
    global_scaled.address = (uintptr_t)number(4) >> 3;
    global_scaled.high = 4;
    object = malloc(2 * sizeof *object);
    object[1] = (struct around){5, (uintptr_t)number(5), 5};
    char *string = strdup("0123456789abcdefghijklmnopqrstuv");
    a.address = (uintptr_t)number(6);
    *(struct above *)(string + 16) = a;
    text = string;
}

static __attribute__((__noinline__)) void overwrite(void)
{
    volatile char frame[8192];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 0x5a;
    for (int i = 0; i < 300; i++)
        *number(0) = 0;
}

int main(void)
{
    struct below local = {7, (uintptr_t)number(7)};
    fill();
    overwrite();
    struct above over;
    memcpy(&over, text + 16, sizeof over);
    int sum[] = {
        *(int *)(uintptr_t)global_above.address,
        *(int *)(uintptr_t)global_below.address,
        *(int *)(uintptr_t)global_around.address,
        *(int *)(uintptr_t)((uint64_t)global_scaled.address << 3),
        *(int *)(uintptr_t)object[1].address,
        *(int *)(uintptr_t)over.address,
        *(int *)(uintptr_t)local.address,
    };
    int wrong = 0;
    for (int i = 0; i < 7; i++)
        if (sum[i] != i + 1) {
            printf("%d is %d\n", i + 1, sum[i]);
            wrong = 1;
        }
    return wrong;
}
