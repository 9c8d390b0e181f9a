// Where threads write all over the heap, rounds over what they wrote do not get
// shorter.  A last stop that finds too much is left again, and resumed later;
// what is stored meanwhile is not lost, and minor collections that follow go by
// the pages that it protected.
// REQUIRES: writes-noted
// RUN: %escc -O2 -pthread -I %source_root/include %s -o %t
// RUN: env ESCC_GC=10 ESCC_DEBUG=concurrent=1,clobber=1,gctrace=2 \
// RUN:   timeout 120 %t 6 2>&1 | FileCheck %s
// RUN: env ESCC_GC=10 ESCC_DEBUG=concurrent=1,checkmark=1,gctrace=2 \
// RUN:   timeout 120 %t 4 2>&1 | FileCheck %s
// What has no pointers is watched, too, where it is read:
// RUN: env ESCC_GC=10 ESCC_DEBUG=concurrent=1,conservative=1,checkmark=1,gctrace=2 \
// RUN:   timeout 120 %t 4 2>&1 | FileCheck %s
// CHECK-NOT: fatal
// CHECK: written last, {{[1-9][0-9]*}} stops left
// CHECK-NOT: fatal
// CHECK: {{^}}0 of {{[1-9][0-9]*}} lost
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <escc/gc.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

enum { NTHREADS = 2, NNODES = 120000 };

struct object {
    uint64_t number, check;
};

/* Few in a page, so that all pages are written again and again. */
struct node {
    struct object *held;
    uint64_t unused[31];
};

static struct node **nodes[NTHREADS];
static int is_over;

static struct object *make(uint64_t number)
{
    struct object *o = malloc(sizeof *o);
    if (!o)
        exit(2);
    o->number = number;
    o->check = ~number;
    return o;
}

/* Exchanges what two nodes hold, which nobody else points to meanwhile; now and
 * then one gets an object that was born just now. */
static void *write_all_over(void *argument)
{
    struct node **mine = argument;
    uint64_t a = 1, b = 7, count = 0;
    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
        a = (a + 16) % NNODES;
        b = (b + 16411) % NNODES;
        struct object *held = mine[a]->held;
        mine[a]->held = mine[b]->held;
        mine[b]->held = held;
        if (++count % 4096 == 0)
            mine[a]->held = make(mine[a]->held->number);
    }
    return NULL;
}

static uint64_t cycles(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.gc_cycles;
}

static uint64_t count_lost(struct node **mine)
{
    uint64_t lost = 0;
    char *seen = calloc(NNODES, 1);
    for (uint64_t i = 0; i < NNODES; i++) {
        const struct object *o = mine[i]->held;
        if (o->check != ~o->number || o->number >= NNODES || seen[o->number])
            lost++;
        else
            seen[o->number] = 1;
    }
    return lost;
}

int main(int argc, char **argv)
{
    uint64_t last = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, lost = 0;
    pthread_t threads[NTHREADS];
    for (int t = 0; t < NTHREADS; t++) {
        nodes[t] = calloc(NNODES, sizeof *nodes[t]);
        for (uint64_t i = 0; i < NNODES; i++) {
            nodes[t][i] = calloc(1, sizeof *nodes[t][i]);
            nodes[t][i]->held = make(i);
        }
    }
    for (int t = 0; t < NTHREADS; t++)
        if (pthread_create(&threads[t], NULL, write_all_over, nodes[t]) != 0)
            return 2;
    for (last += cycles(); cycles() < last;)
        free(make(0));
    __atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
    for (int t = 0; t < NTHREADS; t++)
        pthread_join(threads[t], NULL);
    for (int t = 0; t < NTHREADS; t++)
        lost += count_lost(nodes[t]);
    printf("%llu of %d lost\n", (unsigned long long)lost, NTHREADS * NNODES);
    return lost != 0;
}
