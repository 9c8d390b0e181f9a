// A pool that rounds sizes up to 4 holds structs, and so pointers, at addresses
// that are not multiples of 8 (tcc's).
//
// RUN: %escc_verify -O2 %s -o %t && timeout 60 %t
// RUN: env ESCC_DEBUG=gcstress=30,clobber=1 timeout 60 %t
// The pool is a root of its own.
// RUN: %escc_verify -O2 -DGLOBAL %s -o %t.2
// RUN: env ESCC_DEBUG=gcstress=30,clobber=1 timeout 60 %t.2
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_BYTES = 64 * 1024, NAMES = 1000, NAME_BYTES = 60 };

struct name { struct name *next; char *text; };

struct pool { unsigned char *at; unsigned long used; };

#ifdef GLOBAL
static unsigned char memory[POOL_BYTES] __attribute__((aligned(8)));
#endif

static void *carve(struct pool *pool, unsigned bytes)
{
    void *result = pool->at + pool->used;
    pool->used += (bytes + 3) & -4;
    return result;
}

static struct name *fill(struct pool *pool)
{
    struct name *names = NULL;
    for (int i = 0; i < NAMES; i++) {
        struct name *name = carve(pool, sizeof *name);
        name->text = malloc(NAME_BYTES);
        snprintf(name->text, NAME_BYTES, "the name with number %d", i);
        name->next = names;
        names = name;
        carve(pool, 1);         /* the next one is in the middle of a word */
    }
    return names;
}

int main(void)
{
#ifdef GLOBAL
    struct pool pool = { memory, 0 };
#else
    struct pool pool = { malloc(POOL_BYTES), 0 };
#endif
    struct name *names = fill(&pool);
    char expected[NAME_BYTES];
    for (int i = 0; i < 100000; i++)    /* collections, and other contents */
        if (!calloc(1, NAME_BYTES))
            return 1;
    for (int i = NAMES; i-- > 0; names = names->next) {
        snprintf(expected, sizeof expected, "the name with number %d", i);
        if (strcmp(names->text, expected)) {
            printf("%d: %.60s\n", i, names->text);
            return 1;
        }
    }
    return 0;
}
