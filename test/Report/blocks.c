// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Of a block that does not escape: why it is none in the frame, and whether
// its memory is reused as soon as it is freed.
// RUN: %escc -O1 -w -report-escapes=2 -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --implicit-check-not='not in the frame' \
// RUN:     --implicit-check-not='is reused' %s
// RUN: %escc -O1 -w -report-escapes=json -c %s -o %t.o \
// RUN:   | FileCheck --check-prefix=JSON %s
// RUN: %escc -O1 -w -report-escapes=sarif -c %s -o %t.o \
// RUN:   | FileCheck --check-prefix=SARIF %s
// RUN: %escc -O1 -w -report-escapes=yaml -c %s -o %t.o \
// RUN:   | FileCheck --check-prefix=YAML %s
// Level 1 has the words alone; nor is it said of units without such frames.
// RUN: %escc -O1 -w -report-escapes -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=ONE %s
// RUN: %escc -O1 -w -fescc-promote=no -report-escapes=2 -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=NONE %s
// RUN: %escc -O0 -w -report-escapes=2 -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=NONE %s
// A unit of which no block could be there says so as well.
// RUN: %escc -O1 -w -DLARGE -report-escapes=2 -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=LARGE %s
// JSON: "allocations":7,"allocationsEscape":1,"allocationsPromoted":1,
// JSON-SAME: {{^}}"allocationsReused":2,
// ONE-NOT: note:   not in the frame
// ONE: 7 allocations: 1 escaping, 1 promoted to frames, 2 reused when freed
// NONE-NOT: not in the frame
// NONE-NOT: is reused
// NONE: {{7 allocations: 1 escaping$}}
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#ifndef LARGE
void unknown(void *);
static jmp_buf back;

int small(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} malloc(8) does not escape: promoted to
    char *p = malloc(8);
    *p = (char)n;
    n += *p;
    free(p);
    return n;
}

int large(int n)
{
    // CHECK: :[[#@LINE+10]]:15: remark: malloc(300) does not escape [escape]
    // CHECK-NEXT: :[[#@LINE+9]]:15: note:   not in the frame: it has more
    // CHECK-SAME: than 256 bytes
    // CHECK-NEXT: :[[#@LINE+11]]:5: note:   free(p): its memory is reused
    // JSON: "message":"not in the frame: it has more than 256 bytes"
    // JSON-SAME: "message":"free(p): its memory is reused at once"}]
    // JSON-SAME: "object":"malloc(300)"
    // SARIF: "message":{"text":"malloc(300) does not escape"}
    // SARIF-SAME: "text":"not in the frame: it has more
    // YAML: String:{{.*}}malloc(300) does not escape
    char *p = malloc(300);
    // YAML: not in the frame: it has more
    memset(p, n, 300);
    n += p[n];
    free(p);
    return n;
}

int again(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} not in the frame: its function may call
    char *p = malloc(8);
    *p = (char)n;
    n += n > 0 ? again(n - 1) + *p : *p;
    // CHECK-NEXT: :[[#@LINE+1]]:{{.*}} note:   free(p): its memory is reused
    free(p);
    return n;
}

int jumps(int n)
{
    // CHECK: :[[#@LINE+2]]:{{.*}} not in the frame: its function may be left
    // CHECK-SAME: or entered by a jump
    char *p = malloc(8);
    *p = (char)n;
    return setjmp(back) ? 0 : *p;
}

int loops(int n)
{
    char *last = NULL;
    for (int i = 0; i < n; i++) {
        // CHECK: :[[#@LINE+1]]:{{.*}} malloc(8) escapes to heap [escape]
        char *p = malloc(8);
        *p = (char)i;
        n -= last ? *last : 0;
        last = p;
    }
    return n;
}

int moved(int n)
{
    // CHECK: :[[#@LINE+2]]:{{.*}} not in the frame: somebody is given its
    // CHECK-SAME: address who may free it
    char *p = malloc(8);
    // CHECK: reallocarray(p, 1, (size_t)n) does not escape
    // CHECK-NEXT: note:   not in the frame: only what malloc, calloc,
    char *q = reallocarray(p, 1, (size_t)n);
    *q = 1;
    n = *q;
    free(q);
    return n;
}
#else
int large(int n)
{
    // LARGE: :[[#@LINE+1]]:{{.*}} not in the frame: it has more than 256
    char *p = malloc(300);
    memset(p, n, 300);
    return p[n];
}
int counted(size_t n)
{
    // LARGE: :[[#@LINE+1]]:{{.*}} not in the frame: its size is not
    int *p = calloc(n, sizeof *p);
    return p[0];
}
int empty(void)
{
    // LARGE: :[[#@LINE+1]]:{{.*}} not in the frame: it has no bytes
    return malloc(0) == NULL;
}
#endif
