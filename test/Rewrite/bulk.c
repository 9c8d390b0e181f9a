// memcpy and its family, values used and unused, sizes constant and not; the
// fortified names; functions that store a pointer through an argument.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %S/Inputs/differential %escc %clang %gcc %s -D_FORTIFY_SOURCE=2
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct node { struct node *next; int number; long pad[2]; };
static struct node n1 = {0, 1, {0}};
static int evaluations;

static void *once(void *p)
{
    evaluations++;
    return p;
}

static void small(void)
{
    struct node a = {&n1, 5, {6, 7}}, b, c;
    struct node *pb = memcpy(&b, &a, sizeof a);
    memcpy(once(&c), once(pb), sizeof(struct node));
    memmove(&a.next, &b.next, sizeof(void *));
    char *end = mempcpy(&b, &a, 16);
    int i = 3, j;
    memcpy(&j, &i, sizeof j);
    float f[4] = {1, 2, 3, 4}, g[4];
    memcpy(g, f, sizeof f);
    char text[16];
    memcpy(text, "0123456789abcde", 16);
    bcopy(&a, &c, sizeof a);
    printf("%d %d %d %td %d %g %s %d %d\n", pb->number, c.next->number,
           a.number, end - (char *)&b, j, g[3], text, evaluations, c.number);
    printf("%d\n", ((struct node *)(memcpy)(&b, &c, sizeof(b)))->number);
}

static void large(size_t n)
{
    void **v = calloc(n, sizeof *v), **w = calloc(n, sizeof *w);
    for (size_t i = 0; i < n; i++)
        v[i] = &v[i];
    void **r = memcpy(w, v, n * sizeof *v);
    memmove(v + 1, v, (n - 1) * sizeof *v);
    __builtin_memcpy(v, w, 80);
    printf("%d %d %d\n", r == w, w[n - 1] == &v[n - 1], v[5] == &v[5]);
    v[20] = &n1;
    char *e = mempcpy(w, v, n * sizeof *v);
    printf("%d %d\n", e == (char *)(w + n), w[20] == &n1);
    struct { char bytes[100]; } *x = calloc(2, 100);
    x[0].bytes[99] = 7;
    memcpy(&x[1], &x[0], sizeof x[0]);
    printf("%d\n", x[1].bytes[99]);
}

static void outputs(void)
{
    char text[] = "12 13.5 0x20 word,other", *end = text, **pend = &end;
    struct { char *end; } *heap = calloc(1, sizeof *heap);
    long a = strtol(end, pend, 10);
    double d = strtod(end, &heap->end);
    unsigned long h = strtoul(heap->end, &heap->end, 0);
    heap->end++;
    char *word = strsep(&heap->end, ",");
    strtol("1", NULL, 10);
    char *state, line[] = "a b c";
    int words = 0;
    for (char *t = strtok_r(line, " ", &state); t;
         t = strtok_r(NULL, " ", &state))
        words++;
    printf("%ld %g %lu %s %s %d\n", a, d, h, word, heap->end, words);
}

int main(void)
{
    small();
    large(100);
    outputs();
    return 0;
}
