# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the programs of hideouts.py are made of: ways to represent a pointer
(FORMS), ways to carry such a value from one place to another (ROUTES), and
what every program begins with.  A line here is a construct in the programs.

In FORMS, T is the type's name; the value of T that is all zeros stands for
NULL.  In ROUTES, T is the type, D and S the lvalues, N a number to make names
of; `rest()` is a moment in which much may be collected."""

PRELUDE = r'''
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <wchar.h>

typedef unsigned int u32;
typedef unsigned long u64;
typedef u64 __attribute__((may_alias)) word;
typedef u32 __attribute__((may_alias)) half;
typedef unsigned short __attribute__((may_alias)) quarter;
typedef double __attribute__((may_alias)) real;
typedef u64 __attribute__((vector_size(16))) pair_vector;
struct cell;
static u64 sum = 14695981039346656037UL;
static u32 next_id = 1, steps;
static void mix(u64 v) { sum = (sum ^ v) * 1099511628211UL; }
extern void escc_gc(void) __attribute__((weak));
static void *junk[8];
__attribute__((noinline)) static void trash(void)
{
    volatile char bytes[1000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)0x5a;
}
__attribute__((noinline)) static void rest(void)
{
    u32 n = ++steps * 5;
    trash();
    if (escc_gc && n % 8 == 3)
        escc_gc();
    for (u32 i = 0; i < n % 12; i++) {
        size_t words = 1 + (n * 7 + i) % 24;
        u64 *p = malloc(words * sizeof *p);
        if (!p)
            abort();
        for (size_t k = 0; k < words; k++)
            p[k] = 0x3333333333333333;
        free(junk[i % 8]);
        junk[i % 8] = p;
    }
}
static struct cell *same_cell(void *p) { return p; }
static int by_key(const void *a, const void *b)
{
    u32 n = steps;              /* how often this is called is nobody's business */
    rest();
    steps = n;
    return (int)*(const u32 *)a - (int)*(const u32 *)b;
}
'''

# name: (type definition, encoding of `struct cell *p` with a number n, its
# decoding of a value v, whether a word of it is a pointer to the compiler)
FORMS = {
    'pointer': ('typedef struct cell *T;', 'return p;', 'return v;', True),
    'void': ('typedef void *T;', 'return p;', 'return v;', True),
    'integer': ('typedef uintptr_t T;', 'return (uintptr_t)p;',
                'return (struct cell *)v;', False),
    'long': ('typedef long long T;', 'return (long long)(intptr_t)p;',
             'return (struct cell *)(intptr_t)v;', False),
    'tagged': ('typedef uintptr_t T;',
               'return p ? (uintptr_t)p | (n & 7) : 0;',
               'return (struct cell *)(v & ~(uintptr_t)7);', False),
    'tagged_pointer': ('typedef char *T;',
                       'return p ? (char *)p + (n & 7) : 0;',
                       'return (struct cell *)((uintptr_t)v & -8);', True),
    'inside': ('typedef u32 *T;', 'return p ? &p->value : 0;',
               'return v ? (struct cell *)((char *)v - '
               'offsetof(struct cell, value)) : 0;', True),
    'behind': ('typedef char *T;', 'return p ? (char *)(p + 1) : 0;',
               'return v ? (struct cell *)v - 1 : 0;', True),
    'bits': ('typedef struct { u64 low : 7, at : 48, high : 9; } T;',
             'T v = {0}; if (p) { v.low = n; v.at = (uintptr_t)p;'
             ' v.high = n * 3; } return v;',
             'return (struct cell *)(uintptr_t)v.at;', False),
    'low_bits': ('typedef struct { u64 at : 48; u64 tag : 16; } T;',
                 'return p ? (T){(uintptr_t)p, n} : (T){0};',
                 'return (struct cell *)(uintptr_t)v.at;', False),
    'high_bits': ('typedef struct { u64 tag : 13, at : 51; } T;',
                  'T v = { .at = (uintptr_t)p }; if (p) v.tag = n;'
                  ' return v;',
                  'return (struct cell *)(uintptr_t)v.at;', False),
    'packed': ('typedef struct __attribute__((packed)) { unsigned char c;'
               ' struct cell *p; unsigned short s; } T;',
               'T v = {0}; if (p) v.c = n, v.p = p, v.s = n; return v;',
               'return v.p;', True),
    'packed_bits': ('typedef struct __attribute__((packed)) {'
                    ' unsigned char c; u64 at : 48; } T;',
                    'T v = {0}; if (p) v.c = n, v.at = (uintptr_t)p;'
                    ' return v;',
                    'return (struct cell *)(uintptr_t)v.at;', False),
    'packed_integer': ('#pragma pack(push, 2)\ntypedef struct { short c;'
                       ' uintptr_t at; } T;\n#pragma pack(pop)',
                       'T v = {0}; if (p) v.c = n, v.at = (uintptr_t)p;'
                       ' return v;',
                       'return (struct cell *)v.at;', False),
    'union': ('typedef union { struct cell *p; u64 w;'
              ' unsigned char b[8]; double d; } T;',
              'T v; v.w = 0; v.p = p; return v;',
              'T w; memcpy(w.b, v.b, sizeof w.b);'
              ' return (struct cell *)(uintptr_t)w.w;', True),
    'union_real': ('typedef union { double d; uintptr_t w; } T;',
                   'T v = { .w = (uintptr_t)p }; double d = v.d;'
                   ' T w = { .d = d }; return w;',
                   'return (struct cell *)v.w;', False),
    'union_long': ('typedef struct { u32 kind; union { struct { struct cell'
                   ' *p; char c; }; struct { half lo, hi; }; }; } T;',
                   'T v = {0}; v.kind = p ? n : 0; v.p = p; return v;',
                   'return (struct cell *)((u64)v.hi << 32 | v.lo);', True),
    'bytes': ('typedef struct { u32 n; unsigned char b[8]; } T;',
              'T v = {0}; if (p) v.n = n; memcpy(v.b, &p, sizeof p);'
              ' return v;',
              'struct cell *p; memcpy(&p, v.b, sizeof p); return p;', False),
    'chars': ('typedef struct { _Alignas(8) char b[8]; } T;',
              'T v; for (size_t i = 0; i < sizeof p; i++)'
              ' v.b[i] = ((char *)&p)[i]; return v;',
              'struct cell *p; __builtin_memcpy(&p, &v, sizeof p);'
              ' return p;', False),
    'halves': ('typedef struct { u32 lo, hi; } T;',
               'T v; memcpy(&v, &p, sizeof p); return v;',
               'return (struct cell *)(uintptr_t)'
               '((u64)v.hi << 32 | v.lo);', False),
    'quarters': ('typedef struct { _Alignas(4) unsigned short q[6]; } T;',
                 'T v = {0}; half *h = (half *)(v.q + 2); '
                 'h[0] = ((half *)&p)[0]; h[1] = ((half *)&p)[1];'
                 ' v.q[0] = 0; return v;',
                 'struct cell *p; memcpy(&p, v.q + 2, sizeof p); return p;',
                 False),
    'wide': ('typedef unsigned __int128 T;',
             'return (T)(uintptr_t)p | (p ? (T)n << 64 : 0);',
             'return (struct cell *)(uintptr_t)v;', False),
    'wide_high': ('typedef unsigned __int128 T;',
                  'return (T)(uintptr_t)p << 64 | (p ? n : 0);',
                  'return (struct cell *)(uintptr_t)(v >> 64);', False),
    'real': ('typedef double T;', 'T v; memcpy(&v, &p, sizeof v); return v;',
             'struct cell *p; memcpy(&p, &v, sizeof v); return p;', False),
    'complex': ('typedef struct { _Complex double z; } T;',
                'T v = {0}; memcpy((char *)&v + 8, &p, sizeof p);'
                ' return v;',
                'struct cell *p; memcpy(&p, (char *)&v + 8, sizeof p);'
                ' return p;', False),
    'vector': ('typedef pair_vector T;', 'return (T){p ? n : 0,'
               ' (uintptr_t)p};', 'return (struct cell *)v[1];', False),
    'nested': ('typedef struct { char c; struct { struct { short s;'
               ' struct cell *p; } in[1]; char d; }; } T;',
               'return p ? (T){ .c = n, .in[0] = { 3, p }, .d = 1 }'
               ' : (T){ .in = { { .p = p } } };', 'return v.in->p;', True),
    'twice': ('typedef struct { struct cell *p, **q; } T;',
              'T v = { 0, 0 }; return v.p = p, v;', 'return v.p;', True),
    'ends': ('typedef struct { char *from, *to; } T;',
             'return p ? (T){ (char *)p + 4, (char *)p + sizeof *p }'
             ' : (T){0};',
             'return v.to ? (struct cell *)(v.to - sizeof *(struct cell *)0)'
             ' : 0;', True),
    'closure': ('typedef struct { struct cell *(*get)(void *); void *env;'
                ' } T;',
                'return p ? (T){ same_cell, p } : (T){0};',
                'return v.get ? v.get(v.env) : 0;', True),
    'array': ('typedef struct { struct cell *p[3]; } T;',
              'T v = { { [1] = p } }; return v;',
              'return v.p[0] ? v.p[0] : v.p[1];', True),
}

# Carries a copy of S to D; with `exchange` S gets what was in D.
ROUTES = [
    'D = S;',
    'memcpy(&D, &S, sizeof(T));',
    'memmove(&D, &S, sizeof(T));',
    '__builtin_memcpy(&D, &S, sizeof D);',
    'mempcpy(&D, &S, sizeof(T));',
    'bcopy(&S, &D, sizeof(T));',
    'for (size_t i = 0; i < sizeof(T); i++)'
    ' ((char *)&D)[i] = ((char *)&S)[i];',
    '{ unsigned char *d = (void *)&D, *s = (void *)&S, *e = s + sizeof(T);'
    ' while (s < e) *d++ = *s++; }',
    '{ char b[sizeof(T)] __attribute__((aligned(16)));'
    ' memcpy(b, &S, sizeof b); rest(); memcpy(&D, b, sizeof b); }',
    '{ T t = S; rest(); D = t; }',
    '{ T t = S, *q = &t; touch(&q); D = *q; }',
    '{ volatile T t = S; rest(); D = t; }',
    '{ static T t; t = S; rest(); D = t; memset(&t, 0, sizeof t); }',
    '{ static _Thread_local T t; t = S; rest(); D = t;'
    ' memset(&t, 0, sizeof t); }',
    '{ static struct { int n; struct { T t[2]; } in; } t = { 1, {{{0}}} };'
    ' t.in.t[t.n] = S; rest(); D = t.in.t[1]; memset(&t.in, 0,'
    ' sizeof t.in); }',
    'D = ({ T t = S; rest(); t; });',
    'D = ({ T *t = &(T){0}; *t = S; rest(); *t; });',
    'D = (rest(), S);',
    '*(steps & 1 ? &D : (rest(), &D)) = S;',
    '{ T t; (steps & 1 ? (t = S) : (rest(), t = S)); rest(); D = t; }',
    '{ struct { char c; T t; } b = { .t = S, .c = 1 }; rest(); D = b.t; }',
    '{ struct { T t[2]; u32 n; } b = { .n = steps++,'
    ' .t[1] = (rest(), S), .t[0] = (T){0} }; rest(); D = b.t[1]; }',
    '{ union { char c[sizeof(T) + 8]; T t; } b; b.t = S; rest();'
    ' D = b.t; }',
    '{ T v[steps % 3 + 2]; T *e = v + steps % 3 + 1; *e = S; rest();'
    ' D = v[sizeof v / sizeof *v - 1]; }',
    '{ u32 n = steps % 4 + 1; struct { u32 k; T t; } v[n][2];'
    ' v[n - 1][1].t = S; rest(); D = v[n - 1][1].t; }',
    '{ T *a = alloca(sizeof(T) * 3); a[2] = S; rest(); D = a[2]; }',
    '{ T *a = __builtin_alloca_with_align(sizeof(T), 256); *a = S;'
    ' rest(); D = *a; }',
    '{ struct { u32 n; T t[]; } *f = malloc(sizeof *f + 4 * sizeof(T));'
    ' f->n = 3; f->t[f->n] = S; rest(); D = f->t[3]; free(f); }',
    '{ unsigned char *b = malloc(sizeof(T) * 3); memcpy(b + sizeof(T), &S,'
    ' sizeof(T)); rest(); memcpy(&D, b + sizeof(T), sizeof(T)); free(b); }',
    '{ double *b = malloc(sizeof(T) * 2 + 16); memcpy(b + 2, &S,'
    ' sizeof(T)); rest(); memcpy(&D, b + 2, sizeof(T)); free(b); }',
    '{ u32 *b = calloc(16, sizeof *b); T *t = (T *)(void *)(b + 4); *t = S;'
    ' rest(); D = *(T *)(void *)(b + 4); free(b); }',
    '{ char *b = malloc(64 + sizeof(T)); T *t = (T *)(b + 32); *t = S;'
    ' b = realloc(b, 4096); rest(); t = (T *)(b + 32);'
    ' b = realloc(b, 70000); rest(); t = (T *)(b + 32); D = *t; free(b); }',
    '{ T *v = 0; for (size_t i = 0; i < 40; i++) { v = realloc(v, (i + 1) *'
    ' sizeof *v); v[i] = i ? v[i - 1] : S; if (i) memset(v + i - 1, 0,'
    ' sizeof *v); if (i % 9 == 0) rest(); } D = v[39]; free(v); }',
    '{ struct { T t; } *m = mmap(0, 4096, PROT_READ | PROT_WRITE,'
    ' MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); m[2].t = S; rest();'
    ' D = m[2].t; munmap(m, 4096); }',
    'D = by_value(S);',
    'D = by_box((struct box){ 1, S, 2 }).t;',
    'D = by_pointer(&S).t;',
    'D = by_table[steps++ & 1](S);',
    'D = deep(5, S);',
    'D = old_style(1, S, 2);',
    'D = variadic(2, 1.5, S, 3, S);',
    'D = variadic_box(1, (struct box){ 1, S, 2 });',
    'D = *slot_of(&S, 1);',
    'sorted(&D, S);',
    'searched(&D, S);',
    'jumped(&D, &S);',
    'jumped_again(&D, &S);',
    'threaded(&D, &S);',
    'signalled(&D, &S);',
    'dispatched(&D, &S);',
    'device(&D, &S);',
    'cleaned(&D, &S);',
    'streamed(&D, &S);',
    'filed(&D, &S);',
    'treed(&D, &S);',
    'specific(&D, &S);',
    'rotated(&D, &S);',
    'swept(&D, &S);',
    'qualified(&D, &S);',
    'generic(&D, &S);',
    'stepped(&D, &S);',
]
EXCHANGES = [
    '{ T t = D; D = S; S = t; }',
    '{ T t; memcpy(&t, &D, sizeof t); memmove(&D, &S, sizeof t); rest();'
    ' memcpy(&S, &t, sizeof t); }',
    '{ char *a = (char *)&D, *b = (char *)&S; for (size_t i = 0;'
    ' i < sizeof(T); i++) { char c = a[i]; a[i] = b[i]; b[i] = c; } }',
    'if (sizeof(T) % 4 == 0) { half *a = (half *)&D, *b = (half *)&S;'
    ' for (size_t i = 0; i < sizeof(T) / 4; i++) { half c = a[i];'
    ' a[i] = b[i]; b[i] = c; } }',
    '{ T v[2] = { D, S }; flip(v, 2); rest(); D = v[0], S = v[1]; }',
    'swap(&D, &S);',
]
# For forms of 8 bytes that are aligned.
ATOMIC = [
    '__atomic_store(&D, &S, __ATOMIC_SEQ_CST);',
    '{ T t; __atomic_load(&S, &t, __ATOMIC_ACQUIRE); rest(); D = t; }',
    '{ T t = S, u; __atomic_exchange(&D, &t, &u, __ATOMIC_ACQ_REL); }',
    '{ T t = D; T u = S; while (!__atomic_compare_exchange(&D, &t, &u, 0,'
    ' __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) ; }',
    '{ static _Atomic(T) a; atomic_store(&a, S); rest();'
    ' D = atomic_exchange(&a, (T){0}); }',
    '{ _Atomic(T) a = S; T t = (T){0}; if (!atomic_compare_exchange_strong('
    '&a, &t, S)) D = t; else D = a; }',
    '{ _Atomic T *a = malloc(2 * sizeof *a); a[1] = S; rest(); D = a[1];'
    ' free((void *)a); }',
]
# The same, of registers.
ASSEMBLY = [
    '{ T t; asm("mov %1, %0" : "=r"(t) : "r"(S)); rest(); D = t; }',
    '{ asm("" : "=m"(D) : "m"(S)); D = S; }',
]

# What the routes call; `_T` in a name becomes that of the type.
HELPERS = r'''
struct box_T { char c; T t; short s; };
struct key_T { u32 k; T t; };
static T by_value_T(T v) { rest(); return v; }
static T other_value_T(T v) { T w = by_value_T(v); return w; }
static T (*const by_table_T[2])(T) = { by_value_T, other_value_T };
static struct box_T by_box_T(struct box_T v)
{ struct box_T *q = &v; rest(); q->c++; return *q; }
static struct box_T by_pointer_T(const T *v)
{ return (struct box_T){ .t = *v }; }
static T deep_T(int n, T v)
{
    T w = v;
    memset(&v, 0, sizeof v);
    if (n)
        w = deep_T(n - 1, w);
    rest();
    return w;
}
static T old_style_T(a, v, b) int a; T v; long b; { rest(); return v; }
static T variadic_T(int n, ...)
{
    va_list l, m;
    va_start(l, n);
    (void)va_arg(l, double);
    va_copy(m, l);
    if (n & 1)
        (void)va_arg(m, T);
    rest();
    T v = va_arg(m, T);
    va_end(m), va_end(l);
    return v;
}
static T variadic_box_T(int n, ...)
{
    va_list l;
    va_start(l, n);
    rest();
    struct box_T b = va_arg(l, struct box_T);
    va_end(l);
    return b.t;
}
static T *slot_of_T(T *s, int n) { T **q = &s; rest(); return n ? *q : 0; }
__attribute__((noinline)) static void touch_T(T **q)
{ T *p = *q; rest(); *q = p; }
static void swap_T(T *a, T *b) { T t = *a; *a = *b; *b = t; }
static void flip_T(T *v, size_t n)
{
    for (T *e = v + n - 1; v < e; v++, e--)
        swap_T(v, e);
}
static void sorted_T(T *d, T s)
{
    struct key_T v[7];
    memset(v, 0, sizeof v);
    for (u32 i = 0; i < 7; i++)
        v[i].k = (i * 5 + 3) % 7;
    v[4].t = s;
    memset(&s, 0, sizeof s);
    qsort(v, 7, sizeof *v, by_key);
    rest();
    *d = v[2].t;
}
static void searched_T(T *d, T s)
{
    struct key_T *v = calloc(5, sizeof *v), *found;
    for (u32 i = 0; i < 5; i++)
        v[i].k = i;
    v[3].t = s;
    memset(&s, 0, sizeof s);
    found = bsearch(&(u32){3}, v, 5, sizeof *v, by_key);
    v = 0;
    rest();
    *d = found->t;
    free(found - 3);
}
static void jumped_T(T *d, const T *s)
{
    jmp_buf e;
    volatile T t;
    t = *s;
    if (!setjmp(e)) {
        rest();
        longjmp(e, 1);
    }
    *d = t;
}
struct jump_T { jmp_buf e; T t; };
__attribute__((noinline)) static void throw_T(struct jump_T *j, int n)
{
    T t = j->t, *q = &t;
    memset(&j->t, 0, sizeof t);
    touch_T(&q);
    j->t = t;
    if (n)
        throw_T(j, n - 1);
    longjmp(j->e, 2);
}
static void jumped_again_T(T *d, const T *s)
{
    struct jump_T *j = malloc(sizeof *j);
    j->t = *s;
    if (setjmp(j->e) == 0)
        throw_T(j, 2);
    rest();
    *d = j->t;
    free(j);
}
struct work_T { T in, out; };
static void *thread_T(void *arg)
{
    struct work_T *w = arg;
    T t = w->in;
    memset(&w->in, 0, sizeof t);
    rest();
    w->out = t;
    return w;
}
static void threaded_T(T *d, const T *s)
{
    struct work_T *w = calloc(1, sizeof *w);
    void *r;
    pthread_t th;
    w->in = *s;
    if (pthread_create(&th, 0, thread_T, w))
        abort();
    w = 0;
    pthread_join(th, &r);
    rest();
    *d = ((struct work_T *)r)->out;
    free(r);
}
static T signal_in_T, signal_out_T;
static void handler_T(int n)
{
    signal_out_T = signal_in_T;
    memset(&signal_in_T, 0, sizeof signal_in_T);
}
static void signalled_T(T *d, const T *s)
{
    signal(SIGUSR1, handler_T);
    signal_in_T = *s;
    rest();
    raise(SIGUSR1);
    rest();
    *d = signal_out_T;
    memset(&signal_out_T, 0, sizeof signal_out_T);
}
static void dispatched_T(T *d, const T *s)
{
    static void *const table[] = { &&first, &&second, &&third };
    T t = {0}, u = {0};
    int i = 0;
    goto *table[i++];
third:
    *d = u;
    return;
first:
    t = *s;
    rest();
    goto *table[i++];
second:
    u = t;
    memset(&t, 0, sizeof t);
    rest();
    goto *table[i];
}
static void device_T(T *d, const T *s)
{
    char *to = (char *)d;
    const char *from = (const char *)s;
    size_t n = (sizeof(T) + 3) / 4;
    switch (sizeof(T) % 4) {
    case 0: do { *to++ = *from++;
    case 3:      *to++ = *from++;
    case 2:      *to++ = *from++;
    case 1:      *to++ = *from++;
            } while (--n);
    }
}
struct hold_T { T t, *to; };
static void done_T(struct hold_T *h) { rest(); *h->to = h->t; }
static void cleaned_T(T *d, const T *s)
{
    __attribute__((cleanup(done_T))) struct hold_T h = { *s, d };
    if (steps & 1)
        return;
    rest();
}
static void streamed_T(T *d, const T *s)
{
    char *text = 0;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    fwrite(s, sizeof *s, 1, f);
    rest();
    fclose(f);
    rest();
    memcpy(d, text, sizeof *d);
    free(text);
}
static void filed_T(T *d, const T *s)
{
    char *b = calloc(8, 8);
    FILE *f = fmemopen(b, 64, "w");
    if (fwrite(s, sizeof *s, 1, f) != 1)
        abort();
    fclose(f);
    rest();
    f = fmemopen(b, 64, "r");
    if (fread(d, sizeof *d, 1, f) != 1)
        abort();
    fclose(f);
    free(b);
}
static void treed_T(T *d, const T *s)
{
    void *root = 0;
    for (u32 i = 0; i < 5; i++) {
        struct key_T *k = calloc(1, sizeof *k);
        k->k = i * 3 % 5;
        if (k->k == 2)
            k->t = *s;
        tsearch(k, &root, by_key);
    }
    rest();
    *d = (*(struct key_T **)tfind(&(u32){2}, &root, by_key))->t;
    tdestroy(root, free);
}
static void specific_T(T *d, const T *s)
{
    static pthread_key_t key;
    static int made;
    struct box_T *b = calloc(1, sizeof *b);
    if (!made++ && pthread_key_create(&key, 0))
        abort();
    b->t = *s;
    pthread_setspecific(key, b);
    b = 0;
    rest();
    b = pthread_getspecific(key);
    *d = b->t;
    pthread_setspecific(key, 0);
    free(b);
}
static void rotated_T(T *d, const T *s)
{
    T v[3];
    unsigned char *b = (unsigned char *)v;
    memset(v, 0, sizeof v);
    v[0] = *s;
    for (size_t k = 0; k < sizeof(T); k++) {
        unsigned char last = b[sizeof v - 1];
        memmove(b + 1, b, sizeof v - 1);
        b[0] = last;
    }
    rest();
    *d = v[1];
}
static void swept_T(T *d, const T *s)
{
    struct { T t[8]; } *a = calloc(1, sizeof *a);
    T *e = &a->t[7];
    *e = *s;
    a = 0;
    rest();
    e -= 7;
    rest();
    *d = e[7];
    free(e);
}
static void qualified_T(T *d, const T *s)
{
    const T a = *s;
    const T *const volatile p = &a;
    rest();
    T *restrict q = d;
    register T r = *p;
    *q = r;
}
static void generic_T(T *d, const T *s)
{
    __typeof__(*d) a = _Generic(*s, T: *s);
    __auto_type b = a;
    rest();
    *d = __builtin_choose_expr(1, b, 0);
}
static void stepped_T(T *d, const T *s)
{
    T a[4], *p = a, *q = a;
    memset(a, 0, sizeof a);
    *p++ = *s;
    do {
        rest();
        *p++ = *q;
        memset(q++, 0, sizeof(T));
    } while (p < a + 4);
    *d = a[3];
}
'''
