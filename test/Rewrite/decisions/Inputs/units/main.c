/* Locals of which other units decide where they live: a comment behind a
 * declaration says of each name where that is. */
#include "units.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

static int out(void)
{
    int n;                                      // n: frame
    int more;                                   // more: frame
    get(&n, 3);
    return get(&more, n) + n + more;
}

static int twice(int *p)
{
    return get(p, 5) + get(p, 7);
}

static int through_own_function(void)
{
    int n = 1;                                  // n: frame
    return twice(&n) + n;
}

static int kept(void)
{
    int n = 4;                                  // n: heap
    keep(&n);
    n++;
    return *last();
}

static int *global;

static int returned(void)
{
    int n = 4, m = 5, far = 6;                  // n: frame, m: heap, far: heap
    int near = 7;                               // near: frame
    struct pair a = {&far, 0};                  // a: frame
    struct pair b = {&near, 0};                 // b: frame
    int *q = same_far(&n);
    global = same(&m);
    int *r = first_of(&a);
    keep(r);
    *q += *same(&n);
    for (int i = 0; i < 2; i++) {
        int inner = i, outer = i;               // inner: frame, outer: heap
        int *s = same(&inner);
        r = same(&outer);
        *q += *s;
    }
    return *q + *global + *r + *first_of(&b);
}

/* What is returned is kept only if the result is, and the other way round. */
static int handed_on(void)
{
    int a = 1, b = 2, c = 3, d = 4;     // a: frame, b: heap, c: frame, d: heap
    int e = 5, f = 6, g = 7, h = 8;     // e: frame, f: frame, g: heap, h: heap
    struct pair q = {0, 0}, r = {0, 0}, s = {&h, &h}; // q: frame, r: frame, s: frame
    int sum = get(same(&a), 2) + pass(same(same_far(&e)));
    keep(same(&b));
    keep(elsewhere(&c));
    sum += *last();
    keep(same(elsewhere(same_far(&c))));
    keep(same(same_far(&d)));
    sum += *last();
    int *p = &e;
    for (int i = 0; i < 3; i++)
        p = i % 2 ? same(p) : same_far(p);
    q.first = same(&f);
    r.first = same(&g);
    sum += sum_pair(&q) + keep_content(&r) + get(p, 1);
    keep(first_of(&s));
    return sum + *last();
}

/* What is returned to a variable in a block around the call outlives what is
 * inside of that block, and nothing else. */
static int walked(int *p, int *k)
{
    for (int i = 0; i < 3; i++) {
        p = same(p);
        k = same(same_far(k));
    }
    keep(k);
    return *p;
}

static int around_calls(void)
{
    int a = 1, b = 2, c = 3;            // a: frame, b: heap, c: frame
    int *s = &c, *t = 0;
    struct pair q = {0, 0};                     // q: frame
    int sum = walked(&a, &b) + *last();
    for (int i = 0; i < 3; i++) {
        int d = i, e = i, f = i, g = i; // d: heap, e: heap, f: frame, g: heap
        int *u = &f;
        s = same(s);
        t = i ? same(&d) : elsewhere(u);
        sum += t != 0;
        t = same(same_far(&e));
        u = same(u);
        q.second = same(&g);
        sum += *u + *s + *t + sum_pair(&q);
    }
    return sum;
}

static int stored_in_another(void)
{
    struct pair a = {0, 0};                     // a: frame
    int n = 4;                                  // n: heap
    link_pair(&a, &n);
    return *a.first;
}

static int passed_on(void)
{
    int n = 4, kept_far = 5;                    // n: frame, kept_far: heap
    return pass(&n) + pass_to_keeper(&kept_far) + n;
}

static int recursive(int deep)
{
    int n = deep;                               // n: frame
    int m = deep;                               // m: heap
    return even(&n, deep) + even_or_keep(&m, deep) + n;
}

/* Called by the other unit, while it runs on its behalf. */
int back(int *p, int deep)
{
    int n = *p;                                 // n: frame
    return deep ? forth(&n, deep - 1) + n : *p;
}

