/* ESCC_DEBUG=gctrace=1 prints Go's line, one per collection, and nothing
 * is printed without it; ESCC_GC=off stops automatic collections.
 *
 * RUN: %rtcc %s -o %t
 * RUN: %t 2>&1 | count 0
 * RUN: env ESCC_DEBUG=gctrace=1 %t 2>&1 | FileCheck %s
 * RUN: env ESCC_DEBUG=gctrace=1 ESCC_GC=off %t 2>&1 | FileCheck %s --check-prefix OFF
 *
 * CHECK: {{^gc 1 @[0-9]+\.[0-9]{3}s [0-9]+%: [0-9.]+\+[0-9.]+\+[0-9.]+ ms clock, [0-9.]+\+0/[0-9.]+/0\+[0-9.]+ ms cpu, [0-9]+->[0-9]+->[0-9]+ MB, 4 MB goal, 0 MB stacks, [0-9]+ MB globals, [0-9]+ P$}}
 * CHECK: {{^gc 2 @.*}}
 * CHECK: {{^gc [0-9]+ @.* P \(forced\)$}}
 * CHECK-NOT: {{.}}
 *
 * OFF: {{^gc 1 @.* P \(forced\)$}}
 * OFF-NOT: {{.}}
 */
#include "Inputs/check.h"

int main(void)
{
    for (int i = 0; i < 30; i++)
        new_list(10000);
    escc_gc();
    return 0;
}
