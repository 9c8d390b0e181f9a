/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * With -fescc-check-escapes a program does what it did, however its blocks are
 * entered and left, and nothing is found where the analysis is right.
 *
 * RUN: %clang -w %s -o %t.plain -pthread && %t.plain >%t.expected
 * RUN: for cc in %clang %gcc; do for level in -O0 -O2; do \
 * RUN:   ESCC_CC=$cc %escc_verify -w $level -fescc-check-escapes %s -o %t \
 * RUN:     -pthread && ESCC_DEBUG=escapes=1,gctrace=1 %t >%t.out 2>%t.err && \
 * RUN:   diff %t.out %t.expected && FileCheck %s <%t.err || exit 1; \
 * RUN:   done; done
 * CHECK-NOT: refers
 * CHECK: escc: check-escapes: looked at {{[0-9][0-9][0-9]+}} exits of {{[12][0-9]}} blocks
 * CHECK-NOT: refers
 *
 * Declarations stay what they are in C90, and warn of nothing.
 * RUN: printf 'int g(int *);\nint f(void) { int x = 1; g(&x); return x; }\n' \
 * RUN:   >%t.90.c && for cc in %clang %gcc; do ESCC_CC=$cc %escc -std=c90 \
 * RUN:   -pedantic-errors -Wall -Wextra -Werror -fescc-unknown=stay \
 * RUN:   -fescc-check-escapes -c %t.90.c -o %t.o || exit 1; done
 * RUN: not %escc -c %t.90.c -fescc-check-escapes=0 -o %t.o 2>&1 \
 * RUN:   | grep 'expected a number from 1 to'
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair { int *p; struct pair *next; };
struct big { char bytes[300]; int *p; };

static int sum;
static void __attribute__((noinline)) add(const int *p) { sum += *p; }
static void set(int **out, int *p) { *out = p; }
static void fill(char *to, int n) { memset(to, 'a', (size_t)n); }

static int early(int n)
{
    int a = n;
    add(&a);
    if (n == 1)
        return a;
    {
        int b = n * 2;
        add(&b);
        if (n == 2)
            return b;
        for (int i = 0, *p = &i; i < 3; i++) {
            int c = *p;
            add(&c);
            if (n == 3)
                goto out;
            if (n == 4)
                break;
            if (n == 5)
                continue;
        }
        for (int i = 0; i < 2; i++)
            add(&i);
    }
out:
    return a;
}

static int jumps(int n)
{
    int a = 1;
    if (n == 1)
        goto inside;
    {
        int b = 2;
        add(&b);
inside:
        b = 3;
        add(&b);
    }
    switch (n) {
        int c;
    case 2:
        c = 4;
        add(&c);
    case 3:
        add(&a);
        do {
            int d = 5;
            add(&d);
    case 4:
            d = 6;
            add(&d);
        } while (n++ < 2);
    }
again:
    ;
    int e = n;
    add(&e);
    if (n++ < 5)
        goto again;
    return a;
}

static int computed(int n)
{
    static void *const labels[] = {&&one, &&two, &&end};
    int a = 1;
    add(&a);
    goto *labels[n % 3];
one:
    {
        int b = 2;
        add(&b);
        goto *labels[1];
    }
two:
    {
        int c = 3;
        add(&c);
    }
end:
    return a;
}

static int expression(int n)
{
    int a = ({ int b = n; add(&b); b + 1; });
    int c = 0 ? 1 : ({ int d = a; add(&d); if (n == 1) return d; d; });
    return a + c;
}

static int depth(int n)
{
    int here = n, *up = &here;
    struct pair pair = {&here, 0};
    add(pair.p);
    return n ? depth(n - 1) + *up : 0;
}

/* Callees store addresses of a caller's locals in others of them, which die
 * with the same frame, or earlier. */
static int out_parameters(int n)
{
    int a = n, *p, **pp = &p;
    set(&p, &a);
    set(pp, &a);
    struct big big, copy;
    big.p = &a;
    copy = big;
    fill(copy.bytes, sizeof copy.bytes);
    return *p + *copy.p;
}

/* What the function made and lets go may have such addresses, too. */
static struct pair *new_pair(int *p, struct pair *next)
{
    struct pair *new = malloc(sizeof *new);
    *new = (struct pair){p, next};
    return new;
}

static int own_objects(int n)
{
    int a = n;
    struct pair *one = malloc(sizeof *one);
    one->p = &a;
    return *one->p;
}

static int own_pair(int n)
{
    int a = n, b = n;
    struct pair *one = new_pair(&a, 0);
    one->p = &b;
    return *one->p + a;
}

static int variable(int n)
{
    char text[n + 1], rows[n][2];
    fill(text, n);
    text[n] = 0;
    memset(rows, 1, sizeof rows);
    if (n == 3)
        return text[1];
    return rows[n - 1][1] + (int)strlen(text);
}

static int arguments(int count, ...)
{
    va_list list;
    int all = 0;
    va_start(list, count);
    for (; count; count--) {
        int one = va_arg(list, int);
        add(&one);
        all += one;
    }
    va_end(list);
    return all;
}

static int old(a, b)
    int a;
    struct pair b;
{
    add(&a);
    return a + (b.p ? *b.p : 0);
}

static jmp_buf back;
static int jumped_over(int n)
{
    int a = n;
    add(&a);
    if (n == 0)
        longjmp(back, 1);
    return jumped_over(n - 1) + a;
}

static int jump_back(void)
{
    volatile int rounds = 0;
    int b = 1;
    if (setjmp(back) && rounds > 3)
        return rounds;
    rounds++;
    add(&b);
    return jumped_over(rounds * 2);
}

static void cleaned(int *p) { add(p); }
static int cleanup(void)
{
    __attribute__((cleanup(cleaned))) int a = 1;
    int b = 2;
    add(&b);
    return a + b;
}

static int of_asm(void)
{
    long b = 2;
    __asm__ volatile("" : "+m"(b));
    return (int)b;
}

static char *deepest;
static int measure(int n)
{
    char here;
    if (!deepest || &here < deepest)
        deepest = &here;
    return n ? measure(n - 1) : deepest != &here;
}

static void *thread(void *argument)
{
    int n = *(int *)argument, all = 0;
    for (int i = 0; i < n; i++) {
        int a = i, *p;
        set(&p, &a);
        all += *p + own_objects(i) + own_pair(i);
    }
    free(argument);
    return (void *)(long)all;
}

static long threads(void)
{
    pthread_t ids[3];
    long all = 0;
    for (int i = 0; i < 3; i++) {
        int *n = malloc(sizeof *n);
        *n = 20 + i;
        pthread_create(&ids[i], 0, thread, n);
    }
    for (int i = 0; i < 3; i++) {
        void *result;
        pthread_join(ids[i], &result);
        all += (long)result;
    }
    return all;
}

static int moves(int **out)
{
    int a = 1, b = 2;
    *out = &a;
    add(&b);
    return b;
}

int main(void)
{
    int *kept;
    long all = 0;
    for (int n = 0; n < 7; n++) {
        struct pair pair = {&n, 0};
        all += early(n) + jumps(n) + computed(n) + expression(n) + depth(n);
        all += out_parameters(n) + own_objects(n) + variable(n + 1);
        all += arguments(3, n, 2, 3) + old(n, pair) + cleanup()
               + of_asm();
        all += moves(&kept);
    }
    all += jump_back() + (measure(3) >= 0);
    printf("%ld %d\n", all, sum);
    printf("%ld\n", threads());
    return 0;
}
