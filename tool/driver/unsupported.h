/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unsupported.h - saying what escc cannot rewrite. */
#ifndef ESCC_UNSUPPORTED_H
#define ESCC_UNSUPPORTED_H

#include "steps.h"

/* Prints the first of libclang's errors about the source, which the back end
 * itself takes, as escc's, and what follows from them: errors, or remarks if
 * the source is `compiled_plainly`. */
void show_unsupported(const struct source *, bool compiled_plainly);

#endif
