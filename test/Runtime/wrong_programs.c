// What docs/limits.md says about programs that are wrong in plain C.
//
// RUN: %escc_verify -w %s -o %t && timeout 60 %t | FileCheck %s
// RUN: %escc_verify -w -O2 %s -o %t && timeout 60 %t | FileCheck %s
// The 400 MB of rings come back.
// RUN: %python %S/../Stress/Inputs/maxrss.py 150 timeout 60 %t
// RUN: env ESCC_DEBUG=gcstress=1,clobber=1 timeout 60 %t | FileCheck %s
//
// Memory for a moved local is out: a message that says where, and SIGABRT.
// RUN: (ulimit -v 400000; not --crash timeout 60 %t moved) 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MOVED
// MOVED: escc: fatal: out of memory: no room for the moved local x of keep
// MOVED-SAME: wrong_programs.c:
//
// Memory for malloc is out: NULL and ENOMEM.
// RUN: (ulimit -v 400000; timeout 60 %t malloc) \
// RUN:   | FileCheck %s --check-prefix=MALLOC
// MALLOC: NULL, ENOMEM
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ring { struct ring *next; char bulk[1000]; };

static int *dangling(int value)
{
    int local = value, *p = &local;
    return p;
}

static long *keep(int value)
{
    long x[65536], *p = x;
    x[1] = value;
    return p;
}

static int fill(int with_malloc)
{
    static void *kept[1000000];
    for (int i = 0; i < 1000000; i++) {
        kept[i] = with_malloc ? malloc(500000) : keep(i);
        if (!kept[i]) {
            puts(errno == ENOMEM ? "NULL, ENOMEM" : "NULL");
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return fill(!strcmp(argv[1], "malloc"));

    int *one = dangling(1), *two = dangling(2);
    printf("locals: %d %d\n", *one, *two);
    // CHECK: locals: 1 2

    char *text = malloc(100);
    strcpy(text, "still here");
    free(text);
    for (int i = 0; i < 100; i++)
        memset(malloc(100), 'x', 100);
    printf("after free: %s\n", text);
    // CHECK: after free: still here
    free(text);
    free(text);
    printf("after more free: %s\n", text);
    // CHECK: after more free: still here
    free(text + 5);
    printf("after free of the middle: %s\n", text);
    // CHECK: after free of the middle: still here

    for (int i = 0; i < 200000; i++) {
        struct ring *a = malloc(sizeof *a), *b = malloc(sizeof *b);
        if (!a || !b)
            return 1;
        a->next = b;
        b->next = a;
        if (getenv("ESCC_DEBUG") && i == 500)
            break;
    }
    puts("rings dropped");
    // CHECK: rings dropped

    errno = 0;
    void *huge = malloc((size_t)1 << 46);
    printf("huge: %s\n", !huge && errno == ENOMEM ? "ENOMEM" : "wrong");
    // CHECK: huge: ENOMEM
    errno = 0;
    huge = calloc((size_t)1 << 40, (size_t)1 << 40);
    printf("overflow: %s\n", !huge && errno == ENOMEM ? "ENOMEM" : "wrong");
    // CHECK: overflow: ENOMEM
    return 0;
}
