/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_private.h - structures of which no other code has objects. */
#ifndef ESCC_ESC_PRIVATE_H
#define ESCC_ESC_PRIVATE_H

#include "front/tree.h"

#include "util/map.h"

struct esc_private;

/* Looks at the whole unit.  `names`: what assembly mentions (esc_names.h).
 * Lives as long as the process. */
struct esc_private *esc_private_new(const struct unit *,
                                    const struct map *names);

/* Whether all that is ever stored in the field, of whatever object, is
 * assigned to it by name in this unit's text, or is an initialiser there. */
bool esc_private_field(const struct esc_private *, const struct field *);

/* Whether an expression that names a field only reads it or assigns to it. */
bool esc_is_plain_use(const struct node *);

/* The member of a structure that the expression or the initialiser names, if it
 * is one of which all that is ever found there is stored by its name in this
 * unit [inv.member]; else NULL.  Of a union that is such a member: its member,
 * if what is stored as that one is of no use as another [inv.member.choice],
 * else the union. */
const struct field *esc_private_member(const struct esc_private *,
                                       const struct node *);

/* Whether the member, a structure, is an object of its own [inv.split]. */
bool esc_private_splits(const struct esc_private *, const struct field *);

/* Whether objects of the type have such members, at any depth. */
bool esc_private_is_split(const struct esc_private *, const struct type *);

#endif
