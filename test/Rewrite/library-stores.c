// What the library and builtins store through an argument is what it is in the
// plain program: on success and failure, once evaluated, with null pointers, in
// conditions and arguments, through volatile and mismatched targets.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
// RUN: %S/Inputs/differential %escc %clang %gcc %s -D_FORTIFY_SOURCE=2
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <pwd.h>
#include <search.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct slots {
    char *end, *other;
    char *volatile changing;
    const char *constant;
    wchar_t *wide;
    uintptr_t sum;
    struct passwd user, *users;
    void *result;
    jmp_buf env;
};

static int evaluations;
static struct slots *slots;

static struct slots *once(void)
{
    evaluations++;
    return slots;
}

static char *text(const char *what)
{
    evaluations++;
    return strdup(what);
}

static inline long number(const char *from, char **end)
{
    return strtol(from, end, 0);
}

static void numbers(void)
{
    long l = strtol(text("12 x"), &once()->end, 10);
    printf("%ld '%s'\n", l, slots->end);
    slots->other = slots->end;
    errno = 0;
    l = strtol(text("77"), &slots->other, 99);
    printf("%ld %d %d\n", l, slots->other == slots->end, errno == EINVAL);
    if (strtol(slots->end, &slots->other, 10) == 0 && !*slots->other)
        puts("none");
    printf("'%s'\n", slots->other);
    l = strtol(text("5"), NULL, 10);
    printf("%ld %d\n", l, evaluations);
    double d = strtod(text("1.5e1z"), (char **)&slots->changing);
    printf("%g %s\n", d, slots->changing);
    unsigned long u = strtoul(text("0x1fy"), (char **)&slots->constant, 16);
    printf("%lu %s\n", u, slots->constant);
    /* The end of one is the beginning of the next, and of the one within. */
    char *p = text("3 4 5");
    l = number(p, &p);
    l += number(p, &p) * 10;
    l += strtol(p, strtol(p, &slots->other, 10) ? &slots->end : NULL, 10);
    printf("%ld '%s' '%s'\n", l, p, slots->end);
    for (char **at = &slots->end; at && strtol(text("9,"), at, 10) == 9;
         at = at == &slots->end ? &slots->other : NULL)
        printf("%s", *at);
    wchar_t *w = wcsdup(L"8 w");
    l = wcstol(w, &slots->wide, 10);
    printf("%ld %ls\n", l, slots->wide);
}

static void words(void)
{
    char *line = text("a=1,b,c=3,d");
    for (char *t = strtok_r(line, ",", &slots->end); t;
         t = strtok_r(NULL, ",", &slots->end))
        printf("%s;", t);
    slots->other = text("k=5,unknown,j");
    char *const names[] = {"j", "k", NULL};
    while (*slots->other) {
        int i = getsubopt(&slots->other, names, &once()->end);
        printf("%d %s;", i, slots->end ? slots->end : "-");
    }
    slots->end = text("x y");
    char *word = strsep(&once()->end, " ");
    printf("%s %s %d\n", word, slots->end, evaluations);
    char buffer[2048], *room = malloc(sizeof buffer);
    if (getpwuid_r(0, &slots->user, room, sizeof buffer, &slots->users) == 0 &&
        slots->users == &slots->user)
        printf("%s\n", slots->users->pw_name);
    struct passwd user, *found;
    printf("%d\n", getpwuid_r(0, &user, buffer, 2, &found));
}

static int differ(const void *a, const void *b)
{
    return *(char *const *)a != *(char *const *)b;
}

static void copies(void)
{
    char **from = calloc(16, sizeof *from), **to = calloc(16, sizeof *to);
    for (int i = 0; i < 16; i++)
        from[i] = text("word");
    char *behind = memccpy(to, from, *(unsigned char *)&from[2], 128);
    printf("%d\n", behind && !memcmp(to, from, (size_t)(behind - (char *)to)));
    /* The size may be what is never reached. */
    strcpy((char *)to, "");
    behind = memccpy(to, "ab\0cd", 0, SIZE_MAX / 2);
    printf("%td %s\n", behind - (char *)to, (char *)to);
    printf("%d\n", !memccpy(to, from, 256, 0));
    wchar_t *end = wmempcpy((wchar_t *)to, (wchar_t *)from, 32);
    printf("%d %d\n", end == (wchar_t *)(to + 16), to[15] == from[15]);
    wmemmove((wchar_t *)(to + 1), (wchar_t *)to, 30);
    printf("%d\n", to[15] == from[14] && to[1] == from[0]);
    if (wmemcpy((wchar_t *)to, (wchar_t *)from, 2) == (wchar_t *)to)
        printf("%d\n", to[0] == from[0]);
    size_t count = 3;
    char **at = lsearch(&from[1], from, &count, sizeof *from, differ);
    printf("%td %zu\n", at - from, count);
    char *new = text("new");
    at = lsearch(&new, from, &count, sizeof *from, differ);
    printf("%td %zu %s\n", at - from, count, from[3]);
}

