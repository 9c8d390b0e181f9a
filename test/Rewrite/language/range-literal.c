// clang takes a compound literal, but no statement expression, as the value of
// a range: it and its variable stay where they are.
// RUN: %S/../Inputs/differential %escc %clang none %s -I%S/Inputs
#include "common.h"

int main(void)
{
    struct node *e = make(4);
    struct node **k[2] = {[0 ... 1] = (struct node *[]){e, e}};
    keep(k);
    churn();
    printf("%ld\n", k[1][1]->number);
    return 0;
}
