/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_decide.h - what the text alone says of which statements run. */
#ifndef ESCC_ESC_DECIDE_H
#define ESCC_ESC_DECIDE_H

#include "front/tree.h"
#include "util/map.h"

/* Whether an expression has one value, where the variables in the map (symbol
 * -> int64_t; NULL: none) have theirs. */
bool esc_constant(const struct map *constants, const struct node *,
                  int64_t *value);
/* Whether there is a label in the statement by which a statement elsewhere may
 * come there, or a case of a switch around it; `in_switch`: but for those. */
bool esc_has_label(const struct node *, bool in_switch);
/* Whether what follows the statement is not come to from it. */
bool esc_ends(const struct map *constants, const struct node *);
/* The first of the statements of a switch that runs, or their number; false: it
 * is not known. */
bool esc_switch_entry(const struct map *constants, const struct node *,
                      int *entry);

#endif
