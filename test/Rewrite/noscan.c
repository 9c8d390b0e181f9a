// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An object that no pointer is ever stored in is not read by the collector;
// one that may have one, by whatever way it gets there, is (plain_… and full_…:
// the functions that allocate them).
// RUN: %S/Inputs/differential %escc %clang %gcc %s -fno-strict-aliasing
// RUN: %escc -w -O1 -fescc-emit-source -c %s > %t.c
// RUN: %python %S/Inputs/noscan.py %t.c
// RUN: %escc -w -O1 -fno-strict-aliasing %s -o %t -pthread
// RUN: env ESCC_DEBUG=verify=noscan,gcstress=1 %t
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((__noinline__))

struct node { struct node *next; int v; };

static int serial;

/* A node that nobody else has. */
static NOINLINE struct node *node(void)
{
    struct node *n = malloc(sizeof *n);
    n->next = NULL;
    n->v = ++serial;
    return n;
}

static NOINLINE void churn(void)
{
    char hollow[4096];
    memset(hollow, 0, sizeof hollow);
    __asm__ volatile("" : : "r"(hollow) : "memory");
    for (int i = 0; i < 40; i++)
        node();
    serial -= 40;
}

static NOINLINE void tell(const char *how, const struct node *n)
{
    printf("%s %d\n", how, n->v);
}

/* ---- behind and inside of records ---------------------------------------- */

struct header { size_t n; };
static struct header *header, *header2;

static NOINLINE void full_header(void)
{
    header = malloc(sizeof *header + sizeof(struct node));
    struct node *n = (struct node *)(header + 1);
    n->next = node();
}

static void *header_payload(void)
{
    return header2 + 1;
}

static NOINLINE void full_payload(void)
{
    header2 = malloc(sizeof *header2 + sizeof(struct node));
    struct node *n = header_payload();
    n->next = node();
}

struct base { int kind; };
struct derived { struct base base; struct node *node; };
static struct base *base;

static NOINLINE struct base *full_base(int kind)
{
    struct base *b = calloc(1, kind ? sizeof(struct derived)
                                    : sizeof(struct base));
    b->kind = kind;
    return b;
}

static NOINLINE void derive(void)
{
    base = full_base(1);
    ((struct derived *)base)->node = node();
}

static char *chunk;
static size_t used;

static NOINLINE void *full_carve(size_t bytes)
{
    if (!chunk)
        chunk = malloc(4096);
    used += bytes;
    return chunk + used - bytes;
}

struct arena { size_t used; char bytes[512]; };
static struct arena *arena;

static NOINLINE void full_arena(void)
{
    arena = malloc(sizeof *arena);
    arena->used = 0;
    struct node *n = (struct node *)(arena->bytes + arena->used);
    n->next = node();
}

struct text { size_t length; char bytes[]; };
static struct text *text;

static NOINLINE void full_flexible(void)
{
    struct node *n = node();
    text = malloc(sizeof *text + sizeof n);
    text->length = sizeof n;
    memcpy(text->bytes, &n, sizeof n);
}

/* ---- pointers as something else ------------------------------------------ */

static unsigned char *bytes, *bytes2, *bytes3;
static uintptr_t *words;
static double *doubles, *doubles2;

static NOINLINE void full_bytes(void)
{
    struct node *n = node();
    bytes = malloc(sizeof n);
    for (size_t i = 0; i < sizeof n; i++)
        bytes[i] = ((unsigned char *)&n)[i];
}

unsigned char byte_of(const void *p, size_t i)
{
    return ((const unsigned char *)p)[i];
}

static NOINLINE void full_byte_by_call(void)
{
    struct node *n = node();
    bytes2 = malloc(sizeof n);
    for (size_t i = 0; i < sizeof n; i++)
        bytes2[i] = byte_of(&n, i);
}

static void swap(void *a, void *b, size_t n)
{
    for (char *x = a, *y = b; n--; x++, y++) {
        char t = *x;
        *x = *y;
        *y = t;
    }
}

static NOINLINE void full_swapped(void)
{
    struct node *n = node();
    bytes3 = malloc(sizeof n);
    memset(bytes3, 0, sizeof n);
    swap(bytes3, &n, sizeof n);
}

