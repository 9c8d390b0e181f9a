 typedef long int __off_t;
 typedef long int __off64_t;
 typedef long unsigned int size_t;
 struct _IO_FILE;
 struct _IO_FILE;
 struct _IO_FILE;
 struct _IO_marker;
 struct _IO_codecvt;
 struct _IO_wide_data;
 typedef void _IO_lock_t;
 struct _IO_FILE { int _flags; char *_IO_read_ptr; char *_IO_read_end; char *_IO_read_base; char *_IO_write_base; char *_IO_write_ptr; char *_IO_write_end; char *_IO_buf_base; char *_IO_buf_end; char *_IO_save_base; char *_IO_backup_base; char *_IO_save_end; struct _IO_marker *_markers; struct _IO_FILE *_chain; int _fileno; int _flags2; __off_t _old_offset; unsigned short _cur_column; signed char _vtable_offset; char _shortbuf[1]; _IO_lock_t *_lock; __off64_t _offset; struct _IO_codecvt *_codecvt; struct _IO_wide_data *_wide_data; struct _IO_FILE *_freeres_list; void *_freeres_buf; size_t __pad5; int _mode; char _unused2[15 * sizeof (int) - 4 * sizeof (void *) - sizeof (size_t)]; };
 extern int printf (const char *__restrict __format, ...);
 extern double strtod (const char *__restrict __nptr, char **__restrict __endptr) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 extern long int strtol (const char *__restrict __nptr, char **__restrict __endptr, int __base) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 extern unsigned long int strtoul (const char *__restrict __nptr, char **__restrict __endptr, int __base) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
 typedef int (*__compar_d_fn_t) (const void *, const void *, void *);
 extern void *memcpy (void *__restrict __dest, const void *__restrict __src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern void *memmove (void *__dest, const void *__src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern char *strtok_r (char *__restrict __s, const char *__restrict __delim, char **__restrict __save_ptr) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (2, 3)));
 extern void *mempcpy (void *__restrict __dest, const void *__restrict __src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern void bcopy (const void *__src, void *__dest, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern char *strsep (char **__restrict __stringp, const char *__restrict __delim) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
struct node { struct node *next; int number; long pad[2]; };
static struct node n1 = {0, 1, {0}};
static int evaluations;
static void *once(void *p)
{
    evaluations++;
    return p;
}
static void small(void)
{
    struct node a = {&n1, 5, {6, 7}}, b, c;
    struct node *pb = memcpy(&b, &a, sizeof a);
    memcpy(once(&c), once(pb), sizeof(struct node));
    memmove(&a.next, &b.next, sizeof(void *));
    char *end = mempcpy(&b, &a, 16);
    int i = 3, j;
    memcpy(&j, &i, sizeof j);
    float f[4] = {1, 2, 3, 4}, g[4];
    memcpy(g, f, sizeof f);
    char text[16];
    memcpy(text, "0123456789abcde", 16);
    bcopy(&a, &c, sizeof a);
    printf("%d %d %d %td %d %g %s %d %d\n", pb->number, c.next->number,
           a.number, end - (char *)&b, j, g[3], text, evaluations, c.number);
    printf("%d\n", ((struct node *)(memcpy)(&b, &c, sizeof(b)))->number);
}
static void large(size_t n)
{
    void **v = calloc(n, sizeof *v), **w = calloc(n, sizeof *w);
    for (size_t i = 0; i < n; i++)
        v[i] = &v[i];
    void **r = memcpy(w, v, n * sizeof *v);
    memmove(v + 1, v, (n - 1) * sizeof *v);
    __builtin_memcpy(v, w, 80);
    printf("%d %d %d\n", r == w, w[n - 1] == &v[n - 1], v[5] == &v[5]);
    v[20] = &n1;
    char *e = mempcpy(w, v, n * sizeof *v);
    printf("%d %d\n", e == (char *)(w + n), w[20] == &n1);
    struct { char bytes[100]; } *x = calloc(2, 100);
    x[0].bytes[99] = 7;
    memcpy(&x[1], &x[0], sizeof x[0]);
    printf("%d\n", x[1].bytes[99]);
}
static void outputs(void)
{
    char text[] = "12 13.5 0x20 word,other", *end = text, **pend = &end;
    struct { char *end; } *heap = calloc(1, sizeof *heap);
    long a = strtol(end, pend, 10);
    double d = strtod(end, &heap->end);
    unsigned long h = strtoul(heap->end, &heap->end, 0);
    heap->end++;
    char *word = strsep(&heap->end, ",");
    strtol("1", ((void*)0), 10);
    char *state, line[] = "a b c";
    int words = 0;
    for (char *t = strtok_r(line, " ", &state); t;
         t = strtok_r(((void*)0), " ", &state))
        words++;
    printf("%ld %g %lu %s %s %d\n", a, d, h, word, heap->end, words);
}
int main(void)
{
    small();
    large(100);
    outputs();
    return 0;
}
