// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* The number of dereferences counts, exactly. */
int *p0;
int **p1;
int ***p2;

void level0(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a, ***c = &b;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    // CHECK: :[[#@LINE-2]]:{{.*}} moved to heap: b
    p2 = c;
}

void level1(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a, ***c = &b;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: a
    p1 = *c;
}

void level2(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a, ***c = &b;
    p0 = **c;
}

int level3(void)
{
    int i = 0;
    int *a = &i, **b = &a, ***c = &b;
    return ***c;
}

void level1_of_two(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a;
    p0 = *b;
}

void address_and_back(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a;
    p0 = *&*&*b;
}

void parameter(int ***c) { p0 = **c; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: c

void parameter_middle(int ***c) { p1 = *c; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param content: c

void parameter_outer(int ***c) { p2 = c; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: c

int *result_level2(int ***c) { return **c; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: c to result ~r0 level=2

void from_level2(void)
{
    int i = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *a = &i, **b = &a;
    p0 = result_level2(&b);
}
