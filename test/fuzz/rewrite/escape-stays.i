 typedef __builtin_va_list va_list;
 typedef unsigned int __uint32_t;
 typedef unsigned int __uid_t;
 typedef int __pid_t;
 typedef long int __clock_t;
 typedef unsigned long int uintptr_t;
 typedef struct { unsigned long int __val[(1024 / (8 * sizeof (unsigned long int)))]; } __sigset_t;
 union sigval { int sival_int; void *sival_ptr; };
 typedef union sigval __sigval_t;
 typedef struct { int si_signo; int si_errno; int si_code; int __pad0; union { int _pad[((128 / sizeof (int)) - 4)]; struct { __pid_t si_pid; __uid_t si_uid; } _kill; struct { int si_tid; int si_overrun; __sigval_t si_sigval; } _timer; struct { __pid_t si_pid; __uid_t si_uid; __sigval_t si_sigval; } _rt; struct { __pid_t si_pid; __uid_t si_uid; int si_status; __clock_t si_utime; __clock_t si_stime; } _sigchld; struct { void *si_addr; short int si_addr_lsb; union { struct { void *_lower; void *_upper; } _addr_bnd; __uint32_t _pkey; } _bounds; } _sigfault; struct { long int si_band; int si_fd; } _sigpoll; struct { void *_call_addr; int _syscall; unsigned int _arch; } _sigsys; } _sifields; } siginfo_t ;
 typedef union pthread_attr_t pthread_attr_t;
 typedef struct sigevent { __sigval_t sigev_value; int sigev_signo; int sigev_notify; union { int _pad[((64 / sizeof (int)) - 4)]; __pid_t _tid; struct { void (*_function) (__sigval_t); pthread_attr_t *_attribute; } _sigev_thread; } _sigev_un; } sigevent_t;
 typedef void (*__sighandler_t) (int);
 extern __sighandler_t signal (int __sig, __sighandler_t __handler) __attribute__ ((__nothrow__ ));
 struct sigaction { union { __sighandler_t sa_handler; void (*sa_sigaction) (int, siginfo_t *, void *); } __sigaction_handler; __sigset_t sa_mask; int sa_flags; void (*sa_restorer) (void); };
 extern int sigaction (int __sig, const struct sigaction *__restrict __act, struct sigaction *__restrict __oact) __attribute__ ((__nothrow__ ));
 union pthread_attr_t { char __size[56]; long int __align; };
void *global;
uintptr_t bottom;
void mark_bottom(void) { char probe; global = &probe; }
uintptr_t depth(void) { int here; return (uintptr_t)&here; }
int named_again(void) { int here; global = &here; return here; }
void initialised(void) { int here = 0; global = &here; }
static void clean(int *p) { (void)p; }
void cleanup(void)
{
    __attribute__((cleanup(clean))) int x = 1;
    global = &x;
}
void arguments(int n, ...)
{
    va_list list;
    __builtin_va_start(list, 0);
    global = &list;
    __builtin_va_end(list);
}
static void keep(int **p) { global = *p; }
void cleanup_keeps(void)
{
    int x = 1;
    __attribute__((cleanup(keep))) int *p = &x;
}
void in_frame(int n) { global = __builtin_alloca(n); }
char in_frame_until_the_end(int n)
{
    char *last = 0;
    for (int i = 1; i < n; i++) {
        char *p = __builtin_alloca(i);
        last = p;
    }
    return *last;
}
static void direct(int n) { int x = n; global = &x; }
static void chosen(int n) { int x = n; global = &x; }
static void wrapped(int n) { int x = n; global = &x; }
static void no_handler(int n) { int x = n; global = &x; }
static void install(int signal_number, void (*handler)(int))
{
    struct sigaction action;
    action.__sigaction_handler.sa_handler = handler;
    sigaction(signal_number, &action, 0);
}
void handlers(int n)
{
    signal(2, direct);
    signal(1, n ? chosen : ((__sighandler_t) 0));
    install(15, wrapped);
    no_handler(n);
}
int *statics(void)
{
    static int a = 1;
    static _Thread_local int b = 2;
    return a ? &a : &b;
}
