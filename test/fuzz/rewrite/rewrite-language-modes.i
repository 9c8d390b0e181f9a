 typedef long unsigned int size_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
 extern char *strchr (const char *__s, int __c) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
struct n { struct n *next; char *s; };
static struct n *head;
static int f(char *p, int k)
{
    int sum = 0;
    while (k-- > 0) {
        int c = *p++;
        if (c == 'x') p = strchr(p, 'y');
        if (!p) return -1;
        sum += p[0];
    }
    return sum;
}
int main(void)
{
    struct n *n = malloc(sizeof *n), **pn = &n;
    char text[] = "abcxyz";
    head = *pn;
    head->next = head->s ? ((void*)0) : head;
    head->s = text;
    return f(head->s, 3) < 0;
}
