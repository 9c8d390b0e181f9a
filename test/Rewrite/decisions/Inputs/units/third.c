#include "units.h"

static int *kept;

int odd(int *p, int n) { return n ? even(p, n - 1) : --*p; }

int odd_or_keep(int *p, int n)
{
    if (n)
        return even_or_keep(p, n - 1);
    kept = p;
    return *kept;
}

int third(int *p) { return p != 0; }

int keep_far(int *p)
{
    kept = p;
    return *kept;
}

int *same_far(int *p) { return same(p); }
