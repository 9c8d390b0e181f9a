// A string of strdup's or asprintf's is not scanned, unless the unit is seen
// to store a pointer over it: then the object behind that pointer lives.
// RUN: %escc_verify -I %source_root/include -O2 %s -o %t
// RUN: env ESCC_DEBUG=gcstress=8,clobber=1 timeout 60 %t | FileCheck %s
// RUN: env ESCC_DEBUG=gcstress=8,clobber=1,conservative=1 timeout 60 %t \
// RUN:   | FileCheck %s
// RUN: %escc -I %source_root/include -fescc-emit-source=%t.i -c %s -o %t.o
// RUN: FileCheck --check-prefix=SITES %s < %t.i
// RUN: FileCheck --check-prefix=SITES-CALL %s < %t.i
#define _GNU_SOURCE
#include <escc/gc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 100 };
static char *strings[COUNT];

static char *number(int i)
{
    char *text = malloc(24);
    snprintf(text, 24, "%d", i);
    return text;
}

// SITES: "copied","strdup({{..}}a string of some length{{..}})",[[#]],0}
static char *copied(int i)
{
    char *p = strdup("a string of some length"), *q = number(i);
    memcpy(p + 8, &q, sizeof q);
    return p;
}

// SITES-CALL: __escc_asprintf_for({{.*}}asprintf,0)(&p, "%064d", i)
static char *cast(int i)
{
    char *p;
    if (asprintf(&p, "%064d", i) < 0)
        abort();
    ((char **)p)[1] = number(i);
    return p;
}

union value { char *p; double d; };

// SITES: "by_bytes","strdup({{..}}a string of some length{{..}})",[[#]],0}
static char *by_bytes(int i)
{
    char *p = strdup("a string of some length"), *q = number(i);
    for (size_t k = 0; k < sizeof q; k++)
        p[8 + k] = ((char *)&q)[k];
    return p;
}

// SITES: "as_double","strdup({{..}}a string of some length{{..}})",[[#]],0}
static char *as_double(int i)
{
    char *p = strdup("a string of some length");
    union value u = {number(i)};
    ((double *)p)[1] = u.d;
    return p;
}

// SITES: "through_global","strdup({{..}}a string of some length{{..}})",[[#]],0}
static char *global;
static char *through_global(int i)
{
    global = strdup("a string of some length");
    ((char **)global)[1] = number(i);
    return global;
}

// SITES: "text","strdup({{..}}text{{..}})",[[#]],1}
static char *text(void)
{
    return strdup("text");
}

int main(void)
{
    int wrong = 0;
    for (int i = 0; i < COUNT; i++)
        strings[i] = i % 5 == 0 ? copied(i) : i % 5 == 1 ? cast(i)
            : i % 5 == 2 ? by_bytes(i) : i % 5 == 3 ? as_double(i)
            : through_global(i);
    escc_gc();
    for (int i = 0; i < COUNT; i++)
        wrong += atoi(((char **)strings[i])[1]) != i;
    printf("%d wrong, %s\n", wrong, text());    // CHECK: {{^}}0 wrong, text
    return 0;
}
