/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* barriers.c - stores of pointers in every surrounding that once made a
 * compiler move a barrier.  Compiled by escc at every level. */
#include "shapes.h"

#define SHAPE(name)                                                        \
    static __attribute__((noinline)) void name(                            \
        struct node *p, struct node *v, struct node *w, long n)
#define UNUSED (void)p, (void)v, (void)w, (void)n

SHAPE(one)
{
    UNUSED;
    p->next = v;
}

SHAPE(two_fields)
{
    UNUSED;
    p->next = v;
    p->prev = w;
}

SHAPE(same_slot)
{
    UNUSED;
    p->next = v;
    p->next = w;
}

SHAPE(global_twice)
{
    UNUSED;
    global = v;
    global = w;
}

SHAPE(loop)
{
    UNUSED;
    struct node **slots = (struct node **)p;
    for (long i = 0; i < n; i++)
        slots[i] = v;
}

SHAPE(loop_global)
{
    UNUSED;
    for (long i = 0; i < n; i++)
        global = v + i;
}

SHAPE(copy_array)
{
    UNUSED;
    struct node **to = (struct node **)p, **from = (struct node **)w;
    for (long i = 0; i < n; i++)
        to[i] = from[i];
}

SHAPE(reverse_list)
{
    UNUSED;
    struct node *reversed = 0, *rest = w;
    for (long i = 0; rest && i < n; i++) {
        struct node *next = rest->next;
        rest->next = reversed;
        reversed = rest;
        rest = next;
    }
    global = reversed;
}

static inline void link(struct node *p, struct node *v)
{
    p->next = v;
    v->prev = p;
}

SHAPE(inlined)
{
    UNUSED;
    for (long i = 0; i < n; i++) {
        link(p, v + i);
        p = p->next;
    }
}

SHAPE(biased_value)
{
    UNUSED;
    struct node *base = v + 5;
    p->next = &base[n - 5];
}

SHAPE(biased_index)
{
    UNUSED;
    struct node **slots = (struct node **)p;
    long off = n / 2;
    for (long i = off; i < n + off; i++)
        slots[i - off] = &v[i - off];
}

SHAPE(volatile_slot)
{
    UNUSED;
    qualified.v = v;
    qualified.plain = w;
}

SHAPE(packed_slot)
{
    UNUSED;
    packed.p = v;
    packed.q = w;
}

SHAPE(conditional)
{
    UNUSED;
    for (long i = 0; i < n; i++)
        if (i & 1)
            p->next = v + i;
        else
            p->prev = w + i;
}

SHAPE(swap)
{
    UNUSED;
    struct node *t = p->next;
    p->next = p->prev;
    p->prev = t;
}

SHAPE(insertion_sort)
{
    UNUSED;
    struct node **a = (struct node **)p;
    for (long i = 1; i < n; i++) {
        struct node *x = a[i];
        long j = i;
        while (j > 0 && a[j - 1] > x) {
            a[j] = a[j - 1];
            j--;
        }
        a[j] = x;
    }
}

SHAPE(struct_copy)
{
    UNUSED;
    *p = *w;
    p[1] = *v;
}

struct pair { struct node *first, *second; };
struct value { union { struct node *n; double d; } u; int tag; };

SHAPE(pair_copy)
{
    UNUSED;
    struct pair *to = (struct pair *)p, *from = (struct pair *)w;
    for (long i = 0; i < n; i++)
        to[i] = from[i];
}

SHAPE(value_copy)
{
    UNUSED;
    struct value *to = (struct value *)&p->prev;
    *to = *(struct value *)&w->prev;
    to[2].u = ((struct value *)&v->prev)->u;
}

/* Stores with one check [inv.group]: numbers between them, more than one check
 * takes, values that are gone from their slots before it, and records. */
SHAPE(group)
{
    UNUSED;
    p->next = v;
    p->number = 1;
    p->prev = w;
    p[1].next = v + 1;
}

SHAPE(group_of_many)
{
    UNUSED;
    p->next = v;
    p->prev = w;
    p[1].next = v + 1;
    p[1].prev = w + 1;
    p[2].next = v + 2;
}

SHAPE(group_overwritten)
{
    UNUSED;
    struct node *moving;
    p->next = v->next;
    v->next = w->prev;
    w->prev = 0;
    moving = p->next;
    p->next = 0;
    global = moving;
}

SHAPE(group_in_loop)
{
    UNUSED;
    for (long i = 0; i < n; i++) {
        p[i].next = &v[i];
        p[i].prev = &w[n - i];
        p[i].number = 1;
    }
}

SHAPE(group_of_records)
{
    UNUSED;
    struct value *to = (struct value *)&p->prev;
    to[0].u = ((struct value *)&v->prev)->u;
    to[0].tag = 1;
    to[2].u = ((struct value *)&w->prev)->u;
}

#define NAMED(name) {name, #name, PLAIN}
const struct named_shape shapes[] = {
    NAMED(one), NAMED(two_fields), NAMED(same_slot), NAMED(global_twice),
    NAMED(loop), NAMED(loop_global), NAMED(copy_array), NAMED(reverse_list),
    NAMED(inlined), NAMED(biased_value), NAMED(biased_index),
    NAMED(volatile_slot), NAMED(packed_slot), NAMED(conditional),
    NAMED(swap), NAMED(insertion_sort), NAMED(struct_copy),
    NAMED(pair_copy), NAMED(value_copy), NAMED(group), NAMED(group_of_many),
    NAMED(group_overwritten), NAMED(group_in_loop), NAMED(group_of_records),
};
const int shape_count = sizeof shapes / sizeof *shapes;
