/* Pools of many kilobytes with pointers into the middle of each other: most
 * words lead to what is marked, which is found out without a look-up.  None of
 * them is lost for that: dead objects are filled, and the marks are compared
 * with those that are made without.
 *
 * RUN: %escc -I %source_root/include -O1 -w %s -o %t
 * RUN: env ESCC_DEBUG=stw=1,clobber=1 %t
 * RUN: env ESCC_DEBUG=stw=1,clobber=1,checkmark=1 %t
 * RUN: env ESCC_DEBUG=concurrent=1,clobber=1,checkmark=1,gcstress=200 %t
 */
#include <stdlib.h>
#include <string.h>

enum { POOLS = 200, LINKS = 8, ROUNDS = 20000, LEAST = 1000, MOST = 60000 };

struct pool {
    char *links[LINKS];
    char bytes[];
};

static struct pool *pools[POOLS];

static unsigned random_below(unsigned n)
{
    static unsigned seed = 1;
    seed = seed * 1103515245 + 12345;
    return (seed >> 12) % n;
}

/* Those that are in no table any more, too: a link leads to some. */
static int is_whole(struct pool *pool)
{
    for (int i = 0; pool && i < LINKS; i++)
        if (pool->links[i] && (unsigned char)*pool->links[i] >= POOLS)
            return 0;
    return 1;
}

int main(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        unsigned nth = random_below(POOLS);
        size_t bytes = LEAST + random_below(MOST - LEAST);
        struct pool *pool = malloc(sizeof *pool + bytes);
        memset(pool->bytes, (int)nth, bytes);
        for (int i = 0; i < LINKS; i++) {
            struct pool *other = pools[random_below(POOLS)];
            pool->links[i] = other ? other->bytes + random_below(LEAST) : NULL;
        }
        pools[nth] = pool;
        if (!is_whole(pools[random_below(POOLS)]))
            return 1;
    }
    return 0;
}
