/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_compared.h - variables that hold an address only to measure. */
#ifndef ESCC_ESC_COMPARED_H
#define ESCC_ESC_COMPARED_H

#include "front/tree.h"

#include "util/map.h"

/* The unit's static variables, and if it is alone in the program all of its
 * variables, whose values are only compared, or subtracted
 * from other addresses: a set of symbols.  Nothing is reached through them,
 * so keeping an address there keeps no object in use. */
struct map *esc_compared_find(const struct unit *, bool alone);

#endif
