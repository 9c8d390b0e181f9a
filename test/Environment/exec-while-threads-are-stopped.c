/* A program that becomes another one while its threads are being stopped does
 * not take the signal for that along, by whichever function it does; and goes
 * on where the other one is not to be had.
 *
 * RUN: %rtcc %s -I%S/../Runtime -o %t -pthread
 * RUN: env NAME=value %t 60 calm
 * RUN: env NAME=value %t 30 cancelling
 * RUN: env NAME=value ESCC_DEBUG=concurrent=1,gcstress=100 %t 60 calm
 */
#define _GNU_SOURCE
#include "Inputs/check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char *more;              /* an argument */

static void *collect(void *unused)
{
    for (;;) {
        new_list(100);
        escc_gc();
    }
    return unused;
}

/* One after the other, the numbers that end in 9 by none: the next begins
 * where the last one ended. */
static void become(const char *program, int round)
{
    char number[16];
    sprintf(number, "%d", round);
    char *arguments[] = {(char *)"me", number, more, NULL};
    int file = open(program, O_RDONLY | O_CLOEXEC);
    switch (round % 10) {
    case 0: execv(program, arguments); break;
    case 1: execve(program, arguments, environ); break;
    case 2: execvp(program, arguments); break;
    case 3: execvpe(program, arguments, environ); break;
    case 4: execl(program, "me", number, more, (char *)NULL); break;
    case 5: execlp(program, "me", number, more, (char *)NULL); break;
    case 6:
        execle(program, "me", number, more, (char *)NULL, environ);
        break;
    case 7: fexecve(file, arguments, environ); break;
    case 8: execveat(AT_FDCWD, program, arguments, environ, 0); break;
    default: syscall(SYS_execve, program, arguments, environ); break;
    }
    if (file >= 0)
        close(file);
}

/* In a child that has borrowed its parent's memory, too. */
static void become_nothing(int round)
{
    int status;
    errno = 0;
    become("/nonexistent", round);
    CHECK(errno == (round % 10 == 7 ? EINVAL : ENOENT));
    pid_t child = vfork();
    if (child == 0) {
        become("/nonexistent", round);
        _exit(7);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    child = vfork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
        _exit(7);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

int main(int count, char **arguments)
{
    enum { NTHREADS = 3 };
    pthread_t threads[NTHREADS];
    CHECK(count == 3);
    int round = atoi(arguments[1]);
    struct node *kept = new_list(10);
    CHECK(getenv("NAME") && strcmp(getenv("NAME"), "value") == 0);
    if (round == 0)
        return 0;
    for (int i = 0; i < NTHREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, collect, NULL) == 0);
    more = arguments[2];
    if (strcmp(more, "calm") != 0)
        CHECK(pthread_cancel(threads[0]) == 0);
    usleep(200 + (useconds_t)round * 37 % 3000);
    become_nothing(round);
    check_list(kept, 10);
    become("/proc/self/exe", round - 1);
    CHECK(!"another program");
}
