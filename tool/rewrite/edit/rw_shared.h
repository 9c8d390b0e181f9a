/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_shared.h - what all passes know: the state of the walk, the questions
 * that several of them ask, and what they tell each other.
 *
 * [inv.rw.once]  an operand is evaluated as often as in the source; its text
 * is emitted once.
 * [inv.rw.literals]  a statement expression put round user text ends the life
 * of the compound literals in it.  Who wraps a node says so (rw_wrap), and
 * rw_literal.c gives such literals an object of the enclosing block.
 * [inv.rw.names]  every name that is introduced begins with `__escc_` and has a
 * number that is unique in the unit.
 */
#ifndef ESCC_RW_SHARED_H
#define ESCC_RW_SHARED_H

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
    unsigned serial;            /* last number given [inv.rw.names] */
    unsigned allocators;        /* [inv.alloc.names], one bit each */
    struct symbol *function;    /* that is being walked, or NULL */
    struct node *body;          /* its N_BLOCK */
    struct moved *moved;        /* of this function, by `next` (rw_moved.h) */
    struct jumps *jumps;        /* of this function (rw_plan.c) */
    bool has_openmp;            /* this function has OpenMP directives */
    struct map copied;          /* stores that rw_copy.c has shaded */
    struct map groups;          /* assignment -> struct store_group */
    struct map label_entries;   /* first of cases in a row -> text for them
                                   (rw_entry.c) */
    struct map renamed;         /* offsets + 1: libclang shows some names
                                   twice */
    struct map wraps;           /* node -> itself, by rw_wrap */
    unsigned wrapped;           /* wraps round the current node since its
                                   innermost block */
    unsigned stride;            /* smallest type_pointer_stride met */
    unsigned fields;            /* where addresses in bit-fields begin */
    struct map torn_statements; /* their first node -> struct esc_torn */
    struct map displaced;           /* local -> struct displaced_local */
    struct symbol *displaced_in;    /* … of this function (rw_displace.c) */
    bool promotes;              /* the unit needs __escc_free_in … */
    bool forgot;                /* the unit needs __escc_nothing */
    bool torn;                  /* the unit needs __escc_mended */
    bool looks_up;              /* the unit needs __escc_dlsym */
    bool unoptimized;           /* [inv.barrier.unoptimized] */
    bool forgets;               /* [inv.forget] */
    bool references;            /* [inv.local.poison] */
    bool lazy;                  /* [inv.lazy] */
    bool warns_of_falls;        /* [inv.entry.fall] */
    bool leaves_mentions;
    bool check_escapes;         /* -fescc-check-escapes */
    struct frame_record *frames;    /* of this function (rw_frame.c) */
    unsigned frame_count;           /* of the unit */
    struct map frame_rows;          /* symbol or call -> struct frame_row */
    struct map measured;            /* locals that statics only measure */
};

/* ---- the text ------------------------------------------------------------ */

/* The first offset from here on that is no blank and in no line marker. */
uint32_t rw_skip_space(const struct rewrite *, uint32_t at);
/* The offset just inside `{`, after `__label__` declarations. */
uint32_t rw_block_entry(const struct rewrite *, const struct node *block);
/* One past a statement's `;`. */
uint32_t rw_statement_end(const struct rewrite *, const struct node *);

/* The pragmas on the lines in front of a loop. */
struct loop_pragmas {
    uint32_t begin;             /* of the first of them, or of the loop */
    bool omp, collapsed;        /* an OpenMP directive is about it */
};
struct loop_pragmas rw_loop_pragmas(const struct rewrite *,
                                    const struct node *loop);
/* Where the loop begins with the pragmas about it; of other statements
 * their begin. */
uint32_t rw_loop_begin(const struct rewrite *, const struct node *);
struct node *rw_loop_body(struct node *loop);
/* Puts declarations, or statements, where each pass of a loop begins. */
void rw_enter_loop(struct rewrite *, struct node *loop, const char *text);
/* The same behind the declaration of a local; of a `for`, where its passes
 * begin. */
void rw_behind_declaration(struct rewrite *, const struct node *variable,
                           const char *text);

/* Whether nobody reads what the local holds where the loop begins, for certain
 * (rw_dead.c). */
bool rw_is_dead_before(const struct rewrite *, struct node *loop,
                       const struct symbol *local);
/* Whether a jump may lead into the loop, past its head. */
bool rw_is_entered_by_jump(struct node *loop);

/* ---- expressions --------------------------------------------------------- */

/* The expression as written: without implicit conversions of the value. */
struct node *rw_written(struct node *value);
/* The variable that an lvalue is or is a part of, or NULL when it is reached
 * through a pointer. */
struct symbol *rw_root(struct node *lvalue);
/* Whether only its own function can read the lvalue: a local (or a part of
 * one) whose address is not taken and that no directive shares.  Stores there
 * need no barrier. */
bool rw_is_private(struct node *lvalue);
/* Whether the lvalue is in its function's frame, and no directive shares it:
 * a local (or a part of one) that was not moved, whoever has its address.
 * [inv.frame.last]  stacks change without a word: they are read when all
 * threads stand still, in the stop that ends a collection, so that a word
 * stored there by its name needs no barrier (test/Model/rounds.pml,
 * NO_LOCAL_BARRIER). */
bool rw_is_in_frame(struct node *lvalue);
/* Whether the value cannot be a pointer to a collectable object: null,
 * constants, functions, labels, addresses of statics and of stack locals, and
 * what constant objects of static storage hold: who found another address there
 * would find it in them as long as the program runs. */
bool rw_is_harmless(struct node *value);
/* For a pointer through which something is stored: whether it is null or the
 * address of a local that stays on the stack. */
bool rw_is_lent_local(struct node *pointer);
/* A local array that may hold one word, as in a swap with three calls of
 * memcpy, and stays: it may stand at any address, where the collector does not
 * look, but for rw_torn.c.  (From 16 bytes on arrays are aligned.) */
bool rw_is_word_buffer(const struct symbol *);
/* The C name of the library function called (`memcpy` for
 * `__builtin___memcpy_chk`, with *checked set), or NULL for indirect calls
 * and functions that the unit defines itself. */
const char *rw_library_callee(const struct node *call, bool *checked);

/* Whether rw_look_up tells the runtime what the call finds. */
bool rw_is_look_up(const struct node *call);
/* The same of whoever has dlsym's address from here. */
bool rw_is_look_up_name(const struct node *name);

/* ---- what passes leave behind -------------------------------------------- */

/* A declaration that tells of the place of a symbol, or of the buffer for a
 * call, that is looked at when its block is left, "" if it is not (rw_frame.c):
 * an expression for its address, which is in scope there, and its size. */
const char *rw_frame_text(struct rewrite *, const void *symbol_or_call,
                          const char *address, const char *bytes);
/* Says that a statement expression was put round `n`, before the walk visits
 * it [inv.rw.literals]. */
void rw_wrap(struct rewrite *, struct node *n);
/* Evaluates an operand in front of the expression or statement `whole`: before
 * that comes `__auto_type <name>=<open> operand );`, and `instead` stands in
 * the operand's place [inv.rw.once]. */
void rw_name_operand(struct rewrite *, struct node *whole,
                     struct node *operand, const char *name,
                     const char *open, const char *instead);
/* C text of a pointer to a new allocation site at `node`, which is called
 * `what` in reports. */
const char *rw_site(struct rewrite *, const struct node *node,
                    const char *what, size_t bytes, enum site_scan scan);

#endif
