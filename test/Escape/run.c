// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 %s -o %t && timeout 60 %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t
// RUN: %escc -w -O0 %s -o %t0 && timeout 60 %t0
// RUN: %escc -w -O2 -fescc-locals=all %s -o %t1
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t1
/* What escapes is alive, is a new object each time, and keeps its value: the
 * program uses addresses that dangle when it is compiled by anything else.
 * It is Go's test escape.go with what C has in place of closures.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(condition)                                                   \
    do {                                                                   \
        if (!(condition)) {                                                \
            printf("line %d: %s\n", __LINE__, #condition);                 \
            failures++;                                                    \
        }                                                                  \
    } while (0)

enum { MANY = 200 };

struct pair { int *a, *b; };
struct node { struct node *next; int value; };

static int *local(int n) { int x = n; return &x; }

static int *parameter(int n) { return &n; }

static int **pointer_to_pointer(int n)
{
    int x = n;
    int *p = &x;
    return &p;
}

static int *element(int n)
{
    int a[5] = {n, n + 1, n + 2, n + 3, n + 4};
    return &a[3];
}

static char *text(int n)
{
    char buffer[32];
    snprintf(buffer, sizeof buffer, "number %d", n);
    return buffer;
}

static struct pair pair(int n)
{
    int x = n, y = -n;
    return (struct pair){&x, &y};
}

static struct node *literal(int n) { return &(struct node){NULL, n}; }

static int *variable_length(int n)
{
    int a[n % 7 + 1];
    a[n % 7] = n;
    return &a[n % 7];
}

static struct node *list(int n)
{
    struct node *head = NULL;
    for (int i = 0; i < n; i++) {
        struct node x = {head, i};
        head = &x;
    }
    return head;
}

static int *in_inner_block(int n)
{
    int *p;
    if (n & 1) {
        int x = n;
        p = &x;
    } else {
        int y = -n;
        p = &y;
    }
    int filler[16];
    memset(filler, 0x55, sizeof filler);
    return p + (filler[3] - 0x55555555);
}

static void through_parameter(int **out, int n)
{
    int x = n;
    *out = &x;
}

static int *kept;
static void into_global(int n) { int x = n; kept = &x; }

static int *of_variable_arguments(int n, ...)
{
    va_list arguments;
    va_start(arguments, n);
    int *p = va_arg(arguments, int *);
    va_end(arguments);
    return p;
}

static int *through_variable_arguments(int n)
{
    int x = n;
    return of_variable_arguments(1, &x);
}

static int *static_stays(void) { static int x; x++; return &x; }

/* A backward goto inside the block keeps the object. */
static int same_object(void)
{
    int *p = NULL;
again:;
    int x;
    if (p) {
        *p = 42;
        return x;
    }
    p = &x;
    goto again;
}

/* One object for the loop, not one a pass. */
static int *loop_variable(void)
{
    int *first = NULL;
    for (int i = 0; i < 3; i++) {
        if (!first)
            first = &i;
        CHECK(first == &i);
    }
    return first;
}

/* One object a pass. */
static void passes(int *objects[MANY])
{
    for (int i = 0; i < MANY; i++) {
        int x = i;
        objects[i] = &x;
    }
}

static int *recursive(int n)
{
    int x = n;
    return n ? recursive(n - 1) : &x;
}

static void distinct_and_alive(int *(*make)(int), int offset)
{
    int *objects[MANY];
    for (int i = 0; i < MANY; i++)
        objects[i] = make(i);
    for (int i = 0; i < MANY; i++) {
        CHECK(*objects[i] == i + offset);
        *objects[i] = -1 - i;
    }
    for (int i = 0; i < MANY; i++)
        CHECK(*objects[i] == -1 - i);
}

static void structures(void)
{
    struct pair p[MANY];
    struct node *n[MANY];
    char *t[MANY];
    for (int i = 0; i < MANY; i++) {
        p[i] = pair(i);
        n[i] = literal(i);
        t[i] = text(i);
    }
    for (int i = 0; i < MANY; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "number %d", i);
        CHECK(*p[i].a == i && *p[i].b == -i);
        CHECK(n[i]->value == i && !n[i]->next);
        CHECK(!strcmp(t[i], expected));
    }
}

static void lists(void)
{
    int expected = MANY;
    for (struct node *n = list(MANY); n; n = n->next)
        CHECK(n->value == --expected);
    CHECK(expected == 0);
}

static void others(void)
{
    int *p, *q, *objects[MANY];
    through_parameter(&p, 1);
    through_parameter(&q, 2);
    CHECK(*p == 1 && *q == 2);
    into_global(3);
    p = kept;
    into_global(4);
    CHECK(*p == 3 && *kept == 4);
    CHECK(static_stays() == static_stays());
    CHECK(same_object() == 42);
    CHECK(*loop_variable() == 3);
    passes(objects);
    for (int i = 0; i < MANY; i++)
        CHECK(*objects[i] == i);
    CHECK(*recursive(10) == 0);
    CHECK(**pointer_to_pointer(5) == 5);
    p = in_inner_block(7);
    q = in_inner_block(8);
    CHECK(*p == 7 && *q == -8);
}

int main(void)
{
    distinct_and_alive(local, 0);
    distinct_and_alive(parameter, 0);
    distinct_and_alive(element, 3);
    distinct_and_alive(variable_length, 0);
    distinct_and_alive(through_variable_arguments, 0);
    structures();
    lists();
    others();
    return failures != 0;
}
