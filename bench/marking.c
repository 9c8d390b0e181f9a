/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* marking.c - what it costs to mark an object.
 *
 *     escc -O2 bench/marking.c -o marking && ./marking THOUSANDS [elapsed]
 *
 * A tree of so many thousand nodes of 40 bytes, whose children lie anywhere,
 * is collected nine times; processor time of each collection, or the time that
 * it took, in nanoseconds a node.  The first is not printed.
 */
#include <escc/gc.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9 };

struct node {
    struct node *left, *right;
    uint64_t numbers[3];
};

static uint64_t random_number(void)
{
    static uint64_t state = UINT64_C(88172645463325252);
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Below a node that has room, or between it and its left child. */
static void hang(struct node *below, struct node *node)
{
    if (!below->left) {
        below->left = node;
    } else if (!below->right) {
        below->right = node;
    } else {
        node->left = below->left;
        below->left = node;
    }
}

static struct node *new_tree(size_t count)
{
    struct node **nodes = malloc(count * sizeof *nodes), *root;
    for (size_t i = 0; i < count; i++)
        nodes[i] = calloc(1, sizeof **nodes);
    for (size_t i = 1; i < count; i++)
        hang(nodes[random_number() % i], nodes[i]);
    root = nodes[0];
    free(nodes);
    return root;
}

static double now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    size_t count = (argc > 1 ? (size_t)atol(argv[1]) : 1500) * 1000;
    clockid_t clock = argc > 2 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    struct node *root = new_tree(count);
    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_ns(clock);
        escc_gc();
        if (round)
            printf("%.1f%c", (now_ns(clock) - begin) / (double)count,
                   round + 1 < ROUNDS ? ' ' : '\n');
    }
    return root->left == NULL;
}
