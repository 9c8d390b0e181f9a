/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_special.h - functions of the unit where parameters have known values. */
#ifndef ESCC_ESC_SPECIAL_H
#define ESCC_ESC_SPECIAL_H

#include "esc_build.h"
#include "esc_decide.h"

struct esc_specials *esc_specials_new(void);

/* The function as it is where the call's constant arguments are its parameters'
 * values [inv.esc.special], built, but with no call applied; *is_new: it was
 * not asked for before.  NULL: that would say nothing more. */
struct esc_function *esc_specialize(struct esc *,
                                    const struct esc_function *caller,
                                    const struct esc_call *,
                                    struct esc_function *callee,
                                    bool *is_new);

#endif
