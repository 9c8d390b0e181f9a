 typedef long int __off_t;
 typedef long int __off64_t;
 typedef unsigned long int uintptr_t;
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
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
struct node { struct node *next; int number; struct { void *p; int k; } in; };
static int use(struct node **list, int n, struct node *s, uintptr_t *w)
{
    int sum = (int)(*w & 7);
    for (int i = 0; i < n; i++)
        sum += list[i]->number;
    return sum + s->number + s->in.k + (s->in.p != 0);
}
static struct node make(int n) { return (struct node){.number = n}; }
static int shades(struct node *a, struct node *b)
{
    struct node *list[] = {a, b, [3] = a, [2] = b->next}, *one = a;
    struct node s = {b, 3, {.p = a, 4}}, t = *a, u = make(5);
    struct { struct node n[2]; char *text; } nested = {{*a, {b}}, "x"};
    uintptr_t word = (uintptr_t)a | 1, zero = 0;
    struct node **pone = &one;
    return use(list, 4, &s, &word) + use(pone, 1, &t, &zero)
        + use(&one, 1, &u, &word) + use(list, 1, nested.n, &zero);
}
static int parameter(struct node *p, struct node s)
{
    struct node **pp = &p;
    return use(pp, 1, &s, &(uintptr_t){(uintptr_t)p});
}
int main(void)
{
    struct node *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    a->number = 10;
    b->number = 20;
    b->next = a;
    printf("%d %d\n", shades(a, b), parameter(a, *b));
    return 0;
}
