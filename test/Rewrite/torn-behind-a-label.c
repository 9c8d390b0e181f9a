// Words that are exchanged in pieces between a label and a jump out: the
// variable whose cleanup ends that is declared behind the label, where clang
// takes no declaration that begins with __extension__.  pcre's compiler has
// such a statement.
//
// RUN: %escc_verify -O1 %s -o prog && ./prog
// RUN: ESCC_CC=gcc %escc_verify -O1 %s -o prog && ./prog
// RUN: ESCC_CC=clang-19 %escc_verify -O1 %s -o prog && ./prog
// RUN: %escc -fescc-emit-source=- -c -o torn.o %s > torn.c
// RUN: grep 'again:.*__cleanup__(__escc_mended)' torn.c
// RUN: grep 'case 2:.*__cleanup__(__escc_mended)' torn.c

static int exchange(void **a, void **b, int n)
{
    unsigned char *p = (unsigned char *)a, *q = (unsigned char *)b, t;
    int i = 0;
    if (n > 40)
        goto again;
    n++;
again: t = p[i];
    p[i] = q[i];
    if (n < 0)
        return -1;
    q[i] = t;
    if (++i < 8)
        goto again;
    return n;
}

static int exchange_one(void **a, void **b, int n)
{
    unsigned char *p = (unsigned char *)a, *q = (unsigned char *)b, t;
    switch (n) {
    case 1:
        n++;
        break;
    case 2: t = p[0];
        p[0] = q[0];
        if (a == b)
            return -1;
        q[0] = t;
        break;
    }
    return n;
}

int main(void)
{
    static int x[2] = {1, 2};
    void *a = &x[0], *b = &x[1];
    if (exchange(&a, &b, 2) != 3 || a != &x[1] || b != &x[0])
        return 1;
    if (exchange_one(&a, &b, 2) != 2 || a != &x[0] || b != &x[1])
        return 2;
    return 0;
}