static int content(void)
{
    int n = 4, m = 5;                           // n: frame, m: heap
    struct pair s = {&n, 0}, t = {&m, 0};       // s: frame, t: frame
    return sum_pair(&s) + keep_content(&t);
}

static int called_back(void)
{
    int n = 6;                                  // n: frame
    return call(twice, &n) + n;
}

static int variable_arguments(void)
{
    int n = 6, m = 7, k = 8;                    // n: frame, m: heap, k: heap
    return sum_all(2, &n, &m) + keep_second(2, &m, &k);
}

static int by_value(void)
{
    int n = 6, m = 7;                           // n: frame, m: heap
    struct pair p = {&n, &n}, q = {&m, 0};
    return sum_of(p, 1) + keep_of(1, q);
}

static int behind_a_structure(void)
{
    int n = 6;                                  // n: frame
    struct pair p = {0, 0};
    return after(p, &n) + n;
}

static int own_parameter(int n, struct pair p)  // n: frame, p: frame
{
    return get(&n, 2) + n + sum_pair(&p);
}

static int literals(void)
{
    int sum = 0;                                // sum: frame
    for (int i = 0; i < 3; i++)
        sum += pass((int[]){i, i + 1}) + sum_pair(&(struct pair){&sum, 0});
    return sum;
}

static int in_loops(void)
{
    int sum = 0;
    for (int i = 0; i < 5; get(&i, i)) {        // i: frame
        int zero = 0;                           // zero: frame
        int table[4] = {0};                     // table: frame
        int n;                                  // n: heap
        get(table + i % 4, i);
        n = i + zero;
        sum += pass(&zero) + table[0] + table[3] + *keep_all(&n);
    }
    return sum + kept_sum();
}

static int jumps(int where)
{
    int passes = 0;
    switch (where) {
        int inside;                             // inside: frame
    case 0:
        inside = 4;
    case 1:
        get(&inside, 9);
        passes += inside;
    }
again:;
    int same_object = passes;                   // same_object: frame
    get(&same_object, passes);
    if (same_object++ < 20) {
        passes++;
        goto again;
    }
    return passes + same_object;
}

static jmp_buf environment;

static int returns_twice(void)
{
    int n;                                      // n: frame
    get(&n, 3);
    if (setjmp(environment) == 0)
        throw(&environment, &n);
    return n;
}

static int text(const char *word)
{
    char buffer[64];                            // buffer: frame
    _Alignas(64) char aligned[40];              // aligned: frame
    put(buffer, "hello");
    put(aligned, word);
    return (int)(strlen(buffer) + strlen(aligned)) +
           (int)((unsigned long)aligned % 64);
}

/* A pointer that is hidden from the unit that copies it. */
static int bytes(void)
{
    int n = 11;
    struct pair from = {&n, &n}, to;            // from: frame, to: frame
    copy_bytes((char *)&to, (const char *)&from, sizeof to);
    return *to.first;
}

/* Whoever has a pointer may be given another one. */
static int replaced(void)
{
    int n = 12;                                 // n: frame
    int *p = &n;                                // p: frame
    other(&p);
    return *p;
}

static int never_linked(int *p)
{
    if (0)
        nowhere(p);
    return *p;
}

static int unlinked(void)
{
    int n = 3;                                  // n: heap
    return never_linked(&n);
}

int main(void)
{
    int n = 2;                                  // n: frame
    printf("%d %d %d %d\n", out(), through_own_function(), kept(),
           returned());
    printf("%d %d %d %d\n", stored_in_another(), passed_on(), recursive(4),
           back(&n, 3));
    printf("%d %d %d %d\n", content(), called_back(), variable_arguments(),
           by_value());
    printf("%d %d %d %d\n", behind_a_structure(),
           own_parameter(1, (struct pair){&n, &n}), literals(), in_loops());
    printf("%d %d %d %d\n", jumps(0), jumps(2), returns_twice(),
           text("word"));
    printf("%d %d %d %d\n", bytes(), replaced(), unlinked(), handed_on());
    printf("%d\n", around_calls());
    return 0;
}
