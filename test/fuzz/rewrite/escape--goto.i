 typedef long unsigned int size_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 typedef int (*__compar_fn_t) (const void *, const void *);
int *global;
void forward(int n)
{
    int *p = malloc(sizeof *p);
    if (n)
        goto end;
    *p = 1;
end:
    free(p);
}
void backward(int n)
{
    int *p = 0;
again:
    if (p)
        *p = 1;
    p = malloc(sizeof *p);
    if (n--)
        goto again;
    free(p);
}
int same_block(void)
{
    int *p = 0;
again:;
    int x;
    if (p) {
        *p = 42;
        return x;
    }
    p = &x;
    goto again;
}
int leaves_the_block(int n)
{
    int *p = 0;
again:
    if (p && !n)
        return *p;
    {
        int x = n;
        p = &x;
    }
    n--;
    goto again;
}
int *dead_goto(int *p)
{
    int x = 1;
    if (0)
        goto again;
again:
    return p ? p : (x ? 0 : p);
}
void computed(int n)
{
    static void *table[] = {&&first, &&second};
    int *p = 0;
    goto *table[n];
first:
    p = malloc(sizeof *p);
    n = 1;
    goto *table[n];
second:
    free(p);
}
void in_switch(int n)
{
    int *p = 0;
    switch (n) {
        int x;
    case 0:
        x = 1;
        p = &x;
        break;
    default:
        x = 2;
    }
    (void)p;
}
