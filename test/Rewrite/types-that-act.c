// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -w -O2 -report-escapes -fescc-verify-output %s -o %t 2>&1 | FileCheck %s
// RUN: %t
// RUN: %escc -w -O0 -fescc-locals=all -fescc-verify-output %s -o %t-all
// RUN: %t-all
// RUN: %escc -w -O0 -fescc-check-escapes=1 %s -o %t-checked
// RUN: %t-checked
// RUN: %escc -w -O2 -fescc-emit-source -c %s | FileCheck %s --check-prefix=TEXT
/* Expressions in types are evaluated where these have a variable size: in
 * `sizeof`, `typeof`, `offsetof`, declarations.  What they keep escapes, what
 * they store has a barrier, and each is evaluated once, however the
 * declaration is rewritten. */
#include <assert.h>
#include <stdarg.h>
#include <stddef.h>

static int calls;
static int *kept;
static void *volatile outside;

static int keep(int *p)
{
    calls++;
    kept = p;
    return 3;
}

static void in_size(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_type
    int of_type = 1, n = 2;
    assert(sizeof(int[keep(&of_type)]) == 3 * sizeof(int));
    assert(*kept == 1);
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_nested
    int of_nested = 2;
    assert(sizeof(__typeof__(int[n][keep(&of_nested)])) == 6 * sizeof(int));
}

static void in_typeof(int n)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_bound
    int of_bound = 3;
    __typeof__(int[keep(&of_bound)]) bound;
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_row
    int of_row = 4, rows[4][n], (*first)[n] = rows;
    __typeof__(first[keep(&of_row)]) row;
    assert(sizeof bound == 3 * sizeof(int) && sizeof row == sizeof *rows);
}

static void in_offset(void)
{
    struct wide { int a, b[9]; };
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_index
    int of_index = 5;
    assert(offsetof(struct wide, b[keep(&of_index)]) == 4 * sizeof(int));
}

static void in_argument(int named, ...)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: of_argument
    int of_argument = 6;
    va_list list;
    va_start(list, named);
    int sum = va_arg(list, int (*)[keep(&of_argument)]) == 0;
    va_end(list);
    assert(sum == 1);
}

/* A bound is evaluated before the body: what it keeps is the parameter itself,
 * which may not be another object in the body. */
static void in_parameter(int n, int bound[keep(&n)])
{
    n = 7;
    assert(*kept == 7);
    *kept = 8;
    assert(n == 8);
}

/* One call for each declaration. */
static void once(int n)
{
    int rows[2][n], (*first)[n] = rows;
    calls = 0;
    __typeof__(first[keep(0) - 3]) row;
    outside = row;
    assert(calls == 1);
    row[n - 1] = 9;
    assert(sizeof row == n * sizeof(int));
    __typeof__(int[keep(0)]) bound;
    outside = bound;
    assert(calls == 2);
    int plain[keep(0)];
    outside = plain;
    assert(calls == 3 && row[n - 1] == 9);
}

/* What is put in for those that move names their types, too. */
static void pointers(int n, int (*row)[n])
{
    int (*first)[n] = row, (*next)[n];
    outside = &first;
    outside = &next;
    outside = &row;
    next = first + 1;
    assert((*next)[0] == 2);
}

// TEXT: void stores(int *p)
// TEXT: sizeof(int[({{.*}}__escc_shade
// TEXT: __typeof__(first[({{.*}}__escc_shade
// TEXT: b[({{.*}}__escc_shade
void stores(int *p)
{
    struct wide { int a, b[9]; };
    int n = sizeof(int[(kept = p, 3)]), rows[2][n], (*first)[n] = rows;
    __typeof__(first[(kept = p, 0)]) row;
    n = offsetof(struct wide, b[(kept = p, 3)]);
}

int main(void)
{
    in_size();
    in_typeof(2);
    in_offset();
    in_argument(1, (void *)0);
    in_parameter(1, kept);
    once(5);
    pointers(1, (int[2][1]){{1}, {2}});
    return 0;
}
