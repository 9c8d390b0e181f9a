/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* untouched.h - texts of which the rewriter would change nothing. */
#ifndef ESCC_UNTOUCHED_H
#define ESCC_UNTOUCHED_H

#include "steps.h"

/* Is the command one for which a source need not be rewritten if there is
 * nothing to rewrite in it? */
bool untouched_is_possible(const struct command *);

/* Is it certain of the user's file, which the preprocessor would leave as it is
 * [inv.verbatim]? */
bool untouched_as_written(const struct command *, const struct backend *,
                          const char *path);

/* Looks the user's file as if there were nothing?  Only a guess, for what is
 * started early. */
bool untouched_is_likely(const char *path);

/* Is it certain of this preprocessed text [inv.untouched]?  It alone decides,
 * so that a farm, which has no other, makes the same object. */
bool untouched_is_certain(const char *path);

#endif
