/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verbatim.h - sources that the preprocessor leaves as they are. */
#ifndef ESCC_VERBATIM_H
#define ESCC_VERBATIM_H

#include "steps.h"

#include "util/strbuf.h"

/* Does the compiler, so named, with this command, add nothing of its own to a
 * source that includes nothing? */
bool verbatim_is_possible(const struct command *, const struct backend *);

/* Appends the source without its directives and comments, if its tokens are
 * those of the preprocessed text; else false. */
bool verbatim_text(struct strbuf *, const struct command *,
                   const char *source);

#endif
