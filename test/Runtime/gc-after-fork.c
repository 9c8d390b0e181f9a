/* fork in a process whose other threads allocate and collect: the child can
 * allocate, collect, start threads and fork again; the parent goes on.
 *
 * RUN: %rtcc %s -o %t -pthread && env ESCC_DEBUG=clobber=1,verify=1 %t
 */
#include "Inputs/check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop;

static void *work(void *argument)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        struct node *list = new_list(300);
        free(malloc(1000));
        check_list(list, 300);
        if (argument)
            escc_gc();
    }
    return NULL;
}

static void *work_once(void *argument)
{
    struct node *list = new_list(1000);
    escc_gc();
    check_list(list, 1000);
    return argument;
}

static void wait_for(pid_t child)
{
    int status;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void in_child(struct node *list, int depth)
{
    struct escc_stats stats;
    pthread_t thread;
    escc_stats_get(&stats, sizeof stats);
    CHECK(stats.threads == 1);
    check_list(list, 100);
    for (int i = 0; i < 3; i++) {
        new_list(1000);
        escc_gc();
    }
    CHECK(pthread_create(&thread, NULL, work_once, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    if (depth) {
        pid_t child = fork();
        if (child == 0)
            in_child(list, depth - 1);
        wait_for(child);
    }
    check_list(list, 100);
    _exit(0);
}

int main(void)
{
    pthread_t threads[4];
    struct node *list = new_list(100);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, i == 0 ? list : NULL);
    for (int i = 0; i < 6; i++) {
        pid_t child = fork();
        if (child == 0)
            in_child(list, 1);
        new_list(1000);
        wait_for(child);
    }
    CHECK(system("exit 3") == 3 << 8);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    check_list(list, 100);
    return 0;
}
