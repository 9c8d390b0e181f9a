/* What the programs of this folder do while collections are to happen. */
#ifndef CHURN_H
#define CHURN_H

#include <stdlib.h>
#include <string.h>

/* Allocates, fills and frees blocks, CHURN of 64 bytes or as much in larger
 * ones. */
__attribute__((noinline, unused)) static void churn(size_t bytes)
{
    const char *count = getenv("CHURN");
    size_t blocks = (count ? (size_t)atoi(count) : 100000) * 64 / bytes;
    for (blocks += 100; blocks > 0; blocks--) {
        char *volatile block = malloc(bytes);
        memset(block, 'z', bytes);
        free(block);
    }
}

/* Overwrites what calls have left on the stack. */
__attribute__((noinline, unused)) static void wipe(void)
{
    volatile char old[8192];
    for (size_t i = 0; i < sizeof old; i++)
        old[i] = 0;
}

#endif
