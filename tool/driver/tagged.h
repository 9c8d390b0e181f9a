/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tagged.h - files of -fescc-tags in preprocessed text.
 *
 * A cache in front of escc asks for preprocessed text to find out whether it
 * has the object.  What a file of -fescc-tags says changes the object, too: so
 * the text names each such file, as it names headers, and has a hash of what is
 * in it.
 */
#ifndef ESCC_TAGGED_H
#define ESCC_TAGGED_H

#include "cmdline.h"

#include <stdbool.h>

/* Does the command ask for preprocessed text, with such a file? */
bool tagged_is_text(const struct command *);

/* Behind the text, when the back end has written it.  False after printing why
 * not. */
bool tagged_add(const struct command *);

#endif
