 typedef unsigned int __uint32_t;
 typedef unsigned long int __dev_t;
 typedef unsigned int __uid_t;
 typedef unsigned int __gid_t;
 typedef unsigned long int __ino_t;
 typedef unsigned int __mode_t;
 typedef unsigned long int __nlink_t;
 typedef long int __off_t;
 typedef long int __off64_t;
 typedef int __pid_t;
 typedef long int __clock_t;
 typedef long int __time_t;
 typedef long int __blksize_t;
 typedef long int __blkcnt_t;
 typedef long int __syscall_slong_t;
 typedef long unsigned int size_t;
 typedef __time_t time_t;
 struct timespec { __time_t tv_sec; __syscall_slong_t tv_nsec; };
 typedef unsigned long int __cpu_mask;
 typedef struct { __cpu_mask __bits[1024 / (8 * sizeof (__cpu_mask))]; } cpu_set_t;
 struct tm { int tm_sec; int tm_min; int tm_hour; int tm_mday; int tm_mon; int tm_year; int tm_wday; int tm_yday; int tm_isdst; long int tm_gmtoff; const char *tm_zone; };
 struct sigevent;
 extern time_t time (time_t *__timer) __attribute__ ((__nothrow__ ));
 extern struct tm *localtime_r (const time_t *__restrict __timer, struct tm *__restrict __tp) __attribute__ ((__nothrow__ ));
 typedef struct __pthread_internal_list { struct __pthread_internal_list *__prev; struct __pthread_internal_list *__next; } __pthread_list_t;
 struct __pthread_mutex_s { int __lock; unsigned int __count; int __owner; unsigned int __nusers; int __kind; short __spins; short __elision; __pthread_list_t __list; };
 typedef unsigned long int pthread_t;
 union pthread_attr_t { char __size[56]; long int __align; };
 typedef union pthread_attr_t pthread_attr_t;
 typedef union { struct __pthread_mutex_s __data; char __size[40]; long int __align; } pthread_mutex_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 enum { PTHREAD_MUTEX_TIMED_NP, PTHREAD_MUTEX_RECURSIVE_NP, PTHREAD_MUTEX_ERRORCHECK_NP, PTHREAD_MUTEX_ADAPTIVE_NP , PTHREAD_MUTEX_NORMAL = PTHREAD_MUTEX_TIMED_NP, PTHREAD_MUTEX_RECURSIVE = PTHREAD_MUTEX_RECURSIVE_NP, PTHREAD_MUTEX_ERRORCHECK = PTHREAD_MUTEX_ERRORCHECK_NP, PTHREAD_MUTEX_DEFAULT = PTHREAD_MUTEX_NORMAL };
 struct _pthread_cleanup_buffer { void (*__routine) (void *); void *__arg; int __canceltype; struct _pthread_cleanup_buffer *__prev; };
 extern int pthread_create (pthread_t *__restrict __newthread, const pthread_attr_t *__restrict __attr, void *(*__start_routine) (void *), void *__restrict __arg) __attribute__ ((__nothrow__)) __attribute__ ((__nonnull__ (1, 3)));
 extern int pthread_join (pthread_t __th, void **__thread_return);
 struct __pthread_cleanup_frame { void (*__cancel_routine) (void *); void *__cancel_arg; int __do_it; int __cancel_type; };
 extern int pthread_mutex_lock (pthread_mutex_t *__mutex) __attribute__ ((__nothrow__)) __attribute__ ((__nonnull__ (1)));
 extern int pthread_mutex_unlock (pthread_mutex_t *__mutex) __attribute__ ((__nothrow__)) __attribute__ ((__nonnull__ (1)));
 typedef int (*__compar_fn_t) (const void *, const void *);
 typedef enum { preorder, postorder, endorder, leaf } VISIT;
 extern void *tsearch (const void *__key, void **__rootp, __compar_fn_t __compar);
 typedef void (*__action_fn_t) (const void *__nodep, VISIT __value, int __level);
 union sigval { int sival_int; void *sival_ptr; };
 typedef union sigval __sigval_t;
 typedef struct { int si_signo; int si_errno; int si_code; int __pad0; union { int _pad[((128 / sizeof (int)) - 4)]; struct { __pid_t si_pid; __uid_t si_uid; } _kill; struct { int si_tid; int si_overrun; __sigval_t si_sigval; } _timer; struct { __pid_t si_pid; __uid_t si_uid; __sigval_t si_sigval; } _rt; struct { __pid_t si_pid; __uid_t si_uid; int si_status; __clock_t si_utime; __clock_t si_stime; } _sigchld; struct { void *si_addr; short int si_addr_lsb; union { struct { void *_lower; void *_upper; } _addr_bnd; __uint32_t _pkey; } _bounds; } _sigfault; struct { long int si_band; int si_fd; } _sigpoll; struct { void *_call_addr; int _syscall; unsigned int _arch; } _sigsys; } _sifields; } siginfo_t ;
 typedef struct sigevent { __sigval_t sigev_value; int sigev_signo; int sigev_notify; union { int _pad[((64 / sizeof (int)) - 4)]; __pid_t _tid; struct { void (*_function) (__sigval_t); pthread_attr_t *_attribute; } _sigev_thread; } _sigev_un; } sigevent_t;
 typedef void (*__sighandler_t) (int);
 extern __sighandler_t signal (int __sig, __sighandler_t __handler) __attribute__ ((__nothrow__ ));
 struct sigaction { union { __sighandler_t sa_handler; void (*sa_sigaction) (int, siginfo_t *, void *); } __sigaction_handler; __sigset_t sa_mask; int sa_flags; void (*sa_restorer) (void); };
 extern int sigaction (int __sig, const struct sigaction *__restrict __act, struct sigaction *__restrict __oact) __attribute__ ((__nothrow__ ));
 struct _IO_FILE;
 struct _IO_FILE;
 typedef struct _IO_FILE FILE;
 struct _IO_FILE;
 struct _IO_marker;
 struct _IO_codecvt;
 struct _IO_wide_data;
 typedef void _IO_lock_t;
 struct _IO_FILE { int _flags; char *_IO_read_ptr; char *_IO_read_end; char *_IO_read_base; char *_IO_write_base; char *_IO_write_ptr; char *_IO_write_end; char *_IO_buf_base; char *_IO_buf_end; char *_IO_save_base; char *_IO_backup_base; char *_IO_save_end; struct _IO_marker *_markers; struct _IO_FILE *_chain; int _fileno; int _flags2; __off_t _old_offset; unsigned short _cur_column; signed char _vtable_offset; char _shortbuf[1]; _IO_lock_t *_lock; __off64_t _offset; struct _IO_codecvt *_codecvt; struct _IO_wide_data *_wide_data; struct _IO_FILE *_freeres_list; void *_freeres_buf; size_t __pad5; int _mode; char _unused2[15 * sizeof (int) - 4 * sizeof (void *) - sizeof (size_t)]; };
 extern int fclose (FILE *__stream);
 extern FILE *open_memstream (char **__bufloc, size_t *__sizeloc) __attribute__ ((__nothrow__ )) __attribute__ ((__malloc__)) ;
 extern int setvbuf (FILE *__restrict __stream, char *__restrict __buf, int __modes, size_t __n) __attribute__ ((__nothrow__ ));
 extern int snprintf (char *__restrict __s, size_t __maxlen, const char *__restrict __format, ...) __attribute__ ((__nothrow__)) __attribute__ ((__format__ (__printf__, 3, 4)));
 extern int sscanf (const char *__restrict __s, const char *__restrict __format, ...) __attribute__ ((__nothrow__ ));
 extern int sscanf (const char *__restrict __s, const char *__restrict __format, ...) __asm__ ("" "__isoc99_sscanf") __attribute__ ((__nothrow__ ));
 extern char *fgets (char *__restrict __s, int __n, FILE *__restrict __stream) ;
 extern long int strtol (const char *__restrict __nptr, char **__restrict __endptr, int __base) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 typedef long int __fd_mask;
 typedef struct { __fd_mask __fds_bits[1024 / (8 * (int) sizeof (__fd_mask))]; } fd_set;
 extern void free (void *__ptr) __attribute__ ((__nothrow__ ));
 extern int putenv (char *__string) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1)));
 extern void *bsearch (const void *__key, const void *__base, size_t __nmemb, size_t __size, __compar_fn_t __compar) __attribute__ ((__nonnull__ (1, 2, 5))) ;
 extern void qsort (void *__base, size_t __nmemb, size_t __size, __compar_fn_t __compar) __attribute__ ((__nonnull__ (1, 4)));
 extern char *strchr (const char *__s, int __c) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
 extern char *strtok (char *__restrict __s, const char *__restrict __delim) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (2)));
 extern char *strtok_r (char *__restrict __s, const char *__restrict __delim, char **__restrict __save_ptr) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (2, 3)));
 extern size_t strlen (const char *__s) __attribute__ ((__nothrow__ )) __attribute__ ((__pure__)) __attribute__ ((__nonnull__ (1)));
 struct stat { __dev_t st_dev; __ino_t st_ino; __nlink_t st_nlink; __mode_t st_mode; __uid_t st_uid; __gid_t st_gid; int __pad0; __dev_t st_rdev; __off_t st_size; __blksize_t st_blksize; __blkcnt_t st_blocks; struct timespec st_atim; struct timespec st_mtim; struct timespec st_ctim; __syscall_slong_t __glibc_reserved[3]; };
 extern int stat (const char *__restrict __file, struct stat *__restrict __buf) __attribute__ ((__nothrow__ )) __attribute__ ((__nonnull__ (1, 2)));
