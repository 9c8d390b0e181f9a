/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_shade.h - what a store needs: whether and how its value is shaded, and
 * what kind of slot it goes to.  Nothing is written here; the text of the
 * checks is rw_check.h's.
 *
 * [inv.barrier.pieces]  what is no word (bytes, halves, floats, records of
 * these) and may be a part of a pointer (esc_parts.c) completes a word in
 * memory, sooner or later: each such store shades the words that it is a part
 * of, at every address where the collector looks for one, and these are read
 * from memory behind the store.  That is no exception to [inv.barrier.value]:
 * there the slot may be an atomic object, which others read and overwrite at
 * any time.  Memory that is written in pieces can be read or overwritten by
 * another thread only after it has synchronised with this one, and then the
 * shade, which is in front of that in this thread's order, is done.  Until the
 * last piece is there the words read are whatever pieces make; shading too
 * much is never wrong.  A double is shaded by its bits, from a register.
 */
#ifndef ESCC_RW_SHADE_H
#define ESCC_RW_SHADE_H

#include "rw_shared.h"

/* ---- values -------------------------------------------------------------- */

/* How a stored value is read for pointers: as one word, as the bits of a
 * double, every word of it, that with a type of which asm takes no operand
 * (_BitInt, nullptr_t), or, of what is no word, the words that it is now a
 * part of [inv.barrier.pieces]. */
enum shade_kind {
    SHADE_NONE, SHADE_WORD, SHADE_BITS, SHADE_RANGE, SHADE_OPAQUE,
    SHADE_PIECES
};
/* For storing `value` in an object of type `type`; NULL: any value. */
enum shade_kind rw_shade_kind(const struct rewrite *, const struct type *type,
                              struct node *value);
/* For the result of `left op= right`.  `p += n` stays in its object and needs
 * nothing. */
enum shade_kind rw_compound_kind(const struct rewrite *, struct node *n);

/* [inv.barrier.self]  a store of an object's own address in it needs no
 * barrier: who finds that has found the object already (test/Model/rounds.pml,
 * -DSELF).  Whether the store is one, `p->first = &p->room[0]`. */
bool rw_is_self_store(struct node *left, struct node *right);

/* ---- slots --------------------------------------------------------------- */

bool rw_is_bit_field(const struct node *lvalue);
/* A bit-field that is too narrow for an address. */
bool rw_is_narrow(struct node *lvalue);
/* A bit-field or an element of a vector. */
bool rw_has_no_address(struct node *lvalue);
/* Whether the slot may stand at an address that the back end must be told of
 * when it stores there. */
bool rw_is_stored_misaligned(struct node *lvalue);

/* A value is stored in a bit-field, maybe a private one: if it may be an
 * address, and is not all of its word, the collector has to know.  Nothing if
 * the field is NULL or none of bits. */
void rw_note_field(struct rewrite *, const struct field *,
                   struct node *value);
/* The same for a store of any kind, and what is said about misaligned
 * pointers. */
void rw_note_store(struct rewrite *, struct node *left, struct node *right,
                   enum shade_kind);

#endif
