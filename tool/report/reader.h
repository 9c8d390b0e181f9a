/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reader.h - JSON as far as it has to be understood here: whether it is any,
 * and the members of an object that are strings or lists of strings. */
#ifndef ESCC_REPORT_READER_H
#define ESCC_REPORT_READER_H

#include <stdbool.h>

/* Moves *at behind the value that begins there; false: there is none. */
bool reader_skip(const char **at);

/* Where the member's value begins in the object at `object`, which is JSON;
 * NULL: it has no such member. */
const char *reader_member(const char *object, const char *name);

/* The string at *at, in the arena, and *at behind it; NULL: something else is
 * there. */
const char *reader_text(const char **at);

#endif
