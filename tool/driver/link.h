/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* link.h - when a command links, and with which words the runtime. */
#ifndef ESCC_LINK_H
#define ESCC_LINK_H

#include "cmdline.h"
#include "record.h"

#include <stdbool.h>

/* Where the driver found its own parts. */
struct installation {
    const char *prefix;         /* bin, lib, libexec are below */
    const char *rewriter;       /* libexec/escc/escc-rewrite */
    const char *rewriter_library; /* the same, for twice.c; may be missing */
    bool rewrites_all;          /* it is another one, for tests: it gets every
                                   source */
    const char *twice;          /* libexec/escc/twice.so; may be missing */
    const char *pages;          /* libexec/escc/pages.so; may be missing */
    const char *debug_script;   /* escc-gdb.py; NULL: name none in objects */
    const char *archive_folder; /* holds libesccrt.a */
    const char *shared_folder;  /* holds libesccrt.so */
    const char *names_folder;   /* holds libesccnames.so, if there is one;
                                   NULL: without it */
    const char *closed;         /* the object whose note says that a link's
                                   code is all covered, and by which records,
                                   for link_words; NULL: do not say so */
    const char *decided;        /* the object that lets what is linked decide
                                   where locals live, likewise */
};

/* From the driver's own path: a build tree (bin, lib, libexec side by side)
 * or an installed one. */
void installation_find(struct installation *, const char *self);

/* The objects for installation.closed and installation.decided. */
const char *link_note_object(const struct installation *, enum record_sort);
const char *link_decided_object(const struct installation *);

/* Does this command, if it links at all, need the runtime? */
bool link_needs_runtime(const struct command *);

/* The words that bring the runtime, for the end of a link line.  None of
 * them depends on the -x in force. */
void link_words(struct word_vec *, const struct command *,
                const struct installation *);

/* Prints these words as a shell reads them; false: it cannot. */
bool link_print_flags(const struct command *, const struct installation *);

#endif
