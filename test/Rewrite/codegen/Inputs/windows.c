/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* windows.c - stores of pointers that are no assignment of one word: by the
 * library, by builtins and asm, in pieces and in bulk [inv.window].  Compiled
 * by escc at several levels.  Most shapes forget the value where they store
 * it. */
#define _GNU_SOURCE
#include "shapes.h"

#include <search.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <wchar.h>

#define SHAPE(name)                                                        \
    static __attribute__((noinline)) void name(                            \
        struct node *p, struct node *v, struct node *w, long n)
#define UNUSED (void)p, (void)v, (void)w, (void)n

/* ---- the library, through an argument ---- */

SHAPE(end_of_number)
{
    UNUSED;
    strtol((char *)&v->number, &extras.text, 10);
    strtod((char *)&w->number, (char **)&p->next);
}

SHAPE(tokens)
{
    UNUSED;
    strtok_r((char *)&v->number, " ", &extras.text);
    strtok_r(NULL, ",", &extras.text);
    strsep(&extras.text, " ");
}

SHAPE(suboption)
{
    UNUSED;
    static char *const names[] = {"x", NULL};
    extras.text = (char *)&v->number;
    getsubopt(&extras.text, names, &extras.other);
}

SHAPE(random_state)
{
    UNUSED;
    initstate_r(1, (char *)v, 8, &extras.state);
}

/* A character that is in no address there. */
static int absent(const char *at, int bytes)
{
    int i = 0;
    char c = 'q';
    for (; i < bytes; i++)
        if (at[i] == c) {
            c++;
            i = -1;
        }
    return c;
}

SHAPE(copy_to_character)
{
    UNUSED;
    memccpy(p, w, absent((const char *)w, 32), 32);
}

SHAPE(copy_wide)
{
    UNUSED;
    wmemcpy((wchar_t *)p, (wchar_t *)w, 8);
}

SHAPE(move_wide)
{
    UNUSED;
    wmemmove((wchar_t *)&p->prev, (wchar_t *)p, 2);
}

static int differ(const void *a, const void *b)
{
    return *(void *const *)a != *(void *const *)b;
}

SHAPE(search)
{
    UNUSED;
    size_t count = 1;
    lsearch(&w->next, p, &count, sizeof p->next, differ);
}

SHAPE(save_registers)
{
    if (setjmp(extras.env))
        global = v;
    (void)p, (void)w, (void)n;
}

SHAPE(jump)
{
    UNUSED;
    if (!setjmp(extras.env))
        longjmp(extras.env, 1);
    p->next = v;
}

/* ---- builtins ---- */

SHAPE(sum)
{
    UNUSED;
    if (__builtin_add_overflow((uintptr_t)v, 8u, &extras.sum))
        global = w;
}

SHAPE(exchange_values)
{
    UNUSED;
    __atomic_store_n(&p->next, v, __ATOMIC_RELAXED);
    __atomic_exchange_n(&p->prev, w, __ATOMIC_RELAXED);
    __sync_lock_test_and_set(&global, v);
}

SHAPE(exchange_memory)
{
    UNUSED;
    global = w;
    __atomic_exchange(&p->next, &global, &global, __ATOMIC_RELAXED);
    __atomic_load(&v->next, &p->prev, __ATOMIC_RELAXED);
    __atomic_store(&v->prev, &p->prev, __ATOMIC_RELAXED);
}