int *global;
char *global_text;
long strtol_end(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);
    return *end ? -1 : n;
}
char *strtol_end_returned(void)
{
    char text[] = "12x";
    char *end;
    strtol(text, &end, 10);
    return end;
}
char *found(void)
{
    char text[] = "a=b";
    return strchr(text, '=');
}
size_t found_stays(void)
{
    char text[] = "a=b";
    char *p = strchr(text, '=');
    return p ? strlen(p) : 0;
}
char *token(void)
{
    char text[] = "a b";
    return strtok(text, " ");
}
int token_r(void)
{
    char text[] = "a b", *save;
    int n = 0;
    for (char *p = strtok_r(text, " ", &save); p;
         p = strtok_r(((void*)0), " ", &save))
        n++;
    return n;
}
int formatted(char *out, size_t bytes)
{
    char text[32];
    int n = 3;
    sscanf("4", "%d", &n);
    snprintf(text, sizeof text, "%d", n);
    return snprintf(out, bytes, "%s", text);
}
char *line(FILE *f)
{
    char text[80];
    return fgets(text, sizeof text, f);
}
void buffer_is_kept(FILE *f)
{
    char text[8192];
    setvbuf(f, text, 0, sizeof text);
}
void environment(void)
{
    char text[] = "A=1";
    putenv(text);
}
size_t stream(void)
{
    char *text;
    size_t bytes;
    FILE *f = open_memstream(&text, &bytes);
    fclose(f);
    free(text);
    return bytes;
}
long size_of_file(const char *path)
{
    struct stat st;
    return stat(path, &st) ? -1 : (long)st.st_size;
}
int today(void)
{
    time_t now = time(((void*)0));
    struct tm tm;
    localtime_r(&now, &tm);
    return tm.tm_mday;
}
struct tm *today_returned(time_t now)
{
    struct tm tm;
    return localtime_r(&now, &tm);
}
static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}
static int keeping_compare(const void *a, const void *b)
{
    global = (int *)a;
    return *(const int *)a - *(const int *)b;
}
int sorted(void)
{
    int a[3] = {3, 1, 2};
    qsort(a, 3, sizeof *a, compare);
    return a[0];
}
int sorted_and_kept(void)
{
    int a[3] = {3, 1, 2};
    qsort(a, 3, sizeof *a, keeping_compare);
    return a[0];
}
int sorted_by_unknown(int (*order)(const void *, const void *))
{
    int a[3] = {3, 1, 2};
    qsort(a, 3, sizeof *a, order);
    return a[0];
}
int *searched(int key)
{
    int a[3] = {1, 2, 3};
    return bsearch(&key, a, 3, sizeof *a, compare);
}
static void *run(void *argument) { return argument; }
void thread(void)
{
    pthread_t t;
    int value = 1;
    pthread_create(&t, ((void*)0), run, &value);
    pthread_join(t, ((void*)0));
}
void locked(void)
{
    pthread_mutex_t m = { { 0, 0, 0, 0, PTHREAD_MUTEX_TIMED_NP, 0, 0, { 0, 0 } } };
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}
static void handler(int number)
{
    int seen = number;
    global = &seen;
}
static void other_handler(int number)
{
    int seen = number;
    global = &seen;
}
void handlers(void)
{
    struct sigaction sa = {.__sigaction_handler.sa_handler = handler};
    sigaction(2, &sa, ((void*)0));
    signal(15, other_handler);
}
void tree(void)
{
    void *root = ((void*)0);
    int key = 1;
    tsearch(&key, &root, compare);
}
