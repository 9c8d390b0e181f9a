/* Blocks that grow by realloc, whose way is blocked again and again, cost what
 * malloc's cost: pages that nobody has touched stay so when the block moves,
 * and the memory that it had goes back at once.  What a growing table of
 * pointers leads to stays, also while a collection is on its way.  A block that
 * was freed goes although the function that had it runs on, at the latest when
 * the next one is as large: what begins where it ended does not keep it.
 *
 * RUN: %escc -w -O0 %s -o %t && timeout 100 %t alone && timeout 100 %t blocked
 * RUN: timeout 100 %t table && timeout 100 %t freed
 * RUN: env ESCC_FREE=trust ESCC_DEBUG=verify=1 timeout 100 %t blocked
 * RUN: env ESCC_DEBUG=verify=1,clobber=1,gcstress=16 timeout 100 %t table
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=5 timeout 100 %t table
 * RUN: %escc -w -O2 %s -o %t && timeout 100 %t freed
 * RUN: env ESCC_CC=gcc %escc -w -O2 %s -o %t && timeout 100 %t alone
 * RUN: timeout 100 %t blocked && timeout 100 %t table && timeout 100 %t freed
 * RUN: env ESCC_FREE=trust ESCC_DEBUG=clobber=1 timeout 100 %t table
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=5 \
 * RUN:   ESCC_FOREIGN=readonly timeout 100 %t table
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    STEP = 64 << 10,
    TOP = 200 << 20,
    /* One page of each step, or two, at most 26 MB, and the runtime. */
    MOST_MB = 40,
    ENTRIES = 600000,
    TABLE_STEP = 4000
};

static int is_small(long most_mb)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%ld MB\n", usage.ru_maxrss / 1024);
    return usage.ru_maxrss / 1024 <= most_mb;
}

static int alone(void)
{
    char *block = NULL;
    for (size_t n = STEP; n <= TOP; n += STEP) {
        block = realloc(block, n);
        block[n - 1] = 1;
        block[n - STEP] = 2;
    }
    for (size_t n = STEP; n <= TOP; n += STEP)
        if (block[n - 1] != 1 || block[n - STEP] != 2 || block[n - 2])
            return 1;
    return is_small(MOST_MB) ? 0 : 2;
}

/* Two blocks, and small ones that stay, in turn. */
static int blocked(void)
{
    enum { OTHERS = 1600, OTHER_BYTES = 3000 };
    static char *blocks[2], *others[OTHERS];
    size_t nothers = 0;
    for (size_t n = STEP; n <= TOP / 4; n += STEP)
        for (int k = 0; k < 2; k++) {
            blocks[k] = realloc(blocks[k], n);
            blocks[k][n - 1] = (char)(n / STEP);
            others[nothers++] = malloc(OTHER_BYTES);
        }
    for (size_t n = STEP; n <= TOP / 4; n += STEP)
        if (blocks[0][n - 1] != (char)(n / STEP) ||
            blocks[1][n - 1] != (char)(n / STEP))
            return 1;
    return is_small(MOST_MB) ? 0 : 2;
}

/* One, and when it has been freed another. */
static int freed(void)
{
    enum { BLOCKS = 5 };
    for (int i = 0; i < BLOCKS; i++) {
        char *block = NULL;
        for (size_t n = STEP; n <= TOP; n += STEP) {
            block = realloc(block, n);
            block[n - 1] = 1;
            block[n - STEP] = 2;
        }
        free(block);
    }
    return is_small(2 * MOST_MB) ? 0 : 2;
}

/* Numbers, each a block of its own, in tables whose way is blocked. */
static int table(void)
{
    int **numbers = NULL;
    void *others[ENTRIES / TABLE_STEP];
    for (size_t n = 0; n < ENTRIES; n++) {
        if (n % TABLE_STEP == 0) {
            numbers = realloc(numbers, (n + TABLE_STEP) * sizeof *numbers);
            others[n / TABLE_STEP] = malloc(STEP);
        }
        if (n % 100 == 0) {
            numbers[n] = malloc(sizeof **numbers);
            *numbers[n] = (int)n;
        }
    }
    for (size_t n = 0; n < ENTRIES; n += 100)
        if (*numbers[n] != (int)n)
            return 1;
    return others[0] == others[1];
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "alone") == 0)
        return alone();
    if (strcmp(what, "freed") == 0)
        return freed();
    return strcmp(what, "blocked") == 0 ? blocked() : table();
}
