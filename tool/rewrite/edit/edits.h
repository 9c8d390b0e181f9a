/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* edits.h - a list of changes to one text, and the text that they give.
 *
 * Everything escc-rewrite does to a unit is a list of edits by byte offset:
 * insertions, small replacements, and cuts, whose text comes out again at
 * another place.  Passes add edits in any order of position, but in pre-order
 * of the tree (a construct before what it contains): then the edits of nested
 * constructs nest whatever their positions are.
 *
 * At one position the order is: texts added after the constructs that end
 * there (inner constructs first), texts added at the entry of a block, texts
 * added before the constructs that begin there (outer ones first), and last
 * what replaces the text that follows.
 *
 * [inv.edits.lines]  rendering keeps every newline and every directive line
 * (`# 12 "x.c"`, `#pragma …`) of the text, in order: line markers stay true.
 * Replaced and cut ranges leave their newlines where they were, and a cut
 * comes out again on one line.
 * [inv.edits.once]  every edit is rendered exactly once; an edit inside a
 * replaced range, overlapping ranges or a newline in an edit's own text is an
 * internal error (diag.h).
 */
#ifndef ESCC_EDITS_H
#define ESCC_EDITS_H

#include "util/strbuf.h"

#include <stddef.h>
#include <stdint.h>

struct edits {
    const char *text;           /* the text that is changed; not owned */
    size_t bytes;
    struct edit *items;
    size_t count, capacity;
};

/* A range that edits_cut took out; 0 is none. */
typedef uint32_t edit_cut;

void edits_init(struct edits *, const char *text, size_t bytes);

/* Inserts at `position`, before a construct that begins there, after one
 * that ends there, or just inside the `{` of a block that ends there.  The
 * texts must live as long as the list (string constants, arena). */
void edits_before(struct edits *, uint32_t position, const char *text);
void edits_after(struct edits *, uint32_t position, const char *text);
void edits_entry(struct edits *, uint32_t position, const char *text);

/* Replaces [begin, end), begin < end; `text` may be "". */
void edits_replace(struct edits *, uint32_t begin, uint32_t end,
                   const char *text);

/* Takes [begin, end) out, with whatever edits are added inside it later, and
 * leaves `instead` there.  It must come out again exactly once. */
edit_cut edits_cut(struct edits *, uint32_t begin, uint32_t end,
                   const char *instead);

/* As edits_before and edits_after, with a cut between two texts. */
void edits_before_cut(struct edits *, uint32_t position, const char *text,
                      edit_cut cut, const char *rest);
void edits_after_cut(struct edits *, uint32_t position, const char *text,
                     edit_cut cut, const char *rest);

/* Appends the changed text to `out`. */
void edits_render(struct edits *, struct strbuf *out);

/* The newlines and directive lines of `bytes` bytes at `text`, which begins
 * inside a line of code; and the rest of it, on one line.  (For edits.c and
 * its test.) */
void edits_skeleton(struct strbuf *out, const char *text, size_t bytes);
void edits_squash(struct strbuf *out, const char *text, size_t bytes);

#endif
