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
 extern void *realloc (void *__ptr, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
struct node { struct node *next, *prev; int number; };
struct table { struct node **items; int count, capacity; };
static struct node nodes[8];
static int calls;
static struct node *at(int i)
{
    calls++;
    return &nodes[i];
}
static struct node *grow(struct table *t)
{
    t->capacity += 100;
    t->items = realloc(t->items, sizeof *t->items * (size_t)t->capacity);
    struct node *n = calloc(1, sizeof *n);
    n->number = t->count;
    return n;
}
static int growth(void)
{
    struct table t = {0};
    int sum = 0;
    for (int i = 0; i < 20; i++) {
        struct node *n = grow(&t);
        t.items[t.count++] = n;
    }
    struct table *pt = &t;
    pt->items[3] = grow(pt);
    for (int i = 0; i < t.count; i++)
        sum += t.items[i]->number;
    return sum;
}
static struct node *set(struct node **slot, struct node *n)
{
    return *slot = n;
}
static void positions(void)
{
    struct node *a = &nodes[0], *b = &nodes[1], *c;
    struct node **pp = &a->next;
    a->next = b->next = b->prev = at(2);
    (a->prev = b)->next = at(3);
    if ((c = a->next = at(4)))
        printf("%d ", c == a->next);
    printf("%d ", (at(5)->next = at(6)) == &nodes[6]);
    *pp++ = at(1);
    *pp = at(2);
    pp = &nodes[3].next, a->next = pp[0];
    *pp++ = at(7);
    for (a->next = b; a->next != at(5); a->next = at(a->next == b ? 4 : 5))
        ;
    while ((b->next = b->next->next) && calls < 40)
        calls++;
    do
        calls++;
    while (!(a->prev = at(1)));
    (a ? a : b)->next = calls ? at(1) : (b->next = at(2));
    at(1)->next = (a->next = at(2), at(3));
    a->number = a->next == (at(2)->prev = at(2)) ? 1 : 2;
    set(&(at(6)->prev), at(0))->number = sizeof(a->next = at(3));
    1[pp] = at(0);
    (*&a->next) = at(4);
    ((struct node *)(void *)a)->prev = (void *)at(5);
    *(struct node **)((char *)a + 8) = at(6);
    switch ((a->next = at(1)) != 0) {
    case 1:
        a->prev = at(2);
        break;
    default:
        a->prev = at(3);
    }
    printf("%d %d %d\n", calls, nodes[0].number, a->number);
}
static int variable(int n)
{
    int rows[2][n];
    int (*list[3])[n];
    int (**pp)[n] = list;
    for (int i = 0; i < n; i++)
        rows[0][i] = rows[1][i] = i;
    *pp++ = &rows[0];
    *pp++ = &rows[1];
    int (*x)[n] = *pp = &rows[1];
    return (int)(pp - list) * 100 + (*x)[n - 1] + (*list[0])[1];
}
static int lines[3];
static void many_lines(struct node *p)
{
    p[(lines[0] = 106) - (lines[0] = 106)
      + 1].
        next
        =
            at((lines[1] = 110) ? 3 : 4)
            ;
    (lines[2] = 112);
    printf("%d %d %d\n", lines[0], lines[1], lines[2]);
}
static uintptr_t tagged(struct node *p, int tag)
{
    struct { uintptr_t word; long plain; } t, *pt = &t;
    pt->word = (uintptr_t)p | (uintptr_t)tag;
    pt->plain = 3;
    pt->plain += 4, pt->plain <<= 1;
    uintptr_t old = pt->word;
    pt->word &= ~(uintptr_t)7;
    pt->word |= (uintptr_t)(tag + 1);
    uintptr_t again = 0, *slot = &again;
    *slot |= (uintptr_t)p;
    *slot += (uintptr_t)tag;
    return (old - (uintptr_t)p) * 100 + (pt->word - (uintptr_t)p) * 10
        + (*slot - (uintptr_t)p) + (uintptr_t)pt->plain * 1000;
}
int main(void)
{
    printf("%d\n", growth());
    positions();
    printf("%d\n", variable(4));
    many_lines(nodes);
    printf("%lu\n", (unsigned long)tagged(&nodes[2], 2));
    return 0;
}
