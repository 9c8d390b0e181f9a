// A program that frees tells how much of its heap is dead: while it builds its
// data there is nothing to collect.  Where nobody frees a collection comes as
// early as ever, and memory stays bounded in each case.
//
// RUN: %escc -I %source_root/include -O1 -w %s -o %t
// 120 MB, of which hardly anything dies: as many collections as doublings come
// where frees do not count.
// RUN: env ESCC_DEBUG=stw=1 %t grow 1 4 140
// One that never frees may have been written for a collector.
// RUN: env ESCC_DEBUG=stw=1 %t never 5 9 130
// RUN: env ESCC_DEBUG=stw=1,wait=0 %t grow 5 9 140
// What it frees was young, and is found dead by collections of that alone: it
// does not count again.
// RUN: env ESCC_DEBUG=stw=1,young=2 %t young 1 4 170
// Its nodes are replaced, and the old ones freed: twice the list, and a little.
// RUN: env ESCC_DEBUG=stw=1 %t free 6 99 300
// RUN: env ESCC_FREE=drop ESCC_DEBUG=stw=1 %t free 6 99 300
// They are not freed: the same, but for one that begins to leak when it has just
// been expected not to.
// RUN: env ESCC_DEBUG=stw=1 %t leak 6 99 280
// RUN: env ESCC_DEBUG=stw=1 %t begin 6 99 560
// Who frees and is trusted never needs one.
// RUN: env ESCC_FREE=trust ESCC_DEBUG=stw=1 %t free 1 5 150
#include <escc/gc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { NNODES = 1000 * 1000, ROUNDS = 10, YOUNG = 2 };

struct node {
    long payload[15];
};

static struct node *nodes[NNODES];

static void *volatile block;

static void grow(int frees)
{
    int bytes = frees == YOUNG ? 4000 : 200;
    for (int i = 0; i < NNODES; i++) {
        nodes[i] = malloc(sizeof *nodes[i] - 1);
        if (frees && i % 16 == 0)
            free(block = malloc(bytes));
    }
}

static void replace(int frees)
{
    for (int i = 0; i < NNODES; i++) {
        if (frees)
            free(nodes[i]);
        nodes[i] = malloc(sizeof *nodes[i] - 1);
    }
}

int main(int argc, char **argv)
{
    struct escc_stats stats;
    struct rusage usage;
    unsigned long least = strtoul(argv[2], NULL, 0);
    unsigned long most = strtoul(argv[3], NULL, 0);
    unsigned long most_mb = strtoul(argv[4], NULL, 0);
    int frees = !strcmp(argv[1], "free"), leaks = !strcmp(argv[1], "leak");
    int begins = !strcmp(argv[1], "begin");
    grow(!strcmp(argv[1], "young") ? YOUNG : strcmp(argv[1], "never") != 0);
    for (int i = 0; i < ROUNDS && frees + leaks + begins; i++)
        replace(frees || (begins && i < ROUNDS / 2));
    escc_stats_get(&stats, sizeof stats);
    getrusage(RUSAGE_SELF, &usage);
    unsigned long cycles = stats.gc_cycles, mb = usage.ru_maxrss >> 10;
    printf("%lu collections, %lu MB at most\n", cycles, mb);
    return cycles < least || cycles > most || mb > most_mb + 16;
}
