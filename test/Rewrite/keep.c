// KEEP round loops of every shape: never a changed meaning.
// RUN: %S/Inputs/differential %escc %clang %gcc %s
#include <stdio.h>
#include <string.h>

struct node { struct node *next; int v[4]; };

static int length(const char *s)
{
    const char *p = s;
    while (*p)
        p++;
    return (int)(p - s);
}

static int shapes(int *p, int n, int way)
{
    int sum = 0, i = 0;
    if (way == 0)
        for (i = 0; i < n; i++)
            if (p[i] > 1)
                sum += p[i];
            else
                sum -= 1;
    else if (way == 1)
        while (i < n)
            sum += p[i++];
    else
        do
            sum += *p++;
        while (++i < n);
    switch (way) {
    case 0:
        for (int *q = p; q < p + n; q++)
            sum += *q;
        break;
    case 1:
        for (int *q = p, *end = p + n; q < end; q += 2)
            sum += *q;
    default:
again:
        for (; n > 2; n--)
            sum += p[n - 3];
    }
    if (sum < 0)
        goto again;
    return sum;
}

/* Another variable's declaration sets the pointer, as in dovecot's
 * array_foreach. */
#define FOREACH(p, from, n)                                                 \
    for (const void *p##_end = (const char *)(p = (from)) + (n) * sizeof *p; \
         (const void *)p != p##_end; p++)

static int beside(int *from, int n)
{
    int *p, *last = NULL, sum = 0;
    FOREACH(p, from, n) {
        if (*p == 3)
            continue;
        last = p;
        sum += *p - p[0] / 2;
    }
    for (int i = (p = from, 1); i < n; i++, p++)
        sum += p[i - i] * i;
    for (int *q = (p = from); q < from + n; q++)
        sum += q[0] ^ p[1];
    return sum + (last ? *last : 0) + (p == from);
}

static int lists(struct node *list)
{
    int sum = 0;
    for (struct node *n = list; n; n = n->next)
        for (int i = 0, *v = n->v; i < 4; i++, v++)
            sum += *v + n->v[3 - i];
    return sum;
}

static char *words(char *text)
{
    char *p, *to;
    for (p = to = text; *p; p++) {
        if (*p == ' ')
            continue;
        if (*p == '.')
            break;
        *to++ = *p;
    }
    *to = 0;
    while ((p = strchr(text, '_')))
        *p++ = '-', text[0] = *p;
    return text;
}

static int biased(long *p, long off, long n)
{
    long s = 0;
    for (long i = off; i < n + off; i++)
        s += p[i - off];
    for (long *q = p + n; q-- > p;)
        s += *q;
    return (int)s;
}

static int duff(char *to, const char *from, int count)
{
    int n = (count + 3) / 4;
    switch (count % 4)
    case 0: do { *to++ = *from++;
    case 3:      *to++ = *from++;
    case 2:      *to++ = *from++;
    case 1:      *to++ = *from++;
            } while (--n > 0);
    *to = 0;
    return n;
}

/* Pointers without a value before their loops; `again` and `once` have one that
 * an earlier pass of another loop gave them. */
static int set_in_passes(char *text, int way)
{
    char *line, *end, *word, *again = NULL, *once, *left;
    int sum = 0, passes = 0;
    for (line = text; *line; line = end + 1) {
        end = strchr(line, ' ');
        if (!end)
            break;
        sum += (int)(end - line) * end[1];
    }
    for (int i = 0; i < way; i++) {
        if (i & 1)
            word = text + i;
        else
            word = text;
        sum += word[i];
    }
    for (int i = 0; i < 3; i++) {
        int first = i == 0;
        while (passes++ < 6) {
            if (first)
                once = text + passes;
            sum += once[0] + once[passes & 3];
            if (first && passes == 2)
                break;
        }
        do {
            if (i)
                continue;
            again = text + 2;
        } while (again[sum & 1] == '!');
        switch (i + way) {
        case 0:
            do {
                left = text + 1;
        case 2:
                sum += left[sum & 3];
            } while (sum & 1 && ++sum);
        }
    }
    return sum * passes;
}

int main(void)
{
    int v[] = {1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0};
    struct node a = {0, {1, 2, 3, 4}}, b = {&a, {5, 6, 7, 8}};
    char text[] = "one two_three. four", copy[32];
    long l[] = {1, 2, 3, 4, 5};
    for (int way = 0; way < 3; way++)
        printf("%d ", shapes(v, 5, way));
    printf("%d %d %s %d ", length("abc"), lists(&b), words(text),
           biased(l, 3, 5));
    printf("%d ", duff(copy, "abcdefg", 7));
    printf("%d ", set_in_passes(copy, 0));
    printf("%d ", beside(v, 5));
    puts(copy);
    return 0;
}
