/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* twice.c - libexec/escc/twice.so: one start of clang, several runs.
 *
 * Loading clang costs more than most of its work on a small unit: half a
 * million relocations, written to 2,300 pages that the kernel copies one
 * fault at a time, some 25 ms of processor time.  Every unit needs clang
 * twice, for -E and for the rewritten text, and in between libclang, which
 * shares the larger part with it.  The driver (ahead.c) therefore starts the
 * preprocessing run with this library preloaded.  When everything is loaded
 * and no line of clang's main has run, the process is forked: the parent goes
 * on with the words it was started with, one child becomes the last run,
 * another loads the rewriter; both wait on named pipes for their words.
 *
 * [inv.twice.same]  The fork happens only in the very file that the driver has
 * looked at, whose words are the driver's: a script or another program that
 * leads to clang would have changed them.  Whoever finds that the order is not
 * for him removes it and the preload from the environment and goes on as if
 * nothing had been there.  So does whoever cannot read it or cannot fork; the
 * driver then starts the other runs itself.
 *
 * The rewriter is not loaded where the libraries of clang and libclang are not
 * the same: symbols of the one would be taken for the other's.
 *
 * The order, named by ESCC_TWICE, is a file of NUL-terminated strings: the
 * program, and for each of both children where to write its process number,
 * what its stderr is, and the pipe; then the rewriter's library, and whether it
 * is to be loaded before there are words.  In the pipe come 8 bytes, the number
 * of those that follow, and the child's words, each with a NUL behind it.  The
 * driver has both of the pipe's ends open; if it is gone there is nothing to be
 * done.
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

struct run {
    const char *pid_file, *messages, *pipe;
};

struct order {
    const char *program;
    struct run last, rewriter;
    const char *library, *early;
};

enum {
    NOT_LOADED = 71             /* a status; source.c knows it */
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
    enum { STRINGS = 9 };
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
    *order = (struct order){strings[0], {strings[1], strings[2], strings[3]},
                            {strings[4], strings[5], strings[6]},
                            strings[7], strings[8]};
    return strcmp(self, order->program) == 0;
}

static void tell_driver(const struct run *run, pid_t child)
{
    FILE *file = fopen(run->pid_file, "wxe");
    if (!file)
        return;
    fprintf(file, "%ld\n", (long)child);
    fclose(file);
}

/* True in the child. */
static bool fork_run(const struct run *run)
{
    int messages = open(run->messages, O_WRONLY | O_CREAT | O_APPEND
                                           | O_CLOEXEC, 0666);
    pid_t child = messages >= 0 ? fork() : -1;
    if (child > 0)
        tell_driver(run, child);
    if (child == 0)
        dup2(messages, 2);
    if (messages >= 0)
        close(messages);
    return child == 0;
}

static bool shares_llvm(void)
{
    return *ESCC_LLVM && dlopen(ESCC_LLVM, RTLD_LAZY | RTLD_NOLOAD);
}

static main_function *load_rewriter(const char *library)
{
    void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    main_function *rewrite = NULL;
    if (handle)
        *(void **)&rewrite = dlsym(handle, "escc_rewrite");
    return rewrite;
}

static void run_rewriter(const struct order *order)
{
    int argc = 0;
    if (*order->early)
        load_rewriter(order->library);
    char **argv = read_words(order->rewriter.pipe, &argc);
    main_function *rewrite = load_rewriter(order->library);
    if (!rewrite)
        _exit(NOT_LOADED);
    int status = rewrite(argc, argv, environ);
    fflush(NULL);
    _exit(status);
}

static int run_twice(int argc, char **argv, char **envp)
{
    struct order order;
    (void)envp;                 /* environ is the one that was changed */
    if (!take_order(&order))
        return original_main(argc, argv, environ);
    if (*order.library && shares_llvm() && fork_run(&order.rewriter))
        run_rewriter(&order);
    if (fork_run(&order.last)) {
        argc = 0;
        argv = read_words(order.last.pipe, &argc);
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
