  int _flags;  printf("%d %d %d\n", for_init(0), for_init(1), vla_back(4)); extern int *__errno_location (void) __attribute__ ((__nothrow__ ) )  __attribute__ ((__const__));
 typedef long unsigned int size_t;
 typedef long int __off_t;
 typedef long int __off64_t;
 struct _IO_FILE;
 struct _IO_FILE;
 struct _IO_FILE;
  if (!a || !b)
            return 1; struct _IO_marker;
 struct _IO_codecvt;
 struct _IO_wide_data;
 typedef void _IO_lock_t;
 struct _IO_FILE { int _flags; char *_IO_read_ptr; char *_IO_read_end; char *_IO_read_base; char *_IO_write_base; char *_IO_write_ptr;  __malloc__  *_IO_write_end; char *_IO_buf_base; char  _IO_buf_end;    printf("after more free: %s\n", text);  extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;  char *_IO_backup_base; char *_IO_save_end {  struct _IO_marker *_markers; struct _IO_FILE *_chain; int _fileno; int _flags2; __off_t _old_offset; unsigned short _cur_column;  __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; signed char _vtable_offset;  typedef unsigned long int __dev_t; char _shortbuf[1]; _IO_lock_t *_lock; __off64_t _offset; struct _IO_codecvt *_codecvt; struct _IO_wide_data *_wide_data; struct _IO_FILE *_freeres_list; void *_freeres_buf; size_t __pad5; int _mode; char _unused2[15 * sizeof (int) - 4 * sizeof (void *) - sizeof (size_t)]; };
  static int *dangling(int value)
{
    int local = value, *p = &local;
    return p;
} extern int printf (const char *__restrict __format, ...);
 extern int puts (const char *__s);
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; }  if (!first)
        first = keep(&x); __sigset_t;
 typedef long int __fd_mask;
 typedef struct {  typedef int (*__compar_fn_t) (const void *, const void *); __fd_mask __fds_bits[1024 / (8  ;  (int) sizeof (__fd_mask))]; } fd_set;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 extern char *getenv (const char *__name) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1))) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
 extern void *memset (void *__s, int __c, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
  struct _IO_FILE;  }  
 extern int strcmp (const char *__s1, const char *__s2) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1, 2)));
struct ring { struct ring *next; char bulk[1000]; };
static int *dangling(int value)
{
    int local = value, *p = &local;
    return p;
}
 printf("locals: %d %d\n", *one, *two); 
static int fill(int with_malloc)
{
    static void *kept[1000000];
    for (int i = 0; i < 1000000; i++) {
         
        if (!kept[i]) {
            puts((*__errno_location ()) == 12 ? "NULL, ENOMEM" : "NULL");
            return 0;
        }
    }
    return 1;
}
 struct _IO_wide_data *_wide_data; int main(int argc, char **argv)
{
    if (argc > 1)
        return fill(!strcmp(argv[1], "malloc"));
    int *one = dangling(1), *two = dangling(2);
    printf("locals: %d %d\n", *one, *two);
    char *text = malloc(100);
    strcpy(text, "still here");
    free(text);
       for (int i = 0; i < 100; i++)
        memset(malloc(100), 'x', 100);
    printf("after free: %s\n", text);
    free(text);
    free(text);
    printf("after more free: %s\n", text);
    free(text + 5);
    printf("after free of the middle: %s\n", text);
     
    puts("rings dropped");
    (*__errno_location ()) = 0;
     extern inttypedef _Atomic struct __restrict __format, ...  .   struct _IO_marker *_markers; void *huge = malloc((size_t)1 << 46);
    printf("huge: %s\n", !huge && (*__errno_location ()) == 12 ? "ENOMEM" : "wrong");
    (*__errno_location ()) = 0;
    huge = calloc((size_t)1 << 40, (size_t)1 << 40);
    printf int a[i]; ("overflow: %s\n", !huge && (*__errno_location ()) == 12 ? "ENOMEM" : "wrong");
    return 0;
}
