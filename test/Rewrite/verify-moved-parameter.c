// Assigning a moved parameter's value to a local is no inserted assignment:
// -fescc-verify-output once took it for one and refused the program.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <string.h>

struct node { struct node *next; int number; };
static struct node **kept;
static void keep(struct node **p) { kept = p; }

static int moved(struct node *p, struct node *q)
{
    struct node *volatile local = 0, copy;
    keep(&p);
    keep(&q);
    local = p;
    memcpy(q, p, sizeof *q);
    copy = *local;
    return copy.number + q->number + kept[0]->number;
}

int main(void)
{
    struct node a = {0, 3}, b = {0, 4};
    printf("%d\n", moved(&a, &b));
    return 0;
}
