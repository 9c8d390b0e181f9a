// A collection beside the threads is closed at any moment if somebody needs it
// closed, also when it has read one half of a large mapping: the other half is
// read then.
// RUN: %escc -O1 -DOPEN_WORLD -I %source_root/include %s -o %t.open
// RUN: env ESCC_DEBUG=concurrent=1,gcstress=1,clobber=1 timeout 120 %t.open \
// RUN:   | FileCheck %s
// RUN: %escc -O1 -I %source_root/include %s -o %t
// RUN: env ESCC_DEBUG=concurrent=1,gcstress=1,clobber=1 timeout 120 %t \
// RUN:   | FileCheck %s
// CHECK: {{^}}0 of 9600 lost
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <escc/gc.h>

#ifdef OPEN_WORLD
__asm__(".text\nunknown: ret");         /* code that nobody knows */
#endif

/* More than what a step reads at once lies between two. */
enum { POINTERS = 40, STRIDE = 512 << 10, MOST_STEPS = 240 };

struct object {
    uint64_t number, check;
};

static struct object **slot(char *mapping, int i)
{
    return (struct object **)(mapping + (size_t)i * STRIDE);
}

static void fill(char *mapping, uint64_t number)
{
    for (int i = 0; i < POINTERS; i++) {
        struct object *o = malloc(sizeof *o);
        o->number = number + (uint64_t)i;
        o->check = ~o->number;
        *slot(mapping, i) = o;
    }
}

/* Each allocation is a step of the collection that is open. */
static void *volatile sink;

static void step(int n)
{
    for (int i = 0; i < n; i++)
        sink = malloc(16);
}

int main(void)
{
    unsigned lost = 0;
    char *mapping = mmap(NULL, (size_t)POINTERS * STRIDE,
                         PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return 1;
    for (int steps = 0; steps < MOST_STEPS; steps++) {
        fill(mapping, (uint64_t)steps << 32);
        escc_gc();              /* none is open */
        step(steps);
        escc_gc();              /* closes what is open */
        step(4);
        for (int i = 0; i < POINTERS; i++) {
            const struct object *o = *slot(mapping, i);
            lost += o->check != ~o->number ||
                    o->number != ((uint64_t)steps << 32) + (uint64_t)i;
        }
    }
    printf("%u of %u lost\n", lost, POINTERS * MOST_STEPS);
    return lost != 0;
}
