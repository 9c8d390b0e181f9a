// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Programs that Go's analysis once had wrong: buffers, variable arguments, a
 * fixed point that takes several rounds, branches that are never taken,
 * ranges, cycles. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int *global;
const char *global_text;

/* 7921: a buffer that is filled, read, and given on. */
struct buffer { char small[64]; char *data; int used; };
static void buffer_init(struct buffer *b) { b->data = b->small; b->used = 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: b to content of b level=0
static void buffer_add(struct buffer *b, const char *s)
// CHECK: :[[#@LINE-1]]:{{.*}} b does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} s does not escape
{
    while (*s)
        b->data[b->used++] = *s++;
}
static const char *buffer_text(struct buffer *b)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: b to result ~r0 level=1
{
    b->data[b->used] = 0;
    return b->data;
}
int buffer_stays(void)
{
    struct buffer b;
    buffer_init(&b);
    buffer_add(&b, "abc");
    return (int)strlen(buffer_text(&b));
}
void buffer_kept(void)
{
    struct buffer b;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: b
    buffer_init(&b);
    buffer_add(&b, "abc");
    global_text = buffer_text(&b);
}

/* 12006, 30898: variable arguments, with and without any. */
static int sum(int n, ...)
{
    va_list list;
    int all = 0;
    va_start(list, n);
    while (n--)
        all += *va_arg(list, int *);
    va_end(list);
    return all;
}
static void keep_last(int n, ...)
{
    va_list list;
    va_start(list, n);
    while (n--)
        global = va_arg(list, int *);
    va_end(list);
}
int variadic_stays(void) { int x = 1, y = 2; return sum(2, &x, &y) + sum(0); }
void variadic_kept(void) { int x = 1; keep_last(1, &x); }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
int printed(void) { char text[8] = "a"; return printf("%s\n", text); }

/* 31573: in a loop. */
int variadic_in_loop(int n)
{
    int all = 0;
    while (n--) {
        int x = n;
        all += sum(1, &x);
    }
    return all;
}

/* 13799, 17318: each round finds one more. */
struct chain { struct chain *next; int *p; };
void fixed_point(void)
{
    int x = 1;
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
    struct chain a = {0, &x}, b = {&a, 0}, c = {&b, 0}, d = {&c, 0};
    global = d.next->next->next->p;
}
int fixed_point_stays(void)
{
    int x = 1;
    struct chain a = {0, &x}, b = {&a, 0}, c = {&b, 0}, d = {&c, 0};
    return *d.next->next->next->p;
}

/* 23521: what is never done lets nothing escape in Go; here the text counts,
 * dead or not. */
void never(void) { int x = 1; if (0) global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
void behind_return(void) { int x = 1; (void)x; return; global = &x; }
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x

/* 12588, 21709: elements and their addresses in a loop. */
int over_array(void)
{
    int a[4] = {1, 2, 3, 4}, all = 0;
    for (int *p = a; p < a + 4; p++)
        all += *p;
    return all;
}
void element_kept(void)
{
    int a[4] = {1, 2, 3, 4};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    for (int i = 0; i < 4; i++)
        global = &a[i];
}

/* 35518: the explanation of a circle ends. */
void circle(void)
{
    struct chain a = {0}, b = {&a, 0};
// CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
// CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: b
    a.next = &b;
    global = (int *)a.next->next;
}
