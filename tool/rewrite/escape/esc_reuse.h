/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_reuse.h - frees after which nobody has the address. */
#ifndef ESCC_ESC_REUSE_H
#define ESCC_ESC_REUSE_H

#include "esc_build.h"

/* Whether the function may have some, as far as can be told at no cost. */
bool esc_may_reuse(const struct esc_function *);

/* Notes those of one function; what its callees release is known. */
void esc_reuse(struct esc *, const struct esc_function *);

#endif
