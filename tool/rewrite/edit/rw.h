/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw.h - what the rewriting passes share: the layer edit.
 *
 * The layer edit owns the text that the back end gets: the edits, what is
 * emitted in front of them, and the passes that make them.  It may use front
 * and escape, and asks of both without changing an answer.
 *
 * rw.c walks the tree once, in pre-order, and offers every node to the pass
 * that knows its kind; the passes only add edits (edits.h).  What a pass has
 * to know before the walk reaches a place (which locals move and how their
 * blocks are entered) rw_plan.c has put into symbol->rewrite.
 *
 * [inv.rw.once]  an operand is evaluated as often as in the source; its text
 * is emitted once.
 * [inv.rw.literals]  a statement expression put round user text ends the life
 * of the compound literals in it.  Who wraps a node says so (rw_wrap), and
 * rw_literal.c gives such literals an object of the enclosing block.
 * [inv.rw.names]  every name that is introduced begins with `__escc_` and has a
 * number that is unique in the unit.
 */
#ifndef ESCC_RW_H
#define ESCC_RW_H

#include "edits.h"
#include "emit.h"
#include "escape/esc.h"
#include "front/tree.h"
#include "util/map.h"

#include <stdbool.h>

struct rewrite {
    const struct unit *unit;
    const struct esc *esc;
    struct edits edits;
    struct site_table sites;
    unsigned serial;            /* last number given to a name */
    struct symbol *function;    /* that is being walked, or NULL */
    struct node *body;          /* its N_BLOCK */
    struct moved *moved;        /* of this function, by `next` */
    struct jumps *jumps;        /* of this function (rw_plan.c) */
    bool has_openmp;            /* this function has OpenMP directives */
    struct map copied;          /* stores that rw_copy.c has shaded */
    struct map renamed;         /* offsets + 1: libclang shows some names
                                   twice */
    struct map wraps;           /* node -> itself, by rw_wrap */
    unsigned wrapped;           /* wraps round the current node since its
                                   innermost block */
    unsigned stride;            /* smallest type_pointer_stride met */
    unsigned fields;            /* where addresses in bit-fields begin */
    struct map torn_statements; /* their first node -> struct esc_torn */
    bool torn;                  /* the unit needs __escc_mended */
    bool unoptimized;           /* [inv.barrier.unoptimized] */
    bool leaves_mentions;
};

struct rw_options {
    bool unoptimized;           /* for clang at -O0 */
    bool leaves_mentions;       /* wrongly, for a test of verify.c: what is
                                   NODE_MENTION stays as it is */
};

/* Rewrites the whole unit into `out`. */
void rw_unit(const struct unit *, const struct esc *,
             const struct rw_options *, struct strbuf *out);

/* ---- helpers (rw.c) ------------------------------------------------------ */

/* Says that a statement expression was put round `n`, before the walk visits
 * it [inv.rw.literals]. */
void rw_wrap(struct rewrite *, struct node *n);
/* The offset just inside `{`, after `__label__` declarations. */
uint32_t rw_block_entry(const struct rewrite *, const struct node *block);
/* One past a statement's `;`. */
uint32_t rw_statement_end(const struct rewrite *, const struct node *);
/* C text of a pointer to a new allocation site at `node`, which is called
 * `what` in reports. */
const char *rw_site(struct rewrite *, const struct node *node,
                    const char *what, size_t bytes, enum site_scan scan);
/* The expression as written: without implicit conversions of the value. */
struct node *rw_written(struct node *value);
/* The variable that an lvalue is or is a part of, or NULL when it is reached
 * through a pointer. */
struct symbol *rw_root(struct node *lvalue);
/* Whether only its own function can read the lvalue: a local (or a part of
 * one) whose address is not taken and that no directive shares.  Stores there
 * need no barrier. */
bool rw_is_private(struct node *lvalue);
/* Whether the value cannot be a pointer to a collectable object: null,
 * constants, functions, labels, addresses of statics and of stack locals. */
bool rw_is_harmless(struct node *value);
/* For a pointer through which something is stored: whether it is null or the
 * address of a local that stays on the stack. */
bool rw_is_lent_local(struct node *pointer);
/* The C name of the library function called (`memcpy` for
 * `__builtin___memcpy_chk`, with *checked set), or NULL for indirect calls
 * and functions that the unit defines itself. */
const char *rw_library_callee(const struct node *call, bool *checked);

/* ---- barriers (rw_barrier.c) --------------------------------------------- */

/* How a stored value is read for pointers: as one word, as the bits of a
 * double, every word of it, that with a type of which asm takes no operand
 * (_BitInt, nullptr_t), or, of what is no word, the words that it is now a
 * part of [inv.barrier.pieces]. */
enum shade_kind {
    SHADE_NONE, SHADE_WORD, SHADE_BITS, SHADE_RANGE, SHADE_OPAQUE,
    SHADE_PIECES
};
/* For storing `value` in an object of type `type`. */
enum shade_kind rw_shade_kind(const struct rewrite *, const struct type *type,
                              struct node *value);
