/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* job.c - see job.h.
 *
 * Signals.  There is no signal handler.  The signals that end a compilation
 * and SIGCHLD stay blocked in the driver from job_begin on and are taken
 * synchronously by sigwaitinfo while it waits for a child; children start
 * with the mask that the driver was started with.  So every clean-up runs as
 * ordinary code, and no signal can come between a check and a wait.
 *
 * [inv.clean]  A process that called job_begin ends only through job_end: by
 * a normal return, or by die_of(), which first ends all descendants (the
 * driver is their reaper, so that an assembler or linker which outlives the
 * compiler that started it is found), then removes unfinished outputs and
 * the temporary folder, then lets the signal have its default effect.
 */
#define _GNU_SOURCE
#include "job.h"

#include "util/arena.h"
#include "util/diag.h"
#include "util/path.h"
#include "util/strbuf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* An output and what stood at its path before. */
struct output {
    const char *path;
    bool existed;
    struct stat before;
};

static VEC_TYPE(output_vec, struct output) outputs;
static const char *folder, *kept_folder, *base;
static sigset_t waited, inherited_mask, default_in_child;
static bool last_killed;

enum {
    /* Word lists longer than this go through a response file.  Linux takes
     * a quarter of the stack limit (2 MiB usually) with the environment. */
    MAX_WORD_BYTES = 512 * 1024,
    /* How long an interrupted child may take for its own clean-up before it
     * is killed, in seconds. */
    GRACE_SECONDS = 2,
    /* Most preprocessed files in one go; Linux's default limit for users. */
    PIPE_BYTES = 1024 * 1024
};

void job_exec(const char *program, const char *const *words)
{
    execvp(program, (char *const *)(uintptr_t)words);
}

void job_begin(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    static bool has_begun;
    if (has_begun)
        return;
    has_begun = true;
    sigemptyset(&waited);
    sigemptyset(&default_in_child);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct sigaction action;
        if (sigaction(ending[i], NULL, &action) == 0 &&
            action.sa_handler != SIG_IGN)
            sigaddset(&waited, ending[i]);
    }
    /* A parent may have left SIGCHLD ignored: then wait would find none. */
    signal(SIGCHLD, SIG_DFL);
    sigaddset(&waited, SIGCHLD);
    if (signal(SIGPIPE, SIG_IGN) != SIG_IGN)
        sigaddset(&default_in_child, SIGPIPE);
    sigprocmask(SIG_BLOCK, &waited, &inherited_mask);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* ---- dying --------------------------------------------------------------- */

/* Sends `signal` to every direct child (orphaned grandchildren are). */
static void signal_children(int signal)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children",
             (int)getpid());
    struct strbuf list = {0};
    if (!strbuf_read_file(&list, path) || !list.text)
        return;
    for (char *p = list.text, *end; *p; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p)
            break;
        if (pid > 1)
            kill((pid_t)pid, signal);
    }
    strbuf_free(&list);
}

/* Ends all descendants and waits for them. */
static void end_children(int signal_number)
{
    struct timespec slice = {.tv_nsec = 20 * 1000 * 1000};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (int slices = 0;; slices++) {
        bool late = slices > GRACE_SECONDS * 50;
        signal_children(late ? SIGKILL : signal_number);
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid < 0)
            break;
        sigtimedwait(&child, NULL, &slice);
    }
}

_Noreturn static void die_of(int signal_number)
{
    end_children(signal_number);
    job_discard_outputs();
    job_end();
    signal(signal_number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + signal_number);
}

/* Takes a pending signal that ends us, if there is one. */
static void check_signals(void)
{
    sigset_t ending = waited;
    sigdelset(&ending, SIGCHLD);
    struct timespec none = {0};
    int taken = sigtimedwait(&ending, NULL, &none);
    if (taken > 0)
        die_of(taken);
}

/* ---- children ------------------------------------------------------------ */

