// Calls and functions: variable arguments with pointers to moved objects,
// transparent unions, cleanup, unusual definitions, the three models of
// inline, attributes that tie functions to the program's start or to symbols.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s %S/Inputs/inline.c -I%S/Inputs -fms-extensions
// RUN: %S/../Inputs/differential %escc %clang %gcc %s %S/Inputs/inline.c -I%S/Inputs -fms-extensions -std=gnu99 -DPLAIN=1
#include <complex.h>
#include <pthread.h>
#include "common.h"
#include "inline.h"

struct pair { struct node *a, *b; };
struct large { struct node *list[12]; };
typedef struct { va_list list; struct node *extra; } arguments;

static struct node *walk(va_list list)
{
    va_list copy;
    va_copy(copy, list);
    struct node *first = va_arg(copy, struct node *);
    keep(&first);
    va_end(copy);
    return first;
}

static long variable(int n, struct node *last, ...)
{
    va_list list, again;
    arguments held = {.extra = last};
    long sum = 0;
    keep(&n), keep(&last), keep(&held), keep(&sum);
    va_start(list, last);
    va_copy(again, list);
    va_copy(held.list, again);
    churn();
    sum += walk(list)->number;
    for (int i = 0; i < n; i++) {
        struct node *p = va_arg(list, struct node *), **at = &p;
        struct pair q = va_arg(list, struct pair), *r = &q;
        struct large big = va_arg(list, struct large);
        double d = va_arg(list, double);
        keep(at), keep(r), keep(&big), keep(&d);
        last->next = va_arg(again, struct pair *) ? (*at) : 0;
        churn();
        sum += (*at)->number + r->b->number + big.list[11]->number + (long)d;
        sum += last->next->number;
        va_end(again);
        va_copy(again, list);
    }
    sum += va_arg(held.list, struct node *)->number;
    va_end(list), va_end(again), va_end(held.list);
    last = *(struct node **)keep(&last);
    return sum + last->number;
}

typedef union __attribute__((transparent_union)) {
    struct node *node;
    struct node **slot;
    void *any;
} either;

static long transparent(either e, int which)
{
    keep(&e);
    churn();
    return which ? (*e.slot)->number : e.node->number;
}

static int cleanups;
static void cleaned(struct node **at)
{
    cleanups = cleanups * 10 + (*at)->number;
    *at = make(9);
}
static void cleaned_int(int *at) { cleanups += *at; }

static struct node *cleaning(int k)
{
    __attribute__((cleanup(cleaned))) struct node *a = make(1), *plain = make(4);
    struct node *b __attribute__((__cleanup__(cleaned))) = make(2);
    int n __attribute__((cleanup(cleaned_int))) = 100, moved = k;
    keep(&a), keep(&plain), keep(&moved);
    b->next = a;
    for (int i = 0; i < 2; i++) {
        struct node *c __attribute__((cleanup(cleaned))) = make(3);
        keep(&c);
        churn();
        if (i == k)
            return c->next = plain, keep(&c), plain;
    }
    return b->next;
}

static __thread struct node *per_thread;
static _Thread_local struct { struct node *list[3]; } tls = {{0}};
static void *thread(void *argument)
{
    struct node *mine = argument, **slot = &per_thread;
    keep(&mine);
    *slot = make(mine->number + 1);
    tls.list[1] = make(mine->number + 2);
    churn();
    mine->number = per_thread->number + tls.list[1]->number;
    return mine;
}

static long threads(void)
{
    pthread_t id;
    void *result;
    keep(&result), keep(&id);
    per_thread = make(40), tls.list[1] = make(50);
    pthread_create(&id, 0, thread, make(60));
    pthread_join(id, &result);
    churn();
    return ((struct node *)result)->number + per_thread->number
        + tls.list[1]->number;
}

struct tail { int n; struct node *list[]; };
static struct tail fixed = {2, {0, 0}};
static struct { int n; char text[]; } words = {3, "abc"};
static struct { int k; struct node *none[0]; struct node *two[2]; } zero;
struct outer { struct pair; union { struct node *u; long bits; }; int z; };

static long third(struct node **list) { return list[3]->number; }
static long ranges(struct node *e)
{
    struct node *list[] = {[0] = make(3), [2 ... 4] = e, [1] = make(4)};
    struct { struct node *n[2]; } in[2] = {[0 ... 1] = {.n[0 ... 1] = e}};
    return third(list) + third(in[0].n);
}

