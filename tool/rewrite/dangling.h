/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dangling.h - does gcc perhaps warn of a local's address in the original? */
#ifndef ESCC_DANGLING_H
#define ESCC_DANGLING_H

#include "escape/esc.h"

#include <stdbool.h>

/* Does a local move for what gcc may warn of in the original: its address is
 * returned, or, of which it warns only when asked to (`stored`), stored where
 * it lasts, and nothing comes after that in which it may be taken away again
 * [inv.dangling]? */
bool hides_dangling(const struct esc *, bool stored);

#endif
