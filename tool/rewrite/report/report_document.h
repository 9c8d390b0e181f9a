/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_document.h - JSON of reports: documents that jansson makes and
 * writes.
 *
 * A report is long, and says much more than once: every flow into a function
 * goes on there as the others do, and steps that follow each other are often
 * at one place.  Making and writing all of that each time would take longer
 * than all else about a report.  So a document may have parts that are
 * documents of their own, made once:
 *
 * [inv.report.hole]  the document around a part is written with a member that
 * is null, the only one of its name, and the part's text takes the place of
 * the null.  REPORT_HOLE is the name with the null.
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
/* A path as a reference of a URI: "file:///a%20b" if it is absolute, else
 * relative; NULL is "". */
json_t *report_document_uri(const char *path);

/* These three add the document's text, and drop the reference: all of it; all
 * of it with `part` in the hole; what comes before the hole, of which what
 * follows it is returned, in the arena. */
void report_document_add(struct strbuf *, json_t *document);
void report_document_add_with(struct strbuf *, json_t *document,
                              const char *hole, const struct strbuf *part);
const char *report_document_open(struct strbuf *, json_t *document,
                                 const char *hole);

/* How a format says a step. */
struct report_step_form {
    json_t *(*step)(const struct report_step *);        /* with a hole: */
    const char *hole;
    json_t *(*place)(const struct report_range *);      /* what is there */
};

/* The steps of the entry as a list; the text is the output's until the next
 * call. */
const struct strbuf *report_document_steps(struct report_output *,
                                           const struct report_entry *,
                                           const struct report_step_form *);

#endif
