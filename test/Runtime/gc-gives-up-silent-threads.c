/* A thread that blocks the runtime's signal by a system call of its own, and
 * never enters the runtime, cannot be stopped.  The program does not hang for
 * that: it grows, says why, and collects again when the thread can be stopped.
 * The same where the system queues no more signals for the user's processes.
 * The time in which the others stood in vain counts as a pause: 10 s, and 1 s.
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
 *
 * RUN: env ESCC_GC=10 timeout 60 %t queue 2>&1 | FileCheck %s --check-prefix=QUEUE
 * RUN: env ESCC_GC=10 ESCC_SIGNAL=23 timeout 60 not %t queue 2>&1 | FileCheck %s --check-prefix=URGENT
 * QUEUE: warning: thread {{[0-9]+}} cannot be stopped, since the system queues no more signals
 * QUEUE-NOT: warning
 * QUEUE: grew, and collects again
 * URGENT-NOT: warning
 * URGENT: wrong
 */
#define _GNU_SOURCE
#include <escc/gc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
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

static void *running(void *unused)
{
    started = 1;
    while (quit == 0)
        ;
    started = 2;
    while (quit == 1)
        ;
    return unused;
}

static void set_queue(rlim_t length)
{
    struct rlimit limit;
    getrlimit(RLIMIT_SIGPENDING, &limit);
    limit.rlim_cur = length < limit.rlim_max ? length : limit.rlim_max;
    setrlimit(RLIMIT_SIGPENDING, &limit);
}

static struct escc_stats stats(void)
{
    struct escc_stats now;
    escc_stats_get(&now, sizeof now);
    return now;
}

static void allocate(void)
{
    static void *volatile last;
    for (int i = 0; i < 20000; i++)
        last = malloc(1000);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    (void)argv;
    pthread_create(&thread, NULL, argc > 1 ? running : deaf, NULL);
    while (!started)
        ;
    if (argc > 1)
        set_queue(0);
    unsigned long before = stats().gc_cycles;
    allocate();
    int none = stats().gc_cycles == before;
    int counts = stats().gc_pause_max_ns >= 1000000000;
    quit = 1;
    while (started == 1)
        ;
    set_queue(RLIM_INFINITY);
    allocate();
    int again = stats().gc_cycles > before;
    quit = 2;
    pthread_join(thread, NULL);
    int right = none && again && counts;
    puts(right ? "grew, and collects again" : "wrong");
    return !right;
}
