/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_forget.h - whether a variable's value is used again. */
#ifndef ESCC_ESC_FORGET_H
#define ESCC_ESC_FORGET_H

#include "front/tree.h"

/* Whether nobody reads the local variable or parameter, whose address is never
 * taken, from the end of the call on until it has another value or its scope
 * has ended.  Of a function in which no goto leads back.  False in doubt. */
bool esc_is_forgotten(const struct node *call, const struct symbol *);

#endif