static size_t word_bytes(const char *const *words)
{
    size_t bytes = 0;
    for (; *words; words++)
        bytes += strlen(*words) + 1 + sizeof(char *);
    return bytes;
}

static const char *quote_for_response_file(const char *word)
{
    struct strbuf text = {0};
    strbuf_putc(&text, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            strbuf_putc(&text, '\\');
        strbuf_putc(&text, *word);
    }
    strbuf_puts(&text, "\"\n");
    return text.text;
}

/* {program's name, "@file"}, the rest of the words in the file. */
static const char *const *as_response_file(const char *const *words)
{
    static unsigned number;
    const char *in = job_folder();
    if (!in)
        return NULL;
    const char *path = arena_printf("%s/words.%u", in, number++);
    struct strbuf text = {0};
    for (const char *const *w = words + 1; *w; w++)
        strbuf_puts(&text, quote_for_response_file(*w));
    bool written = strbuf_write_file(&text, path);
    strbuf_free(&text);
    if (!written) {
        diag_error("escc-temporary", "cannot write %s: %s", path,
                   strerror(errno));
        return NULL;
    }
    const char **shorter = arena_array(const char *, 3);
    shorter[0] = words[0];
    shorter[1] = arena_printf("@%s", path);
    return shorter;
}

static void connect_files(posix_spawn_file_actions_t *actions,
                          struct job_files files)
{
    int create = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
    if (files.in_fd)
        posix_spawn_file_actions_adddup2(actions, files.in_fd, 0);
    else if (files.in)
        posix_spawn_file_actions_addopen(actions, 0, files.in, O_RDONLY, 0);
    if (files.out)
        posix_spawn_file_actions_addopen(actions, 1, files.out, create, 0666);
    if (files.err)
        posix_spawn_file_actions_addopen(actions, 2, files.err, create, 0666);
}

/* Ours with some more. */
static char **environment_with(const char *const *more)
{
    VEC_TYPE(environment_vec, char *) all = {0};
    for (char **own = environ; *own; own++)
        vec_push(&all, *own);
    for (; *more; more++)
        vec_push(&all, (char *)(uintptr_t)*more);
    vec_push(&all, NULL);
    return all.items;
}

/* clang and libclang fill tens of megabytes, a small page and a page fault at a
 * time, which costs a sixth of a compilation.  glibc asks for large ones if it
 * is told to, and if the kernel leaves that to programs. */
const char *const *job_large_pages(void)
{
    static const char *const more[] = {"GLIBC_TUNABLES=glibc.malloc.hugetlb=1",
                                       NULL};
    return getenv("GLIBC_TUNABLES") ? NULL : more;
}

pid_t job_start(const char *program, const char *const *words,
                struct job_files files, bool takes_response_file)
{
    check_signals();
    if (takes_response_file && word_bytes(words) > MAX_WORD_BYTES &&
        !(words = as_response_file(words)))
        return -1;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    connect_files(&actions, files);
    posix_spawnattr_setsigmask(&attributes, &inherited_mask);
    posix_spawnattr_setsigdefault(&attributes, &default_in_child);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK
                                              | POSIX_SPAWN_SETSIGDEF);
    char **environment = files.environment
        ? environment_with(files.environment) : environ;
    pid_t pid;
    int failure = posix_spawnp(&pid, program, &actions, &attributes,
                               (char *const *)(uintptr_t)words, environment);
    if (environment != environ)
        free(environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure) {
        diag_error("escc-program", "cannot run %s: %s", program,
                   strerror(failure));
        return -1;
    }
    return pid;
}

int job_wait(pid_t pid)
{
    int status;
    last_killed = false;
    for (;;) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid)
            break;
        if (ended < 0)
            return 1;
        int taken = sigwaitinfo(&waited, NULL);
        if (taken > 0 && taken != SIGCHLD)
            die_of(taken);
    }
    check_signals();
    last_killed = WIFSIGNALED(status);
    return last_killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void job_cancel(pid_t pid)
{
    kill(pid, SIGTERM);
    job_wait(pid);
}

