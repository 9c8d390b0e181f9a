/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ahead.h - a head start for the back end's last run.
 *
 * Loading clang takes as long as compiling a configure script's probe.  With
 * a single source the last run is known from the outset: it is made to wait on
 * a named pipe for the source's text while that is being made.
 *
 * Where clang is a program of its own that the dynamic linker loads, the last
 * run is not even started: it is forked off the preprocessing run once that
 * is loaded (twice.c), which saves its own loading.
 *
 *     ahead_plan        the words, the pipe and, if possible, the order to fork
 *     source_begin      starts the preprocessing run, which may fork
 *     ahead_start       starts the last run, if that will not
 *     source_prepare    makes the text
 *     ahead_finish      hands it over and waits
 */
#ifndef ESCC_AHEAD_H
#define ESCC_AHEAD_H

#include "source.h"

/* The back end's last run.  All zero: there is no head start. */
struct head_start {
    struct word_vec words;      /* its command */
    pid_t pid;                  /* 0: not started, or not known yet */
    int fifo;
    const char *path;           /* the pipe's */
    const char *noise;          /* its held-back stderr */
    const char *child;          /* the file that will hold the forked run's
                                   number; NULL: it is not forked */
    int orders;                 /* a pipe for its words */
};

/* For a command's only source, of which one run of the back end is known to
 * make all that is asked for. */
bool ahead_is_possible(const struct compilation *, const struct source *);

/* May be without effect; before source_begin. */
void ahead_plan(struct head_start *, const struct compilation *,
                struct source *);

/* After source_begin. */
void ahead_start(struct head_start *, const struct compilation *,
                 const struct source *);

/* After source_prepare: lets the run go on with the source's text, or with its
 * original if that stays untouched, and waits for
 * it, or ends it if there is no text.  The run's exit status. */
int ahead_finish(struct head_start *, const struct compilation *,
                 const struct source *);

#endif
