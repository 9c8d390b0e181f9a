// Integers, tagged words, bit-fields, vectors and unions that carry the only
// pointer to an object, stored in every way that the language has.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
#include "common.h"

typedef unsigned __int128 wide;
typedef long vector __attribute__((vector_size(32)));
union any { struct node *p; uintptr_t u; double d; char bytes[16]; };
struct __attribute__((packed)) tight { char c; uintptr_t u; wide w; };
enum big { BIG = 1ul << 40, BIGGER = ~0ul };
struct bits {
    unsigned long tag : 3;
    unsigned long address : 61;
    enum big e : 64;
    unsigned long whole : 64;
};
struct slots {
    uintptr_t u, whole;
    wide w;
    union any any;
    struct tight tight;
    vector v;
    long _Complex z;
    struct bits bits;
    enum big e;
    uintptr_t *q;
    char buffer[24];
    ptrdiff_t distance;
    struct { union any nested; };
};
static struct slots *s;

#define AT(x) ((struct node *)(uintptr_t)(x))

static void compound(void)
{
    s->u = 0;
    s->u |= (uintptr_t)make(1);
    s->tight.u = 0;
    s->tight.u |= (uintptr_t)make(2);
    s->w = 7;
    s->w |= (wide)(uintptr_t)make(3) << 64;
    s->tight.w = 0;
    s->tight.w += (uintptr_t)make(4);
    churn();
    printf("%ld %ld %ld %ld\n", AT(s->u)->number, AT(s->tight.u)->number,
           AT(s->w >> 64)->number, AT(s->tight.w)->number);
    s->u ^= (uintptr_t)AT(s->u) ^ (uintptr_t)make(5);
    s->q = &s->distance ? (uintptr_t *)&s->distance : 0;
    *s->q++ = (uintptr_t)make(6);
    s->q--;
    churn();
    printf("%ld %ld\n", AT(s->u)->number, AT(*s->q)->number);
    uintptr_t local = 0, *at = &local;
    keep(at);
    local += (uintptr_t)make(7);
    churn();
    local |= 1, local -= 1;
    churn();
    printf("%ld\n", AT(*at)->number);
    int k = 0;
    uintptr_t many[3] = {0};
    keep(many);
    many[k++] += (uintptr_t)make(8), many[k++] |= (uintptr_t)make(9);
    churn();
    printf("%d %ld %ld\n", k, AT(many[0])->number, AT(many[1])->number);
}

static void unions(void)
{
    s->any.p = make(10);
    churn();
    union any moved = {.u = (uintptr_t)make(11)}, *at = keep(&moved);
    moved.u |= 1;
    churn();
    printf("%ld %ld\n", s->any.p->number, AT(at->u & ~1ul)->number);
    s->any = moved;
    s->nested = (union any){.p = make(12)};
    memset(&moved, 0, sizeof moved);
    churn();
    printf("%ld %ld\n", AT(s->any.u & ~1ul)->number, s->nested.p->number);
    struct node *n = make(13);
    memcpy(s->any.bytes + 8, &n, sizeof n);
    memcpy(&s->any.d, s->any.bytes + 8, 8);
    n = 0;
    memset(s->any.bytes + 8, 0, 8);
    churn();
    printf("%ld\n", s->any.p->number);
    *(uintptr_t *)&s->buffer[8] = (uintptr_t)make(14);
    churn();
    printf("%ld\n", (*(struct node **)&s->buffer[8])->number);
    struct node *pun = (struct node *)((union any){.u = s->any.u}).p;
    s->any.u = 0;
    churn();
    printf("%ld\n", pun->number);
}

static void fields(void)
{
    s->bits.address = (uintptr_t)make(20) >> 3;
    s->bits.tag = 5;
    s->bits.whole = (uintptr_t)make(21);
    s->bits.e = (enum big)(uintptr_t)make(22);
    s->e = (enum big)(uintptr_t)make(23);
    s->u = s->bits.whole;
    enum big copy = s->bits.e;
    s->tight.u = s->bits.e;
    keep(&copy);
    printf("%ld %d %ld %ld %ld %ld\n", AT(s->bits.address << 3)->number,
           s->bits.tag, AT(s->u)->number, AT(copy)->number,
           AT(s->e)->number, AT(s->tight.u)->number);
    struct bits moved = {.whole = s->bits.whole, .tag = 1}, *at = &moved;
    keep(at);
    at->address = s->bits.address;
    moved.tag++, moved.tag += 9;
    s->bits = *at;
    uintptr_t out = (s->u = moved.whole) + (s->q ? 0 : 1);
    printf("%d %ld\n", s->bits.tag, AT(out)->number);
}

static void vectors(void)
{
    s->v = (vector){(long)make(30), 1, (long)make(31), 2};
    churn();
    s->v[1] = (long)make(32);
    (s->v)[3] = s->v[1];
    churn();
    vector moved = s->v, *at = keep(&moved);
    moved[0] = (long)make(33);
    s->v = moved + (vector){0, 0, 0, 1};
    churn();
    printf("%ld %ld %ld %ld\n", AT((*at)[0])->number, AT(s->v[1])->number,
           AT(s->v[2])->number, AT(s->v[3] - 1)->number);
    vector add = {0};
    add[0] = (long)make(34) - s->v[0];
    s->v += add;
    add = (vector){0};
    churn();
    printf("%ld\n", AT(s->v[0])->number);
    __real__ s->z = (long)make(35);
    __imag__ s->z = (long)make(36);
    churn();
    printf("%ld %ld\n", AT(__real__ s->z)->number, AT(__imag__ s->z)->number);
    long _Complex moving = s->z;
    keep(&moving);
    s->z = 0;
    churn();
    s->z = moving;
    printf("%ld\n", AT(__imag__ s->z)->number);
}

static void overflow(void)
{
    unsigned long got;
    keep(&got);
    printf("%d", __builtin_add_overflow((uintptr_t)make(40), 0ul, &s->u));
    printf("%d", __builtin_uaddl_overflow((uintptr_t)make(41), 0, &got));
    printf("%d", __builtin_sub_overflow((uintptr_t)make(42), 0ul,
                                        &s->whole));
    churn();
    printf(" %ld %ld %ld\n", AT(s->u)->number, AT(got)->number,
           AT(s->whole)->number);
    s->u = (uintptr_t)__builtin_assume_aligned(make(43), 8);
    s->w = (wide)(uintptr_t)__builtin_expect((long)make(44), 1);
    churn();
    printf("%ld %ld\n", AT(s->u)->number, AT(s->w)->number);
}

int main(void)
{
    s = calloc(1, sizeof *s);
    compound();
    unions();
    fields();
    vectors();
    overflow();
    return 0;
}
