/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_scan_grammar.h - the parts of C's grammar as tree_scan.c reads it.
 *
 *     tree_scan.c              functions, blocks, statements
 *     tree_scan_declare.c      declarations, declarators, type names
 *     tree_scan_attribute.c    attributes, what begins a type
 *     tree_scan_expression.c   expressions, arguments, initializers
 *
 * They call each other as the grammar does.  Each function steps over what it
 * is named after, if nothing else is said, saying of each name in question
 * what it is; at a token that cannot stand there it gives up (scan_stop).
 */
#ifndef ESCC_REWRITE_TREE_SCAN_GRAMMAR_H
#define ESCC_REWRITE_TREE_SCAN_GRAMMAR_H

#include "tree_scan.h"

/* ---- tree_scan.c --------------------------------------------------------- */

/* A compound statement, from its `{`. */
void scan_block(struct scan *);

/* ---- tree_scan_declare.c ------------------------------------------------- */

/* From the specifiers to behind the `;`.  What it declares is bound. */
void scan_declaration(struct scan *);
/* As in a cast, without the brackets. */
void scan_type_name(struct scan *);
/* A static assertion, with its `;` if there is one. */
void scan_assertion(struct scan *);

/* ---- tree_scan_attribute.c ----------------------------------------------- */

bool scan_is_c23_attribute(const struct scan *);
/* Whether a declaration's specifiers or a type name begin here. */
bool scan_begins_type(const struct scan *);
/* One after another, also asm("name") and other things behind a declarator
 * that say nothing; there may be none. */
void scan_attributes(struct scan *);

/* ---- tree_scan_expression.c ---------------------------------------------- */

/* Up to one out of `stops` outside of brackets, which is left. */
void scan_expression(struct scan *, const char *stops);
/* `(` type or expression `)` */
void scan_type_or_expression(struct scan *);
/* Arguments of a call or an attribute, behind the `(`: also types. */
void scan_arguments(struct scan *);
/* An expression, which ends as scan_expression does, or a list. */
void scan_initializer(struct scan *, const char *stops);

#endif
