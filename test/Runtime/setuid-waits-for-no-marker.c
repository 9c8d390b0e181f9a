/* setuid and its like have every thread do the same, by a signal of libc's: the
 * collector's threads take it, also those that are made later than the first.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env ESCC_DEBUG=markers=4 %t
 * RUN: env ESCC_DEBUG=markers=4,gcrandom=1000 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <unistd.h>

enum { ROUNDS = 20 };

int main(void)
{
    struct node *list = new_list(300000);
    alarm(100);
    for (int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < 100000; k++)
            new_node(NULL, k);
        escc_gc();
        CHECK(setuid(getuid()) == 0 && setgid(getgid()) == 0);
    }
    check_list(list, 300000);
    return 0;
}
