 typedef long unsigned int size_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *realloc (void *__ptr, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 extern int posix_memalign (void **__memptr, size_t __alignment, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1))) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
 extern char *strdup (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) __attribute__ ((__nonnull__ (1)));
int *global;
void array_stays(void)
{
    int i = 0;
    int **a = malloc(4 * sizeof *a);
    a[0] = &i;
    free(a);
}
int **array_is_returned(int n)
{
    int i = n;
    int **a = calloc((size_t)n, sizeof *a);
    a[0] = &i;
    return a;
}
void element_leaks(void)
{
    int i = 0;
    int **a = malloc(sizeof *a);
    a[0] = &i;
    global = a[0];
    free(a);
}
void grown(void)
{
    int i = 0;
    int **a = malloc(sizeof *a);
    a[0] = &i;
    a = realloc(a, 2 * sizeof *a);
    a[1] = 0;
    free(a);
}
void grown_element_leaks(void)
{
    int i = 0;
    int **a = malloc(sizeof *a);
    a[0] = &i;
    int **b = realloc(a, 2 * sizeof *b);
    global = b[0];
}
void in_a_loop(void)
{
    char *last = ((void*)0);
    for (int i = 0; i < 3; i++) {
        char *p = malloc(8);
        char *q = malloc(9);
        last = p;
        (void)q;
    }
    (void)last;
}
char *duplicate(const char *s) { return strdup(s); }
void duplicate_stays(const char *s) { char *copy = strdup(s); free(copy); }
int **aligned(void)
{
    void *p = ((void*)0);
    if (posix_memalign(&p, 64, 128))
        return ((void*)0);
    return p;
}
struct buffer { char *bytes; size_t count; };
static void buffer_add(struct buffer *b, char c)
{
    b->bytes = realloc(b->bytes, b->count + 1);
    b->bytes[b->count++] = c;
}
size_t buffer_on_the_stack(void)
{
    struct buffer b = {((void*)0), 0};
    buffer_add(&b, 'x');
    free(b.bytes);
    return b.count;
}
