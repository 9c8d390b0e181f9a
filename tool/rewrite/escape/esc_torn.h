/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* esc_torn.h - code that moves what may be pointers in pieces.
 *
 * A loop that exchanges two elements byte by byte has neither of their old
 * words in memory until it ends; a thread that is stopped inside it for a
 * collection loses the objects.  esc_pieces.c says which memory and which
 * accesses are meant, esc_flow.c finds the exchanges in a function, esc_torn.c
 * the statements during which nobody may stop the thread, for which it asks
 * esc_jumps.c.
 */
#ifndef ESCC_ESC_TORN_H
#define ESCC_ESC_TORN_H

#include "front/tree.h"

#include "util/vec.h"

/* ---- accesses (esc_pieces.c) --------------------------------------------- */

struct esc_pieces;

struct esc_pieces *esc_pieces_new(const struct unit *);
/* Whether the lvalue, which no local is a part of, is a part of what may be a
 * word with a pointer. */
bool esc_is_piece(const struct esc_pieces *, struct node *lvalue);
/* The local that the lvalue is or is a part of, or NULL. */
struct symbol *esc_local_of(struct node *lvalue);
/* The variable that leads to the lvalue: the pointer before the last
 * dereference, or the array that is indexed; or NULL. */
struct symbol *esc_leader_of(struct node *lvalue);

/* ---- exchanges (esc_flow.c) ---------------------------------------------- */

/* A value that was read in pieces, and a store of a piece of it after other
 * such stores: both are somewhere in `node`. */
struct esc_exchange { struct node *from, *to; };
VEC_TYPE(esc_exchanges, struct esc_exchange);

/* Appends those of the function, in order of the text that stores. */
void esc_find_exchanges(const struct esc_pieces *, struct node *function,
                        struct esc_exchanges *out);

/* ---- statements (esc_torn.c) --------------------------------------------- */

/* The statements kids[first] … kids[last] of `block`, or, if `block` is no
 * N_BLOCK, that single statement. */
struct esc_torn {
    struct node *block;
    int first, last;
};
VEC_TYPE(esc_torn_list, struct esc_torn);

/* The statement that control enters first, behind labels and cases, and the
 * last one. */
struct node *esc_torn_first(const struct esc_torn *);
struct node *esc_torn_last(const struct esc_torn *);

/* How control enters and leaves the statements from `first` to `last` of a
 * function other than at the beginning and the end (esc_jumps.c). */
struct esc_jumps { bool enters, leaves; };
struct esc_jumps esc_find_jumps(struct node *body, const struct node *first,
                                const struct node *last);

/* Those of the unit, none inside another one of its function. */
void esc_find_torn(const struct unit *, struct esc_torn_list *out);

/* The innermost node that contains both. */
struct node *esc_common(struct node *, struct node *);

#endif
