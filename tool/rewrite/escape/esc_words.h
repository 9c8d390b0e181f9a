/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_words.h - in which memory integers of a pointer's width may carry. */
#ifndef ESCC_ESC_WORDS_H
#define ESCC_ESC_WORDS_H

#include "front/tree.h"

struct esc_prov;
struct esc_words;

/* Looks at the whole unit.  The result lives as long as the process. */
struct esc_words *esc_words_new(const struct unit *);

/* Takes into account what values carry by now; whether anything was new. */
bool esc_words_update(struct esc_words *, const struct esc_prov *);

/* Whether what an lvalue of an integer type designates may carry. */
bool esc_words_hold(struct esc_words *, const struct node *lvalue);

/* Whether pointers may be in objects of the record, and in what a pointer
 * expression leads to. */
bool esc_words_in_record(struct esc_words *, const struct record *);
bool esc_words_lead_to(struct esc_words *, const struct node *pointer);

/* Whether no pointer is ever stored in the objects of an allocating call; a
 * false `yes` loses objects [inv.words.plain]. */
bool esc_words_is_plain(struct esc_words *, const struct node *call);
/* Whether no pointer is ever in what a pointer leads to. */
bool esc_words_lead_to_plain(struct esc_words *, const struct node *pointer);

#endif
