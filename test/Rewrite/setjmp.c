// A jmp_buf that is not a private local is shaded after setjmp; every context
// that the standard allows for setjmp still works.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: env ESCC_CC=%clang %escc -fescc-emit-source -c %s | FileCheck %s
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

struct handler { struct handler *previous; jmp_buf buffer; volatile int code; };
static struct handler *handlers;
static jmp_buf global;
static sigjmp_buf with_mask;

static void throw(int code)
{
    struct handler *h = handlers;
    handlers = h->previous;
    h->code = code;
    longjmp(h->buffer, 1);
}

static int nested(int depth)
{
    struct handler h = {.previous = handlers};
    char *text = malloc(16), *volatile kept = malloc(16);
    sprintf(text, "text %d", depth);
    sprintf(kept, "kept %d", depth);
    handlers = &h;
    // CHECK: if ({{.*}}_setjmp ({{.*}}__escc_shade_range
    if (setjmp(h.buffer) == 0) {
        kept[0] = 'K';
        if (depth > 0)
            nested(depth - 1);
        for (int i = 0; i < 100; i++)
            if (malloc(100) == text)
                return -1;
        throw(depth + 10);
    }
    printf("%s %s %d\n", text, kept, h.code);
    return h.code;
}

static int contexts(int n)
{
    volatile int passes = 0;
    while (setjmp(global) < 3)
        longjmp(global, ++passes);
    switch (sigsetjmp(with_mask, 1)) {
    case 0:
        siglongjmp(with_mask, 7);
    case 7:
        passes += 10;
    }
    if (!setjmp(global))
        longjmp(global, 0);
    setjmp(global);
    if (passes++ < 15)
        longjmp(global, n);
    jmp_buf local;
    // CHECK: if ({{.*}}__escc_tls.hazard;{{.*}}=_setjmp (local);
    // CHECK-NOT: torn
    // CHECK-SAME: __escc_tls.hazard=
    if (setjmp(local))
        return passes;
    longjmp(local, 1);
}

int main(void)
{
    printf("%d\n", nested(3));
    printf("%d\n", contexts(2));
    return 0;
}
