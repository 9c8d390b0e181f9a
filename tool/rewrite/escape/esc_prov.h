/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_prov.h - which integers may hold the bits of a pointer. */
#ifndef ESCC_ESC_PROV_H
#define ESCC_ESC_PROV_H

#include "front/tree.h"

struct esc_parts;
struct esc_prov;
struct esc_words;

/* Looks at every assignment of the unit.  The result lives as long as the
 * process. */
struct esc_prov *esc_prov_new(const struct unit *);

/* Whether the value of an integer expression may carry the bits of a pointer
 * (of a pointer expression: whether it may be other than null; of one that is
 * no word: whether it may be a piece of a pointer). */
bool esc_prov_may_carry(const struct esc_prov *, const struct node *);
/* Whether it may be a quotient of such a value, which carries nothing itself;
 * a product with it does. */
bool esc_prov_is_quotient(const struct esc_prov *, const struct node *);
/* Of a pointer expression: whether it may point to an object; else it is
 * null or another constant, and what is added to it is the pointer. */
bool esc_prov_may_be_object(const struct esc_prov *, const struct node *);

/* What it knows of values that are no words, and of memory. */
struct esc_parts *esc_prov_parts(const struct esc_prov *);
struct esc_words *esc_prov_words(const struct esc_prov *);

#endif
