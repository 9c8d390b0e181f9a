/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_promote.h - blocks of malloc's that may be in frames. */
#ifndef ESCC_ESC_PROMOTE_H
#define ESCC_ESC_PROMOTE_H

#include "esc_build.h"

/* When all are solved: fills esc->promoted and esc->frees. */
void esc_promote_all(struct esc *);

#endif
