// Threads hand each other blocks of both kinds, free and reallocate what
// others allocated, and fork meanwhile; every block carries a checksum.
//
// RUN: %rtcc %s -o %t
// RUN: timeout 120 %t 8000 | FileCheck %s
// RUN: env ESCC_DEBUG=gcstress=1000,clobber=1,verify=1 timeout 240 %t 1500 \
// RUN:   | FileCheck %s
// CHECK: all blocks whole
#include <escc/rt.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct __escc_site site = {__FILE__, "make", "malloc(n)", 1,
                                        __ESCC_SCAN};
static const struct __escc_site tiny = {__FILE__, "work", "malloc(n)", 2,
                                        __ESCC_NOSCAN};

struct block {
    unsigned bytes, sum;
    struct block *next;
    unsigned char data[];
};

enum { NPLACES = 2048 };
static struct block *places[NPLACES];   /* odd ones: foreign blocks */
static int nsteps;

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static struct block *make(uint64_t *seed, int foreign)
{
    unsigned bytes = next_random(seed) % 500;
    struct block *block;

    if (next_random(seed) % 500 == 0)
        bytes = next_random(seed) % 100000;
    block = foreign ? malloc(sizeof *block + bytes)
                    : __escc_malloc(sizeof *block + bytes, &site);
    *block = (struct block){.bytes = bytes};
    for (unsigned i = 0; i < bytes; i++)
        block->sum += block->data[i] = (unsigned char)next_random(seed);
    return block;
}

static void check(const struct block *block)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < block->bytes; i++)
        sum += block->data[i];
    if (sum != block->sum) {
        fprintf(stderr, "block %p was overwritten\n", (void *)block);
        abort();
    }
}

static void foreign_step(uint64_t *seed, unsigned place)
{
    struct block *old = __atomic_exchange_n(&places[place], make(seed, 1),
                                            __ATOMIC_ACQ_REL);

    if (old == NULL)
        return;
    check(old);
    if (next_random(seed) % 4 == 0) {
        old = realloc(old, sizeof *old + old->bytes + 100);
        check(old);
    }
    if (next_random(seed) % 8)
        free(old);
    else
        __escc_free(old);
}

static void own_step(uint64_t *seed, unsigned place, struct block **mine)
{
    struct block *block = make(seed, 0), *old;

    block->next = make(seed, 0);
    old = __atomic_exchange_n(&places[place], block, __ATOMIC_ACQ_REL);
    if (old != NULL) {
        check(old);
        block = __escc_realloc(old, sizeof *old + old->bytes + 200, &site);
        __escc_free(old);
        check(block);
        check(block->next);
        check(old);
        mine[next_random(seed) % 64] = block;
    }
    for (int i = 0; i < 64; i += 9)
        if (mine[i] != NULL) {
            check(mine[i]);
            check(mine[i]->next);
        }
    *(char *)__escc_malloc(next_random(seed) % 14 + 1, &tiny) = 1;
}

static void *work(void *argument)
{
    uint64_t seed = (uintptr_t)argument;
    struct block *mine[64] = {NULL};

    for (int step = 0; step < nsteps; step++) {
        unsigned place = next_random(&seed) % NPLACES;

        if (place % 2)
            foreign_step(&seed, place);
        else
            own_step(&seed, place, mine);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    int i, status;

    nsteps = argc > 1 ? atoi(argv[1]) : 1000;
    for (i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, work,
                           (void *)(uintptr_t)(i + 1)))
            return 2;
    for (i = 0; i < 3; i++) {
        pid_t child = fork();

        if (child == 0) {
            nsteps /= 4;
            work((void *)(uintptr_t)(i + 100));
            _exit(0);
        }
        if (waitpid(child, &status, 0) != child || status != 0)
            return 1;
    }
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    puts("all blocks whole");
    return 0;
}
