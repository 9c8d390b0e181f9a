/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_targets.h - which functions a call through a pointer may reach. */
#ifndef ESCC_ESC_TARGETS_H
#define ESCC_ESC_TARGETS_H

#include "esc_private.h"

#include "front/tree.h"

#include "util/vec.h"

struct esc_pointers;

VEC_TYPE(esc_symbols, struct symbol *);

/* Looks at every assignment of the unit.  Lives as long as the process. */
struct esc_pointers *esc_pointers_new(const struct unit *,
                                      const struct esc_private *);

/* Adds all functions that the pointer's value may be to `targets`.  False if
 * there may be others. */
bool esc_pointers_of(const struct esc_pointers *, const struct node *pointer,
                     struct esc_symbols *targets);

/* Adds those that this unit's text shows; there may be others. */
void esc_pointers_seen(const struct esc_pointers *,
                       const struct node *pointer,
                       struct esc_symbols *targets);

#endif
