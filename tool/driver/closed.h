/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* closed.h - whether all code of a link has barriers. */
#ifndef ESCC_CLOSED_H
#define ESCC_CLOSED_H

#include "cmdline.h"

/* Why what this link makes has code whose stores of pointers may have no
 * barrier: a text for people.  NULL: it has none but for the command's own
 * inputs in C, which are not looked at.  Reads the headers of all objects and
 * of all members of archives.  Also for `-r`. */
const char *closed_why_not(const struct command *);

#endif
