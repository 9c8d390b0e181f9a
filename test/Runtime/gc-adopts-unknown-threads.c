/* Threads that the runtime did not see being created, and that never call
 * it, are stopped with the others, and what only their stacks hold
 * survives: one made by libc's own pthread_create, and one that libc starts
 * for a timer.  A timer keeps the value that its notification gets.
 *
 * Without a file descriptor to look for them, nothing is collected.
 *
 * RUN: %rtcc %s -o %t -pthread -ldl && env ESCC_DEBUG=clobber=1 %t
 * RUN: env ESCC_DEBUG=clobber=1 %t none-left
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static volatile uintptr_t hidden;
static volatile int has_it, go_on, done;

static void *keep(void *unused)
{
    while (!hidden)
        ;
    struct node *mine = reveal(hidden);
    __asm__ volatile("" : "+r"(mine));  /* not kept hidden */
    hidden = 0;
    has_it = 1;
    while (!go_on)
        ;
    check_list(mine, 100);
    done = 1;
    return unused;
}

static void on_timer(union sigval value)
{
    check_list(value.sival_ptr, 50);
    keep(NULL);
}

static void start_by_libc(void)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                  void *);
    pthread_t thread;
    void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    void *symbol = libc ? dlsym(libc, "pthread_create") : NULL;
    CHECK(symbol);
    memcpy(&create, &symbol, sizeof create);
    CHECK(create(&thread, NULL, keep, NULL) == 0);
    CHECK(pthread_detach(thread) == 0);
}

static void start_timer(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    struct itimerspec time = {.it_value = {0, 200000000}};
    timer_t timer;
    event.sigev_notify_function = on_timer;
    event.sigev_value.sival_ptr = new_list(50);
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    CHECK(timer_settime(timer, 0, &time, NULL) == 0);
}

static void churn(void)
{
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(1000);
        escc_gc();
    }
}

__attribute__((noinline)) static void hide_list(void)
{
    hidden = hide(new_list(100));
}

static void test(void (*start)(void))
{
    /* No collection happens until a thread has taken the list. */
    int percent = escc_set_gc_percent(-1);
    has_it = go_on = done = 0;
    run_deep(start);
    if (start == start_timer)
        churn();
    run_deep(hide_list);
    while (!has_it)
        usleep(1000);
    churn();
    escc_set_gc_percent(percent);
    go_on = 1;
    while (!done)
        usleep(1000);
}

int main(int argc, char **argv)
{
    const struct rlimit none_left = {3, 3};
    (void)argv;
    if (argc > 1)
        CHECK(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    test(start_by_libc);
    test(start_timer);
    return 0;
}
