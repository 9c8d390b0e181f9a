/* The undefined-behaviour sanitizer works on what escc compiles: it finds
 * what is wrong, at its line, says nothing about what is right, and the
 * collector works beside it.
 *
 * RUN: %escc_verify -w -O1 -fsanitize=undefined %s -o %t
 * RUN: env ESCC_DEBUG=gcstress=10,clobber=1 timeout 60 %t 2>&1 \
 * RUN:   | FileCheck %s --check-prefix=RIGHT
 * RIGHT-NOT: runtime error
 * RIGHT: {{^}}sum 4950
 * RUN: timeout 60 %t wrong 2>&1 | FileCheck %s
 * CHECK: ubsan.c:[[@LINE+26]]:{{[0-9]+}}: runtime error: signed integer overflow
 * CHECK: {{^}}sum 4950
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    int value;
};

static int *moved(int value)
{
    int local = value;
    return &local;
}

// gcc leaves out the check of a sum that nobody looks at.
static volatile int seen;

int main(int argc, char **argv)
{
    struct node *list = NULL;
    int sum = argc > 1 ? INT_MAX : 0;

    sum += *moved(argc > 1);
    seen = sum;
    sum = 0;
    for (int i = 0; i < 100; i++) {
        struct node *node = malloc(sizeof *node);
        *node = (struct node){list, *moved(i)};
        list = node;
    }
    for (; list; list = list->next)
        sum += list->value;
    printf("sum %d\n", sum);
    return 0;
}
