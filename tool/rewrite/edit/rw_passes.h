/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_passes.h - the passes, as the walk (rw.c) calls them.
 *
 * A pass is called with a node before the walk goes into it, and adds edits.
 * What it needs of other files it has from rw_shared.h, rw_shade.h,
 * rw_check.h and rw_moved.h; of the walk and of this list it knows nothing but
 * its own part.
 */
#ifndef ESCC_RW_PASSES_H
#define ESCC_RW_PASSES_H

#include "rw_shared.h"

/* ---- stores -------------------------------------------------------------- */

/* rw_barrier.c */
void rw_assign(struct rewrite *, struct node *n);
void rw_compound_assign(struct rewrite *, struct node *n);
/* Whether an assignment stores a pointer without one [inv.barrier.omp]. */
bool rw_lacks_barrier(const struct rewrite *, struct node *assign);
/* The initialiser of a local that stays on the stack. */
void rw_initialise(struct rewrite *, struct node *variable);

/* Of a block, and of a comma: finds the stores that have one check
 * (rw_group.c). */
void rw_group(struct rewrite *, struct node *block);
void rw_group_comma(struct rewrite *, struct node *comma);

/* Of a loop that copies pieces: one check behind it (rw_copy.c). */
void rw_copy_loop(struct rewrite *, struct node *loop);

/* True when the call was one of theirs (rw_promote.c, rw_alloc.c,
 * rw_bulk.c). */
bool rw_promoted(struct rewrite *, struct node *call);
bool rw_allocation(struct rewrite *, struct node *call);
bool rw_bulk(struct rewrite *, struct node *call);
bool rw_out_parameter(struct rewrite *, struct node *call);
/* After the walk: [inv.alloc.names], with commas, or NULL. */
const char *rw_allocator_names(const struct rewrite *);
/* What the linker makes of the name of a function that a program may define, as
 * an expression. */
const char *rw_called_text(const char *name, const struct symbol *callee);

/* A local that is left with the address of a freed block (rw_forget.c). */
void rw_forget(struct rewrite *, struct node *call);

/* dlsym with a name that is computed (rw_dlsym.c). */
bool rw_look_up(struct rewrite *, struct node *call);
/* Or dlsym named otherwise than to call it. */
void rw_name_look_up(struct rewrite *, const struct node *name);

/* Arguments that are printed with %p (rw_print.c). */
void rw_print(struct rewrite *, struct node *call);

/* Pointers that are moved in front of their object (rw_displace.c): `p - i` as
 * a value, and `p -= i`, `--p`. */
void rw_displace(struct rewrite *, struct node *step);
void rw_displace_in_place(struct rewrite *, struct node *n);

/* rw_atomic.c; true when the call was a __sync_ function's. */
void rw_atomic(struct rewrite *, struct node *n);
bool rw_sync_call(struct rewrite *, struct node *call);
void rw_asm(struct rewrite *, struct node *n);

/* ---- what the collector may not miss ------------------------------------- */

/* rw_torn.c: once before the walk, and for each statement and declaration
 * before what else is done with it. */
void rw_torn_find(struct rewrite *);
void rw_torn(struct rewrite *, struct node *);
/* Gives a buffer for one word the alignment of one. */
void rw_align_buffer(struct rewrite *, const struct node *variable);

/* rw_keep.c */
void rw_keep(struct rewrite *, struct node *loop);
/* Parameters and variables that hold pointers in pieces [inv.keep.whole]. */
void rw_keep_parameters(struct rewrite *, const struct node *function);
void rw_keep_whole(struct rewrite *, const struct node *variable);

/* ---- moved locals -------------------------------------------------------- */

/* Decides for every moved symbol of the function how it is reached; sets
 * r->moved, r->jumps and symbol->rewrite (rw_plan.c). */
void rw_plan(struct rewrite *, struct node *function);

/* rw_local.c.  Holders declared at the function's entry; parameters. */
void rw_function_entry(struct rewrite *, struct node *function);
void rw_declare(struct rewrite *, struct node *variable);
void rw_rename(struct rewrite *, struct node *reference);
/* True when an alignof was replaced by its value. */
bool rw_alignof(struct rewrite *, struct node *n);

/* rw_entry.c.  New objects of holders where a block is entered: its `{`, a
 * switch or its labels, a goto. */
void rw_enter_block(struct rewrite *, struct node *block);
void rw_enter_switch(struct rewrite *, struct node *n);
void rw_enter_label(struct rewrite *, struct node *n);
void rw_enter_goto(struct rewrite *, struct node *n);

/* The same for a compound literal (rw_literal.c). */
void rw_literal(struct rewrite *, struct node *literal);

/* ---- the escape checker (rw_frame.c) ------------------------------------- */

/* Whether a jmp_buf is in it: registers of that time, which may have held
 * anything. */
bool rw_holds_registers(const struct type *);
/* Decides which locals of a function are looked at, behind rw_plan. */
void rw_frame_plan(struct rewrite *, struct node *function);
/* The record of a block, in front of what else is at its entry. */
void rw_frame_enter(struct rewrite *, const struct node *block);
/* Behind rw_function_entry. */
void rw_frame_parameters(struct rewrite *, const struct node *function);
void rw_frame_declare(struct rewrite *, const struct node *variable);

/* ---- the unit ------------------------------------------------------------ */

/* What may store a pointer without a barrier; behind the walk (rw_world.c). */
struct open_reason rw_world(struct rewrite *);

#endif
