// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pointers that are hidden in integers between heap objects have their barrier,
// whatever way they come: verify=barrier knows each of them.
// RUN: %S/Inputs/differential %escc %clang %gcc %s -fno-strict-aliasing
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((__noinline__))

enum { COUNT = 4, WAYS = 32 };

/* A member of its own for each way: what is known is known of a member. */
struct holder { uintptr_t w[WAYS]; };
#define HOLDER(n) struct holder##n { uintptr_t word; long number; }
HOLDER(0); HOLDER(1); HOLDER(2); HOLDER(3); HOLDER(4); HOLDER(5); HOLDER(6);
HOLDER(7); HOLDER(8); HOLDER(9); HOLDER(10); HOLDER(11); HOLDER(12);
HOLDER(13); HOLDER(14); HOLDER(15); HOLDER(16); HOLDER(17); HOLDER(18);
HOLDER(19); HOLDER(20); HOLDER(21); HOLDER(22); HOLDER(23); HOLDER(24);
HOLDER(25); HOLDER(26); HOLDER(27); HOLDER(28); HOLDER(29); HOLDER(30);
HOLDER(31);

static NOINLINE void *object(void)
{
    return calloc(1, sizeof(struct holder));
}

static NOINLINE void copy_words(uintptr_t *to, const uintptr_t *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[i];
}

static NOINLINE uintptr_t same(uintptr_t word)
{
    return word;
}

static NOINLINE void swap(void *a, void *b)
{
    unsigned long t = *(unsigned long *)a;
    *(unsigned long *)a = *(unsigned long *)b;
    *(unsigned long *)b = t;
}

union punned { int *pointer; uintptr_t word; };
struct words { long first, second; };
struct pointers { int *first, *second; };
struct holder8 *put(struct holder8 *to, uintptr_t word);
struct holder8 *put(struct holder8 *to, uintptr_t word)
{
    to->word = word;
    return to;
}

static uintptr_t slots[COUNT];
static NOINLINE void set(uintptr_t *out, int *p)
{
    *out = (uintptr_t)p;
}

static NOINLINE void bytes(void *to, const void *from, size_t n)
{
    char *a = to;
    const char *b = from;
    while (n--)
        *a++ = *b++;
}

struct base { long kind; uintptr_t word; };
struct derived { long kind; uintptr_t word; int more; };
static NOINLINE uintptr_t word_of(void *p)
{
    struct base *base = p;
    return base->word;
}

struct owner { uintptr_t *data; long number; };

static void *latest;
static NOINLINE void *obtain(void)
{
    void *p = calloc(4, sizeof(long));
    latest = p;
    return p;
}

static NOINLINE struct holder16 by_value(int *p)
{
    struct holder16 h = {.word = (uintptr_t)p};
    return h;
}

static NOINLINE void *larger(void *p, size_t n)
{
    return realloc(p, n);
}

