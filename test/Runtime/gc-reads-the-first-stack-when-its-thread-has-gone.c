/* The environment lies on the stack of the main thread, and putenv stores the
 * program's pointers there: they count also when that thread has ended, and in
 * a child that another thread has forked, as does what the main thread had in
 * its frames then.
 *
 * RUN: %rtcc %s -o %t -pthread
 * RUN: env NAME=before %t ends
 * RUN: env NAME=before ESCC_DEBUG=clobber=1 %t ends
 * RUN: env NAME=before ESCC_DEBUG=clobber=1 %t forks
 * RUN: env NAME=before ESCC_DEBUG=stw=1,clobber=1 %t forks
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_t main_thread;
static struct node **in_frame;

__attribute__((noinline)) static void put(struct node **frame)
{
    static const char text[] = "NAME=of the program";
    char *entry = __escc_malloc(sizeof text, SITE("entry"));
    memcpy(entry, text, sizeof text);
    CHECK(putenv(entry) == 0);
    if (frame)
        *frame = new_list(10);
    in_frame = frame;
}

static void check(void)
{
    for (int i = 0; i < 5; i++) {
        wipe_stack();
        new_list(5000);
        escc_gc();
    }
    const char *value = getenv("NAME");
    CHECK(value && strcmp(value, "of the program") == 0);
    if (in_frame)
        check_list(*in_frame, 10);
}

static void *outlive(void *unused)
{
    CHECK(pthread_join(main_thread, NULL) == 0);
    check();
    exit(0);
    return unused;
}

static void *fork_child(void *unused)
{
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        check();
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    return unused;
}

int main(int count, char **arguments)
{
    struct node *frame = NULL;
    pthread_t thread;
    bool forks = count > 1 && strcmp(arguments[1], "forks") == 0;
    main_thread = pthread_self();
    put(forks ? &frame : NULL);
    wipe_stack();
    CHECK(pthread_create(&thread, NULL, forks ? fork_child : outlive, NULL) ==
          0);
    if (!forks)
        pthread_exit(NULL);
    CHECK(pthread_join(thread, NULL) == 0);
    check();
    return 0;
}