bool job_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) == 0)
        return true;
    diag_error("escc-program", "cannot make a pipe: %s", strerror(errno));
    return false;
}

/* ---- a process that waits for its input ---------------------------------- */

int job_pipe_to(const char *path)
{
    if (mkfifo(path, 0600) != 0)
        return -1;
    /* Both ends, so that neither this nor the reader's open blocks. */
    int fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fifo >= 0)
        fcntl(fifo, F_SETPIPE_SZ, PIPE_BYTES); /* else more turns below */
    return fifo;
}

int job_fifo(const char *path)
{
    int fifo = job_pipe_to(path);
    if (fifo < 0)
        return -1;
    if (write(fifo, "/*", 2) == 2)
        return fifo;
    close(fifo);
    return -1;
}

/* Waits a moment for the process; true if it has ended. */
static bool ended_meanwhile(pid_t pid)
{
    struct timespec slice = {.tv_nsec = 1000 * 1000};
    int taken = sigtimedwait(&waited, NULL, &slice);
    if (taken > 0 && taken != SIGCHLD)
        die_of(taken);
    siginfo_t state = {0};
    return waitid(P_PID, (id_t)pid, &state, WEXITED | WNOHANG | WNOWAIT) ||
           state.si_pid == pid;
}

static bool send_all(pid_t pid, int fifo, const char *text, size_t bytes)
{
    while (bytes) {
        ssize_t put = write(fifo, text, bytes);
        if (put > 0) {
            text += put;
            bytes -= (size_t)put;
        } else if (errno != EAGAIN || ended_meanwhile(pid)) {
            return false;
        }
    }
    return true;
}

bool job_send_words(pid_t pid, int fifo, const struct word_vec *words)
{
    struct strbuf text = {0};
    for (size_t i = 0; words->items[i]; i++)
        strbuf_add(&text, words->items[i], strlen(words->items[i]) + 1);
    uint64_t bytes = text.bytes;
    bool sent = send_all(pid, fifo, (const char *)&bytes, sizeof bytes) &&
                send_all(pid, fifo, text.text, text.bytes);
    strbuf_free(&text);
    return sent;
}

pid_t job_forked(const char *pid_file)
{
    struct strbuf text = {0};
    long pid = strbuf_read_file(&text, pid_file) && text.text
               ? strtol(text.text, NULL, 10) : 0;
    strbuf_free(&text);
    return (pid_t)pid;
}

void job_cancel_all(int fifo)
{
    end_children(SIGTERM);
    close(fifo);
}

bool job_feed(pid_t pid, int fifo, const char *path, const char *from)
{
    struct strbuf text = {0};
    bool there = strbuf_read_file(&text, from);
    bool fed = there && send_all(pid, fifo, "*/", 2) &&
               send_all(pid, fifo, text.text, text.bytes);
    strbuf_free(&text);
    /* Closed before the reader has opened it, the pipe would lose all. */
    int unread = 1;
    while (fed && ioctl(fifo, FIONREAD, &unread) == 0 && unread > 0)
        fed = !ended_meanwhile(pid);
    if (!there || (fed && rename(from, path) != 0)) {
        diag_error("escc-temporary", "cannot read %s: %s", from,
                   strerror(errno));
        job_cancel_all(fifo);
        return false;
    }
    close(fifo);
    return true;
}

/* A signal that others send: a reader of messages that has seen enough, a user
 * or a machine that ends what takes too long. */
