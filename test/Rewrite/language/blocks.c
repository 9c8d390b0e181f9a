// Blocks that are entered, left and repeated in every way while moved locals,
// variable length arrays and compound literals live in them.
// RUN: %S/../Inputs/differential %escc %clang %gcc %s -I%S/Inputs
#include <alloca.h>
#include <setjmp.h>
#include "common.h"

static void vla_loops(int n)
{
    int pass = 0;
    keep(&pass);
again:;
    char (*row)[n + pass];
    int list[n + pass], *at[n];
    row = malloc(2 * sizeof *row);
    keep(list), keep(at), keep(&row);
    for (int i = 0; i < n + pass; i++)
        list[i] = i * pass;
    at[0] = &list[n + pass - 1];
    churn();
    printf("%d %zu %zu %zu\n", *at[0], sizeof list, sizeof *row,
           sizeof(int[pass++ + 1]));
    if (pass < 3)
        goto again;
    for (int i = 1; i < 4; i++) {
        struct node *nodes[i][i];
        keep(nodes);
        for (int k = 0; k < i; k++)
            nodes[k][i - 1] = make(k);
        churn();
        printf("%ld ", nodes[i - 1][i - 1]->number);
        if (i == 2)
            continue;
        typedef struct node *shape[i];
        shape more;
        keep(more);
        more[i - 1] = make(i);
        n++;
        printf("%zu ", sizeof(shape) / sizeof *more);
    }
    puts("");
}

static long vla_parameters(int n, int m, long a[n][m], long (*b)[m],
                           long c[static n], long d[restrict const n],
                           char e[sizeof(long[n++])])
{
    keep(&n), keep(&m), keep(&a), keep(&b), keep(&c), keep(&e);
    int old = m;
    m = 7;
    a++, b++;
    return a[0][1] + b[0][2] + c[0] + d[1] + sizeof *a + old + n + e[0];
}

static struct node *jump_in(int k)
{
    struct node *result = 0;
    keep(&k);
    if (k > 1)
        goto inside;
    {
        struct node *first = make(1), *second;
        struct node third = {first, 3};
        int numbers[4] = {1, 2, 3, 4};
        keep(&first), keep(&second), keep(&third), keep(numbers);
        second = first;
        if (k == 1) {
        inside:
            first = make(2);
            second = &third;
            third.next = first;
            third.number = k;
            numbers[k] = k;
        }
        churn();
        result = second;
        if (k-- > 1)
            goto inside;
        switch (k) {
            struct node *hidden;
        case 0:
            hidden = make(4);
            keep(&hidden);
            while (hidden->number < 6) {
                int turn;
                keep(&turn);
        case 1:
                turn = k + 5;
                result->number += turn;
                if (k == 1)
                    break;
                hidden->number++;
            }
            break;
        case 2 ... 9:
            result->number = 99;
        }
    }
    return result;
}

static void computed(int k)
{
    static const void *const targets[] = {&&one, &&two, &&three};
    void *next = &&one;
    int steps = 0;
    keep(&next), keep(&steps);
    goto *next;
    {
        struct node *n;
        int local;
    one:
        keep(&n), keep(&local);
        n = make(steps++);
        local = k;
        churn();
        printf("%ld %d; ", n->number, local);
        if (steps == 2)
            goto *targets[2];
    }
two:
    next = (void *)targets[steps > 2 ? 2 : 0];
    goto *next;
three:
    printf("%d\n", steps);
    return;
}

static void local_labels(void)
{
    int total = 0;
    keep(&total);
    for (int i = 0; i < 3; i++) {
        __label__ done, skip;
        int seen = i, *at = &seen;
        keep(at);
        void *where = i & 1 ? &&skip : &&done;
        goto *where;
    skip:
        total += 10;
    done:
        total += ({
            __label__ out;
            int inner = *at;
            keep(&inner);
            if (inner == 2)
                goto out;
            inner++;
        out:
            inner;
        });
    }
    printf("%d\n", total);
}

