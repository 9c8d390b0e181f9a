/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mix.c - objects of many sizes and ages.
 *
 *     mix DEPTH THREADS
 *
 * After GCBench by Ellis, Kovac and Boehm: a tree of DEPTH and an array of
 * numbers live to the end; trees of smaller depths are made from the root
 * down (stores into old objects) and from the leaves up (stores into new
 * ones), as many as make the nodes of four trees of DEPTH.  Beside them a ring
 * of 2048 blocks of 16 to 4096 bytes is renewed, so that blocks of all sizes
 * live for a while.
 */
#include "bench.h"

enum { RING = 2048, NUMBERS = 500000 };

struct node {
    struct node *left, *right;
    uint32_t i, j;
};

static struct node *new_node(struct node *left, struct node *right, uint32_t i)
{
    struct node *node = bench_alloc(sizeof *node);
    *node = (struct node){ left, right, i, i ^ 1 };
    return node;
}

static void populate(struct node *node, int depth)
{
    if (depth > 0) {
        node->left = new_node(NULL, NULL, (uint32_t)depth);
        node->right = new_node(NULL, NULL, (uint32_t)depth);
        populate(node->left, depth - 1);
        populate(node->right, depth - 1);
    }
}

static struct node *from_leaves(int depth)
{
    struct node *left = depth > 0 ? from_leaves(depth - 1) : NULL;
    struct node *right = depth > 0 ? from_leaves(depth - 1) : NULL;
    return new_node(left, right, (uint32_t)depth);
}

static uint64_t sum_of(const struct node *node)
{
    return node ? node->i + (uint64_t)node->j + 1 + sum_of(node->left)
                  + sum_of(node->right) : 0;
}

static void release(struct node *node)
{
    if (node) {
        release(node->left);
        release(node->right);
        bench_free(node);
    }
}

/* One block of the ring is replaced.  Returns what was in the old one. */
static uint64_t renew(char **ring, uint64_t *random)
{
    uint64_t drawn = bench_random(random);
    char **slot = &ring[drawn % RING];
    size_t bytes = 16 + (size_t)((drawn >> 20) % 16 ? (drawn >> 32) % 240
                                                    : (drawn >> 32) % 4080);
    uint64_t sum = 0;
    if (*slot) {
        sum = bench_hash(BENCH_HASH, *slot, 16);
        bench_free(*slot);
    }
    *slot = bench_alloc_plain(bytes);
    memset(*slot, (int)(drawn & 0x7f), bytes);
    return sum;
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t sum = 0;
    for (int depth = 4; depth < (int)bench->size; depth += 2) {
        long trees = 4L << ((int)bench->size - depth);
        for (long i = index; i < trees; i += bench->threads) {
            /* Blocks by the tree, so that threads do not matter. */
            uint64_t random = (uint64_t)(depth * 1000003L + i);
            struct node *down = new_node(NULL, NULL, 0), *up;
            char **ring = bench_alloc_zeroed(RING, sizeof *ring);
            populate(down, depth);
            for (long k = 0; k < 1L << depth; k++)
                sum += renew(ring, &random);
            up = from_leaves(depth);
            sum += sum_of(down) * 3 + sum_of(up);
            release(down);
            release(up);
            for (int k = 0; k < RING; k++)
                bench_free(ring[k]);
            bench_free(ring);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "mix");
    struct node *lasting = new_node(NULL, NULL, 7);
    uint64_t *numbers = bench_alloc_plain(NUMBERS * sizeof *numbers);
    uint64_t sum;

    populate(lasting, (int)bench.size);
    for (uint64_t i = 0; i < NUMBERS; i++)
        numbers[i] = i * i;
    sum = bench_threads(&bench, bench.threads, body);
    sum += sum_of(lasting) + numbers[NUMBERS / 3];
    release(lasting);
    bench_free(numbers);
    bench_close(&bench, sum, ((bench.size - 3) / 2) << (bench.size + 5), NULL);
    return 0;
}
