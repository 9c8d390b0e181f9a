/* The collector's thread kept the processor on which a thread of the program
 * had woken up until the next tick of the clock, 4 ms.  While it marks it asks
 * the kernel for the long slice of a batch job; a stop may wait for it before
 * and after that, and there it is a thread like any other.
 *
 * RUN: %escc -I %source_root/include -O1 -w %s -o %t
 * RUN: env ESCC_DEBUG=checkmark=1 %t | FileCheck %s
 * RUN: env ESCC_DEBUG=checkmark=1 %t batch \
 * RUN:     | FileCheck --check-prefix=OTHER %s
 * CHECK: gives way while it marks: 1, at rest: 0
 * CHECK: kept 2000000
 * What the program asked for stays.
 * OTHER: at rest: 1
 * OTHER: kept 2000000
 */
#define _GNU_SOURCE
#include "Inputs/collector.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct node {
    struct node *next;
    long number;
};

static struct node *list;

static int is_batch(int tid)
{
    return tid && sched_getscheduler(tid) == SCHED_BATCH;
}

/* For 20 s at most. */
static int comes_to_rest(int tid)
{
    for (int i = 0; i < 2000 && is_batch(tid); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return is_batch(tid);
}

int main(int argc, char **argv)
{
    int collector = 0, seen = 0;
    time_t end = time(NULL) + 60;
    long n = 0;
    if (argc > 1)
        sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
    for (long i = 0; i < 2000000; i++) {
        struct node *node = aligned_alloc(16, sizeof *node);
        node->next = list;
        node->number = i;
        list = node;
    }
    for (unsigned long i = 0; count_beside() < 4 ||
                              (!seen && time(NULL) < end); i++) {
        volatile char *garbage = aligned_alloc(16, 1000);
        garbage[0] = 1;
        if (!collector && i % 1000 == 0)
            collector = find_collector();
        seen |= is_batch(collector);
        /* Who allocates as fast as it can has its collector hurry. */
        if (i % 16 == 0)
            nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    }
    for (struct node *at = list; at; at = at->next)
        n += at->number >= 0;
    if (argc > 1)
        printf("at rest: %d\n", is_batch(collector));
    else
        printf("gives way while it marks: %d, at rest: %d\n", seen,
               comes_to_rest(collector));
    printf("kept %ld\n", n);
    return 0;
}
