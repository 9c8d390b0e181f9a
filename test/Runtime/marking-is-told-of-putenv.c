// putenv stores its argument in the environment's array without a barrier.  If
// that is the program's own, and was read before, nothing else told a marking
// beside the threads of the string.
//
// RUN: %escc_verify -O2 -report-world %s -o %t 2>&1 | count 0
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1 timeout 120 %t
// RUN: env ESCC_DEBUG=concurrent=1,clobber=1 timeout 120 %t
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 500, APART = 2048 };         /* 8 MB of static memory */

static char *strings[N * APART];

static char *new_string(int i, int round)
{
    char *string = malloc(64);
    snprintf(string, 64, "K%d=%d", i, round);
    return string;
}

static void put_all(void)
{
    for (int i = N - 1; i >= 0; i--) {
        putenv(strings[i * APART]);
        strings[i * APART] = NULL;
        for (int k = 0; k < 30; k++)
            free(malloc(100));
    }
}

int main(void)
{
    char **own = calloc(N + 1, sizeof *own);
    for (int i = 0; i < N; i++)
        own[i] = new_string(i, -1);
    environ = own;
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < N; i++)
            strings[i * APART] = new_string(i, round);
        put_all();
        for (int i = 0; i < N; i++) {
            char wanted[64];
            snprintf(wanted, sizeof wanted, "K%d=%d", i, round);
            if (strcmp(own[i], wanted) != 0)
                return printf("K%d is lost\n", i);
        }
    }
    return 0;
}
