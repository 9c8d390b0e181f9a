/* Signal handlers that allocate, collect and jump out, on the ordinary and
 * on an alternate stack, while the interrupted code allocates too; nothing
 * is lost and the handlers see the signals they asked for.
 *
 * RUN: %rtcc %s -o %t -pthread && env ESCC_DEBUG=clobber=1 %t
 * RUN: env ESCC_DEBUG=gcstress=50,clobber=1,verify=1 %t
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static struct node *from_handler;
static volatile int nalarms, nfaults, jump_out, nqueued;
static sigjmp_buf environment, fault_environment;

static void on_alarm(int signal)
{
    CHECK(signal == SIGALRM);
    int saved = errno;
    struct node *mine = new_list(20);
    from_handler = new_node(from_handler && nalarms % 50 ? from_handler
                                                          : NULL,
                            nalarms);
    if (nalarms % 16 == 0)
        escc_gc();
    check_list(mine, 20);
    nalarms++;
    errno = saved;
    if (jump_out)
        siglongjmp(environment, 1);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    CHECK(signal == SIGSEGV && info->si_addr == (void *)16 && context);
    nfaults++;
    escc_gc();
    siglongjmp(fault_environment, 1);
}

static void on_queued(int signal, siginfo_t *info, void *context)
{
    (void)context;
    CHECK(signal == SIGRTMIN && info->si_code == SI_QUEUE);
    /* The value reaches the handler through kernel and siginfo only. */
    nqueued += info->si_value.sival_int;
}

static void install(int signal, void *handler, int flags)
{
    struct sigaction action = {.sa_flags = flags};
    action.sa_handler = handler;
    sigfillset(&action.sa_mask);
    CHECK(sigaction(signal, &action, NULL) == 0);
    CHECK(sigaction(signal, NULL, &action) == 0);
    CHECK((void *)action.sa_handler == handler);
    CHECK((action.sa_flags & ~SA_RESTART) == (flags & ~SA_RESTART));
}

static void churn(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        struct node *list = new_list(100);
        check_list(list, 100);
        free(malloc(100));
    }
}

static void set_timer(int us)
{
    struct itimerval timer = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void with_alarms(int flags)
{
    nalarms = 0;
    install(SIGALRM, on_alarm, flags);
    set_timer(500);
    while (nalarms < 60)
        churn(1);
    /* Not before there is somewhere to jump to. */
    for (volatile int i = 0; i < 20; i++)
        if (sigsetjmp(environment, 1) == 0)
            for (jump_out = 1;;)
                churn(1);
    jump_out = 0;
    set_timer(0);
    churn(10);
}

static void *on_thread(void *argument)
{
    stack_t stack = {.ss_size = 65536};
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    stack.ss_sp = argument ? __escc_malloc(stack.ss_size, SITE("altstack"))
                           : NULL;
    if (argument)
        CHECK(sigaltstack(&stack, NULL) == 0);
    stack.ss_sp = NULL;         /* only the kernel knows it now */
    with_alarms(argument ? SA_ONSTACK : 0);
    return NULL;
}

int main(void)
{
    stack_t none;
    CHECK(sigaltstack(NULL, &none) == 0 && (none.ss_flags & SS_DISABLE));
    on_thread(NULL);
    on_thread(&none);
    pthread_t thread;
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, NULL);
    CHECK(pthread_create(&thread, NULL, on_thread, &none) == 0);
    pthread_join(thread, NULL);

    install(SIGSEGV, on_fault, SA_SIGINFO);
    for (volatile int i = 0; i < 3; i++)
        if (sigsetjmp(fault_environment, 1) == 0)
            *(volatile int *)16 = 1;
    CHECK(nfaults == 3);
    install(SIGRTMIN, on_queued, SA_SIGINFO);
    for (int i = 1; i <= 100; i++)
        CHECK(sigqueue(getpid(), SIGRTMIN,
                       (union sigval){.sival_int = i}) == 0);
    CHECK(nqueued == 5050);
    return 0;
}