static long layouts(void)
{
    struct tail *t = malloc(sizeof *t + 3 * sizeof *t->list), shallow = {1};
    struct outer o = {{make(1), make(2)}, {make(3)}, 4}, *po = keep(&o);
    t->list[2] = make(5), fixed.list[1] = make(6), zero.none[1] = make(7);
    keep(&shallow);
    shallow = *t;
    po->a = o.b, po->u->next = make(8);
    *po = (struct outer){.b = po->a, .u = po->u, .z = words.text[1]};
    struct outer list[3] = {[0 ... 1] = *po, [2].u = make(9), [1].b = make(10)};
    keep(list);
    int calls = 1;
    struct node *eleven = make(11);
    struct node *range[] = {[0] = make(calls++), [2 ... 4] = eleven,
                            [1] = make(20), [6] = 0};
    keep(range);
    churn();
    return t->list[2]->number + fixed.list[1]->number + zero.two[1]->number
        + po->b->number + o.u->next->number + list[2].u->number
        + list[1].b->number + list[0].b->number + range[3]->number + calls + ranges(eleven);
}

static long numbers(void)
{
    double _Complex z = 1 + 2 * I;
    float _Complex f = 3;
    __float128 q = 1.5;
    float h = 2;
    __int128 wide = (__int128)1 << 100;
    typedef float quad __attribute__((vector_size(16)));
    quad v = {1, 2, 3, 4}, *pv = keep(&v);
    keep(&z), keep(&f), keep(&q), keep(&h), keep(&wide);
    __real__ z += 4, z *= f, q *= 2, h += 1, wide >>= 98;
    (*pv)[2] += 5, v = v + *pv;
    return creal(z) + cimag(z) + (long)q + (long)h + (long)wide + (long)v[2];
}

static int ready;
static struct node *early;
__attribute__((constructor(500))) static void begin(void)
{
    struct node *local = make(70), **at = keep(&local);
    early = *at;
    ready++;
}
__attribute__((destructor)) static void end(void)
{
    printf("end %ld\n", early->number);
}

long original(long n) { long *p = keep(&n); return *p + 1; }
extern long other_name(long) __attribute__((alias("original")));
extern long weak_one(long) __attribute__((weak));
__attribute__((weak)) long weak_two(long n) { return n; }
static long (*resolve(void))(long) { return original; }
long chosen(long) __attribute__((ifunc("resolve")));
__attribute__((section("elsewhere"), used, noinline, cold))
static struct node *placed(void) { struct node *n = make(80); keep(&n); return n; }
static struct node *in_section __attribute__((section("mine"), used)) = 0;
typedef struct node *__attribute__((may_alias)) loose;
__attribute__((noreturn)) static void leave(int code)
{
    int *p = keep(&code);
    exit(*p);
}

static long old(n, list, f) int n; struct node *list[]; float f;
{
    struct node **p = keep(&list);
    keep(&f), keep(&n);
    return n + (*(struct node ***)p)[n]->number + (long)f;
}

int main(void)
{
    struct node *a = make(1), *l[2] = {make(2), make(3)}, **slot = &a;
    struct large big = {.list[11] = make(4)};
    keep(&a), keep(l);
    printf("%ld\n", variable(2, make(5), a, (struct pair){l[0], l[1]}, big, 6.5,
                             l[1], (struct pair){a, a}, big, 7.5));
    printf("%ld %ld %ld\n", transparent(a, 0), transparent(slot, 1),
           transparent((void *)l, 1));
    printf("%ld\n", cleaning(1)->number);
    printf("%ld %d\n", cleaning(5)->next ? 1l : 0l, cleanups);
    printf("%ld %ld %ld\n", threads(), layouts(), numbers());
    in_section = placed();
    *(loose *)keep(&l[0]) = make(90);
    churn();
    printf("%d %ld %ld %ld %d %ld %ld %ld\n", ready, early->number,
           other_name(1), chosen(2), weak_one != 0, weak_two(3),
           in_section->number, l[0]->number);
    printf("%ld %ld %ld\n", old(1, l, 2.5), c99(5)->number, gnu89(6)->number);
    leave(3);
}
