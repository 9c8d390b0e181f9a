// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* Where a configure script asks which way the stack grows, its program is one
   file, whose variables no other can name: one that only measures is as a
   static, and the answer that of the machine. */
// REQUIRES: gcc
// RUN: for cc in %clang gcc; do for level in -O0 -O2; do \
// RUN:   ESCC_CC=$cc %escc_verify $level -report-escapes %s -o %t -lm 2>&1 \
// RUN:   | count 0 && $cc -w $level %s -o %t.plain || exit 1; \
// RUN:   %t; a=$?; %t.plain; test $? = $a || exit 1; \
// RUN: done; done
// RUN: %escc -report-escapes -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %escc -report-escapes %s -rdynamic -o %t 2>&1 | FileCheck %s
// RUN: %escc -report-escapes -shared -fPIC %s -o %t.so 2>&1 | FileCheck %s
// RUN: echo 'int other;' > %t.c
// RUN: %escc -report-escapes %s %t.c -o %t 2>&1 | FileCheck %s
// CHECK: moved to heap: x
// CHECK: moved to heap: y
volatile int *a = 0, *b = 0;
void f(int i)
{
    volatile int x = 5;
    if (i == 0)
        b = &x;
    else
        f(i - 1);
}
int main(void)
{
    volatile int y = 7;
    a = &y;
    f(100);
    return b > a ? 0 : 1;
}
