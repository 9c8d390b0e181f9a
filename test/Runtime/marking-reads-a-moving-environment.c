// unsetenv moves the entries behind the one that goes, without barriers.  If the
// array is the program's own, and a marking beside the threads reads it just
// then, an entry is where it has been and no more where it comes.
//
// RUN: %escc_verify -O2 -report-world %s -o %t 2>&1 | count 0
// RUN: env ESCC_DEBUG=concurrent=1,checkmark=1 timeout 120 %t
// RUN: env ESCC_DEBUG=concurrent=1,clobber=1 timeout 120 %t
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { N = 100000 };

static char **own;
static long first, last;

static char *new_string(long i)
{
    char *string = malloc(48);
    snprintf(string, 48, "K%ld=%ld", i, i);
    return string;
}

static void move_all(void)
{
    char name[32];
    snprintf(name, sizeof name, "K%ld", first++);
    unsetenv(name);
    own[N - 1] = new_string(last++);
}

int main(void)
{
    own = calloc(N + 1, sizeof *own);
    for (long i = 0; i < N; i++)
        own[i] = new_string(last++);
    environ = own;
    for (int round = 0; round < 1000; round++) {
        move_all();
        for (int i = 0; i < 200; i++)
            free(malloc(1000));
    }
    for (long i = 0; i < N; i++) {
        char wanted[48];
        snprintf(wanted, sizeof wanted, "K%ld=%ld", first + i, first + i);
        if (strcmp(own[i], wanted) != 0)
            return printf("K%ld is lost\n", first + i);
    }
    return 0;
}
