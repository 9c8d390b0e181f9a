/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* msleep: code of libraries without barriers sleeps until it is called, once.
 * This program says that it is closed; cmocka, which it loads, does not.  A
 * case is run by a child of fork, whose exit status it is: no call of cmocka's
 * may come before it is wanted. */
#include "gc/msleep.h"

#include "base/rt_options.h"
#include "base/rt_syscall.h"
#include "base/rt_tls.h"
#include "gc/mgc.h"
#include "thread/mwake.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static volatile int nwoken;
static volatile bool was_asleep, is_slow;

static void woken(void)
{
    static const struct timespec moment = {.tv_nsec = 200000000};
    nwoken++;
    was_asleep = msleep_lasts();
    if (is_slow)
        rt_syscall(SYS_nanosleep, &moment, NULL);
}

static bool begin(void)
{
    rt_enter();
    bool held = mgc_hold();
    bool asleep = held && msleep_begin(woken);
    if (held)
        mgc_release();
    rt_leave();
    return asleep;
}

static void call_library(void)
{
    assert_int_equal(1, 1);
}

/* What a case finds wrong: a number; 0: nothing. */
static int in_child(int (*run)(void))
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        signal(SIGSEGV, SIG_DFL);
        _exit(run());
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static int call(void)
{
    if (!begin() || !msleep_lasts() || nwoken)
        return 1;
    call_library();
    return msleep_lasts() || nwoken != 1 || was_asleep ? 2
         : begin()                                     ? 3 : 0;
}

static int end(void)
{
    if (!begin())
        return 1;
    msleep_end();
    msleep_end();
    call_library();
    return msleep_lasts() || nwoken != 1;
}

static int end_before(void)
{
    msleep_end();
    return nwoken || !begin();
}

static volatile int nthreads;

static void *call_in_thread(void *argument)
{
    __atomic_fetch_add(&nthreads, 1, __ATOMIC_SEQ_CST);
    while (!*(volatile int *)argument)
        continue;
    call_library();
    return NULL;
}

static int threads(void)
{
    static volatile int go;
    pthread_t several[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&several[i], NULL, call_in_thread, (void *)&go);
    while (nthreads < 4)
        continue;
    is_slow = true;             /* the others fault meanwhile */
    if (!begin())
        return 1;
    go = 1;
    for (int i = 0; i < 4; i++)
        pthread_join(several[i], NULL);
    return nwoken != 1;
}

static int child_of_child(void)
{
    call_library();
    return nwoken != 1 || msleep_lasts();
}

static int fork_asleep(void)
{
    if (!begin())
        return 1;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(child_of_child());
    waitpid(child, &status, 0);
    if (status != 0 || !msleep_lasts() || nwoken)
        return 2;
    return child_of_child();
}

/* A copy of the process in the middle of it, in which who wakes is not. */
static int copy_meanwhile(pid_t (*copy)(void))
{
    static volatile int go = 1;
    pthread_t thread;
    int status;
    is_slow = true;
    if (!begin())
        return 1;
    pthread_create(&thread, NULL, call_in_thread, (void *)&go);
    while (!nwoken)
        continue;
    pid_t child = copy();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        call_library();
        _exit(msleep_lasts());
    }
    waitpid(child, &status, 0);
    pthread_join(thread, NULL);
    return status != 0 || nwoken != 1;
}

static int fork_meanwhile(void)
{
    return copy_meanwhile(fork);
}

/* Its name alone would open the world. */
static int copy_bare_meanwhile(void)
{
    pid_t (*copy)(void);
    void *found = dlsym(RTLD_DEFAULT, "_Fork");
    memcpy(&copy, &found, sizeof copy);
    return found && copy_meanwhile(copy);
}

static void ignore(int number)
{
    (void)number;
}

static int handler(void)
{
    signal(SIGSEGV, ignore);
    if (begin())
        return 1;
    signal(SIGSEGV, SIG_DFL);
    return !begin();
}

