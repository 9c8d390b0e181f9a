/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_start.c - the order of start-up, and fork.
 *
 * The runtime starts at its first use, on whatever thread that happens:
 * usually the loader's or libc's first malloc, long before constructors
 * and main.  It must therefore need nothing that constructors set up, and
 * must survive being called by libc functions that it calls itself:
 *
 *   options        from the kernel's copy of the environment; libc's
 *                  `environ` may not be set yet [inv.secure]
 *   heap           malloc works from here on
 *   real functions dlsym
 *   guest          whose malloc is the process's (mguest.c); a guest leaves
 *                  out signals, threads and roots
 *   handshake      handler of the handshake signal
 *   signals        handlers that exist already
 *   threads        this thread; its altstack, its stack's bounds
 *   roots          list of loaded objects; which of them the process began
 *                  with
 *   collector      goal; collections may start from here on
 *   exit, fork     libc may allocate for these
 *
 * A malloc of this thread in the middle finds a heap and no collector.
 * Another thread waits (base/rt_process.c).
 *
 * Nothing is ever torn down: exit handlers, destructors of libraries and
 * threads that run on while main returns all keep allocating.
 *
 * fork.  The child has the forking thread only.  Before it, no collection
 * runs and no thread holds a lock of the runtime (rt_lock.c, "The gate");
 * the order is that of lock ranks.  The handlers are registered first of
 * all, hence run last before and first after the fork: other handlers may
 * allocate.  vfork and posix_spawn need nothing but care with signal actions
 * (thread/msignal.c): the child borrows the parent's memory while the parent's
 * thread sleeps in the kernel, and a stop waits for the exec.  A copy that
 * libc knows nothing of finds out by itself [inv.copy].
 */
#include "base/rt_fatal.h"
#include "base/rt_process.h"

#include "alloc/mguest.h"
#include "base/rt_assert.h"
#include "base/rt_clock.h"
#include "base/rt_export.h"
#include "base/rt_free.h"
#include "base/rt_lock.h"
#include "base/rt_options.h"
#include "base/rt_print.h"
#include "base/rt_proc.h"
#include "base/rt_real.h"
#include "base/rt_sandbox.h"
#include "base/rt_syscall.h"
#include "gc/mdecide.h"
#include "gc/mgc.h"
#include "gc/mkernel.h"
#include "gc/mroots.h"
#include "gc/mverify.h"
#include "heap/mheap.h"
#include "mstress.h"
#include "mwrap_clone.h"
#include "mwrap_kernel.h"
#include "mwrap_thread.h"
#include "thread/mhandshake.h"
#include "thread/msignal.h"
#include "thread/mthread.h"
#include "thread/mwake.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

/* ---- options ------------------------------------------------------------- */

enum { ENVIRONMENT_BYTES = 64 * 1024, MOST_VARIABLES = 64 };

static char environment_text[4096];
static char *environment[MOST_VARIABLES + 1];

/* [inv.secure]  The program has rights that whoever started it need not have
 * (set-user-ID, file capabilities): what that one says counts for nothing, as
 * with libc's own variables.  They are also taken away from the programs that
 * it runs, for which the kernel does not say so any more. */
static bool is_secure(void)
{
    return getauxval(AT_SECURE) != 0;
}

/* Keeps the ESCC_ variables of /proc/self/environ, which libc's environ
 * replaces when it is there already. */
