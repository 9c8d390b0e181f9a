// After a collection that no minor one follows, done with the threads stopped,
// the pages of the heap were left protected: each cost its next writer a fault,
// until one came that marks beside the threads.  Now the collector's thread lets
// go of them, soon.
// REQUIRES: writes-noted
// RUN: %escc -O2 -I %source_root/include %s -o %t && %t
#include "Inputs/condition.h"

#include <escc/gc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

__asm__(".text\nunknown: ret");         /* code that nobody knows */

enum { NODES = 200000, PAGE = 4096 };

struct node {
    struct node *next;
    long number, unused[30];
};

static struct node *list;
static void *volatile garbage;

static long count_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static long faults_of_writes(void)
{
    long before = count_faults();
    for (struct node *n = list; n; n = n->next)
        n->number++;
    return count_faults() - before;
}

static unsigned long count_minors(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.gc_minor_cycles;
}

int main(void)
{
    const long npages = NODES * (long)sizeof(struct node) / PAGE;
    for (long i = 0; i < NODES; i++) {
        struct node *node = malloc(sizeof *node);
        node->next = list;
        list = node;
    }
    bool is_lifted = false;
    for (int tries = 0; tries < 5 && !is_lifted; tries++) {
        unsigned long enough = count_minors() + 3;
        for (long i = 0; i < 100000000 && count_minors() < enough; i++)
            garbage = malloc(100);
        CHECK(count_minors() >= enough);
        escc_gc();
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        is_lifted = faults_of_writes() < npages / 4;
    }
    CHECK(is_lifted);
    return 0;
}
