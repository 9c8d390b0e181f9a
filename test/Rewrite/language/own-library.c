// A program with its own memcpy, memmove, memset, strlen, realloc and free,
// written so that their locals move.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs -fno-builtin
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct block { char bytes[200]; };
static void *seen[4];
static void *look(void *p) { seen[0] = p; return p; }

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    struct { struct block b; char *to; const char *from; size_t left; } state =
        {.to = to, .from = from, .left = bytes}, *s = &state;
    volatile char *volatile p = s->to;
    seen[1] = s, seen[2] = &to;
    while (s->left) {
        *p++ = *s->from++;
        s->left--;
    }
    seen[1] = seen[2] = 0;
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    char *t = to;
    const char *f = from;
    seen[1] = &t, seen[2] = &f;
    if (t < f)
        for (volatile size_t i = 0; i < bytes; i++)
            t[i] = f[i];
    else
        for (volatile size_t i = bytes; i-- > 0;)
            t[i] = f[i];
    seen[1] = seen[2] = 0;
    return to;
}

void *memset(void *to, int byte, size_t bytes)
{
    volatile char *p = to;
    seen[1] = &byte;
    while (bytes--)
        *p++ = byte;
    seen[1] = 0;
    return to;
}

static char pool[1 << 20] __attribute__((aligned(16)));
static size_t used;
void *malloc(size_t bytes)
{
    size_t at = used, *p = &at;
    seen[3] = p;
    used += (bytes + 31) & ~15ul;
    if (used > sizeof pool)
        return 0;
    *(size_t *)(pool + *p) = bytes;
    seen[3] = 0;
    return pool + at + 16;
}
void free(void *p) { seen[3] = &p; seen[3] = 0; }
void *calloc(size_t n, size_t each) { return malloc(n * each); }
void *realloc(void *old, size_t bytes)
{
    void *new = malloc(bytes);
    if (old && new) {
        size_t had = ((size_t *)old)[-2];
        memcpy(new, old, had < bytes ? had : bytes);
    }
    return new;
}

struct node { struct node *next; long number; struct block b; };

int main(void)
{
    struct node *list = 0;
    for (int i = 0; i < 50; i++) {
        struct node *n = malloc(sizeof *n), copy = {list, i};
        look(&copy);
        memset(&copy.b, i, sizeof copy.b);
        *n = copy;
        list = realloc(n, sizeof *n + 8);
        struct node again;
        look(&again);
        memmove(&again, list, sizeof again);
        again.number++;
        memcpy(list, &again, sizeof *list);
        free(n);
    }
    long sum = 0;
    for (struct node *n = list; n; n = n->next)
        sum += n->number + n->b.bytes[199];
    printf("%ld\n", sum);
    return 0;
}
