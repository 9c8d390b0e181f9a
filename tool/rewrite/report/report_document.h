/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_document.h - JSON of reports: documents that jansson makes and
 * writes.
 *
 * A report is long, and says much more than once: every flow into a function
 * goes on there as the others do, steps that follow each other are often at one
 * place, and all steps have the same members.  Making and writing all of that
 * each time would take longer than all else about a report.  So a document is
 * a *form*, which is made and written once, and filled in often:
 *
 * [inv.report.hole]  a form is written with members that are null, each the
 * only one of its name, and the texts of values take the places of the nulls.
 * REPORT_HOLE is the name with the null.
 *
 * Texts are compact, members in the order in which they were added.  Memory
 * that jansson cannot have ends the process (util_out_of_memory), so that no
 * document is NULL.
 */
#ifndef ESCC_REWRITE_REPORT_DOCUMENT_H
#define ESCC_REWRITE_REPORT_DOCUMENT_H

#include "report_write.h"

#include <jansson.h>

#define REPORT_HOLE(name) "\"" name "\":null"

/* To be called before any document is made. */
void report_document_prepare(void);

/* What is no UTF-8 becomes U+FFFD. */
json_t *report_document_string(const char *text);

/* Adds the document's text, and drops the reference. */
void report_document_add(struct strbuf *, json_t *document);
/* Only what comes before the hole; what follows it is returned, in the
 * arena. */
const char *report_document_open(struct strbuf *, json_t *document,
                                 const char *hole);

/* ---- forms --------------------------------------------------------------- */

enum { REPORT_MOST_HOLES = 12 };

struct report_form {
    struct { const char *text; size_t bytes; } pieces[REPORT_MOST_HOLES + 1];
    int holes;
};

/* Cuts the document's text at its holes, which are named in their order; drops
 * the reference.  In the arena. */
const struct report_form *report_form(json_t *document,
                                      const char *const *holes, int count);

/* What goes into a hole. */
struct report_value {
    enum { REPORT_STRING, REPORT_NUMBER, REPORT_TEXT } kind;
    const char *text;           /* a string's, or of a document */
    size_t bytes;               /* of a document's text */
    int64_t number;
};
struct report_value report_string(const char *text);
struct report_value report_number(int64_t);
struct report_value report_text_of(const struct strbuf *);

/* Adds the form with the values in its holes. */
void report_fill(struct strbuf *, const struct report_form *,
                 const struct report_value *);

/* The path as a reference of a URI: "file:///a%20b" if it is absolute, else
 * relative; NULL is "". */
struct report_value report_uri(struct report_output *, const char *path);

/* ---- places and steps ---------------------------------------------------- */

/* How a format says a step. */
struct report_step_form {
    void (*place)(struct report_output *, const struct report_range *,
                  struct strbuf *);
    void (*step)(struct strbuf *, const struct report_step *,
                 struct report_value place);
};

/* The steps of the entry as a list; the text is the output's until the next
 * call. */
struct report_value report_document_steps(struct report_output *,
                                          const struct report_entry *,
                                          const struct report_step_form *);

#endif
