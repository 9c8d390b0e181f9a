/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* source.h - one input in C, from the user's file to rewritten text. */
#ifndef ESCC_SOURCE_H
#define ESCC_SOURCE_H

#include "steps.h"

/* Names the source's temporary files; makes nothing.  A source that, as it is
 * written, needs no rewriting is SOURCE_UNTOUCHED then. */
void source_name_files(struct source *, const struct compilation *,
                       unsigned number);

/* Saves standard input where a source comes from there, since it is read more
 * than once.  False after printing why that cannot be. */
bool source_read_stdin(const struct source *sources, size_t count);

/* Does the user's file look as if the source stayed untouched (untouched.h)?
 * From source_name_files on. */
bool source_seems_untouched(struct source *);

/* Starts the source's first processes and returns. */
void source_begin(struct source *, const struct compilation *);

/* After source_begin: preprocesses, rewrites and, where needed, diagnoses the
 * source: its state is not SOURCE_WAITING afterwards.  Whatever went wrong was
 * printed.  The diagnosing run may still be running: source_join. */
void source_prepare(struct source *, const struct compilation *);

/* For a source that was rewritten, compiled or not: lets the back end print
 * what it has to say of the original, maybe in a run that goes on: source_join.
 * `compiles`: to the end, whatever is asked for. */
void source_show_warnings(struct source *, const struct compilation *,
                          bool compiles);

/* Is a diagnosing run under way? */
bool source_is_diagnosing(void);

/* Waits for the diagnosing run that is under way, if any.  False: it failed
 * and has said why; that source's state is SOURCE_FAILED now, although it may
 * have been compiled in the meantime.  Its messages come before those of the
 * next run. */
bool source_join(void);

/* Tells job.c what the last run will write for the sources. */
void source_note_outputs(const struct command *, const struct source *sources,
                         size_t count);

/* Copies a file of held-back messages to stderr as it is. */
void show_messages(const char *path);

#endif