static int block(void)
{
    sigset_t set;
    sigfillset(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return begin();
}

/* Behind our back, and in the thread that begins. */
static int blocked_already(void)
{
    unsigned long bit = 1ul << (SIGSEGV - 1);
    rt_syscall(SYS_rt_sigprocmask, SIG_BLOCK, &bit, NULL, sizeof bit);
    return begin();
}

static void *block_in_thread(void *argument)
{
    unsigned long bit = 1ul << (SIGSEGV - 1);
    rt_syscall(SYS_rt_sigprocmask, SIG_BLOCK, &bit, NULL, sizeof bit);
    *(volatile int *)argument = 1;
    pause();
    return NULL;
}

static int blocked_elsewhere(void)
{
    static volatile int blocked;
    pthread_t thread;
    pthread_create(&thread, NULL, block_in_thread, (void *)&blocked);
    while (!blocked)
        continue;
    return begin();
}

static int code_of_nobody(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED || begin();
}

/* Behind our back, if the system knows of it. */
static int no_more_code(void)
{
    enum { SET_MDWE = 65 };
    return rt_syscall(SYS_prctl, SET_MDWE, 1) == 0 && begin();
}

static int setting(void)
{
    rt_options.sleep = 0;
    return begin();
}

static int action_seen(void)
{
    struct sigaction action;
    if (!begin() || sigaction(SIGSEGV, NULL, &action) != 0 ||
        action.sa_handler != SIG_DFL || (action.sa_flags & SA_SIGINFO))
        return 1;
    if (signal(SIGSEGV, SIG_DFL) != SIG_DFL || !msleep_lasts())
        return 2;
    if (signal(SIGSEGV, ignore) != SIG_DFL || msleep_lasts())
        return 3;
    return signal(SIGSEGV, SIG_DFL) != ignore;
}

#define CASE(name, run)                                                     \
    static void name(void **state)                                          \
    {                                                                       \
        (void)state;                                                        \
        assert_int_equal(in_child(run), 0);                                 \
    }

CASE(a_call_wakes, call)
CASE(the_collector_wakes, end)
CASE(nothing_is_woken_that_does_not_sleep, end_before)
CASE(several_threads_wake_once, threads)
CASE(a_child_of_fork_sleeps_on, fork_asleep)
CASE(a_child_is_made_meanwhile, fork_meanwhile)
CASE(a_bare_copy_is_made_meanwhile, copy_bare_meanwhile)
CASE(not_with_a_handler, handler)
CASE(not_when_faults_were_blocked, block)
CASE(not_when_they_are_blocked_here, blocked_already)
CASE(not_when_they_are_blocked_elsewhere, blocked_elsewhere)
CASE(not_beside_code_of_no_object, code_of_nobody)
CASE(not_where_code_may_not_be_made, no_more_code)
CASE(not_if_it_is_turned_off, setting)
CASE(the_program_sees_its_own_action, action_seen)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_wakes),
        cmocka_unit_test(the_collector_wakes),
        cmocka_unit_test(nothing_is_woken_that_does_not_sleep),
        cmocka_unit_test(several_threads_wake_once),
        cmocka_unit_test(a_child_of_fork_sleeps_on),
        cmocka_unit_test(a_child_is_made_meanwhile),
        cmocka_unit_test(a_bare_copy_is_made_meanwhile),
        cmocka_unit_test(not_with_a_handler),
        cmocka_unit_test(not_when_faults_were_blocked),
        cmocka_unit_test(not_when_they_are_blocked_here),
        cmocka_unit_test(not_when_they_are_blocked_elsewhere),
        cmocka_unit_test(not_beside_code_of_no_object),
        cmocka_unit_test(not_where_code_may_not_be_made),
        cmocka_unit_test(not_if_it_is_turned_off),
        cmocka_unit_test(the_program_sees_its_own_action),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