static NOINLINE void full_words(void)
{
    words = malloc(4 * sizeof *words);
    words[2] = (uintptr_t)node();
}

static NOINLINE void full_copied(void)
{
    struct node *n = node();
    doubles = malloc(2 * sizeof n);
    memcpy(doubles + 1, &n, sizeof n);
}

union number { double d; struct node *n; };

static NOINLINE void full_double(void)
{
    union number u = {.n = node()};
    doubles2 = malloc(2 * sizeof u);
    doubles2[1] = u.d;
}

static NOINLINE char *full_duplicate(const void *from, size_t n)
{
    char *copy = malloc(n);
    for (size_t i = 0; i < n; i++)
        copy[i] = ((const char *)from)[i];
    return copy;
}

union byte { unsigned char positive; signed char any; };

static NOINLINE char *full_by_union(const void *from, size_t n)
{
    char *copy = malloc(n);
    for (size_t i = 0; i < n; i++) {
        union byte b;
        b.positive = ((const unsigned char *)from)[i];
        copy[i] = (char)b.any;
    }
    return copy;
}

static char *duplicate, *duplicate2, *duplicate3;

static NOINLINE void duplicates(void)
{
    struct node *n = node();
    n->next = node();
    duplicate = full_duplicate(n, sizeof *n);
    struct header *h = malloc(sizeof *h + sizeof n);
    *(struct node **)(h + 1) = node();
    duplicate2 = full_duplicate(h, sizeof *h + sizeof n);
    *(struct node **)(h + 1) = node();
    duplicate3 = full_by_union(h, sizeof *h + sizeof n);
}

/* ---- pointers whose targets become something else ------------------------ */

union alias { char *c; struct node *n; };
static union alias alias;

static NOINLINE void full_alias(void)
{
    alias.c = malloc(sizeof(struct node));
    alias.n->next = node();
}

static NOINLINE void full_out(void **out)
{
    *out = malloc(sizeof(struct node));
}

static struct node *out, *moved, *atomic;

static NOINLINE void use_out(void)
{
    full_out((void **)&out);
    out->next = node();
}

static NOINLINE void full_moved(void)
{
    void *v = malloc(sizeof(struct node));
    memcpy(&moved, &v, sizeof v);
    moved->next = node();
}

static NOINLINE void full_atomic(void)
{
    void *v = malloc(sizeof(struct node));
    __atomic_store_n(&atomic, v, __ATOMIC_SEQ_CST);
    atomic->next = node();
}

struct vector { unsigned char *data; size_t count; };
static struct vector vector;

static void push(struct vector *v, const void *item, size_t bytes)
{
    v->data = realloc(v->data, (v->count + 1) * bytes);
    memcpy(v->data + v->count++ * bytes, item, bytes);
}

static NOINLINE void full_item(void)
{
    char *item = malloc(sizeof(struct node));
    push(&vector, &item, sizeof item);
    struct node *n;
    memcpy(&n, vector.data, sizeof n);
    n->next = node();
}

static char *names[2];

static NOINLINE void full_name(void)
{
    names[1] = malloc(sizeof(struct node));
    ((struct node **)names)[1]->next = node();
}

static struct node **grown;

static NOINLINE void full_grown(void)
{
    grown = realloc(grown, 4 * sizeof *grown);
    grown[3] = node();
}

struct box { char *contents; };
static struct box box;

static void fill(struct box b)
{
    struct node *n = (struct node *)b.contents;
    n->next = node();
}

static NOINLINE void full_box(void)
{
    box = (struct box){malloc(sizeof(struct node))};
    fill(box);
}

static void variadic(int n, ...)
{
    va_list list;
    va_start(list, n);
    va_arg(list, struct node *)->next = node();
    va_end(list);
}

static void *passed;

static NOINLINE void full_variadic(void)
{
    passed = malloc(sizeof(struct node));
    variadic(1, passed);
}

static void *thread(void *argument)
{
    struct node *n = argument;
    n->next = node();
    return NULL;
}

static void *shared;

static NOINLINE void full_thread(void)
{
    pthread_t t;
    shared = malloc(sizeof(struct node));
    if (pthread_create(&t, NULL, thread, shared) == 0)
        pthread_join(t, NULL);
}

