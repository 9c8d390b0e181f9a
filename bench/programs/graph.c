/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* graph.c - stores of pointers into many old objects: what a barrier costs.
 *
 *     graph KILONODES THREADS
 *
 * Each node has four near pointers and a list of edges.  In each of ROUNDS
 * rounds a thread goes over its nodes in order and
 *
 *     turns all near pointers by one node each (nothing is allocated; timed:
 *     ns_per_store);
 *     takes an edge from the list of every fourth node, frees it, and adds a
 *     new one to another (short-lived objects in an old graph).
 *
 * A thread writes only into its own nodes, and points anywhere.
 */
#include "bench.h"

enum { ROUNDS = 12, NEAR = 4, RETARGETS = 4 };

struct edge {
    struct edge *next;
    struct node *to;
    uint64_t weight;
};

struct node {
    uint64_t number;
    struct node *near[NEAR];
    struct edge *edges;
};

static struct node **nodes;
static uint64_t node_count;
static uint64_t store_ns, stores;

static void retarget(uint64_t from, uint64_t to, uint64_t by)
{
    uint64_t at = (from + by) % node_count;
    for (uint64_t i = from; i < to; i++) {
        struct node *node = nodes[i], *next = nodes[at];
        node->near[0] = node->near[1];
        node->near[1] = node->near[2];
        node->near[2] = node->near[3];
        node->near[3] = next;
        at = at + 1 == node_count ? 0 : at + 1;
    }
}

static void add_edge(struct node *node, struct node *to, uint64_t weight)
{
    struct edge *edge = bench_alloc(sizeof *edge);
    *edge = (struct edge){ node->edges, to, weight };
    node->edges = edge;
}

static uint64_t take_edge(struct node *node)
{
    struct edge *edge = node->edges;
    uint64_t weight;
    if (!edge)
        return 0;
    weight = edge->weight + edge->to->number;
    node->edges = edge->next;
    bench_free(edge);
    return weight;
}

static uint64_t sum_of(const struct node *node)
{
    uint64_t sum = node->number;
    for (int k = 0; k < NEAR; k++)
        sum = sum * 31 + node->near[k]->number;
    for (const struct edge *edge = node->edges; edge; edge = edge->next)
        sum = sum * 31 + edge->weight + edge->to->number;
    return sum;
}

/* The nodes of a thread; what it draws depends on the node only. */
static uint64_t body(const struct bench *bench, int index)
{
    uint64_t threads = (uint64_t)bench->threads, part = (uint64_t)index;
    uint64_t from = node_count * part / threads;
    uint64_t to = node_count * (part + 1) / threads;
    uint64_t sum = 0, spent = 0;

    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t begun = bench_now();
        for (uint64_t k = 0; k < RETARGETS; k++)
            retarget(from, to, round * 977 + k * 13 + 1);
        spent += bench_now() - begun;
        for (uint64_t i = from; i < to; i += 4) {
            uint64_t random = round << 40 | i;
            uint64_t drawn = bench_random(&random);
            /* In blocks of 64 nodes, which no two threads share. */
            struct node *giver = nodes[i], *taker = nodes[(i & ~63ul) |
                                                          (drawn >> 58)];
            sum += take_edge(giver);
            add_edge(taker, nodes[drawn % node_count], drawn & 1023);
        }
    }
    __atomic_fetch_add(&store_ns, spent, __ATOMIC_RELAXED);
    __atomic_fetch_add(&stores, (to - from) * ROUNDS * RETARGETS * NEAR,
                       __ATOMIC_RELAXED);
    for (uint64_t i = from; i < to; i++)
        sum += sum_of(nodes[i]);
    return sum;
}

static void make_nodes(void)
{
    nodes = bench_alloc(node_count * sizeof *nodes);
    for (uint64_t i = 0; i < node_count; i++) {
        nodes[i] = bench_alloc(sizeof *nodes[i]);
        nodes[i]->number = i;
        nodes[i]->edges = NULL;
    }
    for (uint64_t i = 0; i < node_count; i++) {
        for (uint64_t k = 0; k < NEAR; k++)
            nodes[i]->near[k] = nodes[(i * 7 + k) % node_count];
        add_edge(nodes[i], nodes[(i * 3) % node_count], i & 255);
    }
}

static void release_nodes(void)
{
    for (uint64_t i = 0; i < node_count; i++) {
        struct node *node = nodes[i];
        while (node->edges) {
            struct edge *edge = node->edges;
            node->edges = edge->next;
            bench_free(edge);
        }
        bench_free(node);
    }
    bench_free(nodes);
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "graph");
    char more[64];
    uint64_t sum;

    /* A multiple of 64 for each of two threads. */
    node_count = bench.size * 1024;
    make_nodes();
    sum = bench_threads(&bench, bench.threads, body);
    release_nodes();
    snprintf(more, sizeof more, "\"ns_per_store\": %.3f",
             (double)store_ns / (double)stores);
    bench_close(&bench, sum, stores, more);
    return 0;
}
