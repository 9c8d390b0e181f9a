/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hidden.h - programs whose link hides malloc from the C library. */
#ifndef ESCC_HIDDEN_H
#define ESCC_HIDDEN_H

#include "cmdline.h"

/* Could the link hide what the runtime defines? */
bool hidden_is_possible(const struct command *);

/* The words that show malloc and its family to the C library all the same, if
 * a version script lets them be global. */
void hidden_words(struct word_vec *);

/* After such a link: warns if its program hides them. */
void hidden_check(const struct command *);

#endif
