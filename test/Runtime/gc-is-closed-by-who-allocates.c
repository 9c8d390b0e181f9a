/* When all is marked the thread that allocates closes the collection: it has a
 * processor already.  If it waits the collector's thread does, on a machine that
 * is not too busy for that.
 *
 * RUN: %escc -I %source_root/include -O1 -w %s -o %t
 * RUN: env ESCC_DEBUG=gctrace=2,checkmark=1 %t 2>&1 \
 * RUN:     | FileCheck %s
 * RUN: env ESCC_DEBUG=gctrace=2,checkmark=1 %t waits 2>&1 \
 * RUN:     | FileCheck --check-prefix=WAITS %s
 * CHECK: beside threads in a closed world, {{[0-9]+}} rounds, closed by the program
 * CHECK: kept 200000
 * WAITS: beside threads in a closed world, {{[0-9]+}} rounds
 * WAITS: kept 200000
 */
#include "Inputs/collector.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct node {
    struct node *next;
    long number;
};

static struct node *list;

int main(int argc, char **argv)
{
    int waits = argc > 1 && !strcmp(argv[1], "waits");
    long n = 0;
    for (long i = 0; i < 200000; i++) {
        struct node *node = aligned_alloc(16, sizeof *node);
        node->next = list;
        node->number = i;
        list = node;
    }
    /* Who waits between any two allocations for longer than the collector's
     * thread does is nobody to close anything. */
    for (unsigned long end = count_beside() + (waits ? 3 : 20);
         count_beside() < end;) {
        volatile char *garbage = aligned_alloc(16, waits ? 40000 : 1000);
        garbage[0] = 1;
        if (waits)
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    for (struct node *at = list; at; at = at->next)
        n += at->number >= 0;
    printf("kept %ld\n", n);
    return 0;
}
