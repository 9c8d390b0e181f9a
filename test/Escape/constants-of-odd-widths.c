// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// REQUIRES: backend-clang
// RUN: %escc -w -std=c23 -O1 -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
/* What a constant is in a type of an odd width (_BitInt, an enumeration of
 * bool) is not what it is in the bytes of that type: which branch runs for it
 * depends on that. */
int *kept;

static void narrow(int *p, int n)
{
    if ((unsigned _BitInt(3))n == 1)
        kept = p;
}

static void negative(int *p, int n)
{
    if ((_BitInt(4))n < 0)
        kept = p;
}

static void wide(int *p, unsigned long n)
{
    if (!(unsigned _BitInt(40))n)
        kept = p;
}

typedef const unsigned _BitInt(5) five;

static void qualified(int *p, int n)
{
    if ((five)n == 1)
        kept = p;
}

enum answer : bool { NO, YES };

static void truth(int *p, int n)
{
    if ((enum answer)n == NO)
        kept = p;
}

void calls(void)
{
    // CHECK-DAG: [[@LINE+1]]:{{.*}}: moved to heap: a
    int a = 1, b = 2, c = 3, d = 4, e = 5;
    narrow(&a, 9);
    // CHECK-DAG: [[@LINE-2]]:{{.*}}: moved to heap: b
    negative(&b, 8);
    // CHECK-DAG: [[@LINE-4]]:{{.*}}: moved to heap: c
    wide(&c, 1UL << 40);
    // CHECK-DAG: [[@LINE-6]]:{{.*}}: moved to heap: d
    qualified(&d, 33);
    // CHECK-DAG: [[@LINE-8]]:{{.*}}: moved to heap: e
    truth(&e, 2);
}

void stay(void)
{
    // CHECK-NOT: moved to heap: f
    int f = 1, g = 2;
    narrow(&f, 2);
    // CHECK-NOT: moved to heap: g
    wide(&g, 1);
}
