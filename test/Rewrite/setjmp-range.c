// After a longjmp out of qsort no range stays published [inv.window]: not with
// a buffer in an object, nor with one in the frame, nor from within another
// order function, where the outer sort's range is the one to find.
// RUN: %clang -DWATCH -I %source_root/include -c %s -o watch.o
// RUN: env ESCC_CC=%clang %escc_verify -O0 %s watch.o -o %t && %t
// RUN: env ESCC_CC=%clang %escc_verify -O2 %s watch.o -o %t && %t
// RUN: env ESCC_CC=%gcc %escc_verify -O0 %s watch.o -o %t && %t
// RUN: env ESCC_CC=%gcc %escc_verify -O2 %s watch.o -o %t && %t
// REQUIRES: gcc
#include <stdlib.h>

const void *published(void);
int torn(void);

#ifdef WATCH
#include <escc/rt.h>

const void *published(void)
{
    return __escc_tls.hazard;
}

int torn(void)
{
    return __escc_tls.torn;
}
#else
#include <setjmp.h>

static jmp_buf *target;
static int *outer, failures;

static int jump(const void *a, const void *b)
{
    (void)a, (void)b;
    failures += !published();
    longjmp(*target, 1);
}

static void sort_in_object(void)
{
    int *numbers = calloc(4, sizeof *numbers);
    struct { jmp_buf env; } *object = malloc(sizeof *object);
    target = &object->env;
    if (!setjmp(object->env))
        qsort(numbers, 4, sizeof *numbers, jump);
    failures += torn();
}

static void sort_in_frame(void)
{
    int *numbers = calloc(4, sizeof *numbers);
    jmp_buf env;
    if (setjmp(env) == 0) {
        target = &env;
        qsort(numbers, 4, sizeof *numbers, jump);
    }
    failures += torn();
}

static int sort_again(const void *a, const void *b)
{
    sort_in_object();
    failures += published() != outer;
    return (a > b) - (a < b);
}

int main(void)
{
    sort_in_object();
    failures += published() != NULL;
    sort_in_frame();
    failures += published() != NULL;
    outer = calloc(4, sizeof *outer);
    qsort(outer, 4, sizeof *outer, sort_again);
    failures += published() != NULL;
    return failures;
}
#endif
