/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* backend.h - which compiler is behind escc. */
#ifndef ESCC_BACKEND_H
#define ESCC_BACKEND_H

#include "cmdline.h"
#include "steps.h"

/* What the name that escc was called by adds in front of the command's words:
 * "-std=c99" for c99; or NULL. */
const char *backend_standard(const char *own_name);

/* Chooses the back end for a command; `own_name` is argv[0], `self` the
 * program's own file or NULL.  False after an error. */
bool backend_find(struct backend *, const struct command *,
                  const char *own_name, const char *self);

/* Is the program a clang or gcc of a version that escc is not made for?  "needs
 * clang 19 or gcc 12, or later: …"; NULL: it is not, or does not tell by its
 * name or where it is. */
const char *backend_too_old(const char *program);

#endif
