/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pragmas.h - macros in pragmas that clang's preprocessor leaves alone. */
#ifndef ESCC_PRAGMAS_H
#define ESCC_PRAGMAS_H

#include "steps.h"

/* For a source that clang has preprocessed: where a pragma of its text may
 * name a macro that clang would have expanded in the original, and it does,
 * the text is written anew with the macro expanded.  May run clang. */
void pragmas_expand(const struct source *, const struct compilation *);

#endif
