/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_rewritten.S - the note of a program or library of which all code is the
 * rewriter's, so that its units say all that there is to say of its functions
 * (escc/facts.h), but not all stores have barriers: else it has that of
 * rt_closed.S, which says this as well.
 *
 * The driver adds this object to a link when it has looked at everything else
 * (tool/driver/closed.c); the runtime finds the note in the loaded object
 * (base/rt_modules.c).  Linkers take the properties of a program from those
 * that all objects have: this one has no code, and so has all of them. */
    .section .note.escc, "a", @note
    .balign 4
    .long 5                     /* bytes of the owner's name */
    .long 4                     /* of what follows it */
    .long 3                     /* type: rewritten */
    .asciz "escc"
    .balign 4
    .long 1                     /* version of the record of units */

    .section .note.gnu.property, "a", @note
    .balign 8
    .long 4
    .long 16
    .long 5                     /* type: properties */
    .asciz "GNU"
    .long 0xc0000002            /* which of x86's all objects have */
    .long 4
    .long 0xf                   /* all four that linkers know */
    .long 0

    .section .note.GNU-stack, "", @progbits