static bool is_from_outside(int status)
{
    static const int signals[] = {SIGPIPE, SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
                                  SIGKILL, SIGXCPU, SIGXFSZ, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (status == 128 + signals[i])
            return true;
    return false;
}

bool job_was_killed(void)
{
    return last_killed;
}

bool job_was_ended(int status)
{
    return last_killed && is_from_outside(status);
}

int job_run(const char *program, const char *const *words,
            struct job_files files, bool takes_response_file)
{
    pid_t pid = job_start(program, words, files, takes_response_file);
    return pid < 0 ? 1 : job_wait(pid);
}

/* ---- files --------------------------------------------------------------- */

/* Where a temporary folder may be, in gcc's order; the user's own comes first.
 * Ends with NULL. */
static const char *const *places(void)
{
    static const char *all[8];
    static const char *const variables[] = {"TMPDIR", "TMP", "TEMP"};
    static const char *const folders[] = {"/tmp", "/var/tmp"};
    size_t count = 0;
    if (all[0])
        return all;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            all[count++] = arena_strdup(value);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        all[count++] = folders[i];
    all[count] = path_real(".");
    return all;
}

/* Is there room for the texts and messages of a unit?  Of a large one they
 * have 20 MB.  A file system that does not say has. */
static bool has_room(const char *place)
{
    enum { ROOM = 32 << 20, NAMES = 100 };
    struct statvfs s;
    if (statvfs(place, &s) != 0)
        return false;
    return (!s.f_blocks || s.f_bavail >= ROOM / s.f_frsize) &&
           (!s.f_files || s.f_favail >= NAMES);
}

static char *make_folder(const char *place)
{
    char *made = arena_printf("%s/escc-XXXXXX", place);
    return mkdtemp(made) ? made : NULL;
}

const char *job_temporary_base(void)
{
    return base ? base : places()[0];
}

const char *job_folder(void)
{
    const char *const *all = places();
    int error = 0;
    for (int round = 0; round < 2 && !folder; round++)
        for (size_t i = 0; all[i] && !folder; i++) {
            if (has_room(all[i]) != (round == 0))
                continue;
            base = all[i];
            folder = make_folder(base);
            if (!folder && base == all[0])
                error = errno;
        }
    if (!folder) {
        base = NULL;
        diag_error("escc-temporary", "cannot make a temporary folder in %s "
                   "or elsewhere: %s", all[0], strerror(error));
        return NULL;
    }
    setenv("TMPDIR", folder, 1);
    return folder;
}

static void remove_tree(const char *path)
{
    if (unlink(path) == 0 || (errno != EISDIR && errno != EPERM))
        return;
    DIR *d = opendir(path);
    if (!d)
        return;
    for (struct dirent *entry; (entry = readdir(d));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            remove_tree(path_join(path, entry->d_name));
    closedir(d);
    rmdir(path);
}

void job_end(void)
{
    if (folder && !kept_folder)
        remove_tree(folder);
    folder = NULL;
}

void job_output(const char *path)
{
    struct output output = {.path = path};
    output.existed = stat(path, &output.before) == 0;
    vec_push(&outputs, output);
}

void job_remove(const char *path)
{
    if (path_is_file(path))
        unlink(path);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
           a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void job_discard_outputs(void)
{
    for (size_t i = 0; i < outputs.count; i++) {
        const struct output *output = &outputs.items[i];
        struct stat now;
        if (stat(output->path, &now) == 0 && S_ISREG(now.st_mode) &&
            !(output->existed && same_file(&now, &output->before)))
            unlink(output->path);
    }
    outputs.count = 0;
}

void job_settle(int status)
{
    enum { FIRST_SIGNAL = 128, CLANG_CRASH = 254 };
    if (job_was_killed())
        job_discard_outputs();
    if (is_from_outside(status))
        return;
    if (status > FIRST_SIGNAL || status == CLANG_CRASH ||
        status == DIAG_EXIT_INTERNAL) {
        kept_folder = folder;
        diag_note("the files that the compiler names are kept in %s",
                  job_folder());
    }
}

const char *job_quote(const char *const *words)
{
    struct strbuf line = {0};
    for (; *words; words++) {
        strbuf_puts(&line, line.bytes ? " \"" : "\"");
        for (const char *p = *words; *p; p++) {
            if (strchr("\"\\$`", *p))
                strbuf_putc(&line, '\\');
            strbuf_putc(&line, *p);
        }
        strbuf_putc(&line, '"');
    }
    return line.text ? line.text : "";
}