struct saved { jmp_buf registers; };

static NOINLINE void full_registers(void)
{
    struct saved *saved = malloc(sizeof *saved);
    struct node *volatile kept = node();
    if (setjmp(saved->registers) == 0) {
        churn();
        longjmp(saved->registers, 1);
    }
    tell("registers", kept);
}

/* ---- what holds none ----------------------------------------------------- */

struct point { double x, y; };

struct buffer { char *text; size_t length, size; };

static void append(struct buffer *b, const char *text, size_t length)
{
    memcpy(b->text + b->length, text, length);
    b->length += length;
}

static NOINLINE void plain_buffer(void)
{
    struct buffer b = {NULL, 0, 64};
    b.text = realloc(b.text, b.size);
    append(&b, "a buffer", 8);
    append(&b, "", 1);
    churn();
    puts(b.text);
}

static NOINLINE char *plain_copy(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    strcpy(copy, text);
    return copy;
}

static NOINLINE struct point *plain_points(int n)
{
    struct point *points = calloc((size_t)n, sizeof *points);
    for (int i = 0; i < n; i++)
        points[i] = (struct point){i, i + 0.5};
    return points;
}

static NOINLINE int *plain_numbers(int n)
{
    int *numbers = malloc((size_t)n * sizeof *numbers);
    for (int i = 0; i < n; i++)
        numbers[i] = i * n;
    return numbers;
}

static NOINLINE uint64_t *plain_sums(const int *numbers, int n)
{
    uint64_t *sums = malloc((size_t)n * sizeof *sums), sum = 0;
    for (int i = 0; i < n; i++)
        sums[i] = sum += (uint64_t)numbers[i];
    return sums;
}

static NOINLINE void plain(void)
{
    char *copy = plain_copy("a copy");
    struct point *points = plain_points(10);
    int *numbers = plain_numbers(10);
    uint64_t *sums = plain_sums(numbers, 10);
    churn();
    printf("%s %g %d %d\n", copy, points[9].y, numbers[9], (int)sums[9]);
    plain_buffer();
}

int main(void)
{
    struct node *carved = full_carve(sizeof *carved), *n;
    carved->next = node();
    full_header();
    full_payload();
    derive();
    full_arena();
    full_flexible();
    full_bytes();
    full_byte_by_call();
    full_swapped();
    full_words();
    full_copied();
    full_double();
    duplicates();
    full_alias();
    use_out();
    full_moved();
    full_atomic();
    full_item();
    full_name();
    full_grown();
    full_box();
    full_variadic();
    full_thread();
    churn();
    tell("carved", ((struct node *)chunk)->next);
    tell("header", ((struct node *)(header + 1))->next);
    tell("payload", ((struct node *)(header2 + 1))->next);
    tell("derived", ((struct derived *)base)->node);
    tell("arena", ((struct node *)arena->bytes)->next);
    memcpy(&n, text->bytes, sizeof n);
    tell("flexible", n);
    memcpy(&n, bytes, sizeof n);
    tell("bytes", n);
    memcpy(&n, bytes2, sizeof n);
    tell("byte by call", n);
    memcpy(&n, bytes3, sizeof n);
    tell("swapped", n);
    tell("words", (struct node *)words[2]);
    memcpy(&n, doubles + 1, sizeof n);
    tell("copied", n);
    memcpy(&n, doubles2 + 1, sizeof n);
    tell("double", n);
    tell("duplicate", ((struct node *)duplicate)->next);
    tell("duplicate 2", *(struct node **)(duplicate2 + sizeof(size_t)));
    tell("duplicate 3", *(struct node **)(duplicate3 + sizeof(size_t)));
    tell("alias", alias.n->next);
    tell("out", out->next);
    tell("moved", moved->next);
    tell("atomic", atomic->next);
    memcpy(&n, vector.data, sizeof n);
    tell("item", n->next);
    tell("name", ((struct node *)names[1])->next);
    tell("grown", grown[3]);
    tell("box", ((struct node *)box.contents)->next);
    tell("variadic", ((struct node *)passed)->next);
    tell("thread", ((struct node *)shared)->next);
    full_registers();
    plain();
    return 0;
}
