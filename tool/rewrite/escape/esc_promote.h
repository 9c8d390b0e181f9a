/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_promote.h - blocks of malloc's that may be in frames. */
#ifndef ESCC_ESC_PROMOTE_H
#define ESCC_ESC_PROMOTE_H

#include "esc_build.h"

/* Of functions that call each other and are solved, as are all that they call
 * besides: sets `released` of their tags, `calls_unknown` and
 * `is_recursive`. */
void esc_release_batch(const struct esc *, struct esc_function **batch,
                       size_t count);

/* When all are solved: fills esc->promoted and esc->frees. */
void esc_promote_all(struct esc *);

#endif
