/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_special.h - functions of the unit where parameters have known values. */
#ifndef ESCC_ESC_SPECIAL_H
#define ESCC_ESC_SPECIAL_H

#include "esc_build.h"

struct esc_specials *esc_specials_new(void);

/* The function as it is where the call's constant arguments are its parameters'
 * values [inv.esc.special], built, but with no call applied; *is_new: it was
 * not asked for before.  NULL: that would say nothing more. */
struct esc_function *esc_specialize(struct esc *,
                                    const struct esc_function *caller,
                                    const struct esc_call *,
                                    struct esc_function *callee,
                                    bool *is_new);

/* ---- esc_decide.c -------------------------------------------------------- */

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
