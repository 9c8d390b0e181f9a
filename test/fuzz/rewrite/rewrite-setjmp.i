 typedef long int __jmp_buf[8];
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 struct __jmp_buf_tag { __jmp_buf __jmpbuf; int __mask_was_saved; __sigset_t __saved_mask; };
 typedef struct __jmp_buf_tag jmp_buf[1];
 extern int __sigsetjmp (struct __jmp_buf_tag __env[1], int __savemask) __attribute__ ((__nothrow__));
 extern int _setjmp (struct __jmp_buf_tag __env[1]) __attribute__ ((__nothrow__));
 extern void longjmp (struct __jmp_buf_tag __env[1], int __val) __attribute__ ((__nothrow__)) __attribute__ ((__noreturn__));
 typedef struct __jmp_buf_tag sigjmp_buf[1];
 extern void siglongjmp (sigjmp_buf __env, int __val) __attribute__ ((__nothrow__)) __attribute__ ((__noreturn__));
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
 extern int sprintf (char *__restrict __s, const char *__restrict __format, ...) __attribute__ ((__nothrow__));
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
struct handler { struct handler *previous; jmp_buf buffer; volatile int code; };
static struct handler *handlers;
static jmp_buf global;
static sigjmp_buf with_mask;
static void throw(int code)
{
    struct handler *h = handlers;
    handlers = h->previous;
    h->code = code;
    longjmp(h->buffer, 1);
}
static int nested(int depth)
{
    struct handler h = {.previous = handlers};
    char *text = malloc(16), *volatile kept = malloc(16);
    sprintf(text, "text %d", depth);
    sprintf(kept, "kept %d", depth);
    handlers = &h;
    if (_setjmp (h.buffer) == 0) {
        kept[0] = 'K';
        if (depth > 0)
            nested(depth - 1);
        for (int i = 0; i < 100; i++)
            if (malloc(100) == text)
                return -1;
        throw(depth + 10);
    }
    printf("%s %s %d\n", text, kept, h.code);
    return h.code;
}
static int contexts(int n)
{
    volatile int passes = 0;
    while (_setjmp (global) < 3)
        longjmp(global, ++passes);
    switch (__sigsetjmp (with_mask, 1)) {
    case 0:
        siglongjmp(with_mask, 7);
    case 7:
        passes += 10;
    }
    if (!_setjmp (global))
        longjmp(global, 0);
    _setjmp (global);
    if (passes++ < 15)
        longjmp(global, n);
    jmp_buf local;
    if (_setjmp (local))
        return passes;
    longjmp(local, 1);
}
int main(void)
{
    printf("%d\n", nested(3));
    printf("%d\n", contexts(2));
    return 0;
}
