/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* advice.h - what another compiler says of a text that clang refuses. */
#ifndef ESCC_ADVICE_H
#define ESCC_ADVICE_H

#include "steps.h"

/* For a source that libclang, to which old C is only worth a warning, has
 * taken, but clang has not, with its messages printed: if gcc takes the
 * source, says so, once a command.  May run gcc. */
void advise_gcc(const struct source *, const struct compilation *);

#endif
