// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -O1 -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Arrays of pointers in allocated memory: what Go's slices are to C. */
#include <stdlib.h>
#include <string.h>

int *global;

void array_stays(void)
{
    int i = 0;
    int **a = malloc(4 * sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(4 * sizeof *a) does not escape: promoted to the frame
    a[0] = &i;
    free(a);
}

int **array_is_returned(int n)
{
    int i = n;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int **a = calloc((size_t)n, sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} calloc((size_t)n, sizeof *a) escapes to heap
    a[0] = &i;
    return a;
}

void element_leaks(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int **a = malloc(sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *a) does not escape: promoted to the frame
    a[0] = &i;
    global = a[0];
    free(a);
}

void grown(void)
{
    int i = 0;
    int **a = malloc(sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *a) does not escape
    a[0] = &i;
    a = realloc(a, 2 * sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} realloc(a, 2 * sizeof *a) does not escape
    a[1] = 0;
    free(a);
}

void grown_element_leaks(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int **a = malloc(sizeof *a);
    // CHECK: :[[#@LINE-1]]:{{.*}} malloc(sizeof *a) does not escape
    a[0] = &i;
    int **b = realloc(a, 2 * sizeof *b);
    // CHECK: :[[#@LINE-1]]:{{.*}} realloc(a, 2 * sizeof *b) does not escape
    global = b[0];
}

void in_a_loop(void)
{
    char *last = NULL;
    for (int i = 0; i < 3; i++) {
        char *p = malloc(8);
        // CHECK: :[[#@LINE-1]]:{{.*}} malloc(8) escapes to heap
        char *q = malloc(9);
        // CHECK: :[[#@LINE-1]]:{{.*}} malloc(9) does not escape: promoted to the frame
        last = p;
        (void)q;
    }
    (void)last;
}

char *duplicate(const char *s) { return strdup(s); }
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} strdup(s) escapes to heap

void duplicate_stays(const char *s) { char *copy = strdup(s); free(copy); }
// CHECK: :[[#@LINE-1]]:{{.*}} s does not escape
// CHECK: :[[#@LINE-2]]:{{.*}} strdup(s) does not escape

int **aligned(void)
{
    void *p = NULL;
    if (posix_memalign(&p, 64, 128))
    // CHECK: :[[#@LINE-1]]:{{.*}} posix_memalign({{.*}}) escapes
        return NULL;
    return p;
}

struct buffer { char *bytes; size_t count; };

static void buffer_add(struct buffer *b, char c)
// CHECK: :[[#@LINE-1]]:{{.*}} b does not escape
{
    b->bytes = realloc(b->bytes, b->count + 1);
    // CHECK: :[[#@LINE-1]]:{{.*}} realloc({{.*}}) escapes to heap
    b->bytes[b->count++] = c;
}

size_t buffer_on_the_stack(void)
{
    struct buffer b = {NULL, 0};
    buffer_add(&b, 'x');
    free(b.bytes);
    return b.count;
}
