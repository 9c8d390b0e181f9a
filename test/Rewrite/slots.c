// Stores into slots of every kind: packed, volatile, atomic, bit-fields,
// unions, structs small and large, arrays inside, vectors.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct node { struct node *next; int number; };
struct __attribute__((packed)) packed {
    char c;
    struct node *p;
    struct { short s; struct node *q; } inner;
    struct node *list[2];
};
struct value { union { struct node *n; double d; char text[8]; } u; int tag; };
struct large { struct node *list[20]; int k; };
struct mixed {
    struct node *volatile v;
    struct node *_Atomic a;
    struct node *const c;
    unsigned bits : 3;
    unsigned long wide : 60;
    struct value array[3];
    struct node *tail[];
};
typedef long vector __attribute__((vector_size(16)));
union both { struct node *p; uintptr_t bits; };
struct tagged { uintptr_t tag : 3; uintptr_t address : 61; };

static struct node n1 = {0, 1}, n2 = {&n1, 2};
static struct large big[4];
_Thread_local struct node *per_thread;
static int evaluations;

static struct large make(int k)
{
    struct large l = {.k = k};
    l.list[k] = &n2;
    return l;
}
static struct value small(int k)
{
    return (struct value){.u.n = &n1, .tag = k};
}
static int next(void) { return evaluations++; }

static void misaligned(struct packed *p)
{
    p->p = &n1;
    p->inner.q = p->p;
    p[1].list[1] = p->inner.q = &n2;
    struct packed copy = *p;
    p[1].inner = copy.inner;
    printf("%d %d %d %d\n", p->p->number, p->inner.q->number,
           p[1].list[1]->number, p[1].inner.q->number);
}

static void qualified(struct mixed *m)
{
    m->v = &n1;
    m->a = m->v;
    struct node *got = m->a = &n2;
    got = m->v = got;
    m->bits = 5;
    m->wide = (unsigned long)(uintptr_t)&n1 & 0xffff;
    m->tail[1] = m->a;
    per_thread = got;
    printf("%d %d %d %d %d\n", m->v->number, got->number, m->bits,
           m->tail[1]->number, per_thread->number);
}

static void structs(struct value *v, struct large *l, struct mixed *m)
{
    *v = (struct value){.u.n = &n2, .tag = 4};
    v[1] = *v;
    v[next()] = v[1];
    struct value got = v[2] = small(6);
    m->array[next()] = v[2];
    evaluations += (m->array[2] = m->array[1]).tag - 6;
    *l = make(3);
    l[1] = *l;
    l[next() - 1] = *(l[0].k ? l : l + 1);
    struct large had = l[1] = make(5);
    *l = *l;
    printf("%d %d %d %d %d\n", got.u.n->number, v[0].tag,
           m->array[2].u.n->number, had.list[5]->number, l->list[3]->number);
    printf("%d %d\n", l[1].k, evaluations);
}

static void others(union both *b, vector *x, __int128 *wide)
{
    b->p = &n1;
    b->bits = (uintptr_t)&n2;
    union both c = *b, *pc = &c;
    *pc = *b;
    vector y = {(long)&n1, (long)&n2};
    *x = y;
    (*x)[0] = (long)&n2;
    *wide = (__int128)(uintptr_t)&n1;
    printf("%d %d %d %d\n", b->p->number, pc->p->number,
           ((struct node *)(*x)[0])->number,
           ((struct node *)(uintptr_t)*wide)->number);
}

/* What has no address is changed by an operator. */
static void without_address(struct tagged *t, vector *x, struct node *p)
{
    t->tag = 5;
    t->address = 0;
    t[next() & 0].address |= (uintptr_t)p >> 3;
    uintptr_t got = t->address ^= (uintptr_t)per_thread >> 3;
    t->address ^= (uintptr_t)per_thread >> 3;
    (*x)[1] = 0;
    (*x)[1 + 0 * next()] += (long)p;
    long sum = (*x)[1] |= (long)p;
    printf("%d %d %d %d %d\n", (int)t->tag, evaluations,
           ((struct node *)((uintptr_t)t->address << 3))->number,
           ((struct node *)sum)->number,
           ((got << 3) ^ (uintptr_t)per_thread) == (uintptr_t)p);
}

static int arrays(void)
{
    struct node *list[4] = {&n1}, *(*plist)[4] = &list, **p = list;
    (*plist)[1] = &n2;
    p[2] = (*plist)[1], 3[p] = p[2];
    struct { struct node *in[3]; } s = {{&n1, &n2}}, t, *pt = &t;
    *pt = s;
    pt->in[2] = t.in[1];
    return list[3]->number * 10 + t.in[2]->number;
}

int main(void)
{
    static struct packed p[2];
    static union { struct mixed m; char room[256]; } u;
    static struct value v[4];
    vector x;
    union both b;
    struct tagged tagged;
    __int128 wide;
    misaligned(p);
    qualified(&u.m);
    structs(v, big, &u.m);
    others(&b, &x, &wide);
    without_address(&tagged, &x, per_thread);
    printf("%d %d\n", arrays(), big[1].k);
    return 0;
}
