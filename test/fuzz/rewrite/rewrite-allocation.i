 typedef long unsigned int size_t;
 typedef __builtin_va_list __gnuc_va_list;
 typedef __gnuc_va_list va_list;
 extern int printf (const char *__restrict __format, ...);
 extern int vasprintf (char **__restrict __ptr, const char *__restrict __f, __gnuc_va_list __arg) __attribute__ ((__nothrow__)) __attribute__ ((__format__ (__printf__, 2, 0))) ;
 extern int asprintf (char **__restrict __ptr, const char *__restrict __fmt, ...) __attribute__ ((__nothrow__)) __attribute__ ((__format__ (__printf__, 2, 3))) ;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *realloc (void *__ptr, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 extern void *reallocarray (void *__ptr, size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 extern void *memalign (size_t __alignment, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) __attribute__ ((__alloc_align__ (1))) ;
 typedef __builtin_va_list va_list;
 typedef unsigned long int uintptr_t;
 extern void *malloc (size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *calloc (size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern void *realloc (void *__ptr, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 extern void *reallocarray (void *__ptr, size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__warn_unused_result__)) ;
 extern void *reallocarray (void *__ptr, size_t __nmemb, size_t __size) __attribute__ ((__nothrow__ )) ;
 extern int posix_memalign (void **__memptr, size_t __alignment, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1))) ;
 extern void *aligned_alloc (size_t __alignment, size_t __size) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) __attribute__ ((__alloc_align__ (1))) ;
 typedef int (*__compar_fn_t) (const void *, const void *);
 typedef int (*__compar_d_fn_t) (const void *, const void *, void *);
 extern char *strcpy (char *__restrict __dest, const char *__restrict __src) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
 extern char *strdup (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) __attribute__ ((__nonnull__ (1)));
 extern char *strndup (const char *__string, size_t __n) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) __attribute__ ((__nonnull__ (1)));
 extern char *strchr (const char *__s, int __c) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
struct hooks { void *(*alloc)(size_t); void (*release)(void *); };
static struct hooks hooks = {malloc, free};
static char *text(const char *format, ...)
{
    char *out = 0;
    va_list list;
    __builtin_va_start(list, 0);
    int n = vasprintf(&out, format, list);
    __builtin_va_end(list);
    return n < 0 ? 0 : out;
}
static void *valloc_of(size_t n)
{
    return (malloc)((n));
}
static int own(void)
{
    return *strchr("abc", 'b');
}
int main(void)
{
    char *a = malloc(10), *b = calloc(2, 5), *c = strdup("text"), *d, *e;
    a = realloc(a, 20);
    a = reallocarray(a, 3, 10);
    strcpy(a, "abcdefghijklmnopqrstuvwxyz");
    d = strndup(a, 3);
    e = __builtin_malloc(3);
    strcpy(e, "xy");
    void *f, *g = aligned_alloc(64, 128), *h = memalign(32, 5);
    if (posix_memalign(&f, 256, 10))
        return 1;
    printf("%s %d %s %s %s %d %d %d\n", a, b[9], c, d, e,
           (int)((uintptr_t)f % 256), (int)((uintptr_t)g % 64),
           (int)((uintptr_t)h % 32));
    char *i = 0;
    printf("%d ", asprintf(&i, "%d-%s", 5, d));
    printf("%s %s\n", i, text("<%s>", i));
    char *j = hooks.alloc(4);
    strcpy(j, "j");
    printf("%s %d %d\n", j, valloc_of(3) != 0, own());
    hooks.release(j);
    free(a), free(b), free(c);
    free(((void*)0));
    return 0;
}
