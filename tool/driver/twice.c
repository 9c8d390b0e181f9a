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
 * last run, which waits on a named pipe for its words.
 *
 * [inv.twice.same]  The fork happens only in the very file that the driver has
 * looked at, whose words are the driver's: a script or
 * another program that leads to clang would have changed them.  Whoever finds
 * that the order is not for him removes it and the preload from the
 * environment and goes on as if nothing had been there.  So does whoever
 * cannot read it or cannot fork; the driver then starts the last run itself.
 *
 * The order, named by ESCC_TWICE, is a file of NUL-terminated strings: the
 * program, where to write the child's process number, what the child's stderr
 * is, and the pipe.  There come 8 bytes, the number of those that follow, and
 * the child's words, each with a NUL behind it.  The driver has both of the
 * pipe's ends open; if it is gone there is nothing to be done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int main_function(int, char **, char **);

struct order {
    const char *program, *pid_file, *messages, *pipe;
};

static main_function *original_main;

static bool read_all(int fd, void *to, size_t bytes)
{
    for (ssize_t got; bytes; bytes -= (size_t)got, to = (char *)to + got)
        if ((got = read(fd, to, bytes)) <= 0)
            return false;
    return true;
}

/* So many bytes of a file as strings, or NULL; `count` of them, with a NULL at
 * the end. */
static char **read_strings(int fd, size_t bytes, int *count)
{
    char *text = bytes ? malloc(bytes) : NULL;
    char **strings = text ? calloc(bytes + 1, sizeof *strings) : NULL;
    if (!strings || !read_all(fd, text, bytes) || text[bytes - 1])
        return NULL;
    for (char *s = text; s < text + bytes; s += strlen(s) + 1)
        strings[(*count)++] = s;
    return strings;
}

static char **read_order(const char *path, int *count)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char **strings = fstat(fd, &status) == 0
                     ? read_strings(fd, (size_t)status.st_size, count) : NULL;
    close(fd);
    return strings;
}

/* Waits for the words; does not return without. */
static char **read_words(const char *path, int *count)
{
    uint64_t bytes;
    /* Without a writer an open that blocks would do so for good. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char **words = NULL;
    if (fd >= 0 && fcntl(fd, F_SETFL, 0) == 0 &&
        read_all(fd, &bytes, sizeof bytes))
        words = read_strings(fd, bytes, count);
    if (!words)
        _exit(1);
    close(fd);
    return words;
}

/* Takes the order out of the environment; whether it is for this program
 * [inv.twice.same]. */
static bool take_order(struct order *order)
{
    enum { STRINGS = 4 };
    char self[PATH_MAX];
    const char *path = getenv("ESCC_TWICE");
    int count = 0;
    char **strings = path ? read_order(path, &count) : NULL;
    unsetenv("ESCC_TWICE");
    unsetenv("LD_PRELOAD");     /* the driver saw that there was none */
    ssize_t bytes = readlink("/proc/self/exe", self, sizeof self - 1);
    if (bytes <= 0 || count != STRINGS)
        return false;
    self[bytes] = 0;
    *order = (struct order){strings[0], strings[1], strings[2], strings[3]};
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
    if (child == 0) {
        argc = 0;
        argv = read_words(order.pipe, &argc);
    }
    return original_main(argc, argv, environ);
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
