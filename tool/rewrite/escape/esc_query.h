/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_query.h - what every part of the analysis asks about the tree. */
#ifndef ESCC_ESC_QUERY_H
#define ESCC_ESC_QUERY_H

#include "esc_tags.h"

#include "front/tree.h"

/* Whether it is a variable or a parameter. */
bool esc_is_object(const struct symbol *);

/* The type of what a symbol holds; of a function: of what it returns. */
const struct type *esc_type_held(const struct symbol *);

/* The type of an array's elements; else the type. */
const struct type *esc_element(const struct type *);

/* Whether the calls of a function's definition here are all here, by name. */
bool esc_is_called_here(const struct symbol *function);

/* Whether this unit's text has all that is assigned to a variable or a
 * parameter by name: it is a local, a static, or a parameter of a function that
 * is only called here. */
bool esc_assigned_here(const struct symbol *);

/* Whether calls of the function run this unit's definition; NULL: false. */
bool esc_runs_here(const struct symbol *callee);

/* The parameter of a definition in this unit that kid `i` of a call, from 1 on,
 * is the argument for; NULL if there is none. */
const struct symbol *esc_parameter(const struct symbol *callee, int i);

/* How many words an argument of the type counts for in facts of functions.
 * Structures of two words are passed as two arguments are, so that a caller
 * and a definition which disagree about them mean the same argument. */
int esc_slots(const struct type *);

/* What a function of the C library does, or one that replaced it
 * [inv.library.replaced]; NULL if it is none or the table does not have it,
 * and for NULL. */
const struct esc_tag *esc_library_tag(const struct symbol *callee);

/* [inv.library.numbers]  Whether the type is a number, or a system header's
 * record of nothing but numbers (struct timespec).  Who replaces a function of
 * the library's has its prototype, and gives and stores what the library's
 * would where that is so. */
bool esc_is_number(const struct type *);

/* That, or what the user says of a function of other code (-fescc-tags). */
const struct esc_tag *esc_known_tag(const struct symbol *callee);

/* The expression that gives a `({ … })` its value, of that one's block; NULL
 * if there is none. */
const struct node *esc_block_value(const struct node *block);

#endif
