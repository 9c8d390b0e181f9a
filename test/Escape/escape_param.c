// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Flows between parameters: in to out, content levels, self-assignment. */
struct node { struct node *next; int *value; };

int *global;

int *zero(int *p) { return p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
int use_zero(void) { int i = 1; return *zero(&i); }

int *one(int **p) { return *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=1
int use_one(void) { int i = 1, *p = &i; return *one(&p); }

void in_to_out(int **out, int *in) { *out = in; }
// CHECK: :[[#@LINE-1]]:{{.*}} out does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: in to content of out level=0
void use_in_to_out(void)
{
    int i = 1;
    int *p;
    in_to_out(&p, &i);
}
int *use_in_to_out_returned(void)
{
    int i = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p;
    in_to_out(&p, &i);
    return p;
}

void content_to_content(int **out, int **in) { *out = *in; }
// CHECK: :[[#@LINE-1]]:{{.*}} out does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: in to content of out level=1
void use_content_to_content(void)
{
    int i = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = &i, *q;
    content_to_content(&q, &p);
    global = q;
}
int use_content_to_content_stays(void)
{
    int i = 1;
    int *p = &i, *q;
    content_to_content(&q, &p);
    return *q;
}

void content1(int **p) { global = *p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: p
void use_content1(void) { int i = 1; int *p = &i; content1(&p); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

void content2(int ***p) { global = **p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: p
void use_content2(void)
{
    int i = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = &i;
    int **pp = &p;
    content2(&pp);
}

/* Into its own content. */
void self(struct node *n) { n->next = n; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: n to content of n level=0
int use_self(void)
{
    int i = 1;
    struct node n = {0, &i};
    self(&n);
    return *n.next->value;
}

void unlink_next(struct node *n) { n->next = n->next->next; }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape

void insert(struct node *list, struct node *n)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: list to content of n level=1
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: n to content of list level=0
{
    n->next = list->next;
    list->next = n;
}

int list_on_the_stack(void)
{
    int i = 1;
    struct node head = {0}, n = {0, &i};
    insert(&head, &n);
    unlink_next(&head);
    return head.next != 0;
}

struct node *list_is_returned(void)
{
    struct node head = {0};
    struct node n = {0};
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: n
    insert(&head, &n);
    return head.next;
}

/* In and out at once: the result, the global and another parameter. */
int *everywhere(int *a, int **b, int n)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: a
// CHECK: :[[#@LINE-2]]:{{.*}} b does not escape
{
    if (n)
        global = a;
    *b = a;
    return a;
}

/* The address of a parameter. */
int **kept_parameter(int *p) { return &p; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: p
int parameter_stays(int *p) { int **pp = &p; return **pp; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
void reassigned(int *p) { int i = 1; p = &i; (void)p; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

/* A pointer passed on to itself. */
void cycle(struct node *a, struct node *b)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: a to content of b level=0
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: b to content of a level=0
{
    a->next = b;
    b->next = a;
}
int use_cycle(void)
{
    struct node a = {0}, b = {0};
    cycle(&a, &b);
    return a.next == &b;
}

/* Variable arguments. */
#include <stdarg.h>
int *last_argument(int n, ...)
{
    va_list arguments;
    va_start(arguments, n);
    int *p = 0;
    while (n--)
        p = va_arg(arguments, int *);
    va_end(arguments);
    return p;
}
int use_last(void) { int i = 1; return *last_argument(1, &i); }
void use_last_leaks(void) { int i = 1; global = last_argument(1, &i); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i

int count_arguments(int n, ...) { return n; }
int use_count(void) { int i = 1; return count_arguments(1, &i); }

int *list_argument(va_list arguments) { return va_arg(arguments, int *); }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: arguments to result ~r0 level=1
int *by_list(int n, ...)
{
    va_list arguments, copy;
    va_start(arguments, n);
    va_copy(copy, arguments);
    int *p = list_argument(copy);
    va_end(copy);
    va_end(arguments);
    return p;
}
void use_by_list(void) { int i = 1; global = by_list(1, &i); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
