/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* twice.c - libexec/escc/twice.so: one start of clang, two runs.
 *
 * Loading clang costs more than most of its work on a small unit: half a
 * million relocations, written to 2,300 pages that the kernel copies one
 * fault at a time, some 25 ms of processor time.  Every unit needs clang
 * twice, for -E and for the rewritten text.  The driver (ahead.c) therefore
 * starts the preprocessing run with this library preloaded.  When everything
 * is loaded and no line of clang's main has run, the process is forked: the
 * parent goes on with the words it was started with, the child becomes the
 * last run, which waits on a named pipe for its text.
 *
 * [inv.twice.same]  The fork happens only in the very file that the driver has
 * looked at and with the words that the driver wrote for it: a script or
 * another program that leads to clang would have changed them.  Whoever finds
 * that the order is not for him removes it and the preload from the
 * environment and goes on as if nothing had been there.  So does whoever
 * cannot read it or cannot fork; the driver then starts the last run itself.
 *
 * The order, named by ESCC_TWICE, is a file of NUL-terminated strings: the
 * program, where to write the child's process number, what the child's stderr
 * is, and the child's words.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int main_function(int, char **, char **);

struct order {
    const char *program, *pid_file, *messages;
    char **words;               /* NULL at the end */
    int count;
};

static main_function *original_main;

/* The file's strings, or NULL; `count` of them, with a NULL at the end. */
static char **read_strings(const char *path, int *count)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *text = NULL, **strings = NULL;
    if (fstat(fd, &status) == 0 && status.st_size > 0 &&
        (text = malloc((size_t)status.st_size)) &&
        read(fd, text, (size_t)status.st_size) == status.st_size &&
        text[status.st_size - 1] == 0 &&
        (strings = calloc((size_t)status.st_size + 1, sizeof *strings)))
        for (char *s = text; s < text + status.st_size; s += strlen(s) + 1)
            strings[(*count)++] = s;
    close(fd);
    return strings;
}

/* Takes the order out of the environment; whether it is for this program
 * [inv.twice.same]. */
static bool take_order(struct order *order)
{
    enum { WORDS = 3 };         /* what precedes them */
    char self[PATH_MAX];
    const char *path = getenv("ESCC_TWICE");
    int count = 0;
    char **strings = path ? read_strings(path, &count) : NULL;
    unsetenv("ESCC_TWICE");
    unsetenv("LD_PRELOAD");     /* the driver saw that there was none */
    ssize_t bytes = readlink("/proc/self/exe", self, sizeof self - 1);
    if (bytes <= 0 || count <= WORDS)
        return false;
    self[bytes] = 0;
    *order = (struct order){strings[0], strings[1], strings[2],
                            strings + WORDS, count - WORDS};
    return strcmp(self, order->program) == 0;
}

static void tell_driver(const struct order *order, pid_t child)
{
    FILE *file = fopen(order->pid_file, "wxe");
    if (!file)
        return;
    fprintf(file, "%ld\n", (long)child);
    fclose(file);
}

static int run_twice(int argc, char **argv, char **envp)
{
    struct order order;
    int messages = -1;
    (void)envp;                 /* environ is the one that was changed */
    if (take_order(&order))
        messages = open(order.messages, O_WRONLY | O_CREAT | O_APPEND
                                            | O_CLOEXEC, 0666);
    pid_t child = messages >= 0 ? fork() : -1;
    if (child > 0)
        tell_driver(&order, child);
    if (child == 0)
        dup2(messages, 2);
    if (messages >= 0)
        close(messages);
    return child == 0 ? original_main(order.count, order.words, environ)
                      : original_main(argc, argv, environ);
}

/* glibc's entry, which calls main when all libraries are loaded and their
 * constructors have run.  Its seven arguments are passed on. */
int __libc_start_main(main_function *program, int argc, char **argv,
                      void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_function *program, int argc, char **argv,
                      void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    int (*next)(main_function *, int, char **, void (*)(void),
                void (*)(void), void (*)(void), void *);
    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    original_main = program;
    return next(run_twice, argc, argv, init, fini, rtld_fini, stack_end);
}
