/* A program that locks itself into a list of system calls, by prctl, seccomp or
 * the strict mode, and goes on with malloc and free is not ended by a call of
 * the runtime's, before collections and after; what it has reachable stays. With
 * a list in which a collection's calls are missing nothing is collected, which
 * one line says.  So it is if the list comes in the middle of a collection, or
 * makes calls fail.  Signals that come in malloc are not lost.
 *
 * RUN: bash %S/Inputs/same-as-gcc.sh %escc %gcc %s prctl seccomp late threads \
 * RUN:   little fail alarm
 * RUN: %escc -w -O1 %s -o %t && env CHURN=1000000 %t little 2>&1 | FileCheck %s
 * RUN: for how in prctl late threads little fail alarm; do for i in 1 2 3 4 5; do \
 * RUN:   env CHURN=4000 ESCC_DEBUG=concurrent=1,gcstress=16 timeout 60 %t $how \
 * RUN:     >%t.out 2>&1; echo "status $?" >>%t.out; \
 * RUN:   FileCheck %s --check-prefix=BESIDE <%t.out || exit 1; done; done
 * CHECK: escc: a filter forbids
 * CHECK-NOT: escc:
 * CHECK: kept 99
 * BESIDE-NOT: fatal
 * BESIDE: kept 99
 * BESIDE-NEXT: status 0
 *
 * A list without tgkill: the collector's thread has ended before, so that the
 * one that is left goes on collecting.
 * RUN: env CHURN=1000000 ESCC_DEBUG=gctrace=2 %t late 2>&1 \
 * RUN:     | FileCheck --check-prefix=LATE %s
 * LATE: beside threads
 * LATE-NOT: forbids
 * LATE: threads stopped
 * LATE-NOT: {{forbids|beside}}
 * LATE: kept 99
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define LET(name)                                                           \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),                  \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD                                                                \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define ELSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

enum { KEPT = 100, ALARMS = 50 };

static struct sock_filter usual[] = {
    LOAD, LET(read), LET(write), LET(close), LET(brk), LET(mmap), LET(munmap),
    LET(mremap), LET(mprotect), LET(madvise), LET(futex), LET(clock_gettime),
    LET(getpid), LET(getrandom), LET(rt_sigprocmask), LET(rt_sigreturn),
    LET(fstat), LET(newfstatat), LET(poll), LET(exit), LET(exit_group), ELSE};

/* What libc needs for threads besides. */
static struct sock_filter threads[] = {
    LOAD, LET(read), LET(write), LET(close), LET(brk), LET(mmap), LET(munmap),
    LET(mremap), LET(mprotect), LET(madvise), LET(futex), LET(clock_gettime),
    LET(getpid), LET(rt_sigaction), LET(rt_sigprocmask), LET(rt_sigreturn),
    LET(newfstatat),
    LET(clone3), LET(clone), LET(set_robust_list), LET(rseq), LET(exit),
    LET(exit_group), ELSE};

static struct sock_filter little[] = {
    LOAD, LET(write), LET(brk), LET(mmap), LET(munmap), LET(mremap),
    LET(mprotect), LET(madvise), LET(futex), LET(newfstatat), LET(exit_group),
    ELSE};

/* None of it kills. */
static struct sock_filter fail[] = {
    LOAD, LET(write), LET(mmap), LET(munmap), LET(mprotect), LET(madvise),
    LET(futex), LET(rt_sigreturn), LET(rt_sigprocmask), LET(getpid), LET(clone),
    LET(clone3), LET(rseq), LET(exit), LET(exit_group), LET(process_vm_readv),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1)};

#define PROGRAM(code) ((struct sock_fprog){sizeof code / sizeof *code, code})

static char *kept[KEPT];

static void lock_in(const char *how)
{
    struct sock_fprog program = PROGRAM(usual);
    if (strcmp(how, "threads") == 0)
        program = PROGRAM(threads);
    if (strcmp(how, "little") == 0)
        program = PROGRAM(little);
    if (strcmp(how, "fail") == 0)
        program = PROGRAM(fail);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        abort();
    if (strcmp(how, "seccomp") == 0
            ? syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)
            : prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        abort();
}

static void *allocate(void *argument)
{
    churn(100);
    return argument;
}

static void run_threads(void)
{
    pthread_t several[3];
    for (int i = 0; i < 3; i++)
        if (pthread_create(&several[i], NULL, allocate, NULL))
            abort();
    for (int i = 0; i < 3; i++)
        pthread_join(several[i], NULL);
}

static volatile int nalarms;

static void count(int number)
{
    (void)number;
    nalarms++;
}

static void begin_alarms(void)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}

static void await_alarms(void)
{
    while (nalarms < ALARMS) {
        char *volatile block = malloc(64);
        free(block);
    }
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "prctl";
    puts("begin");
    fflush(stdout);
    for (int i = 0; i < KEPT; i++)
        sprintf(kept[i] = malloc(100), "kept %d", i);
    if (strcmp(how, "late") == 0)
        churn(100);
    if (strcmp(how, "alarm") == 0)
        begin_alarms();
    lock_in(how);
    if (strcmp(how, "alarm") == 0)
        await_alarms();
    if (strcmp(how, "threads") == 0 || strcmp(how, "fail") == 0)
        run_threads();
    wipe();
    churn(100);
    for (int i = 0; i < KEPT; i++) {
        char expected[20];
        sprintf(expected, "kept %d", i);
        if (strcmp(kept[i], expected))
            abort();
    }
    puts(kept[KEPT - 1]);
    fflush(stdout);
    _exit(0);
}
