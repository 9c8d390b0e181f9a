/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* diag.h - every message that escc and escc-rewrite print about user input.
 *
 * The form is clang's: `file:line:column: severity: text [id]`, parts that
 * are unknown left out, so that editors and CI logs recognise it.  `id` is
 * stable ("escc-unsupported", documented in docs/diagnostics.md).  Colours
 * follow the usual switches: a terminal, NO_COLOR, CLICOLOR_FORCE,
 * -f[no-]color-diagnostics and -fdiagnostics-color (diag_set_color).
 */
#ifndef ESCC_UTIL_DIAG_H
#define ESCC_UTIL_DIAG_H

#include <stdbool.h>

/* A place in the user's text; file NULL: none, line or column 0: unknown. */
struct diag_place {
    const char *file;
    unsigned line, column;
};

enum diag_severity { DIAG_NOTE, DIAG_REMARK, DIAG_WARNING, DIAG_ERROR };

/* Prints one message with a single write to stderr.  `id` may be NULL. */
void diag_print(enum diag_severity, const char *id, struct diag_place,
                const char *format, ...)
    __attribute__((format(printf, 4, 5)));

struct strbuf;

/* The same to a text instead, for many that are written at once. */
void diag_add(struct strbuf *, enum diag_severity, const char *id,
              struct diag_place, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* That, in parts: what stands before the text, which the caller adds, and what
 * follows it. */
void diag_begin(struct strbuf *, enum diag_severity, struct diag_place);
void diag_end(struct strbuf *, enum diag_severity, const char *id);

/* The same without a place, in front: "escc: ". */
void diag_error(const char *id, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void diag_warning(const char *id, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void diag_note(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Number of errors printed so far. */
unsigned diag_error_count(void);

/* -1: decide by the terminal and the environment; 0: never; 1: always. */
void diag_set_color(int mode);

/* The candidate nearest to `word` by edit distance (at most a third of its
 * length and one away, and not all of it), or NULL.  `candidates` ends with
 * NULL. */
const char *diag_nearest(const char *word, const char *const *candidates);

/* Exit status for an internal error (EX_SOFTWARE of sysexits.h). */
enum { DIAG_EXIT_INTERNAL = 70 };

/* An internal error: says where, exits with DIAG_EXIT_INTERNAL.  The driver
 * turns that status into a reproducer directory. */
_Noreturn void diag_internal(const char *file, int line, const char *text);
#define diag_check(condition) \
    ((condition) ? (void)0 : diag_internal(__FILE__, __LINE__, #condition))

#endif
