/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* job.h - child processes, the temporary folder, and dying cleanly.
 *
 * Owns everything about processes and signals; no other file of the driver
 * calls fork, exec or a signal function.
 */
#ifndef ESCC_JOB_H
#define ESCC_JOB_H

#include "cmdline.h"

#include <stdbool.h>
#include <sys/types.h>

/* Files to connect instead of the inherited ones; NULL: inherit.  Output
 * files are created or truncated. */
struct job_files {
    const char *in, *out, *err;
    int in_fd;              /* instead of `in`; 0: none */
    /* "NAME=value" for names that the environment does not have, added to
     * it; NULL at the end, or NULL: none. */
    const char *const *environment;
};

/* Replaces this process; `words` ends with NULL, words[0] is what the
 * program sees as its name.  Returns only if that failed, with errno. */
void job_exec(const char *program, const char *const *words);

/* Call before job_start and job_folder; the first call counts: from now on
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT (unless ignored) are held back and
 * noticed in job_wait and job_start, which then end the process by the same
 * signal [inv.clean]. */
void job_begin(void);

/* What a child's environment has more so that the memory of its malloc comes
 * in large pages, NULL at the end; NULL: the user has said what is to be. */
const char *const *job_large_pages(void);

/* Starts a program; very long word lists go through a response file in the
 * temporary folder if `takes_response_file`.  Returns the process, or -1
 * after printing why not. */
pid_t job_start(const char *program, const char *const *words,
                struct job_files files, bool takes_response_file);

/* Waits for one process: its exit status, or 128 + the signal that ended
 * it. */
int job_wait(pid_t);

/* Ends a process that is not needed any more, and waits for it. */
void job_cancel(pid_t);

/* A pipe whose ends children do not inherit, for in_fd: [0] is read from.
 * False after printing why not. */
bool job_pipe(int ends[2]);

/* A named pipe at `path`, for a process that is started before what it reads
 * is there.  Until job_feed the pipe holds the beginning of a comment: should
 * this process be killed, the reader finds an error, not an empty file that
 * it could compile.  Returns a descriptor, or -1. */
int job_fifo(const char *path);
/* The same for words, without a comment.  The reader sees no end before the
 * descriptor is closed. */
int job_pipe_to(const char *path);
/* Sends the words (NULL at the end) to a process that twice.c has forked.
 * False: it has ended, or cannot be written to. */
bool job_send_words(pid_t, int fifo, const struct word_vec *words);
/* The number of such a process, which is a child of this one once the process
 * that forked it has ended, from the file that says it; 0: there is none. */
pid_t job_forked(const char *pid_file);
/* Ends the comment, writes the file `from` to the pipe and, once it has been
 * read, moves the file to the pipe's place before the reader sees the end:
 * compilers may open their input again.  True: wait for the process, which
 * may have ended before it read all.  False after printing that the file
 * cannot be read; then the process is gone as after job_cancel_all. */
bool job_feed(pid_t, int fifo, const char *path, const char *from);
/* Ends all processes that are still running and waits for them, then closes
 * the pipe. */
void job_cancel_all(int fifo);

/* True if the last job_wait's process was ended by a signal. */
bool job_was_killed(void);
/* The same of a signal that others send (SIGPIPE, SIGKILL, …), which says
 * nothing about the program; `status` is what job_wait returned. */
bool job_was_ended(int status);

/* job_start and job_wait; 1 if it could not be started. */
int job_run(const char *program, const char *const *words,
            struct job_files files, bool takes_response_file);

/* The folder that the temporary one is in: $TMPDIR as the user set it, or where
 * gcc, too, goes if nothing can be made there; a place that is full comes after
 * those that are not.  Before job_folder's first call the first of them. */
const char *job_temporary_base(void);
/* The temporary folder, made at the first call.  It is $TMPDIR of the
 * programs started from then on, so that what an interrupted compiler or
 * linker leaves behind goes with it.  NULL after printing why it cannot be
 * made. */
const char *job_folder(void);

/* Notes that a command about to run will write `path`: if the driver is
 * interrupted, or job_discard_outputs is called, and the file is not the one
 * that was there before, it is removed.  Only regular files are. */
void job_output(const char *path);
void job_discard_outputs(void);
/* After the last run, which ended with this status: what a killed compiler
 * has begun is removed; what a crashed one has left for a report, in the
 * temporary folder, stays, and the user is told. */
void job_settle(int status);
/* Removes one such file at once, whether or not it is new. */
void job_remove(const char *path);

/* Removes the temporary folder; call before every exit after job_begin. */
void job_end(void);

/* Words as a shell would read them back; clang's -### style quoting is
 * `"word"` for each. */
const char *job_quote(const char *const *words);

#endif
