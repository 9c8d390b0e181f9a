/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rw_check.h - the text of the checks, `if (marking) shade …`, with what holds
 * them behind their stores.
 *
 *     asm volatile("if (t < shade_to && t >= shade_from) tell(t, s)"
 *                  :: "m"(__escc_tls.shade_to), "m"(__escc_tls.shade_from),
 *                     "r"(t), "m"(*s));
 *
 * [inv.barrier.order]  the flag is read after the store is done and before the
 * value dies: a plain `if` is moved in front of the store by gcc and out of
 * loops by clang.  The check reads the slot (so the store is before it) and
 * the value (so it is in a register until then).  Where what is shaded is not
 * one word, an empty asm statement with the same operands does that, the pin,
 * and a plain `if` behind it reads the volatile flag.  test/Rewrite/codegen
 * looks at the instructions.
 *
 * [inv.barrier.unoptimized]  code that clang does not optimise (-O0) runs in
 * the order of the text, with every variable in its stack slot: there the pin
 * is left out, and so is KEEP, and flag and slow path are a call of the
 * prologue's __escc_stored, for an asm statement costs clang a third of a
 * millisecond even there.  With no pin to name the slot, a left side that
 * nobody reads the value of is assigned to where it stands:
 * `({ t = (v); p->f = t; __escc_stored(t); })`.
 *
 * [inv.barrier.check]  the check of a word is one asm statement, so that the
 * optimizers see a block without branches.  The slow path lies behind the
 * section's functions and calls one that keeps every register: an ordinary
 * call would make leaf functions save registers on the fast path.  It steps
 * over the red zone, which the compiler does not know to be in danger.  The
 * flags need no mention, on x86 every asm statement may change them.  The
 * labels are numbers that other asm statements hardly use; `{a|b}` is what
 * -masm=att and -masm=intel read.  How it is written matters: clang reads the
 * string again from its start for each line and each operand in it, and all
 * names of registers for each clobber; with ten lines and four operands
 * clang needed 5 % more instructions for lapi.c of Lua (as cachegrind counts
 * them).
 *
 * [inv.window]  wherever a thread may be stopped after it has stored a pointer
 * and before that is shaded, a stop finds the value
 *   - in a register or on the stack: the pin, and temporaries in the frame for
 *     what a builtin would store through an argument (rw_atomic.c, rw_out.c),
 *   - in a published range: __escc_memcpy and its like,
 *   - in what it was copied from, pinned and changed by nobody (rw_out.c),
 *   - or the thread is not stopped there: RW_TEAR … RW_MEND round the store
 *     and the shade [inv.torn], of pieces, loops of them, asm and setjmp.
 * test/Rewrite/codegen looks after each instruction.
 *
 * Of an aggregate in which at most two words can be pointers those words are
 * pinned, so that its temporary stays in registers; of others the temporary is
 * kept in memory by the pin and shaded from it.
 */
#ifndef ESCC_RW_CHECK_H
#define ESCC_RW_CHECK_H

#include "rw_shade.h"

/* Keeps every access to memory before it in front of those behind it
 * [inv.barrier.order]. */
#define RW_ORDER "__asm__ volatile(\"\":::\"memory\");"

/* The thread is not stopped between these two [inv.torn]: in a statement
 * expression or a block that is left at its end only. */
#define RW_TEAR "__escc_tls.torn++;" RW_ORDER
#define RW_MEND RW_ORDER "if(!--__escc_tls.torn&&"                          \
    "__builtin_expect(__escc_tls.pending,0))__escc_whole();"

/* The same round a store: the count lives in the variable `outer` meanwhile, as
 * to count up and down again in memory takes longer than the rest of it. */
const char *rw_tear_text(const char *outer);
const char *rw_mend_text(const char *outer);

/* A copy of this size costs less than publishing a hazard range. */
enum { INLINE_COPY_BYTES = 64 };

/* The check of the variable called `value`, after it was stored in the lvalue
 * `slot` (NULL: before it is stored anywhere).  Pieces are shaded in their
 * slot, which is `*NAME` or `NAME->v`; without one there is no check. */
const char *rw_check_text(const struct rewrite *, const char *slot,
                          enum shade_kind, const char *value);
/* One check of `count` words; which were stored in these slots, as far as they
 * are not NULL. */
const char *rw_words_check_text(const char *const *slots,
                                const char *const *values, int count);
/* Of the variable called `value`, of a type that is copied in line: how many
 * words may be pointers, with their names, which *declare declares; N in these
 * is `serial`; and where they are in it.  0: too many, or it is no record. */
enum { RW_OBJECT_WORDS = 2 };
int rw_object_words(const struct type *type, const char *value,
                    unsigned serial, const char **declare,
                    const char *names[RW_OBJECT_WORDS],
                    int offsets[RW_OBJECT_WORDS]);
/* The lvalue of the word that lies `offset` bytes behind the beginning of the
 * lvalue `slot`. */
const char *rw_word_in(const char *slot, int offset);
/* The same as the first for an object of type `type`; N in its names is
 * `serial`. */
const char *rw_object_check_text(const struct rewrite *, const char *slot,
                                 enum shade_kind, const char *value,
                                 const struct type *type, unsigned serial);

/* What shades memory: `size` bytes at `pointer`, both expressions, if `guard`,
 * which is "" or ends in `&&`, is true.  `part` says what is shaded: "range",
 * every word of it, "pieces", the words that it is a part of, or "slots", the
 * same where they were stored, not copied before. */
const char *rw_memory_check_text(const char *guard, const char *part,
                                 const char *pointer, const char *size);

/* Copies the variable `value` to where `pointer` leads by the function called
 * `copier`, whatever the type and its qualifiers are. */
const char *rw_copy_text(const char *copier, const char *pointer,
                         const char *value);

#endif
