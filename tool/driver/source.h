/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.h - one input in C, from the user's file to rewritten text. */
#ifndef ESCC_UNIT_H
#define ESCC_UNIT_H

#include "steps.h"

/* What every unit of a command shares. */
struct compilation {
    const struct command *command;
    const struct backend *backend;
    const struct installation *where;
    char *const *argv;          /* the user's, for a reproducer */
    const char *folder;         /* for temporary files */
    bool stderr_is_terminal;
};

/* Names the unit's temporary files; makes nothing. */
void unit_name_files(struct unit *, const struct compilation *,
                     unsigned number);

/* Starts the unit's first processes and returns. */
void unit_begin(struct unit *, const struct compilation *);

/* After unit_begin: preprocesses, rewrites and, where needed, diagnoses the
 * unit: its state is not UNIT_WAITING afterwards.  Whatever went wrong was
 * printed.  The diagnosing run may still be running: unit_join. */
void unit_prepare(struct unit *, const struct compilation *);

/* Is a diagnosing run under way? */
bool unit_is_diagnosing(void);

/* Waits for the diagnosing run that is under way, if any.  False: it failed
 * and has said why; that unit's state is UNIT_FAILED now, although it may
 * have been compiled in the meantime.  Its messages come before those of the
 * next run. */
bool unit_join(void);

/* Tells job.c what the last run will write for the units. */
void unit_note_outputs(const struct command *, const struct unit *units,
                       size_t count);

/* Copies a file of held-back messages to stderr as it is. */
void show_messages(const char *path);

#endif
