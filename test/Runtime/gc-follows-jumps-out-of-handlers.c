/* A handler that leaves by siglongjmp may drop the shade of a store that it
 * interrupted.  A collection beside the threads that was open meanwhile is
 * done anew, with the threads stopped; without such a jump hardly any is.  So it
 * is where the jump leads into an outer handler, which returns, or to the end of
 * the thread.
 *
 * RUN: %escc -O1 -pthread %s -o %t
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t jump 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,JUMP
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t altstack 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,JUMP
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t return 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,RETURN
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t inner 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,JUMP
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t end 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=END
 * JUMP: threads stopped
 * A stop may find the collector's thread before it is known, or a handler that
 * runs: beside other work in two thirds of the collections.
 * RETURN-COUNT-10: beside threads in a closed world
 * CHECK: {{^}}3000 whole
 * Some of these find a thread that is just ending, which stops them too.
 * END-COUNT-20: threads stopped
 * END: {{^}}1500 whole
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; long number; };

static __thread sigjmp_buf out, inner;
static const char *mode;

static int is_mode(const char *name)
{
    return strcmp(mode, name) == 0;
}

static void on_inner(int number)
{
    (void)number;
    siglongjmp(inner, 1);
}

static void on_signal(int number)
{
    (void)number;
    if (is_mode("return"))
        return;
    if (is_mode("end"))
        pthread_exit(NULL);
    if (!is_mode("inner"))
        siglongjmp(out, 1);
    if (!sigsetjmp(inner, 1))
        raise(SIGUSR2);
}

static void *interrupt(void *unused)
{
    if (!sigsetjmp(out, 1))
        raise(SIGUSR1);
    return unused;
}

static void handle(int signal, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    if (is_mode("altstack"))
        action.sa_flags = SA_ONSTACK;
    sigaction(signal, &action, NULL);
}

int main(int argc, char **argv)
{
    struct node *volatile list = NULL;
    volatile long i;
    long whole = 0;
    mode = argc > 1 ? argv[1] : "return";
    long count = is_mode("end") ? 1500 : 3000;
    handle(SIGUSR1, on_signal);
    handle(SIGUSR2, on_inner);
    for (i = 0; i < count; i++) {
        struct node *n = malloc(sizeof *n);
        pthread_t thread;
        n->next = list;
        n->number = i;
        list = n;
        if (!is_mode("end"))
            interrupt(NULL);
        else if (pthread_create(&thread, NULL, interrupt, NULL) == 0)
            pthread_join(thread, NULL);
    }
    for (struct node *n = list; n; n = n->next)
        whole += n->number == count - 1 - whole;
    printf("%ld whole\n", whole);
    return whole != count;
}
