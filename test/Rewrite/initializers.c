// Initialisers of locals that stay on the stack while their address is taken.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct node { struct node *next; int number; struct { void *p; int k; } in; };

static int use(struct node **list, int n, struct node *s, uintptr_t *w)
{
    int sum = (int)(*w & 7);
    for (int i = 0; i < n; i++)
        sum += list[i]->number;
    return sum + s->number + s->in.k + (s->in.p != 0);
}

static struct node make(int n) { return (struct node){.number = n}; }

static int shades(struct node *a, struct node *b)
{
    struct node *list[] = {a, b, [3] = a, [2] = b->next}, *one = a;
    struct node s = {b, 3, {.p = a, 4}}, t = *a, u = make(5);
    struct { struct node n[2]; char *text; } nested = {{*a, {b}}, "x"};
    uintptr_t word = (uintptr_t)a | 1, zero = 0;
    struct node **pone = &one;
    return use(list, 4, &s, &word) + use(pone, 1, &t, &zero)
        + use(&one, 1, &u, &word) + use(list, 1, nested.n, &zero);
}

static int parameter(struct node *p, struct node s)
{
    struct node **pp = &p;
    return use(pp, 1, &s, &(uintptr_t){(uintptr_t)p});
}

int main(void)
{
    struct node *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    a->number = 10;
    b->number = 20;
    b->next = a;
    printf("%d %d\n", shades(a, b), parameter(a, *b));
    return 0;
}
