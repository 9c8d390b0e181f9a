/* A handler that leaves by siglongjmp may drop the shade of a store that it
 * interrupted.  A collection beside the threads that was open meanwhile is
 * done anew, with the threads stopped; one without such a jump is not.
 *
 * RUN: %escc -O1 %s -o %t
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t jump 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,JUMP
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t altstack 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,JUMP
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,gcstress=10,gctrace=2 timeout 60 %t return 2>&1 \
 * RUN:   | FileCheck %s --check-prefixes=CHECK,RETURN
 * JUMP: threads stopped
 * The first collections may find the collector's thread before it is known.
 * RETURN: beside threads in a closed world
 * RETURN-NOT: threads stopped
 * CHECK: {{^}}3000 whole
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; long number; };

static sigjmp_buf out;
static volatile int jumps;

static void on_signal(int number)
{
    (void)number;
    if (jumps)
        siglongjmp(out, 1);
}

int main(int argc, char **argv)
{
    struct sigaction action;
    struct node *volatile list = NULL;
    volatile long i;
    long whole = 0;
    jumps = argc > 1 && strcmp(argv[1], "return") != 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    if (argc > 1 && strcmp(argv[1], "altstack") == 0)
        action.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &action, NULL);
    for (i = 0; i < 3000; i++) {
        struct node *n = malloc(sizeof *n);
        n->next = list;
        n->number = i;
        list = n;
        if (!sigsetjmp(out, 1))
            raise(SIGUSR1);
    }
    for (struct node *n = list; n; n = n->next)
        whole += n->number == 2999 - whole;
    printf("%ld whole\n", whole);
    return whole != 3000;
}