static char *const *read_environment(void)
{
    if (is_secure())
        return environment;
    if (environ)
        return environ;
    size_t used = 0, n = 0, filled = 0;
    static char chunk[ENVIRONMENT_BYTES];
    int fd = rt_proc_open("/proc/self/environ", 0);
    for (long got = 1; fd >= 0 && got > 0 && filled < sizeof chunk - 1;) {
        got = rt_syscall(SYS_read, fd, chunk + filled,
                         sizeof chunk - 1 - filled);
        filled += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        rt_syscall(SYS_close, fd);
    for (size_t at = 0; at < filled && n < MOST_VARIABLES;) {
        size_t length = strlen(chunk + at) + 1;
        if (strncmp(chunk + at, "ESCC_", 5) == 0 &&
            used + length <= sizeof environment_text) {
            environment[n++] = memcpy(environment_text + used, chunk + at,
                                      length);
            used += length;
        }
        at += length;
    }
    return environment;
}

static void warn(const char *line)
{
    rt_write(line, strlen(line));
}

/* What the program was linked with, unless another member of the archive
 * says otherwise (rt_free.h). */
__attribute__((weak)) const unsigned char __escc_free_default =
    RT_FREE_IGNORE;

static void read_options(void)
{
    const unsigned char *chosen = &__escc_free_default;
    /* Compilers take a weak constant for the last word. */
    __asm__("" : "+r"(chosen));
    rt_options_free_default = *chosen;
    rt_options_read(&rt_options, read_environment(), warn);
    if (rt_options.help)
        rt_options_help();
    rt_verify_enabled = rt_options.verify & RT_VERIFY_HEAP;
}

/* ---- fork ---------------------------------------------------------------- */

void mwrap_fork_prepare(void)
{
    rt_enter();
    mthread_self();
    mgc_fork_prepare();
    mthread_list_lock_to_stop();
    rt_lock_gate_close(mthread_others_hold_locks);
}

void mwrap_fork_parent(void)
{
    rt_lock_gate_open();
    mthread_list_unlock();
    mgc_fork_parent();
    rt_leave();
}

/* The collection lock and the list's are held. */
static void be_child(void)
{
    rt_lock_gate_child();
    mthread_fork_child();
    msignal_fork_child();
    mwake_fork_child();
    mroots_fork_child();
    mwrap_block_fork_child();
    mthread_list_unlock();
    mgc_fork_child();
}

void mwrap_fork_child(void)
{
    be_child();
    rt_leave();
    mstress_start();
}

/* [inv.copy]  A process may be copied without these handlers, by _Fork or by
 * assembly, which are right in a program of one thread; of ours it knows
 * nothing.  (Of the functions clone and syscall: mwrap_clone.c.)  What holds in
 * a child of fork is seen to when a collection is wanted there, if no other
 * thread was in the middle of something in that moment.  If one was, nothing is
 * ever collected in the copy. */
static bool become_copy(void)
{
    if (!__escc_tls.thread || !msignal_is_copy() ||
        !mgc_fork_try_prepare())
        return false;
    if (!mthread_list_try_lock()) {
        mgc_fork_parent();
        return false;
    }
    if (mthread_others_hold_locks()) {
        mthread_list_unlock();
        mgc_fork_parent();
        return false;
    }
    be_child();
    return true;
}

/* ---- start --------------------------------------------------------------- */

void rt_start(void)
{
    read_options();
    rt_clock_init();
    rt_sandbox_init();
    mheap_init();
    rt_real_init();
    mguest_find();
    mhandshake_init();
    if (!rt_is_guest()) {
        msignal_init();
        mthread_init();
        mroots_init();
        mdecide_init();
    }
    mverify_init();
    mgc_init();
    pthread_atfork(mwrap_fork_prepare, mwrap_fork_parent, mwrap_fork_child);
    mthread_on_end(mwrap_thread_ended);
    mkernel_on_release(mwrap_kernel_free);
    mgc_on_copy(become_copy);
    mthread_init_exit();
    /* What runs in a waiting call may be more than a system call. */
    if (rt_real_has_foreign)
        rt_store_seq(&mthread_no_block, 1);
}

/* [inv.onecopy]  One runtime per process.  An executable that holds the
 * archive and loads an instrumented library gets libesccrt.so as well; all
 * exported names lead to the executable's copy, this one too, and the other
 * stays asleep: nobody can call it. */
static char this_copy;

/* An address that tells this copy of the runtime from another one in the
 * same process.  Signal-safe. */
RT_EXPORT const void *__escc_copy(void);
RT_EXPORT const void *__escc_copy(void)
{
    return &this_copy;
}

/* The number of what rewritten code and runtime agree upon: include/escc/rt.h.
 * It is raised when a runtime cannot serve what was compiled for the next one;
 * libraries say which one they need by the file that they name. */
enum { ABI = 1 };

/* Of the copy that works. */
RT_EXPORT const unsigned __escc_abi = ABI;

/* A library was linked with a later runtime than the program. */
static void check_abi(void)
{
    const unsigned *working = &__escc_abi;
    /* It may be the program's, as with start_early's copy. */
    __asm__("" : "+r"(working));
    if (*working < ABI)
        rt_fatal_hint("link the program again with the escc that its "
                      "libraries were linked with",
                      "the program's runtime has ABI %u, and a library that "
                      "it loads needs %u", *working, (unsigned)ABI);
}

/* A program that replaces a function (sigaction) before its first malloc
 * must not be the first to find the runtime unready in a signal handler. */
__attribute__((constructor)) static void start_early(void)
{
    const void *(*copy)(void) = __escc_copy;
    /* An optimizer may take the definition above for the one that is called,
     * which it is not if another copy came first. */
    __asm__("" : "+r"(copy));
    if (copy() != &this_copy) {                 /* [inv.onecopy] */
        check_abi();
        return;
    }
    rt_enter();
    rt_init();
    rt_leave();
    if (is_secure())
        rt_options_remove(environ);             /* [inv.secure] */
    mstress_start();
}
