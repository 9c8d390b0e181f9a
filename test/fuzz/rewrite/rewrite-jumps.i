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
static void *sink[64];
static int sinks;
static void *keep(const void *p)
{
    return sink[sinks++ % 64] = (void *)p;
}
static int back(void)
{
    int *p = 0;
again:;
    int x;
    if (p) {
        *p = 42;
        return x;
    }
    p = keep(&x);
    goto again;
}
static int back_with_value(void)
{
    int *first = 0, passes = 0;
again:;
    int x = passes;
    if (!first)
        first = keep(&x);
    if (first != &x)
        return -1;
    if (++passes < 3)
        goto again;
    return *first * 10 + passes;
}
static int into(int n)
{
    int result = 0;
    if (n > 2)
        goto inside;
    {
        int x = 5;
        keep(&x);
        result += x;
inside:
        x = n;
        int *p = keep(&x);
        *p += 1;
        result += x;
    }
    return result;
}
static int into_loop(int n)
{
    int total = 0, *last = 0;
    for (int pass = 0; pass < n; pass++) {
        if (pass & 1)
            goto in;
        {
            int x;
            x = 100;
            keep(&x);
in:
            x = pass;
            last = keep(&x);
            total += *last;
        }
    }
    return total;
}
static int switched(int n)
{
    switch (n) {
        int hidden;
        int *q;
    case 1:
        hidden = 10;
        q = keep(&hidden);
        *q += n;
        return hidden;
    case 2: {
        int own = 20;
        keep(&own);
        return own;
    }
    case 3:;
        int late = 30;
        keep(&late);
        return late;
    default:
        late = 40;
        keep(&hidden);
        return late;
    }
}
static int duff(const char *from, int count)
{
    int n = (count + 3) / 4, sum = 0;
    switch (count % 4) {
    case 0:
        do {
            int c;
            c = *from++, sum += *(int *)keep(&c);
    case 3:
            c = *from++, sum += *(int *)keep(&c);
    case 2:
            c = *from++, sum += *(int *)keep(&c);
    case 1:
            c = *from++, sum += *(int *)keep(&c);
        } while (--n > 0);
    }
    return sum;
}
static int computed(int n)
{
    static void *const table[] = {&&zero, &&one, &&two};
    int total = 0;
    goto *table[n];
    {
        int x;
zero:
        x = 1;
        total += *(int *)keep(&x);
one:
        x = 2;
        total += *(int *)keep(&x);
    }
two:
    return total + n;
}
static int for_init(int n)
{
    int rounds = 0;
    if (n)
        goto body;
    for (int i = 10; i < 13; i++) {
        rounds += i;
        continue;
body:
        i = 11;
        *(int *)keep(&i) += 0;
        rounds += 1000;
    }
    return rounds;
}
static int vla_back(int n)
{
    int passes = 0;
again:;
    int size = n + passes;
    char buffer[size];
    keep(buffer);
    buffer[size - 1] = 1;
    if (++passes < 3)
        goto again;
    return (int)sizeof buffer + buffer[size - 1];
}
static int nested_statement(int n)
{
    int r = ({
        int x = n;
        int *p = keep(&x);
        if (n)
            goto done;
        *p = 7;
done:
        x + *p;
    });
    return r;
}
int main(void)
{
    printf("%d %d\n", back(), back_with_value());
    for (int i = 0; i < 5; i++)
        printf("%d ", into(i));
    printf("%d\n", into_loop(6));
    for (int i = 0; i < 5; i++)
        printf("%d ", switched(i));
    printf("%d %d\n", duff("abcdefgh", 8), duff("abcdefg", 7));
    printf("%d %d %d\n", computed(0), computed(1), computed(2));
    printf("%d %d %d\n", for_init(0), for_init(1), vla_back(4));
    printf("%d %d\n", nested_statement(0), nested_statement(3));
    return 0;
}
