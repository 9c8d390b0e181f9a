// A program that writes all over its old objects has full collections for a
// while.  When it has stopped doing so the next full one sees that, and minor
// ones are tried again, however long they were to be left out.
// REQUIRES: writes-noted
// RUN: %escc -O2 -I %source_root/include %s -o %t
// RUN: timeout 120 %t | FileCheck %s
// RUN: env ESCC_DEBUG=checkmark=1,clobber=1 timeout 120 %t | FileCheck %s
// None that has to read all of it is done in a stop, which would be long.
// RUN: env ESCC_DEBUG=gctrace=2 timeout 120 %t 2>&1 \
// RUN:   | FileCheck %s --check-prefix=STOPS
// STOPS-NOT: threads stopped, minor ({{[0-9][0-9][0-9][0-9][0-9]+}} KB
// STOPS: when it is calm
// CHECK: {{^}}at most 5 of 24 minor, and {{([5-9]|1[0-2])}} of 12 when it is calm
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <escc/gc.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

struct node {
    struct node *next, *other;
    uint64_t number;
    uint64_t unused[5];
};

enum { NOLD = 400000, WILD = 24, CALM = 12 };

static struct node *old[NOLD];

static struct escc_stats stats(void)
{
    struct escc_stats now;
    escc_stats_get(&now, sizeof now);
    return now;
}

static struct node *make(uint64_t number)
{
    struct node *n = calloc(1, sizeof *n);
    if (!n)
        exit(2);
    n->number = number;
    return n;
}

/* Allocates until there were so many more collections, storing into so many old
 * objects at each step, one after the other.  Returns how many were minor. */
static uint64_t churn(uint64_t collections, unsigned writes)
{
    static uint64_t at;
    struct escc_stats before = stats();
    while (stats().gc_cycles < before.gc_cycles + collections)
        for (unsigned i = 0; i < 1000; i++) {
            struct node *n = make(i);
            for (unsigned k = 0; k < writes; k++, at = (at + 61) % NOLD)
                old[at]->other = old[(at + i) % NOLD];
            if (n->number != i)
                exit(3);
        }
    return stats().gc_minor_cycles - before.gc_minor_cycles;
}

int main(void)
{
    for (uint64_t i = 0; i < NOLD; i++)
        old[i] = make(i);
    uint64_t wild = churn(WILD, 3), calm = churn(CALM, 0);
    for (uint64_t i = 0; i < NOLD; i++)
        if (old[i]->number != i)
            exit(4);
    printf("%s %d minor, and %lu of %d when it is calm\n",
           wild <= 5 ? "at most 5 of" : "too many of", WILD,
           (unsigned long)calm, CALM);
    return 0;
}
