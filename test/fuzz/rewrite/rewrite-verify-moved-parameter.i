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
 extern void *memcpy (void *__restrict __dest, const void *__restrict __src, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
struct node { struct node *next; int number; };
static struct node **kept;
static void keep(struct node **p) { kept = p; }
static int moved(struct node *p, struct node *q)
{
    struct node *volatile local = 0, copy;
    keep(&p);
    keep(&q);
    local = p;
    memcpy(q, p, sizeof *q);
    copy = *local;
    return copy.number + q->number + kept[0]->number;
}
int main(void)
{
    struct node a = {0, 3}, b = {0, 4};
    printf("%d\n", moved(&a, &b));
    return 0;
}
