 typedef long unsigned int size_t;
 typedef long int __off_t;
 typedef long int __off64_t;
 struct _IO_FILE;
 struct _IO_FILE;
 struct _IO_FILE;
 struct _IO_marker;
 struct _IO_codecvt;
 struct _IO_wide_data;
 typedef void _IO_lock_t;
 struct _IO_FILE { int _flags; char *_IO_read_ptr; char *_IO_read_end; char *_IO_read_base; char *_IO_write_base; char *_IO_write_ptr; char *_IO_write_end; char *_IO_buf_base; char *_IO_buf_end; char *_IO_save_base; char *_IO_backup_base; char *_IO_save_end; struct _IO_marker *_markers; struct _IO_FILE *_chain; int _fileno; int _flags2; __off_t _old_offset; unsigned short _cur_column; signed char _vtable_offset; char _shortbuf[1]; _IO_lock_t *_lock; __off64_t _offset; struct _IO_codecvt *_codecvt; struct _IO_wide_data *_wide_data; struct _IO_FILE *_freeres_list; void *_freeres_buf; size_t __pad5; int _mode; char _unused2[15 * sizeof (int) - 4 * sizeof (void *) - sizeof (size_t)]; };
 extern int printf (const char *__restrict __format, ...);
 extern size_t strlen (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
struct pair { int number; struct pair *other; };
struct holder { struct pair *p; const char *name; int *list; };
static struct holder *heap;
static struct holder global;
static struct pair *same(struct pair *p) { return p; }
static int total(const int *v, int n)
{
    int sum = 0;
    while (n--)
        sum += *v++;
    return sum;
}
static void scribble(void)
{
    char volatile noise[256];
    for (int i = 0; i < 256; i++)
        noise[i] = -1;
}
static int local_holder(int k)
{
    struct holder h;
    struct holder *ph = &h;
    h.p = &(struct pair){k, 0};
    ph->list = (int[]){k, k + 1, k + 2};
    scribble();
    return h.p->number + ph->list[2];
}
static int global_holder(int k)
{
    global.p = same(&(struct pair){k, &(struct pair){k + 1, 0}});
    global.list = (int[]){1, 2, k};
    global.name = (char[]){"text"};
    scribble();
    return global.p->number + global.p->other->number + global.list[2]
        + (int)strlen(global.name);
}
static int constants(void)
{
    const struct pair *p;
    const struct pair **pp = &p;
    *pp = &(const struct pair){.number = 9};
    scribble();
    return p->number;
}
static int by_value(struct pair *to, int k)
{
    *to = (struct pair){.number = k, .other = to};
    struct pair *chain[2] = {to, &(struct pair){k + 1, to}};
    struct pair **pc = chain;
    pc[0] = pc[1];
    scribble();
    return to->other->number + pc[0]->other->number;
}
static int own_type(void)
{
    struct { int a; void *b; } *x;
    void **slot = (void **)&x;
    *slot = &(struct { int a; void *b; }){3, 0};
    scribble();
    return x->a;
}
static int identity(void)
{
    struct pair *p = 0, *q;
    int j = 0;
again:
    q = p, p = &((struct pair){j++, 0});
    if (j < 2)
        goto again;
    return p == q && q->number == 1;
}
static int in_call(int n)
{
    heap->p = same(&(struct pair){total((int[]){n, n, n}, 3), 0});
    return heap->p->number;
}
static int in_loop(void)
{
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        heap->list = (int[2]){i, i * i};
        scribble();
        sum += heap->list[1];
    }
    return sum;
}
static struct pair *file_scope = &(struct pair){77, 0};
int main(void)
{
    struct holder h = {0};
    struct pair t;
    heap = &h;
    printf("%d %d\n", local_holder(7), global_holder(5));
    printf("%d %d\n", constants(), by_value(&t, 3));
    printf("%d %d %d\n", own_type(), identity(), in_call(4));
    printf("%d %d\n", in_loop(), file_scope->number);
    (&(struct pair){1, 0})->number++;
    int x = ((int[]){1, 2, 3})[1];
    printf("%d %zu\n", x, sizeof((int[]){1, 2, 3}));
    return 0;
}
