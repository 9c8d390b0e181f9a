// Two halves of words that were stored as numbers may look like the address of
// an object that is garbage.  No barrier sees that, and no object is lost: a
// second mark does not call it missed.
// RUN: %escc -O2 %s -o %t
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=16 timeout 120 %t \
// RUN:   | FileCheck %s
// With a type that has pointers there, it would.
// RUN: %escc -O2 -DPACKED %s -o %t.packed
// RUN: not --crash env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=16 timeout 120 \
// RUN:   %t.packed 2>&1 | FileCheck %s --check-prefix=PACKED
// CHECK: done
// PACKED: checkmark: the object at 0x{{[0-9a-f]+}} can be reached
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef PACKED
#pragma pack(4)
struct there { int before; void *there; };
#pragma pack()
struct there there;
#endif

/* Read for pointers. */
struct pair {
    void *pointer;
    struct { uint32_t first, second; } number;
};

enum { NPAIRS = 512, NGARBAGE = 256 };

static struct pair *pairs;
static uint64_t hidden[NGARBAGE];       /* the complements of addresses */

static void __attribute__((noinline)) make_garbage(void)
{
    for (int i = 0; i < NGARBAGE; i++)
        hidden[i] = ~(uint64_t)(uintptr_t)malloc(64);
}

/* The second half of one pair's number and the first of the next one's. */
static void __attribute__((noinline)) store_halves(int i, uint64_t address)
{
    volatile uint32_t *words = (volatile uint32_t *)(pairs + 2 * i);
    words[3] = (uint32_t)address;
    words[4] = (uint32_t)(address >> 32);
}

int main(void)
{
    static void *unused;
#ifdef PACKED
    there.there = malloc(8);
#endif
    pairs = calloc(NPAIRS, sizeof *pairs);
    for (int round = 0; round < 200; round++) {
        make_garbage();
        for (int i = 0; i < NGARBAGE; i++) {
            for (int k = 0; k < 4; k++)
                unused = malloc(48);
            store_halves(i, ~hidden[i]);
        }
        for (int i = 0; i < NGARBAGE; i++)
            store_halves(i, 0);
    }
    printf("done %d\n", unused != NULL);
    return 0;
}