static void sums(void)
{
    char *p = text("0123456789abcdef");
    printf("%d ", __builtin_add_overflow((uintptr_t)p, 3u, &once()->sum));
    printf("%s\n", (char *)slots->sum);
    printf("%d ", __builtin_sub_overflow(slots->sum, 1ul, &slots->sum));
    printf("%s\n", (char *)slots->sum);
    if (__builtin_add_overflow((uintptr_t)p, UINTPTR_MAX, &slots->sum))
        printf("%d\n", slots->sum == (uintptr_t)p - 1);
    volatile uintptr_t *changing = &slots->sum;
    printf("%d ", __builtin_uaddl_overflow((uintptr_t)p, 4,
                                           (unsigned long *)changing));
    printf("%s\n", (char *)*changing);
}

static void exchanges(void)
{
    struct { char *a, *b; _Atomic(char *) c; } *s =
        calloc(1, sizeof *s);
    s->a = text("a");
    s->b = text("b");
    char *old = text("old");
    __atomic_exchange(&s->a, &s->b, &s->b, __ATOMIC_SEQ_CST);
    printf("%s %s\n", s->a, s->b);
    __atomic_load(&s->b, &once()->end, __ATOMIC_SEQ_CST);
    __atomic_store(&s->b, &s->a, __ATOMIC_SEQ_CST);
    printf("%s %s\n", slots->end, s->b);
    slots->end = old;
    printf("%d ", __atomic_compare_exchange_n(&s->a, &once()->end, old, 0,
                                              __ATOMIC_SEQ_CST,
                                              __ATOMIC_SEQ_CST));
    printf("%s %s ", s->a, slots->end);
    while (!__atomic_compare_exchange(&s->a, &slots->end, &old, 1,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    printf("%s %s\n", s->a, slots->end);
    atomic_init(&s->c, text("c"));
    slots->other = NULL;
    printf("%d ", atomic_compare_exchange_strong(&s->c, &slots->other, old));
    printf("%s\n", slots->other);
    printf("%d %s\n", evaluations, atomic_exchange(&s->c, slots->end));
}

static void *run(void *argument)
{
    return argument;
}

static void threads(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run, text("joined"));
    int error = pthread_join(thread, &slots->result);
    printf("%d %s\n", error, (char *)slots->result);
    pthread_create(&thread, NULL, run, text("tried"));
    while (pthread_tryjoin_np(thread, &once()->result) == EBUSY)
        evaluations--;
    printf("%s\n", (char *)slots->result);
    pthread_create(&thread, NULL, run, NULL);
    printf("%d\n", pthread_join(thread, NULL));
}

static int order(const void *a, const void *b)
{
    if (*(const int *)a == 3 || *(const int *)b == 3)
        longjmp(slots->env, 3);
    return *(const int *)a - *(const int *)b;
}

static void jumps(void)
{
    int *numbers = malloc(5 * sizeof *numbers);
    char *volatile kept = text("kept");
    for (volatile int i = 0; i < 3; i++) {
        for (int k = 0; k < 5; k++)
            numbers[k] = 5 - k;
        switch (setjmp(once()->env)) {
        case 0:
            qsort(numbers, 5, sizeof *numbers, order);
            puts("sorted");
            break;
        case 3:
            printf("out %d %s\n", i, kept);
        }
    }
}

int main(void)
{
    slots = calloc(1, sizeof *slots);
    numbers();
    words();
    copies();
    sums();
    exchanges();
    threads();
    jumps();
    printf("%d\n", evaluations);
    return 0;
}
