// Where the kernel tells what was written, most collections keep the marks of
// the one before (minor).  What is stored into old objects and what is young
// lives; what died old goes, too, after a while.
// REQUIRES: writes-noted
// RUN: %escc -O2 -I %source_root/include %s -o %t
// RUN: env ESCC_DEBUG=gctrace=2,checkmark=1,clobber=1 timeout 120 %t 40 2>&1 \
// RUN:   | FileCheck %s --check-prefixes=CHECK,MINOR
// RUN: env ESCC_FREE=trust ESCC_DEBUG=gctrace=2,checkmark=1 timeout 120 %t 20 2>&1 \
// RUN:   | FileCheck %s
// Each step of one between any two allocations, and small ones in one stop.
// RUN: env ESCC_DEBUG=concurrent=1,gcstress=300,checkmark=1,clobber=1,gctrace=2 \
// RUN:   timeout 120 %t 1 2>&1 | FileCheck %s --check-prefixes=CHECK,STRESS
// And none where that is asked for.
// RUN: env ESCC_DEBUG=minor=0,gctrace=2 timeout 120 %t 20 2>&1 \
// RUN:   | FileCheck %s --implicit-check-not=minor
// MINOR: minor ({{[0-9]+}} KB written), {{.*}} rounds
// STRESS: threads stopped, minor ({{[0-9]+}} KB written), 0 rounds
// CHECK-NOT: fatal
// CHECK: kept {{[1-9][0-9]*}} of {{[1-9][0-9]*}}, all whole, memory is back
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <escc/gc.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

struct node {
    struct node *next, *young;
    uint64_t number, check;
    uint64_t unused[8];
};

enum { NOLD = 250000 };

static struct node **old;

static struct node *make(uint64_t number, struct node *next)
{
    struct node *n = malloc(sizeof *n);
    if (!n)
        exit(2);
    n->next = next;
    n->young = NULL;
    n->number = number;
    n->check = ~number;
    return n;
}

static int is_whole(const struct node *n)
{
    return n->check == ~n->number;
}

static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Short lists, of which one in a hundred is kept by an old node. */
static void churn(uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        struct node *list = NULL;
        for (int k = 0; k < 20; k++) {
            struct node *one = make(i * 20 + (uint64_t)k, list);
            list = one;
        }
        if (i % 100 == 0)
            old[next_random() % NOLD]->young = list;
        else if (!is_whole(list->next))
            exit(3);
    }
}

static uint64_t live(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.heap_marked_bytes;
}

int main(int argc, char **argv)
{
    uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, kept = 0;
    old = calloc(NOLD, sizeof *old);
    for (uint64_t i = 0; i < NOLD; i++)
        old[i] = make(i, NULL);
    churn(rounds * 2000);
    for (uint64_t i = 0; i < NOLD; i++) {
        if (!is_whole(old[i]) || old[i]->number != i)
            exit(4);
        for (struct node *n = old[i]->young; n; n = n->next, kept++)
            if (!is_whole(n))
                exit(5);
    }
    /* What is old dies, but for a thousandth.  That is found by a full
     * collection, after 64 minor ones at the latest. */
    escc_gc();
    uint64_t before = live();
    for (uint64_t i = 0; i < NOLD; i++)
        if (i % 1000)
            old[i] = old[i - i % 1000];
    for (int i = 0; i < 400 && live() > before / 4; i++)
        churn(4000);
    printf("kept %lu of %lu, all whole, memory is %s\n", (unsigned long)kept,
           (unsigned long)(rounds * 2000 * 20),
           live() <= before / 4 ? "back" : "not back");
    return 0;
}
