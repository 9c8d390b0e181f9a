// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Blocks and loops: a local dies with its block. */
int *global;

void inner_to_outer(void)
{
    int *p;
    {
        int x = 1;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        p = &x;
    }
    (void)p;
}

void outer_to_inner(void)
{
    int x = 1;
    {
        int *p = &x;
        (void)p;
    }
}

void siblings(void)
{
    {
        int x = 1;
        int *p = &x;
        (void)p;
    }
    {
        int y = 1;
        int *p = &y;
        (void)p;
    }
}

void loop_variable(void)
{
    int *p = 0;
    for (int i = 0; i < 3; i++)
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
        p = &i;
    (void)p;
}

void loop_body(void)
{
    for (int i = 0; i < 3; i++) {
        int x = i;
        int *p = &x;
        (void)p;
    }
}

void while_body(int n)
{
    int *last = 0;
    while (n--) {
        int x = n;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        if (last)
            *last = 1;
        last = &x;
    }
}

void do_body(int n)
{
    int *last = 0;
    do {
        int x = n;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        last = &x;
    } while (n--);
    (void)last;
}

void if_body(int n)
{
    int *p = 0;
    if (n) {
        int x = n;
        // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: x
        p = &x;
    }
    (void)p;
}

/* A compound literal dies with the innermost block, braces or not. */
struct point { int x, y; };

int literal_in_block(void)
{
    struct point *p = &(struct point){1, 2};
    // CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} does not escape
    return p->x;
}

int literal_in_branch(int n)
{
    struct point *p = 0;
    if (n)
        p = &(struct point){n, 2};
        // CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} escapes to heap
    return p ? p->x : 0;
}

int literal_in_loop(int n)
{
    struct point *p = 0;
    for (int i = 0; i < n; i++)
        p = &(struct point){i, 2};
        // CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} escapes to heap
    return p ? p->x : 0;
}

static int length(const struct point *p) { return p->x + p->y; }
// CHECK: :[[#@LINE-1]]:{{.*}} p does not escape

int literal_as_argument(void) { return length(&(struct point){3, 4}); }
// CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} does not escape

struct point *literal_returned(void) { return &(struct point){3, 4}; }
// CHECK: :[[#@LINE-1]]:{{.*}} (struct point){...} escapes to heap

int *array_literal_returned(void) { return (int[]){1, 2, 3}; }
// CHECK: :[[#@LINE-1]]:{{.*}} (int[3]){...} escapes to heap
