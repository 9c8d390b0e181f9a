/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_promote.h - blocks of malloc's that may be in frames. */
#ifndef ESCC_ESC_PROMOTE_H
#define ESCC_ESC_PROMOTE_H

#include "esc_build.h"

/* When all are solved: fills esc->promoted, esc->frees and esc->reused. */
void esc_promote_all(struct esc *);

/* Whether control comes by each place of the function once, but for loops of
 * its text, and its variables are what its text makes of them. */
bool esc_returns_once(const struct esc *, const struct esc_function *);

#endif
