// A pointer that a loop sets is a null pointer in front of it only where nobody
// reads what it held before [inv.dead]: neither behind a loop without a pass,
// nor after a jump, nor a cleanup.
// REQUIRES: gcc
// RUN: for cc in clang-19 %gcc; do $cc -w -O1 %s -o plain && ./plain >expected \
// RUN:   && ESCC_CC=$cc %escc_verify -w -O2 %s -o ours && ./ours | \
// RUN:   diff - expected || exit 1; done
// RUN: grep 'last: 3, freed: 21, kept: a, b, again: x, case: 5' expected
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int freed;
static void give_back(char **p)
{
    freed += *p ? **p : 0;
}

__attribute__((noinline)) static char *next(char *p, int n)
{
    return p + n;
}

__attribute__((noinline)) static int by_cleanup(char *text, int n)
{
    __attribute__((cleanup(give_back))) char *p = text;
    int sum = 0;
    for (int i = 0; i < n; i++) {
        p = next(text, i);
        for (int k = 0; k < n; k++)
            sum += p[k];
    }
    return sum;
}

__attribute__((noinline)) static int without_pass(int *all, int n)
{
    int *p = all + 2, sum = 0;
    while (n-- > 0) {
        p = all + n;
        for (int k = 0; k < n; k++)
            sum += p[k - n];
    }
    return sum + *p;
}

__attribute__((noinline)) static char by_jump(char *text, int n)
{
    char *p = text;
    if (n > 5)
        goto out;
    for (int i = 0; i < n; i++) {
        if (i == 3)
            goto out;
        p = next(text, i);
        if (p[i] == 'z')
            break;
    }
    p = text + 1;
out:
    return *p;
}

__attribute__((noinline)) static char again(char *text, int n)
{
    char *p = text, seen = 0;
    for (int round = 0; round < 2; round++) {
        seen = *p;
        for (int i = 0; i < n; i++) {
            p = next(text, i);
            seen += p[i] - p[i];
        }
    }
    return seen;
}

__attribute__((noinline)) static int in_case(int *all, int way)
{
    int *p = all;
    switch (way) {
    case 0:
        for (int i = 0; i < way; i++) {
            p = all + i;
            p[i - way] = 0;
        }
        p = all + 4;
        /* fall through */
    default:
        return *p;
    }
}

int main(void)
{
    char text[16] = "\25bcdefg";
    int all[8] = {1, 2, 3, 4, 5};
    by_cleanup(text, 0);
    text[0] = 'a';
    int last = without_pass(all, 0);
    char before = by_jump(text, 6), behind = by_jump(text, 1);
    text[0] = 'x';
    printf("last: %d, freed: %d, kept: %c, %c, again: %c, case: %d\n", last,
           freed, before, behind, again(text, 0), in_case(all, 0));
    return 0;
}
