/* A thread that begins one of the collector's waits in the C library for who
 * loads a library, who may be stopped meanwhile: the stop does not wait for the
 * former.
 *
 * RUN: %rtcc %s -I%S/../Runtime -o %t -pthread
 * RUN: env ESCC_DEBUG=markers=8 %t
 * RUN: env ESCC_DEBUG=markers=8 %t cancels
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NCHILDREN = 150, NTHREADS = 3 };

static void *collect(void *unused)
{
    for (int i = 0; i < 20; i++) {
        new_list(100);
        escc_gc();
    }
    return unused;
}

static void *wait_for_ever(void *unused)
{
    pause();
    return unused;
}

/* In a child each, since the collector's threads begin once. */
static void run(bool cancels)
{
    pthread_t threads[NTHREADS], other;
    alarm(30);
    if (cancels) {
        CHECK(pthread_create(&other, NULL, wait_for_ever, NULL) == 0);
        CHECK(pthread_cancel(other) == 0);
    }
    for (int i = 0; i < NTHREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, collect, NULL) == 0);
    for (int i = 0; i < 20; i++) {
        void *library = dlopen("libresolv.so.2", RTLD_NOW);
        CHECK(library && dlclose(library) == 0);
    }
    for (int i = 0; i < NTHREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

int main(int count, char **arguments)
{
    (void)arguments;
    for (int i = 0; i < NCHILDREN; i++) {
        pid_t child = fork();
        int status;
        if (child == 0) {
            run(count > 1);
            _exit(0);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    return 0;
}
