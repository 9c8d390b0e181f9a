/* A table that calloc reserved and that is hardly touched counts and costs what
 * is resident of it: the program stays small, and what the table points to
 * stays alive.
 *
 * RUN: %escc -w -O0 %s -o %t && env ESCC_DEBUG=verify=1 timeout 100 %t
 * RUN: %escc -w -O2 %s -o %t && env ESCC_DEBUG=clobber=1 timeout 100 %t
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1 timeout 100 %t
 * RUN: env ESCC_CC=gcc %escc -w -O2 %s -o %t && timeout 100 %t
 */
#include "Inputs/churn.h"

#include <stdio.h>
#include <sys/resource.h>

enum { MOST_MB = 40 };

int main(void)
{
    size_t n = ((size_t)2 << 30) / sizeof(char *);
    char **table = calloc(n, sizeof *table);
    struct rusage usage;
    if (!table)
        return 1;
    for (int i = 1; i < 8; i++)
        table[n / 8 * (size_t)i] = strcpy(malloc(1000), "kept");
    wipe();
    for (int i = 0; i < 40; i++)
        churn(1000);
    for (int i = 1; i < 8; i++)
        if (strcmp(table[n / 8 * (size_t)i], "kept"))
            return 2;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%ld MB\n", usage.ru_maxrss / 1024);
    return usage.ru_maxrss / 1024 > MOST_MB;
}
