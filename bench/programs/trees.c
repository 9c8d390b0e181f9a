/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* trees.c - many small objects of one size that die together.
 *
 *     trees DEPTH THREADS
 *
 * The binary trees of the Benchmarks Game: a tree of DEPTH stays, and trees
 * of depths 4, 6, ... DEPTH are built, counted and freed, as many of each as
 * make the same number of nodes.  The threads divide the trees of each depth.
 */
#include "bench.h"

struct tree {
    struct tree *left, *right;
};

static struct tree *build(int depth)
{
    struct tree *tree = bench_alloc(sizeof *tree);
    tree->left = depth > 0 ? build(depth - 1) : NULL;
    tree->right = depth > 0 ? build(depth - 1) : NULL;
    return tree;
}

static uint64_t count(const struct tree *tree)
{
    return tree ? 1 + count(tree->left) + count(tree->right) : 0;
}

static void release(struct tree *tree)
{
    if (tree) {
        release(tree->left);
        release(tree->right);
        bench_free(tree);
    }
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t sum = 0;
    for (int depth = 4; depth <= (int)bench->size; depth += 2) {
        long trees = 1L << ((int)bench->size - depth + 4);
        for (long i = index; i < trees; i += bench->threads) {
            struct tree *tree = build(depth);
            sum += count(tree) * (uint64_t)(i + depth);
            release(tree);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "trees");
    struct tree *lasting = build((int)bench.size);
    uint64_t sum = bench_threads(&bench, bench.threads, body);
    uint64_t nodes = ((bench.size - 2) / 2) << (bench.size + 5);
    sum += count(lasting);
    release(lasting);
    bench_close(&bench, sum, nodes, NULL);
    return 0;
}
