// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* What a function does to what its parameter leads to: reads, writes, calls.
 * None of it is a leak. */
struct node { struct node *next; int value; int (*f)(int); };

int reads(const struct node *n) { return n->value + n->next->value; }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape
void writes(struct node *n) { n->value = 1; n->next->value = 2; }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape
void writes_null(struct node *n) { n->next = 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape
int calls(struct node *n) { return n->f(n->value); }
// CHECK: :[[#@LINE-1]]:{{.*}} n does not escape
void swaps(struct node *a, struct node *b)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: a to content of b level=1
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: b to content of a level=1
{
    struct node t = *a;
    *a = *b;
    *b = t;
}
unsigned long length(const char *s)
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape
{
    const char *e = s;
    while (*e)
        e++;
    return (unsigned long)(e - s);
}
int same(const void *a, const void *b) { return a == b; }
// CHECK: :[[#@LINE-1]]:{{.*}} a does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} b does not escape
void clears(char *p, int n) { while (n--) p[n] = 0; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape
int caller(void)
{
    struct node a = {0}, b = {&a, 1, 0};
    writes(&b);
    return reads(&b);
}
