// Assignments in every expression position, each operand evaluated as often
// as in the source, the right side before the address of the left one.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct node { struct node *next, *prev; int number; };
struct table { struct node **items; int count, capacity; };

static struct node nodes[8];
static int calls;

static struct node *at(int i)
{
    calls++;
    return &nodes[i];
}

static struct node *grow(struct table *t)
{
    t->capacity += 100;
    t->items = realloc(t->items, sizeof *t->items * (size_t)t->capacity);
    struct node *n = calloc(1, sizeof *n);
    n->number = t->count;
    return n;
}

static int growth(void)
{
    struct table t = {0};
    int sum = 0;
    for (int i = 0; i < 20; i++) {
        struct node *n = grow(&t);
        t.items[t.count++] = n;
    }
    struct table *pt = &t;
    pt->items[3] = grow(pt);
    for (int i = 0; i < t.count; i++)
        sum += t.items[i]->number;
    return sum;
}

static struct node *set(struct node **slot, struct node *n)
{
    return *slot = n;
}

static void positions(void)
{
    struct node *a = &nodes[0], *b = &nodes[1], *c;
    struct node **pp = &a->next;
    a->next = b->next = b->prev = at(2);
    (a->prev = b)->next = at(3);
    if ((c = a->next = at(4)))
        printf("%d ", c == a->next);
    printf("%d ", (at(5)->next = at(6)) == &nodes[6]);
    *pp++ = at(1);
    *pp = at(2);
    pp = &nodes[3].next, a->next = pp[0];
    *pp++ = at(7);
    for (a->next = b; a->next != at(5); a->next = at(a->next == b ? 4 : 5))
        ;
    while ((b->next = b->next->next) && calls < 40)
        calls++;
    do
        calls++;
    while (!(a->prev = at(1)));
    (a ? a : b)->next = calls ? at(1) : (b->next = at(2));
    at(1)->next = (a->next = at(2), at(3));
    a->number = a->next == (at(2)->prev = at(2)) ? 1 : 2;
    set(&(at(6)->prev), at(0))->number = sizeof(a->next = at(3));
    1[pp] = at(0);
    (*&a->next) = at(4);
    ((struct node *)(void *)a)->prev = (void *)at(5);
    *(struct node **)((char *)a + 8) = at(6);
    switch ((a->next = at(1)) != 0) {
    case 1:
        a->prev = at(2);
        break;
    default:
        a->prev = at(3);
    }
    printf("%d %d %d\n", calls, nodes[0].number, a->number);
}

/* A variably modified left side must be evaluated once. */
static int variable(int n)
{
    int rows[2][n];
    int (*list[3])[n];
    int (**pp)[n] = list;
    for (int i = 0; i < n; i++)
        rows[0][i] = rows[1][i] = i;
    *pp++ = &rows[0];
    *pp++ = &rows[1];
    int (*x)[n] = *pp = &rows[1];
    return (int)(pp - list) * 100 + (*x)[n - 1] + (*list[0])[1];
}

/* Lines: what is evaluated stays on its line. */
static int lines[3];
#define HERE(i) (lines[i] = __LINE__)
static void many_lines(struct node *p)
{
    p[HERE(0) - HERE(0)
      + 1].
        next
        =
            at(HERE(1) ? 3 : 4)
            ;
    HERE(2);
    printf("%d %d %d\n", lines[0], lines[1], lines[2]);
}

static uintptr_t tagged(struct node *p, int tag)
{
    struct { uintptr_t word; long plain; } t, *pt = &t;
    pt->word = (uintptr_t)p | (uintptr_t)tag;
    pt->plain = 3;
    pt->plain += 4, pt->plain <<= 1;
    uintptr_t old = pt->word;
    pt->word &= ~(uintptr_t)7;
    pt->word |= (uintptr_t)(tag + 1);
    uintptr_t again = 0, *slot = &again;
    *slot |= (uintptr_t)p;
    *slot += (uintptr_t)tag;
    return (old - (uintptr_t)p) * 100 + (pt->word - (uintptr_t)p) * 10
        + (*slot - (uintptr_t)p) + (uintptr_t)pt->plain * 1000;
}

int main(void)
{
    printf("%d\n", growth());
    positions();
    printf("%d\n", variable(4));
    many_lines(nodes);
    printf("%lu\n", (unsigned long)tagged(&nodes[2], 2));
    return 0;
}