SHAPE(exchange_if_equal)
{
    UNUSED;
    __atomic_compare_exchange_n(&w->next, &p->next, v, 0, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
    __atomic_compare_exchange_n(&w->prev, &w->prev, v, 0, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
    __sync_bool_compare_and_swap(&v->next, v->next, p);
}

SHAPE(atomic_object)
{
    UNUSED;
    struct { _Atomic(struct node *) a; } *object = (void *)p;
    object->a = v;
    atomic_store(&object->a, w);
    atomic_exchange_explicit(&object->a, v, memory_order_relaxed);
}

/* ---- asm ---- */

SHAPE(assembly)
{
    UNUSED;
    __asm__("mov %1, %0" : "=m"(p->next) : "r"(v));
    __asm__("" : "=r"(p->prev) : "0"(w));
    __asm__("xchg %0, %1" : "+r"(v->next), "+m"(global));
}

/* ---- pieces ---- */

SHAPE(copy_bytes)
{
    UNUSED;
    char *to = (char *)p;
    const char *from = (const char *)w;
    size_t left = 16;
    while (left--)
        *to++ = *from++;
}

/* Over themselves, from the end. */
SHAPE(shift_bytes)
{
    UNUSED;
    char *to = (char *)p + 24, *from = (char *)p + 16;
    for (size_t left = 16; left; left--)
        *--to = *--from;
}

SHAPE(copy_by_index)
{
    UNUSED;
    unsigned char *to = (unsigned char *)&p->prev;
    const unsigned char *from = (const unsigned char *)&w->prev;
    for (int i = 0; i < 8; i++)
        to[i] = from[i];
}

SHAPE(copy_halves)
{
    UNUSED;
    unsigned *to = (unsigned *)&p->next, *from = (unsigned *)&w->next;
    to[0] = from[0];
    to[1] = from[1];
}

SHAPE(bytes_of_union)
{
    UNUSED;
    union { struct node *node; unsigned short parts[4]; } u = {v};
    unsigned short *to = (unsigned short *)&p->next;
    for (int i = 3; i >= 0; i--)
        to[i] = u.parts[i];
}

SHAPE(as_double)
{
    UNUSED;
    union { struct node *node; double number; } u = {v};
    extras.number = u.number;
}

/* ---- aggregates ---- */

struct large { struct node *words[12]; };

static __attribute__((noinline)) struct large filled(struct node *v)
{
    struct large large = {{v, v + 1, 0, v + 2}};
    return large;
}

SHAPE(large_result)
{
    UNUSED;
    *(struct large *)p = filled(v);
}

SHAPE(large_copy)
{
    UNUSED;
    *(struct large *)p = *(struct large *)w;
}

SHAPE(constant_copies)
{
    UNUSED;
    memcpy(p, w, 8);
    memmove(p + 1, w + 1, 24);
    memmove(&p[2].prev, &p[2].next, 8);
}

SHAPE(copy_of_any_size)
{
    UNUSED;
    memcpy(p, w, (size_t)n * 8);
}

/* Pointers at odd offsets. */
SHAPE(packed_copies)
{
    UNUSED;
    struct packed local = {1, v, w};
    packed = local;
    memcpy(&packed, &p[1].next, 9);
}

SHAPE(packed_bytes)
{
    UNUSED;
    struct packed *from = (struct packed *)((char *)w + 7);
    memcpy(&packed, from, sizeof packed);
}

/* ---- other left and right sides ---- */

SHAPE(compound)
{
    UNUSED;
    extras.sum |= (uintptr_t)v;
    extras.sum = 0;
    extras.sum += (uintptr_t)w;
}

SHAPE(bit_field)
{
    UNUSED;
    extras.field.address = (uintptr_t)v >> 4;
}

SHAPE(element)
{
    UNUSED;
    extras.vector[1] = (uintptr_t)v;
}

SHAPE(rows)
{
    UNUSED;
    struct node *(*row)[n] = (void *)p;
    row[1][0] = v;
    (*row++)[1] = w;
}

static __attribute__((noinline)) void take(struct node *p, ...)
{
    va_list list;
    va_start(list, p);
    p->next = va_arg(list, struct node *);
    va_end(list);
}

SHAPE(variable_arguments)
{
    UNUSED;
    take(p, v);
}

SHAPE(literal)
{
    UNUSED;
    *p = (struct node){.prev = v, .next = w};
}

#define NAMED(name) {name, #name, PLAIN}
#define LOOSE(name) {name, #name, PACKED}
#define COPIES(name) {name, #name, COPY}
#define EARLY(name) {name, #name, CHECKED_BEFORE}
const struct named_shape shapes[] = {
    NAMED(end_of_number), NAMED(tokens), NAMED(suboption),
    NAMED(random_state), COPIES(copy_to_character), COPIES(copy_wide),
    NAMED(move_wide), COPIES(search), NAMED(save_registers), NAMED(jump),
    NAMED(sum), NAMED(exchange_values), NAMED(exchange_memory),
    NAMED(exchange_if_equal), NAMED(atomic_object), NAMED(assembly),
    NAMED(copy_bytes), NAMED(shift_bytes), NAMED(copy_by_index),
    NAMED(copy_halves), NAMED(bytes_of_union), NAMED(as_double),
    NAMED(large_result), NAMED(large_copy), NAMED(constant_copies),
    NAMED(copy_of_any_size), LOOSE(packed_copies),
    LOOSE(packed_bytes), NAMED(compound), EARLY(bit_field),
    EARLY(element), NAMED(rows), NAMED(variable_arguments), NAMED(literal),
};
const int shape_count = sizeof shapes / sizeof *shapes;