typedef long two __attribute__((__vector_size__(16)));
static uintptr_t (*volatile indirect)(uintptr_t) = same;
static NOINLINE int compare(const void *a, const void *b)
{
    const uintptr_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

#define VIA(n) (*(struct holder##n *)to)

/* Stores the pointer somewhere in *to, and nowhere else that lasts. */
static NOINLINE void store(int way, void *to, int *p)
{
    switch (way) {
    case 0: VIA(0).word = (uintptr_t)p; break;
    case 1: {
        struct holder1 *from = object(), *h = to;
        from->word = (uintptr_t)p;
        h->word = from->word;
        break;
    }
    case 2: copy_words(to, (uintptr_t *)&p, 1); break;
    case 3: VIA(3).word = same((uintptr_t)p); break;
    case 4: {
        union punned *u = object();
        u->pointer = p;
        VIA(4).word = u->word;
        break;
    }
    case 5: {
        uintptr_t word;
        memcpy(&word, &p, sizeof word);
        VIA(5).word = word;
        break;
    }
    case 6: swap(to, &p); break;
    case 7: {
        struct pointers from = {p, p};
        struct words *words = to;
        words->second = ((struct words *)&from)->second;
        break;
    }
    case 8: put(to, (uintptr_t)p); break;
    case 9: {
        slots[1] = (uintptr_t)p;
        VIA(9).word = slots[1];
        slots[1] = 0;
        break;
    }
    case 10: {
        uintptr_t **rows = object(), *row = object();
        rows[0] = row;
        rows[0][1] = (uintptr_t)p;
        VIA(10).word = row[1];
        break;
    }
    case 11: {
        uintptr_t word = 0;
        set(&word, p);
        VIA(11).word = word;
        break;
    }
    case 12: {
        struct derived *d = object();
        d->word = (uintptr_t)p;
        VIA(12).word = word_of(d);
        break;
    }
    case 13: {
        uintptr_t word = 0;
        bytes(&word, &p, sizeof p);
        VIA(13).word = word;
        break;
    }
    case 14: {
        uintptr_t *a = obtain();
        ((char **)latest)[2] = (char *)p;
        VIA(14).word = a[2];
        break;
    }
    case 15: {
        uintptr_t *a = object();
        a[0] = (uintptr_t)p;
        a = larger(a, sizeof(struct holder) * 2);
        VIA(15).word = a[0];
        break;
    }
    case 16: {
        struct holder16 h = by_value(p);
        VIA(16).word = h.word;
        break;
    }
    case 17: {
        struct holder17 *from = object();
        from->word = (uintptr_t)p - 8;
        VIA(17).word = from->word + 8;
        break;
    }
    case 18: {
        struct holder18 *from = object();
        from->word = (uintptr_t)p;
        VIA(18).word = 0;
        VIA(18).word |= from->word;
        break;
    }
    case 19: {
        struct holder19 *from = object();
        __atomic_store_n(&from->word, (uintptr_t)p, __ATOMIC_SEQ_CST);
        VIA(19).word = from->word;
        break;
    }
    case 20: {
        uintptr_t *a = object(), *b = object(), *c = way ? a : b;
        *c = (uintptr_t)p;
        VIA(20).word = *a;
        break;
    }
    case 21: {
        struct { uintptr_t word; } *from = object(), *copy = object();
        from->word = (uintptr_t)p;
        *copy = *from;
        VIA(21).word = copy->word;
        break;
    }
    case 22: {
        struct holder22 *from = object();
        from->word = ((uintptr_t)p >> 4) * 16 + ((uintptr_t)p & 15);
        VIA(22).word = from->word;
        break;
    }
    case 23: VIA(23).word = indirect((uintptr_t)p); break;
    case 24: {
        uintptr_t pair[2] = {0, (uintptr_t)p};
        qsort(pair, 2, sizeof *pair, compare);
        VIA(24).word = pair[1];
        break;
    }
    case 25: {
        two *v = object();
        *v = (two){0, (long)p};
        VIA(25).word = (*v)[1];
        break;
    }
    case 26: {
        struct holder26 *from = object();
        uintptr_t *member = &from->word;
        *member = (uintptr_t)p;
        VIA(26).word = from->word;
        break;
    }
    case 27: {
        uintptr_t address = (uintptr_t)to;
        *(uintptr_t *)address = (uintptr_t)p;
        break;
    }
    case 28: {
        uintptr_t word = ({ uintptr_t t = (uintptr_t)p; t; });
        uintptr_t (*array)[2] = object();
        array[1][1] = word;
        VIA(28).word = array[1][1];
        break;
    }
    /* The pointer to where it is comes by another way than it looks. */
    case 29: {
        uintptr_t *a = object(), address;
        memcpy(&address, &a, sizeof a);
        *(uintptr_t *)address = (uintptr_t)p;
        VIA(29).word = *a;
        break;
    }
    case 30: {
        uintptr_t *a = object(), *b = object();
        *b = (uintptr_t)p;
        swap(&a, &b);
        VIA(30).word = *a;
        break;
    }
    case 31: {
        struct owner *owner = object();
        uintptr_t *data;
        owner->data = object();
        memcpy(&data, owner, sizeof data);
        *data = (uintptr_t)p;
        VIA(31).word = *owner->data;
        break;
    }
    }
}

static NOINLINE int number(int way)
{
    int *p = malloc(32);
    uintptr_t *to = object();
    *p = way + 1;
    store(way, to, p);
    p = NULL;
    for (int i = 0; i < 40; i++)
        free(aligned_alloc(16, 64));
    for (int i = 0; i < 2; i++)
        if (to[i])
            p = (int *)to[i];
    return p ? *p : -1;
}

int main(void)
{
    for (int way = 0; way < WAYS; way++)
        printf("%d %d\n", way, number(way));
    return 0;
}
