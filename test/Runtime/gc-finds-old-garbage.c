// When a full collection comes among minor ones, which leave what died old: by a
// quarter more that is marked where the program does not free, by an eighth that
// was freed where it does, and else after 16 to 64 of them.
// REQUIRES: writes-noted
// RUN: %escc -O2 -I %source_root/include %s -o %t
// RUN: %t quiet && %t drops && %t frees
#include "Inputs/condition.h"

#include <escc/gc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

enum { NOLD = 100000, WIDTH = 16, RATE = 400, ROUNDS = 3000 };

struct node {
    struct node *next;
    long number, unused[WIDTH - 2];
};

static struct node **old;
static void *volatile garbage;
static unsigned long nfull, nminors, most_minors;   /* one after the other */
static unsigned long last_minors, last_cycles;

static void look(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    unsigned long minors = stats.gc_minor_cycles - last_minors;
    unsigned long all = stats.gc_cycles - last_cycles;
    last_minors = stats.gc_minor_cycles;
    last_cycles = stats.gc_cycles;
    nminors += minors;
    if (nminors > most_minors)
        most_minors = nminors;
    if (all > minors) {
        nfull += all - minors;
        nminors = 0;
    }
}

static struct node *make(long i)
{
    struct node *node = malloc(sizeof *node);
    node->number = i;
    return node;
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    bool frees = !strcmp(argv[1], "frees");
    bool replaces = frees || !strcmp(argv[1], "drops");
    old = malloc(NOLD * sizeof *old);
    for (long i = 0; i < NOLD; i++)
        old[i] = make(i);
    for (long r = 0; r < ROUNDS; r++) {
        for (int k = 0; k < 1000; k++)
            garbage = malloc(1000);
        for (int k = 0; replaces && k < RATE; k++) {
            long at = (r * RATE + k) % NOLD;
            struct node *node = old[at];
            CHECK(node->number == at);
            if (frees)
                free(node);
            old[at] = make(at);
        }
        look();
    }
    CHECK(nfull > 2 && most_minors <= 64);
    CHECK(replaces ? most_minors <= 8 : most_minors >= 16);
    return 0;
}
