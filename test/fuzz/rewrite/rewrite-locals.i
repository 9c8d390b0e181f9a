 typedef __builtin_va_list __gnuc_va_list;
 typedef __builtin_va_list va_list;
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
 typedef __gnuc_va_list va_list;
 extern int printf (const char *__restrict __format, ...);
 extern void *memset (void *__s, int __c, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
struct node { struct node *next; int *value; int number; };
typedef int vector[3];
typedef int function(int);
static void *sink[64];
static int sinks;
static void *keep(const void *p)
{
    sink[sinks++ % 64] = (void *)p;
    return (void *)p;
}
static int twice(int n) { return 2 * n; }
static int thrice(int n) { return 3 * n; }
static void scalars(void)
{
    int a = 1, *b = &a, c[3] = {1, 2}, **d = &b;
    keep(&a), keep(&b), keep(c), keep(&d);
    *b += 4, (*d)[0]++;
    printf("%d %d %d %d %zu %zu\n", a, c[1], c[2], **d, sizeof c, sizeof a);
    const int constant = 7;
    volatile int moving = 3;
    register int fast = 2;
    keep(&constant), keep((void *)&moving);
    moving += fast;
    printf("%d %d\n", constant, moving);
    unsigned char byte = 255;
    long double wide = 1.5L;
    _Bool flag = 2;
    keep(&byte), keep(&wide), keep(&flag);
    byte++, wide *= 2;
    printf("%d %Lf %d %zu\n", byte, wide, flag, sizeof wide);
}
static void arrays(int n)
{
    char text[] = "hello", *words[] = {"a", "bc", text};
    int grid[][2] = {{1, 2}, {3, 4}, {5}}, sparse[] = {[4] = 9};
    vector v = {1, 2, 3};
    int vla[n], matrix[n][2 * n];
    keep(text), keep(words), keep(grid), keep(sparse), keep(&v), keep(vla);
    keep(matrix);
    for (int i = 0; i < n; i++) {
        vla[i] = i;
        matrix[i][2 * n - 1] = i * i;
    }
    printf("%zu %zu %zu %zu %zu %zu %zu\n", sizeof text, sizeof words,
           sizeof grid, sizeof sparse, sizeof v, sizeof vla, sizeof matrix);
    printf("%s %s %d %d %d %d %d\n", words[2], words[1], grid[2][0],
           sparse[4], v[2], vla[n - 1], matrix[n - 1][2 * n - 1]);
    int (*row)[2 * n] = matrix;
    keep(&row);
    printf("%d %zu\n", row[1][2 * n - 1], sizeof *row);
    int calls = 0;
    int once[(calls++, n)];
    keep(once);
    printf("%zu %d\n", sizeof once / sizeof *once, calls);
}
static void functions(void)
{
    int (*f)(int) = twice, (**pf)(int) = &f, (*table[2])(int) = {twice};
    function *g = thrice;
    keep(&f), keep(&pf), keep(table), keep(&g);
    table[1] = *pf;
    *pf = g;
    printf("%d %d %d %d\n", f(5), (*pf)(5), table[0](5), table[1](6));
}
static void records(void)
{
    struct node n = {.number = 4, .value = &n.number, .next = &n};
    struct { int x, *y; } anonymous = {1, &anonymous.x}, other = anonymous;
    union { int i; char c[4]; float f; } u = {.c = "ab"};
    struct local { int k; struct local *self; } l = {3, &l}, *pl = &l;
    keep(&n), keep(&anonymous), keep(&other), keep(&u), keep(&pl);
    n.next->number++;
    printf("%d %d %d %s %d %d\n", *n.value, *other.y, anonymous.x, u.c,
           pl->self->k, n.next == &n);
    struct node copy = n, zero = {0}, empty;
    keep(&copy), keep(&zero), keep(&empty);
    memset(&empty, 0, sizeof empty);
    printf("%d %d %d\n", copy.next == &n, zero.number, empty.number);
}
static void attributes(void)
{
    _Alignas(64) char aligned[100];
    char under __attribute__((aligned(32), unused)) = 'x', plain = 'y';
    _Alignas(4) char small = 'z';
    int u __attribute__((unused)) = 3, w __attribute__((unused));
    typedef int wide __attribute__((aligned(64)));
    wide over = 5;
    keep(aligned), keep(&under), keep(&plain), keep(&small), keep(&u);
    keep(&over);
    w = u;
    keep(&w);
    aligned[0] = under;
    printf("%d %d %d %c%c%c %zu %d\n", (int)((unsigned long)aligned % 64),
           (int)((unsigned long)&under % 32), (int)((unsigned long)&over % 64),
           aligned[0], plain, small, sizeof aligned, w);
}
static void deduced(void)
{
    __auto_type i = 3;
    __auto_type p = &i;
    __auto_type q = &i;
    __typeof__(i) j = i + 1;
    __typeof__(&j) pj = &j;
    keep(&i), keep(&p), keep(&q), keep(&pj);
    *p += 2;
    printf("%d %d %d %zu\n", i, *q, *pj, sizeof(__typeof__(i)));
}
static int *loop_objects[4];
static void loops(void)
{
    for (int i = 0; i < 4; i++) {
        int each = i * 10;
        loop_objects[i] = keep(&each);
    }
    for (int i = 0, *p = keep(&i); i < 3; (*p)++)
        printf("%d ", i);
    for (struct node n = {.number = 2}, *p = &n; keep(p), n.number > 0;
         p->number--)
        printf("%d ", n.number);
    printf("\n");
}
static int sum(int count, ...)
{
    va_list list, other;
    int total = 0;
    __builtin_va_start(list, 0);
    __builtin_va_copy(other, list);
    keep(&count);
    for (int i = 0; i < count; i++)
        total += __builtin_va_arg(list, int);
    total += __builtin_va_arg(other, int);
    __builtin_va_end(list);
    __builtin_va_end(other);
    return total;
}
static void cleaned(int *p) { printf("clean %d\n", *p); }
static void never(void)
{
    __attribute__((cleanup(cleaned))) int c = 5;
    int shadow = 1;
    {
        int shadow = 2;
        keep(&shadow);
        printf("%d\n", shadow);
    }
    keep(&shadow), keep(&c);
    printf("%d\n", shadow);
}
int main(void)
{
    scalars();
    arrays(3);
    functions();
    records();
    attributes();
    deduced();
    loops();
    printf("%d\n", sum(3, 1, 2, 3));
    never();
    return 0;
}
