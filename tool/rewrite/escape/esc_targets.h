/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_targets.h - which functions a call through a pointer may reach. */
#ifndef ESCC_ESC_TARGETS_H
#define ESCC_ESC_TARGETS_H

#include "esc_private.h"
#include "esc_slots.h"

#include "front/tree.h"

#include "util/vec.h"

struct esc_pointers;

VEC_TYPE(esc_symbols, struct symbol *);

/* Looks at every assignment of the unit.  Lives as long as the process. */
struct esc_pointers *esc_pointers_new(const struct unit *,
                                      const struct esc_private *,
                                      const struct map *names,
                                      struct esc_slots *);

/* What a pointer's value may be: a function, what a slot holds; `unknown`:
 * or any other one. */
struct esc_pointed {
    struct esc_symbols functions;
    struct esc_slot_vec slots;
    bool unknown;
};
void esc_pointers_all(const struct esc_pointers *, const struct node *pointer,
                      struct esc_pointed *);
void esc_pointed_free(struct esc_pointed *);

/* Whether the unit knows what the variable or parameter holds, or a slot that
 * has it. */
bool esc_pointers_follow(const struct esc_pointers *, const struct symbol *);

/* Adds those that this unit's text shows; there may be others. */
void esc_pointers_seen(const struct esc_pointers *,
                       const struct node *pointer,
                       struct esc_symbols *targets);

#endif
