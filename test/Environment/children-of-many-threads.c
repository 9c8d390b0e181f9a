/* 64 threads that allocate make children all the time, by fork, vfork and
 * posix_spawn, while collections are made: nothing is lost, in the parent or in
 * a child that goes on with the heap, and nothing hangs.
 *
 * RUN: %escc -w -O1 %s -o %t -lpthread
 * RUN: env ESCC_DEBUG=clobber=1 timeout 100 %t 3
 * RUN: env ESCC_DEBUG=concurrent=1,checkmark=1,clobber=1 ESCC_GC=20 \
 * RUN:   timeout 100 %t 3
 * RUN: env ESCC_CC=gcc %escc -w -O2 %s -o %t -lpthread
 * RUN: env ESCC_DEBUG=gcstress=300,clobber=1 timeout 100 %t 3
 */
#define _GNU_SOURCE
#include "Inputs/churn.h"

#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, LENGTH = 50 };

struct cell { struct cell *next; long number; char text[40]; };

static time_t end;
static char *self;
static long nchildren, nwrong;

__attribute__((noinline)) static struct cell *new_list(long number)
{
    struct cell *list = NULL;
    for (long i = 0; i < LENGTH; i++) {
        struct cell *cell = malloc(sizeof *cell);
        cell->next = list;
        cell->number = number * i;
        sprintf(cell->text, "%ld", cell->number);
        list = cell;
    }
    return list;
}

static int is_whole(const struct cell *cell, long number)
{
    for (long i = LENGTH - 1; i >= 0; i--, cell = cell->next)
        if (!cell || cell->number != number * i ||
            atol(cell->text) != cell->number)
            return 0;
    return cell == NULL;
}

static void waste(void)
{
    for (int i = 0; i < 200; i++) {
        char *volatile block = malloc(1000);
        memset(block, 'z', 1000);
        free(block);
    }
}

/* The heap is the child's own: it collects there. */
static int go_on(const struct cell *list, long number)
{
    struct cell *mine = new_list(number + 1);
    for (int i = 0; i < 20; i++)
        waste();
    return is_whole(list, number) && is_whole(mine, number + 1) ? 0 : 1;
}

static pid_t make_child(int how, const struct cell *list, long number)
{
    char *arguments[] = {self, "child", NULL};
    pid_t child = -1;
    switch (how) {
    case 0:
        child = fork();
        if (child == 0)
            _exit(go_on(list, number));
        break;
    case 1:
        child = vfork();
        if (child == 0) {
            execve(self, arguments, NULL);
            _exit(1);
        }
        break;
    default:
        if (posix_spawn(&child, self, NULL, NULL, arguments, NULL))
            child = -1;
        break;
    }
    return child;
}

static void *work(void *argument)
{
    long number = (long)argument, wrong = 0;
    struct cell *list = new_list(number);
    for (long round = number; time(NULL) < end; round++) {
        int status = 1;
        pid_t child = make_child((int)(round % 3), list, number);
        waste();
        if (child < 0 || waitpid(child, &status, 0) != child || status)
            wrong++;
        wrong += !is_whole(list, number);
        list = new_list(number);
        __atomic_fetch_add(&nchildren, 1, __ATOMIC_RELAXED);
    }
    __atomic_fetch_add(&nwrong, wrong, __ATOMIC_RELAXED);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    if (argc < 2)
        return 2;
    if (strcmp(argv[1], "child") == 0)
        return 0;
    self = argv[0];
    end = time(NULL) + atol(argv[1]);
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)))
            return 2;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    fprintf(stderr, "%ld children, %ld wrong\n", nchildren, nwrong);
    return nwrong || !nchildren;
}