static long statement_expressions(int n)
{
    int list[({ int k = n; keep(&k); k + 1; })];
    keep(list);
    for (int i = ({ int z = 0; keep(&z); z; });
         ({ int limit = n; keep(&limit); i < limit; });
         ({ int step = 1; keep(&step); i += step; }))
        list[i] = ({ struct node *m = make(i); keep(&m); churn(); m->number; });
    while (({ int t = n; keep(&t); t-- > 3; }))
        n--;
    struct node value = ({ struct node v = {make(8), 9}; keep(&v); v; });
    struct node *p = ({ struct node *q; keep(&q); q = make(5); });
    p->next = ({ struct node *q = make(6); q->next = make(7); keep(&q); q; });
    keep(&value), keep(&p);
    churn();
    size_t size = sizeof(({ struct node s; s; }))
        + sizeof(char[({ int s = n; keep(&s); s; })]);
    switch (({ int c = n; keep(&c); c; })) {
    case 3:
        n += ({ int z = 4; keep(&z); z; }) ?: 3;
    }
    do
        n++;
    while (({ int u = n; keep(&u); u < 9; }));
    if (({ struct node *q = p; keep(&q); q; })->next->next->number == 7)
        n += ({ goto out; 1; });
out:
    return list[1] + value.number + value.next->number + p->next->number
        + size + n;
}

struct pair { struct node *a, *b; };
static struct pair *sink;
static struct node **hold(struct node **p) { return keep(p); }

static void literals(int n)
{
    struct pair *first = 0, *p;
    struct node **list[3];
    keep(&first), keep(&p), keep(list);
    for (int i = 0; i < 3; i++) {
        list[i] = hold((struct node *[]){make(i), make(i + 1)});
        p = &(struct pair){make(i + 10), p = 0};
        if (i == 1)
            first = p;
        sink = &(struct pair){.b = *hold(&(struct node *){make(i + 20)})};
        sink->a = *(struct node *[2]){make(30)};
        churn();
        printf("%ld %ld %ld %ld ", list[i][1]->number, p->a->number,
               sink->b->number, sink->a->number);
    }
    int k = 0;
    struct pair *same = 0;
again:
    p = &(struct pair){make(k)};
    if (same && same != p)
        puts("differs");
    same = p;
    if (k++ < 2)
        goto again;
    churn();
    printf("%ld\n", same->a->number);
    struct { const char *s; int (*f)[2]; } t = {(char[]){"text"},
                                                &(int[2]){n, n + 1}};
    keep(&t);
    const int *constant = (const int[]){[2] = 5}, *nested =
        *(int *[]){(int[]){1, 2}};
    keep(&constant), keep(&nested);
    ((struct pair){.a = make(1)}).b = make(2);
    (*(struct pair *)keep(&(struct pair){0})).a = make(3);
    *(int *)keep(&(int){4}) += 1;
    printf("%s %d %d %d\n", t.s, (*t.f)[1], constant[2], nested[1]);
}

static jmp_buf env;
static long jumps(void)
{
    struct node *volatile before = make(1);
    struct node *after = 0;
    volatile int count = 0;
    keep((void *)&before), keep(&after), keep((void *)&count);
    switch (setjmp(env)) {
    case 0: {
        struct node *inner = make(2);
        keep(&inner);
        before = inner;
        after = inner;
        churn();
        longjmp(env, 1);
    }
    case 1:
        count++;
        after = make(3);
        churn();
        if (count < 3)
            longjmp(env, 1);
    }
    return before->number + after->number + count;
}

static long on_stack(int n)
{
    struct node **list = alloca(n * sizeof *list);
    struct node **more = __builtin_alloca_with_align(n * sizeof *more, 512);
    keep(list);
    for (int i = 0; i < n; i++) {
        list[i] = make(i), more[i] = make(-i);
        *(struct node **)alloca(8) = make(5);
    }
    churn();
    return list[n - 1]->number * 100 + more[n - 1]->number
        + (uintptr_t)more % 64;
}

int main(void)
{
    long grid[3][2] = {{1, 2}, {3, 4}, {5, 6}}, line[] = {7, 8};
    keep(grid);
    vla_loops(2);
    printf("%ld\n", vla_parameters(2, 2, grid, grid, line, line, "e"));
    for (int k = 0; k < 6; k++)
        printf("%ld ", jump_in(k)->number);
    puts("");
    computed(3);
    local_labels();
    printf("%ld\n", statement_expressions(4));
    literals(3);
    printf("%ld %ld\n", jumps(), on_stack(3));
    return 0;
}
