// The kernel notes writes to an address.  What is stored through another one of
// the same shared memory, which is gone when marking ends, has been stored all
// the same.
// REQUIRES: writes-noted
// RUN: %escc -O2 -I %source_root/include %s -o %t
// RUN: env ESCC_DEBUG=concurrent=1,minor=0,gcstress=20,clobber=1 timeout 120 %t 2>&1 \
// RUN:   | FileCheck %s
// CHECK: {{^}}0 lost, 0 lost when moved
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <escc/gc.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

#define NOINLINE __attribute__((__noinline__))

struct object {
    uint64_t number, check;
};

struct node {
    struct node *next;
    struct object *held;
    uint64_t unused[6];
};

enum { NNODES = 100000, NHELD = 1000, BYTES = 8192, ROUNDS = 30 };

static struct node **list;              /* in memory that is read after that */
static uint64_t hidden[NHELD];          /* nodes, that it leads to by no means */

static struct node *node_of(int i)
{
    return (struct node *)~hidden[i];
}

static NOINLINE struct object *make(uint64_t number)
{
    struct object *o = malloc(sizeof *o);
    if (!o)
        exit(2);
    o->number = number;
    o->check = ~number;
    return o;
}

static NOINLINE void make_list(void)
{
    for (int i = 0; i < NNODES; i++) {
        struct node *n = calloc(1, sizeof *n);
        if (!n)
            exit(2);
        n->next = *list;
        *list = n;
        if (i % (NNODES / NHELD) != 0)
            continue;
        hidden[i / (NNODES / NHELD)] = ~(uint64_t)n;
        n->held = make((uint64_t)i);
    }
}

/* What nodes hold goes where `shared` is, by another address of it. */
static NOINLINE void move_out(struct object **shared)
{
    struct object **other = mremap(shared, 0, BYTES, MREMAP_MAYMOVE);
    if (other == MAP_FAILED)
        exit(3);
    for (int i = 0; i < NHELD; i++) {
        struct node *n = node_of(i);
        other[i] = n->held;
        n->held = NULL;
    }
    munmap(other, BYTES);
}

static NOINLINE int move_back(struct object **shared)
{
    int lost = 0;
    for (int i = 0; i < NHELD; i++) {
        struct object *o = shared[i];
        if (o->check != ~o->number) {
            lost++;
            o = make((uint64_t)i);
        }
        node_of(i)->held = o;
        shared[i] = NULL;
    }
    return lost;
}

static NOINLINE void churn(int n)
{
    while (n-- > 0)
        free(malloc(40));
}

/* A collection begins, and marks for a while, a step at each allocation. */
static NOINLINE int try_once(struct object **shared, int round)
{
    escc_gc();
    churn(20 + 4 * round);
    move_out(shared);
    escc_gc();
    return move_back(shared);
}

int main(void)
{
    int lost[2] = {0, 0};
    const int access = PROT_READ | PROT_WRITE;
    char *memory = mmap(NULL, 2 * BYTES, access,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    struct object **shared = mmap(memory, BYTES, access,
                                  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
                                  0);
    if (shared == MAP_FAILED)
        return 1;
    list = (struct node **)(memory + BYTES);
    make_list();
    for (int moved = 0; moved < 2; moved++) {
        for (int round = 0; round < ROUNDS; round++)
            lost[moved] += try_once(shared, round);
        /* Known to be there twice by now; it stays so. */
        void *wanted = mmap(NULL, BYTES, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        shared = mremap(shared, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
                        wanted);
        if (shared == MAP_FAILED)
            return 4;
    }
    printf("%d lost, %d lost when moved\n", lost[0], lost[1]);
    return 0;
}
