/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* decided.h - whether what a link makes may decide where locals live. */
#ifndef ESCC_DECIDED_H
#define ESCC_DECIDED_H

#include "cmdline.h"

/* Why a reference in what this link makes may be to something else than the
 * definition of its name: a text for people.  NULL: none is.  Reads the first
 * bytes of the inputs. */
const char *decided_why_not(const struct command *);

#endif
