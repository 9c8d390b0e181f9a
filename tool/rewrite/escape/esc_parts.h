/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_parts.h - which values that are no words may be pieces of pointers. */
#ifndef ESCC_ESC_PARTS_H
#define ESCC_ESC_PARTS_H

#include "front/tree.h"

struct esc_parts;
struct esc_prov;

/* Looks at every assignment, call and cast of the unit; `prov` says which
 * words carry.  The result lives as long as the process. */
struct esc_parts *esc_parts_new(const struct unit *,
                                  const struct esc_prov *);

/* Whether values of the type are no words by themselves, but copying them
 * copies what is there: narrow integers, floats, vectors of these, records
 * without a member that may be a pointer. */
bool esc_parts_is_piece(const struct type *);

/* Of an expression of such a type: whether its value may be a pointer or a
 * part of one; `whole`: one as wide as its type, which is what a store of it
 * stores [inv.parts.width]. */
bool esc_parts_carry(struct esc_parts *, const struct node *value,
                     bool whole);

/* Of a pointer expression: whether pointers or pieces of them may be in what
 * it leads to. */
bool esc_parts_lead_to(struct esc_parts *, const struct node *pointer);

/* Whether a local may hold a pointer in members or elements that are narrower
 * than one. */
bool esc_parts_in_pieces(struct esc_parts *, const struct symbol *local);

/* Whether pointers may be stored in what this call returns or allocates. */
bool esc_parts_overwrite(struct esc_parts *, const struct node *call);

#endif
