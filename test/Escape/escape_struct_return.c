// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %escc -c %s -o %t.o -w -report-escapes 2>&1 \
// RUN:   | FileCheck --implicit-check-not=remark: %s
/* Structures as results. */
struct pair { int **first; int *second; };

int *global;

struct pair make(int **p, int *q) { return (struct pair){p, q}; }
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: p to result ~r0 level=0
// CHECK: :[[#@LINE-2]]:{{.*}} leaking param: q to result ~r0 level=0

int stays(void)
{
    int i = 1;
    int *p = &i;
    struct pair s = make(&p, p);
    return **s.first;
}

void member_leaks(void)
{
    int i = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: p
    struct pair s = make(&p, &i);
    global = s.second;
}

struct pair returned(void)
{
    int i = 1;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: i
    int *p = 0;
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: p
    return make(&p, &i);
}

struct pair *address_of_result(int *q)
// CHECK: :[[#@LINE-1]]:{{.*}} leaking param: q
{
    struct pair s = make(0, q);
    // CHECK: :[[#@LINE-1]]:{{.*}} moved to heap: s
    return &s;
}
