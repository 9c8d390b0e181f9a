/* A thread that blocks the runtime's signal by a system call of its own, and
 * never enters the runtime, cannot be stopped.  The program does not hang for
 * that: it grows, says why, and collects again when the thread can be stopped.
 *
 * RUN: %escc -I %source_root/include -O1 %s -o %t -pthread
 * Most of the time is waiting, so both at once:
 * RUN: (env ESCC_GC=10 timeout 60 %t >%t.stopped 2>&1 & \
 * RUN:  env ESCC_FOREIGN=readonly ESCC_DEBUG=concurrent=1,checkmark=1 ESCC_GC=10 timeout 60 %t >%t.beside 2>&1; wait)
 * RUN: FileCheck %s <%t.stopped
 * RUN: FileCheck %s <%t.beside
 * CHECK: warning: thread {{[0-9]+}} cannot be stopped, since it blocks the signal
 * CHECK-NOT: warning
 * CHECK: grew, and collects again
 */
#define _GNU_SOURCE
#include <escc/gc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int started, quit;

static void *deaf(void *unused)
{
    unsigned long all = ~0ul, none = 0;
    syscall(SYS_rt_sigprocmask, 2, &all, NULL, sizeof all);
    started = 1;
    while (quit == 0)
        ;
    syscall(SYS_rt_sigprocmask, 2, &none, NULL, sizeof none);
    started = 2;
    while (quit == 1)
        ;
    return unused;
}

static unsigned long collections(void)
{
    struct escc_stats stats;
    escc_stats_get(&stats, sizeof stats);
    return stats.gc_cycles;
}

static void allocate(void)
{
    static void *volatile last;
    for (int i = 0; i < 20000; i++)
        last = malloc(1000);
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, deaf, NULL);
    while (!started)
        ;
    unsigned long before = collections();
    allocate();
    int none = collections() == before;
    quit = 1;
    while (started == 1)
        ;
    allocate();
    int again = collections() > before;
    quit = 2;
    pthread_join(thread, NULL);
    puts(none && again ? "grew, and collects again" : "wrong");
    return !(none && again);
}
