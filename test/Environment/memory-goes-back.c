/* After a peak memory goes back to the system within seconds, also of a program
 * that allocates nothing any more.
 *
 * RUN: %escc -w -O0 %s -o %t && timeout 100 %t
 * RUN: env ESCC_CC=gcc %escc -w -O2 %s -o %t && timeout 100 %t
 */
#include "Inputs/churn.h"

#include <stdio.h>
#include <unistd.h>

enum { BLOCKS = 200, MEGABYTE = 1 << 20, SECONDS = 15, LITTLE_MB = 30 };

static char *blocks[BLOCKS];

static long resident_mb(void)
{
    long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
        abort();
    fclose(file);
    return resident * 4 / 1024;
}

static int is_small_soon(void)
{
    for (int i = 0; i < SECONDS && resident_mb() > LITTLE_MB; i++)
        sleep(1);
    fprintf(stderr, "%ld MB\n", resident_mb());
    return resident_mb() <= LITTLE_MB;
}

int main(void)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++)
            blocks[i] = memset(malloc(MEGABYTE), i, MEGABYTE);
        for (int i = 0; i < BLOCKS; i++) {
            free(blocks[i]);
            blocks[i] = NULL;
        }
    }
    if (!is_small_soon())
        return 1;
    for (int i = 0; i < 10; i++)
        churn(100);
    return is_small_soon() ? 0 : 2;
}
