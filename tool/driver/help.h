/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* help.h - what escc says of itself: --help, --version, --escc-help. */
#ifndef ESCC_HELP_H
#define ESCC_HELP_H

#include "link.h"
#include "steps.h"

/* --escc-help=TOPIC; without a topic, or with "", escc's own page.  Returns
 * the exit status. */
int help_print(const char *topic, const struct backend *,
               const struct installation *);

/* --version and --help: runs the back end with `words` and prints what escc
 * has to add.  Returns the exit status. */
int help_inform(const struct command *, const struct backend *,
                const struct installation *, const struct word_vec *words);

/* The version number in what a compiler prints for --version; "?": none. */
const char *help_version_in(const char *text);

#endif
