/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* closed.h - whether all code of a link has barriers. */
#ifndef ESCC_CLOSED_H
#define ESCC_CLOSED_H

#include "cmdline.h"
#include "record.h"

/* What records say of all code of what this link makes, but for the command's
 * own inputs in C, which are not looked at.  *why: why not all of its stores
 * of pointers have barriers, a text for people; or NULL.  Reads the headers of
 * all objects and of all members of archives.  Also for `-r`. */
enum record_sort closed_sort(const struct command *, const char **why);

#endif
