// Without optimization a local does not keep a freed block if nothing reads it
// again, in whatever order the function runs; where something may, it has the
// value that it had.
// RUN: %escc -w -O0 -fescc-emit-source -c %s | FileCheck %s
// RUN: %escc -w -O2 -fescc-emit-source -c %s | FileCheck --check-prefix=OPT %s
// RUN: %clang -w -O0 %s -o %t && %t > expected && count 12 < expected
// RUN: for cc in clang-19 gcc; do for level in -O0 -O2; do \
// RUN:   ESCC_CC=$cc %escc_verify -w $level %s -o %t || exit 1; \
// RUN:   %t | diff expected - || exit 1; \
// RUN:   ESCC_DEBUG=gcstress=1,clobber=1 %t | diff expected - || exit 1; \
// RUN: done; done
// OPT: __escc_free{{(_now)?}}(plain);
// OPT-NOT: plain=
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Optimized away, if it were a constant.
static volatile int one = 1;

static void *block(void)
{
    return calloc(1, 100);
}

static int once(void)
{
    int *plain = block();
    char *cast = block();
    int *parenthesized = block();
    int *again = block();
    *plain = *cast = *parenthesized = *again = one;
    int sum = *plain + *cast + *parenthesized;
    free(plain); // CHECK: __escc_free(plain),(void)(plain=(void*)__escc_nothing);
    free((void *)cast); // CHECK: __escc_free((void *)cast),(void)(cast=(void*)__escc_nothing);
    if (one)
        free((parenthesized)); // CHECK: ),(void)(parenthesized=(void*)__escc_nothing);
    free(again); // CHECK: __escc_free(again);
    again = block();
    sum += *again;
    free(again); // CHECK: __escc_free(again),(void)(again=(void*)__escc_nothing);
    return sum + sizeof *plain;
}

static int of_argument(int *argument)
{
    int value = *argument = one;
    free(argument); // CHECK: __escc_free(argument),(void)(argument=(void*)__escc_nothing);
    return value;
}

static int compared(void)
{
    int *freed = block(), *same = freed;
    free(freed); // CHECK: __escc_free(freed);
    return (freed == same) + (freed != NULL);
}

static int in_turn(void)
{
    int rounds = 0;
    char *carried = block();
    for (int i = 0; i < 3; i++) {
        char *own = block();
        rounds += !*own + (carried != NULL);
        if (i == 2)
            free(carried); // CHECK: __escc_free(carried);
        free(own); // CHECK: __escc_free(own),(void)(own=(void*)__escc_nothing);
    }
    return rounds;
}

static int at_head(void)
{
    int rounds = 0;
    for (char *head = block(); head && rounds < 3; rounds++)
        if (rounds == 0)
            free(head); // CHECK: __escc_free(head);
    return rounds;
}

static int condition(void)
{
    int rounds = 0;
    char *end = block();
    do {
        if (rounds == 0)
            free(end); // CHECK: __escc_free(end);
    } while (end && ++rounds < 3);
    return rounds;
}

static int back(void)
{
    int rounds = 0;
    char *above = block();
again:
    if (!above)
        return rounds;
    rounds += above != NULL;
    if (rounds == 1)
        free(above); // CHECK: __escc_free(above);
    if (rounds < 3)
        goto again;
    return rounds;
}

static int forth(void)
{
    char *below = block();
    if (!below)
        goto out;
    *below = one;
out:
    free(below); // CHECK: __escc_free(below),(void)(below=(void*)__escc_nothing);
    return one;
}

static int computed(void)
{
    void *labels[] = {&&first, &&last};
    int rounds = 0;
    char *jumped = block();
first:
    if (!jumped)
        return rounds;
    if (rounds++ == 0)
        free(jumped); // CHECK: __escc_free(jumped);
    goto *labels[rounds == 3];
last:
    return rounds;
}

static int elsewhere(void)
{
    static char *lasting;
    char *pointed = block(), **pointer = &pointed, *volatile watched = block();
    char *const fixed = block();
    uintptr_t number = (uintptr_t)block();
    lasting = block();
    free(lasting); // CHECK: __escc_free(lasting);
    free(pointed); // CHECK: __escc_free({{.*}});
    // CHECK-NOT: pointed=
    free(watched); // CHECK: __escc_free(watched);
    free(fixed); // CHECK: __escc_free(fixed);
    free((void *)number); // CHECK: __escc_free((void *)number);
    return *pointer != NULL;
}

static int operands(void)
{
    char *used = block();
    int values[2] = {1, 2};
    int sum = ({ char *inner = used; values[!inner]; }) +
              ({ free(used); 1; }); // CHECK: __escc_free(used);
    char *chosen = block();
    one ? free(chosen) : (void)0; // CHECK: __escc_free(chosen) :
    return sum;
}

// As a macro that is a statement.
#define RELEASE(p) do { free(p); } while (0)

static int in_macro(void)
{
    char *expanded = block();
    RELEASE(expanded); // CHECK: __escc_free(expanded);
    return one;
}

int main(void)
{
    int (*const functions[])(void) = {once, compared, in_turn, at_head,
        condition, back, forth, computed, elsewhere, operands, in_macro};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        printf("%zu: %d\n", i, functions[i]());
    printf("argument: %d\n", of_argument(block()));
    return 0;
}
