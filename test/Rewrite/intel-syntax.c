/* The barriers' assembly language fits both syntaxes.
 * RUN: %escc_verify -masm=intel -O2 -S %s -o - | FileCheck %s
 * RUN: %escc_verify -masm=intel -O2 %s -o %t
 * RUN: env ESCC_DEBUG=gcstress=1,verify=1 timeout 60 %t
 * RUN: %escc_verify -masm=att -O2 %s -o %t
 * RUN: env ESCC_DEBUG=gcstress=1,verify=1 timeout 60 %t
 * CHECK: {{call.*__escc_shade_stored}}
 */
#include <stdlib.h>

struct node { struct node *next; int value; };

__attribute__((noinline)) static void put(struct node *before,
                                          struct node *after)
{
    before->next = after;
}

int main(void)
{
    struct node *first = malloc(sizeof *first), *last = first;
    first->value = 0;
    for (int i = 1; i < 100; i++) {
        struct node *fresh = malloc(sizeof *fresh);
        fresh->value = i;
        put(last, fresh);
        last = fresh;
    }
    put(last, NULL);
    int sum = 0;
    for (; first; first = first->next)
        sum += first->value;
    return sum != 4950;
}
