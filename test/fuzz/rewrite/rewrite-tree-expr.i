struct point { int x; struct { int *p; long l; }; int a[3]; };
int called(int, char *);
void values(struct point *s, int n)
{
    struct point t = *s, *u = &t;
    t.p = s->p;
    2[u->a] = n;
    n = n ?: 'a', n += 2;
    *s->p++ = --n;
    n = s && !n || s->l >> 1 != -n;
    called(n, "a" "b");
    (void)(long)(u = __extension__ &t);
}
int parameters(int a[static 2], int f(int), int m[][3], int n, int v[n])
{
    __typeof__(a) b = n ? a : v;
    __auto_type c = a;
    a = (b), a++;
    return f(m[1][2]) + (*f)(*c) + (int)sizeof a;
}
