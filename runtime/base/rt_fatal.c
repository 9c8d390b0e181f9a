/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_fatal.c - the fatal path.
 *
 * A fatal error is one after which the runtime cannot promise that memory
 * stays intact: a broken invariant, or a moved local that cannot be
 * allocated.  What the C library can report (malloc returning NULL) is
 * never fatal.
 *
 * The path must work anywhere: in a signal handler, with locks held, with
 * a damaged heap.  So it formats into a stack buffer, writes with raw
 * system calls, and raises SIGABRT past every handler of the program; a
 * core dump then shows the real stack.
 */
#include "rt_fatal.h"

#include "rt_assert.h"
#include "rt_atomic.h"
#include "rt_print.h"
#include "rt_syscall.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

static int nfatal;

/* The kernel's struct sigaction: glibc's differs, and its sigaction() is
 * one of the functions that this runtime wraps. */
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static void die(void)
{
    struct kernel_sigaction action = {.handler = SIG_DFL};
    unsigned long abort_only = 1ul << (SIGABRT - 1);
    rt_syscall(SYS_rt_sigaction, SIGABRT, &action, NULL, sizeof action.mask);
    rt_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &abort_only, NULL,
               sizeof abort_only);
    rt_syscall(SYS_tgkill, rt_getpid(), rt_syscall(SYS_gettid),
               SIGABRT);
    for (;;)
        rt_syscall(SYS_exit_group, 127);
}

static void fatal(const char *hint, const char *format, va_list list)
    __attribute__((noreturn));
static void fatal(const char *hint, const char *format, va_list list)
{
    static const char prefix[] = "escc: fatal: ";
    char message[1024];
    if (rt_add_seq(&nfatal, 1) == 0) {
        size_t n = rt_format(message, sizeof message, "%s", prefix);
        n += rt_vformat(message + n, sizeof message - n - 1, format, list);
        message[n++] = '\n';
        rt_write(message, n);
        if (hint)
            rt_print("escc: hint: %s\n", hint);
    }
    die();
    __builtin_unreachable();
}

void rt_fatal(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fatal(NULL, format, list);
}

void rt_fatal_hint(const char *hint, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fatal(hint, format, list);
}

void rt_assert_failed(const char *condition, const char *file, int line)
{
    rt_fatal_hint("this is a bug in escc's runtime or memory that the "
                  "program overwrote; ESCC_DEBUG=verify=1 narrows it down",
                  "assertion failed: %s (%s:%d)", condition, file, line);
}
