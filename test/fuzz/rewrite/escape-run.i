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
 extern int snprintf (char *__restrict __s, size_t __maxlen, const char *__restrict __format, ...) __attribute__ ((__nothrow__)) __attribute__ ((__format__ (__printf__, 3, 4)));
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 typedef int (*__compar_fn_t) (const void *, const void *);
 extern void *memset (void *__s, int __c, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 extern int strcmp (const char *__s1, const char *__s2) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1, 2)));
static int failures;
enum { MANY = 200 };
struct pair { int *a, *b; };
struct node { struct node *next; int value; };
static int *local(int n) { int x = n; return &x; }
static int *parameter(int n) { return &n; }
static int **pointer_to_pointer(int n)
{
    int x = n;
    int *p = &x;
    return &p;
}
static int *element(int n)
{
    int a[5] = {n, n + 1, n + 2, n + 3, n + 4};
    return &a[3];
}
static char *text(int n)
{
    char buffer[32];
    snprintf(buffer, sizeof buffer, "number %d", n);
    return buffer;
}
static struct pair pair(int n)
{
    int x = n, y = -n;
    return (struct pair){&x, &y};
}
static struct node *literal(int n) { return &(struct node){((void*)0), n}; }
static int *variable_length(int n)
{
    int a[n % 7 + 1];
    a[n % 7] = n;
    return &a[n % 7];
}
static struct node *list(int n)
{
    struct node *head = ((void*)0);
    for (int i = 0; i < n; i++) {
        struct node x = {head, i};
        head = &x;
    }
    return head;
}
static int *in_inner_block(int n)
{
    int *p;
    if (n & 1) {
        int x = n;
        p = &x;
    } else {
        int y = -n;
        p = &y;
    }
    int filler[16];
    memset(filler, 0x55, sizeof filler);
    return p + (filler[3] - 0x55555555);
}
static void through_parameter(int **out, int n)
{
    int x = n;
    *out = &x;
}
static int *kept;
static void into_global(int n) { int x = n; kept = &x; }
static int *of_variable_arguments(int n, ...)
{
    va_list arguments;
    __builtin_va_start(arguments, 0);
    int *p = __builtin_va_arg(arguments, int *);
    __builtin_va_end(arguments);
    return p;
}
static int *through_variable_arguments(int n)
{
    int x = n;
    return of_variable_arguments(1, &x);
}
static int *static_stays(void) { static int x; x++; return &x; }
static int same_object(void)
{
    int *p = ((void*)0);
again:;
    int x;
    if (p) {
        *p = 42;
        return x;
    }
    p = &x;
    goto again;
}
static int *loop_variable(void)
{
    int *first = ((void*)0);
    for (int i = 0; i < 3; i++) {
        if (!first)
            first = &i;
        do { if (!(first == &i)) { printf("line %d: %s\n", 143, "first == &i"); failures++; } } while (0);
    }
    return first;
}
static void passes(int *objects[MANY])
{
    for (int i = 0; i < MANY; i++) {
        int x = i;
        objects[i] = &x;
    }
}
static int *recursive(int n)
{
    int x = n;
    return n ? recursive(n - 1) : &x;
}
static void distinct_and_alive(int *(*make)(int), int offset)
{
    int *objects[MANY];
    for (int i = 0; i < MANY; i++)
        objects[i] = make(i);
    for (int i = 0; i < MANY; i++) {
        do { if (!(*objects[i] == i + offset)) { printf("line %d: %s\n", 169, "*objects[i] == i + offset"); failures++; } } while (0);
        *objects[i] = -1 - i;
    }
    for (int i = 0; i < MANY; i++)
        do { if (!(*objects[i] == -1 - i)) { printf("line %d: %s\n", 173, "*objects[i] == -1 - i"); failures++; } } while (0);
}
static void structures(void)
{
    struct pair p[MANY];
    struct node *n[MANY];
    char *t[MANY];
    for (int i = 0; i < MANY; i++) {
        p[i] = pair(i);
        n[i] = literal(i);
        t[i] = text(i);
    }
    for (int i = 0; i < MANY; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "number %d", i);
        do { if (!(*p[i].a == i && *p[i].b == -i)) { printf("line %d: %s\n", 189, "*p[i].a == i && *p[i].b == -i"); failures++; } } while (0);
        do { if (!(n[i]->value == i && !n[i]->next)) { printf("line %d: %s\n", 190, "n[i]->value == i && !n[i]->next"); failures++; } } while (0);
        do { if (!(!strcmp(t[i], expected))) { printf("line %d: %s\n", 191, "!strcmp(t[i], expected)"); failures++; } } while (0);
    }
}
static void lists(void)
{
    int expected = MANY;
    for (struct node *n = list(MANY); n; n = n->next)
        do { if (!(n->value == --expected)) { printf("line %d: %s\n", 199, "n->value == --expected"); failures++; } } while (0);
    do { if (!(expected == 0)) { printf("line %d: %s\n", 200, "expected == 0"); failures++; } } while (0);
}
static void others(void)
{
    int *p, *q, *objects[MANY];
    through_parameter(&p, 1);
    through_parameter(&q, 2);
    do { if (!(*p == 1 && *q == 2)) { printf("line %d: %s\n", 208, "*p == 1 && *q == 2"); failures++; } } while (0);
    into_global(3);
    p = kept;
    into_global(4);
    do { if (!(*p == 3 && *kept == 4)) { printf("line %d: %s\n", 212, "*p == 3 && *kept == 4"); failures++; } } while (0);
    do { if (!(static_stays() == static_stays())) { printf("line %d: %s\n", 213, "static_stays() == static_stays()"); failures++; } } while (0);
    do { if (!(same_object() == 42)) { printf("line %d: %s\n", 214, "same_object() == 42"); failures++; } } while (0);
    do { if (!(*loop_variable() == 3)) { printf("line %d: %s\n", 215, "*loop_variable() == 3"); failures++; } } while (0);
    passes(objects);
    for (int i = 0; i < MANY; i++)
        do { if (!(*objects[i] == i)) { printf("line %d: %s\n", 218, "*objects[i] == i"); failures++; } } while (0);
    do { if (!(*recursive(10) == 0)) { printf("line %d: %s\n", 219, "*recursive(10) == 0"); failures++; } } while (0);
    do { if (!(**pointer_to_pointer(5) == 5)) { printf("line %d: %s\n", 220, "**pointer_to_pointer(5) == 5"); failures++; } } while (0);
    p = in_inner_block(7);
    q = in_inner_block(8);
    do { if (!(*p == 7 && *q == -8)) { printf("line %d: %s\n", 223, "*p == 7 && *q == -8"); failures++; } } while (0);
}
int main(void)
{
    distinct_and_alive(local, 0);
    distinct_and_alive(parameter, 0);
    distinct_and_alive(element, 3);
    distinct_and_alive(variable_length, 0);
    distinct_and_alive(through_variable_arguments, 0);
    structures();
    lists();
    others();
    return failures != 0;
}