/* The check: `if (marking) shade …`, of the variable called `value`, after it
 * was stored in `slot` (NULL: before it is stored anywhere). */
const char *rw_check_text(const struct rewrite *, const char *slot,
                          enum shade_kind, const char *value);

/* A value is stored in a bit-field, maybe a private one: if it may be an
 * address, and is not all of its word, the collector has to know. */
void rw_note_field(struct rewrite *, const struct field *,
                   struct node *value);
void rw_assign(struct rewrite *, struct node *n);
/* Of a loop that copies pieces: one check behind it (rw_copy.c). */
void rw_copy_loop(struct rewrite *, struct node *loop);
void rw_compound_assign(struct rewrite *, struct node *n);
/* The initialiser of a local that stays on the stack. */
void rw_initialise(struct rewrite *, struct node *variable);

/* ---- other stores -------------------------------------------------------- */

/* True when the call was one of theirs (rw_alloc.c, rw_bulk.c). */
bool rw_allocation(struct rewrite *, struct node *call);
bool rw_bulk(struct rewrite *, struct node *call);
bool rw_out_parameter(struct rewrite *, struct node *call);
/* Arguments that are printed with %p (rw_print.c). */
void rw_print(struct rewrite *, struct node *call);
/* rw_atomic.c */
void rw_atomic(struct rewrite *, struct node *n);
bool rw_sync_call(struct rewrite *, struct node *call);
void rw_asm(struct rewrite *, struct node *n);

/* rw_torn.c: once before the walk, and for each statement and declaration
 * before what else is done with it. */
void rw_torn_find(struct rewrite *);
void rw_torn(struct rewrite *, struct node *);
/* A local array that may hold one word and stays; it may be anywhere. */
bool rw_is_word_buffer(const struct symbol *);
/* Gives it the alignment of a word. */
void rw_align_buffer(struct rewrite *, const struct node *variable);

/* rw_keep.c */
/* Where the loop begins with the pragmas about it; of other statements
 * their begin. */
uint32_t rw_loop_begin(const struct rewrite *, const struct node *);
void rw_keep(struct rewrite *, struct node *loop);

/* ---- moved locals (rw_plan.c, rw_local.c, rw_literal.c) ------------------ */

/* How a moved local, parameter or compound literal is reached. */
struct moved {
    struct symbol *symbol;
    /* A variable's declarator declares this pointer in its place,
     * `__escc_pN_x`; NULL for parameters and literals. */
    const char *pointer;
    /* 0: the pointer is to the object, made at the declaration.  Else the
     * pointer `__escc_hN` holds it. */
    unsigned holder;
    bool holder_in_function;    /* hN is declared at the function's entry */
    bool allocate_at_start;     /* and set there too (computed goto) */
    unsigned room;              /* `__escc_rN` (rw_room.c), or 0 */
    unsigned kept;              /* how often the name of a parameter stands
                                   for itself in the output */
    struct moved *next;
};

/* Decides for every moved symbol of the function how it is reached; sets
 * r->moved, r->jumps and symbol->rewrite. */
void rw_plan(struct rewrite *, struct node *function);
/* Whether `switch` n can jump into the block from outside of it; the same for
 * a goto. */
bool rw_switch_enters(const struct rewrite *, const struct node *n,
                      const struct node *block);
bool rw_goto_enters(const struct rewrite *, const struct node *n,
                    const struct node *block);

/* Holders declared at the function's entry; parameters. */
void rw_function_entry(struct rewrite *, struct node *function);
/* New objects where a block is entered: its `{`, a switch, a goto. */
void rw_enter_block(struct rewrite *, struct node *block);
void rw_enter_switch(struct rewrite *, struct node *n);
void rw_enter_goto(struct rewrite *, struct node *n);
void rw_declare(struct rewrite *, struct node *variable);
void rw_rename(struct rewrite *, struct node *reference);
/* True when an alignof was replaced by its value. */
bool rw_alignof(struct rewrite *, struct node *n);
/* Inserts the bound into `[]` in [begin, end); false if there is none. */
bool rw_insert_bound(struct rewrite *, const struct type *, uint32_t begin,
                     uint32_t end);
/* C text that allocates the symbol's object; `pointer` is an expression of
 * type pointer to it, or NULL where there is none. */
const char *rw_new_text(struct rewrite *, const struct symbol *,
                        const struct node *place, const char *pointer);
/* Whether r->body has OpenMP directives. */
bool rw_has_openmp(const struct rewrite *);
/* An expression for the room that a moved symbol has in its frame, "0" if it
 * has none; declares it if need be (rw_room.c). */
const char *rw_room(struct rewrite *, const struct symbol *);
/* What stands behind the `=` of a moved variable length array, which is
 * declared as `pointer`: declarators of its room and of what sets the pointer
 * to `object`, which is made in it. */
const char *rw_variable_room(const struct symbol *, const char *pointer,
                             const char *object);
/* The same size and alignment rules for a compound literal. */
void rw_literal(struct rewrite *, struct node *literal);

#endif
