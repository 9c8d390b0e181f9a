/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* temporaries.c - blocks and locals that no caller sees.
 *
 *     temporaries KILOSTEPS THREADS
 *
 * Each step writes a number into a scratch block that is freed in the same
 * function, adds vectors by way of blocks, and passes addresses of locals to
 * other functions.  Go keeps all of these on the stack; C has the blocks from
 * malloc and the locals on the stack.
 */
#include "bench.h"

enum { STEPS = 1024 };

struct vector {
    uint64_t x, y, z;
};

/* Out of line, so that no compiler removes a pair of malloc and free. */
__attribute__((noinline))
static size_t write_number(char *to, uint64_t number)
{
    size_t length = 0;
    do {
        to[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return length;
}

__attribute__((noinline))
static void add(const struct vector *a, const struct vector *b,
                struct vector *sum)
{
    sum->x = a->x + b->y;
    sum->y = a->y + b->z;
    sum->z = (a->z + b->x) ^ a->x;
}

static uint64_t scratch(uint64_t number)
{
    char *text = bench_alloc_plain(24);
    size_t length = write_number(text, number);
    uint64_t sum = bench_hash(BENCH_HASH, text, length);
    bench_free(text);
    return sum;
}

static uint64_t in_blocks(uint64_t number)
{
    struct vector *a = bench_alloc_plain(sizeof *a);
    struct vector *b = bench_alloc_plain(sizeof *b);
    struct vector *c = bench_alloc_plain(sizeof *c);
    uint64_t result;
    *a = (struct vector){ number, number * 3, 5 };
    *b = (struct vector){ 7, number, number >> 3 };
    add(a, b, c);
    add(b, c, a);
    result = a->x ^ a->y ^ a->z;
    bench_free(a);
    bench_free(b);
    bench_free(c);
    return result;
}

static uint64_t in_locals(uint64_t number)
{
    struct vector a = { number, 1, number * 5 }, b = { 3, number, 11 }, c;
    add(&a, &b, &c);
    add(&c, &a, &b);
    add(&b, &c, &a);
    return a.x ^ a.y ^ a.z;
}

static uint64_t body(const struct bench *bench, int index)
{
    uint64_t sum = 0;
    for (uint64_t i = (uint64_t)index; i < bench->size;
         i += (uint64_t)bench->threads) {
        uint64_t random = i;
        for (int k = 0; k < STEPS; k++) {
            uint64_t drawn = bench_random(&random);
            sum += scratch(drawn >> 32) + in_blocks(drawn) + in_locals(drawn);
        }
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "temporaries");
    uint64_t sum = bench_threads(&bench, bench.threads, body);
    bench_close(&bench, sum, bench.size * STEPS, NULL);
    return 0;
}
