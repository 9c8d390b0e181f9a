/* Handlers of atexit, quick_exit and destructors of the program allocate and
 * collect, and find what was allocated before; so do the destructors of C11
 * thread-specific storage, whose value nobody else has.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t | FileCheck %s
 * RUN: env ESCC_DEBUG=clobber=1,verify=1 %t quick | \
 * RUN:   FileCheck --check-prefix=QUICK %s
 * CHECK: thread-specific storage
 * CHECK-NEXT: atexit
 * CHECK-NEXT: destructor
 * CHECK-NOT: {{.}}
 * QUICK: thread-specific storage
 * QUICK-NEXT: quick_exit
 * QUICK-NOT: {{.}}
 */
#include "Inputs/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

static struct node *kept;
static tss_t key;

static void work(const char *name)
{
    check_list(kept, 10);
    for (int i = 0; i < 3; i++) {
        wipe_stack();
        new_list(1000);
        escc_gc();
    }
    check_list(kept, 10);
    puts(name);
    fflush(stdout);
}

static void at_exit(void)
{
    work("atexit");
}

static void at_quick_exit_(void)
{
    work("quick_exit");
}

__attribute__((destructor)) static void at_end(void)
{
    work("destructor");
}

static void release(void *value)
{
    escc_gc();
    check_list(value, 20);
    work("thread-specific storage");
}

static int run(void *unused)
{
    (void)unused;
    CHECK(tss_set(key, new_list(20)) == thrd_success);
    wipe_stack();
    new_list(1000);
    escc_gc();
    return 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    thrd_t thread;
    kept = new_list(10);
    CHECK(atexit(at_exit) == 0 && at_quick_exit(at_quick_exit_) == 0);
    CHECK(tss_create(&key, release) == thrd_success);
    CHECK(thrd_create(&thread, run, NULL) == thrd_success);
    CHECK(thrd_join(thread, NULL) == thrd_success);
    if (argc > 1)
        quick_exit(0);
    return 0;
}
