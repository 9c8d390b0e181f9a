/* What is alive when the heap has reached its first goal nobody knows, so that
 * the first collection is beside the threads, also of a program that has one;
 * where it shows that there is little to mark the next ones stop them.  Pages of
 * variables that were never touched are not read by either.
 *
 * RUN: %escc -O1 -w %s -o %t && env ESCC_DEBUG=gctrace=2 %t 2>&1 | FileCheck %s
 * RUN: env ESCC_DEBUG=gctrace=2,stw=1 %t 2>&1 \
 * RUN:     | FileCheck --check-prefix=STOPPED %s
 * CHECK: gc 1: {{.*}} {{[0-9][0-9]?[0-9]?[0-9]?}} KB globals, {{.*}} beside threads in a closed world
 * CHECK: KB globals, {{.*}} threads stopped
 * CHECK: kept 1000
 * STOPPED: gc 1: {{.*}} {{[0-9][0-9]?[0-9]?[0-9]?}} KB globals, {{.*}} threads stopped
 * STOPPED: kept 1000
 */
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    long number;
};

static char never_touched[64 << 20];
static struct node *list;

int main(int argc, char **argv)
{
    long n = 0;
    for (int i = 0; i < 1000; i++) {
        struct node *node = aligned_alloc(16, sizeof *node);
        node->next = list;
        node->number = i;
        list = node;
    }
    for (long i = 0; i < 400000; i++) {
        volatile char *garbage = aligned_alloc(16, 100);
        garbage[0] = 1;
    }
    for (struct node *at = list; at; at = at->next)
        n += at->number >= 0;
    printf("kept %ld%s\n", n, argc > 5 ? never_touched : "");
    return 0;
}
