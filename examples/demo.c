/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* demo.c - two things that are wrong in plain C and right with escc: the
 * address of a local that outlives its function, and a cyclic structure that
 * nobody frees.
 *
 *     escc -report-escapes examples/demo.c -o demo
 *     ESCC_DEBUG=gctrace=1 ./demo
 *
 * `./bootstrap.sh demo` does the same.
 */
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *next;
    int value;
};

/* A list with `value` in front of `list`: the front is a local. */
static struct node *push(struct node *list, int value)
{
    struct node node = { list, value };
    struct node *front = &node;
    return front;
}

static int sum(const struct node *list)
{
    int total = 0;
    for (; list; list = list->next)
        total += list->value;
    return total;
}

/* One turn of a ring of `count` nodes.  The ring points to itself and is
 * dropped at the end: reference counting would never free it. */
static int ring(int count)
{
    struct node *first = malloc(sizeof *first), *last = first;
    int total = 0;

    first->value = 1;
    for (int i = 2; i <= count; i++) {
        last->next = malloc(sizeof *last);
        last = last->next;
        last->value = i;
    }
    last->next = first;
    for (int i = 0; i < count; i++, last = last->next)
        total += last->value;
    return total;
}

int main(void)
{
    struct node *list = NULL;
    long rings = 0;

    for (int i = 1; i <= 100; i++)
        list = push(list, i);
    for (int i = 0; i < 20000; i++)
        rings += ring(100);
    printf("list of locals: %d, rings: %ld\n", sum(list), rings);
    return 0;
}
