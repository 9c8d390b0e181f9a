// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The block that a pointer with ESCC_ON_STACK begins with is in the frame, or
// there is an error that says why not, where blocks are promoted at all.
// RUN: not %escc -O1 -I%source_root/include -w -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --implicit-check-not=error: %s
// RUN: %escc -O1 -DHOLDS -I%source_root/include -w -c %s -o %t.o \
// RUN:   -report-escapes 2>&1 | FileCheck --check-prefix=HOLDS %s
// RUN: %escc -O0 -I%source_root/include -w -c %s -o %t.o
// RUN: %escc -O1 -fescc-promote=no -I%source_root/include -w -c %s -o %t.o
#include <escc/attr.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct token { struct token *next; int value; };
void unknown(void *);
struct token *kept;

int holds(int n)
{
    // HOLDS: :[[#@LINE+1]]:{{.*}} promoted to the frame
    ESCC_ON_STACK struct token *t = malloc(sizeof *t);
    // HOLDS: :[[#@LINE+1]]:{{.*}} promoted to the frame
    ESCC_ON_STACK char *text = (char *)calloc(1, 8);
    t->value = n;
    int got = t->value + text[0];
    free(t), free(text);
    return got;
}

#ifndef HOLDS
int escapes(int n)
{
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: ESCC_ON_STACK does not hold: malloc(sizeof *t) escapes to heap [escc-on-stack]
    ESCC_ON_STACK struct token *t = malloc(sizeof *t);
    // CHECK: note: {{.*}}flow: {heap} = {{.*}}
    // CHECK: kept = t (assign)
    kept = t;
    return n;
}

int other(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: ESCC_ON_STACK does not hold: malloc(sizeof *t) escapes to heap
    ESCC_ON_STACK struct token *t = malloc(sizeof *t);
    unknown(t);
    return n;
}

int large(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: ESCC_ON_STACK does not hold: malloc(257) does not escape, but may not be in the frame: it has more than 256 bytes
    ESCC_ON_STACK char *p = malloc(257);
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: its size is not constant
    ESCC_ON_STACK char *q = malloc((size_t)n);
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: how long the text is is not known
    ESCC_ON_STACK char *s = strdup(n ? "a" : "b");
    *p = *q = 3;
    int got = *p + *q + *s;
    free(p), free(q), free(s);
    return got;
}

int loops(int n)
{
    struct token *list = NULL;
    int got = 0;
    for (int i = 0; i < n; i++) {
        // CHECK: :[[#@LINE+1]]:{{.*}} error: ESCC_ON_STACK does not hold: malloc(sizeof *t) escapes to heap
        ESCC_ON_STACK struct token *t = malloc(sizeof *t);
        t->next = list, t->value = i, list = t;
    }
    for (; list; list = list->next)
        got += list->value;
    return got;
}

int moves(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: somebody is given its address
    ESCC_ON_STACK char *p = malloc(8);
    char *q = reallocarray(p, 1, (size_t)n);
    free(q);
    return 0;
}

int watched(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: a variable that leads to it is volatile
    ESCC_ON_STACK char *volatile p = malloc(8);
    *p = (char)n;
    return *p;
}

int again(int n)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: its function may call itself
    ESCC_ON_STACK char *p = malloc(8);
    *p = (char)n;
    return n ? again(n - 1) + *p : *p;
}

int twice(jmp_buf *to)
{
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: its function may be left or entered by a jump
    ESCC_ON_STACK char *p = malloc(8);
    *p = 1;
    return setjmp(*to) ? *p : 0;
}

int full(void)
{
    ESCC_ON_STACK char *a = malloc(128);
    // CHECK: :[[#@LINE+1]]:{{.*}} error: {{.*}}: a function that calls others, which may call it, has room for 128 bytes
    ESCC_ON_STACK char *b = malloc(16);
    *a = *b = 1;
    unknown(NULL);
    return *a + *b;
}
#endif
