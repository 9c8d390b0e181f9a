// Parameters that move: a heap copy at the start of the body.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdarg.h>
#include <stdio.h>

struct small { int a; char *b; };
struct large { long words[20]; struct small s; };

static void *sink[64];
static int sinks;

static void *keep(const void *p)
{
    return sink[sinks++ % 64] = (void *)p;
}

static int plain(int x, const int y, int *p)
{
    *(int *)keep(&x) += y;
    keep(&y);
    keep(&p);
    *p = x;
    return *(int *)keep(&x);
}

static long records(struct small s, struct large l, const struct small c)
{
    ((struct small *)keep(&s))->a++;
    ((struct large *)keep(&l))->words[3] = 7;
    keep(&c);
    return s.a + l.words[3] + l.s.a + c.a;
}

static int arrays(int n, int v[n], int m[][n], char *const argv[])
{
    keep(&v), keep(&m), keep(&n), keep(&argv);
    return v[n - 1] + m[1][0] + (int)sizeof v + (int)sizeof *m + argv[0][0];
}

static int functions(int f(int), int (*g)(int))
{
    keep(&f), keep(&g);
    return f(1) + g(2) + (*f)(3);
}

static int old(a, c, f, p)
    int a, *p;
    char c;
    float f;
{
    keep(&a), keep(&c), keep(&f), keep(&p);
    return a + c + (int)f + *p;
}

static int labelled(int x)
{
    __label__ out, in;
    int *p = keep(&x);
in:
    if (*p > 3)
        goto out;
    x++;
    goto in;
out:
    return x * 10;
}

static int variadic(const char *what, int last, ...)
{
    va_list list;
    keep(&last);
    keep(&what);
    va_start(list, last);
    int n = va_arg(list, int) + last;
    va_end(list);
    return n;
}

static int recursive(int n, int *up)
{
    int *mine = &n;
    return n == 0 ? *up : recursive(n - 1, mine) + *up;
}

static int inc(int n) { return n + 1; }
static int dec(int n) { return n - 1; }

int main(int argc, char **argv)
{
    int target = 0, v[] = {1, 2, 3}, m[][3] = {{1, 2, 3}, {4, 5, 6}};
    keep(&argc), keep(&argv);
    struct large large = {.s = {.a = 5}};
    target = plain(3, 4, &target) + target;
    printf("%d\n", target);
    printf("%ld\n", records((struct small){1, 0}, large,
                            (struct small){2, 0}));
    printf("%d\n", arrays(3, v, m, (char *[]){"A"}));
    printf("%d\n", functions(inc, dec));
    printf("%d\n", old(1, 'b', 2.5, &target));
    printf("%d\n", labelled(0));
    printf("%d\n", variadic("x", 4, 38));
    printf("%d\n", recursive(5, &target));
    printf("%d %d\n", argc, argv[argc] == 0);
    return 0;
}
