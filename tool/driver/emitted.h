/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emitted.h - the rewritten text as what the user asked for. */
#ifndef ESCC_EMITTED_H
#define ESCC_EMITTED_H

#include "steps.h"

/* -fescc-emit-source: to its own file, else to -o, else to stdout.  1 after
 * printing why not. */
int emit_sources(const struct command *, const struct source *sources,
                 size_t count);

#endif
