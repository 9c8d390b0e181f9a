#include "units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static int *kept;

int get(int *p, int n)
{
    *p = n + 1;
    return n & 1;
}

void keep(int *p) { kept = p; }

int *last(void) { return kept; }

int *same(int *p) { return p; }

static int far_away = 9;

int *elsewhere(int *p) { return *p ? &far_away : 0; }

int *first_of(struct pair *p) { return p->first; }

void link_pair(struct pair *a, int *p) { a->first = p; }

int pass(int *p) { return third(p) + third(p + 1); }

int pass_to_keeper(int *p) { return keep_far(p); }

int even(int *p, int n) { return n ? odd(p, n - 1) : ++*p; }

int even_or_keep(int *p, int n) { return n ? odd_or_keep(p, n - 1) : ++*p; }

int forth(int *p, int n) { return back(p, n) + 1; }

int sum_pair(const struct pair *p)
{
    return (p->first ? *p->first : 0) + (p->second ? *p->second : 0);
}

int keep_content(struct pair *p)
{
    kept = p->first;
    return *kept;
}

int call(int (*function)(int *), int *p) { return function(p); }

int sum_all(int count, ...)
{
    va_list list;
    int sum = 0;
    va_start(list, count);
    while (count--)
        sum += *va_arg(list, int *);
    va_end(list);
    return sum;
}

int keep_second(int count, ...)
{
    va_list list;
    va_start(list, count);
    int *first = va_arg(list, int *);
    kept = va_arg(list, int *);
    va_end(list);
    return *first + *kept;
}

int sum_of(struct pair p, int n) { return sum_pair(&p) + n; }

int keep_of(int n, struct pair p)
{
    kept = p.first;
    return n + *kept;
}

int after(struct pair p, int *q)
{
    kept = p.first;
    return ++*q;
}

static struct item { struct item *next; int *value; } items[100];
static int count;

int *keep_all(int *p)
{
    items[count].value = p;
    return items[count++].value;
}

int kept_sum(void)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += items[i].value != 0;
    return sum;
}

void throw(void *environment, int *p)
{
    longjmp(*(jmp_buf *)environment, *p);
}

void put(char *to, const char *from)
{
    while ((*to++ = *from++))
        continue;
}

void copy_bytes(char *to, const char *from, unsigned long bytes)
{
    for (unsigned long i = 0; i < bytes; i++)
        to[i] = from[i];
}

static int another = 77;

void other(int **p) { *p = &another; }
