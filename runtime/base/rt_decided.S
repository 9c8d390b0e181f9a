/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_decided.S - where the decision bytes of a program or library are.
 *
 * The driver adds this object to a link in which every reference is bound to
 * the definition of its name (tool/driver/decided.c); the runtime finds the
 * note in the loaded object (gc/mdecide.c), and its constructor asks the
 * runtime to decide, if there is one.
 */
#include "rt_note.inc"

    NOTE 2, 16
    /* 64 bits: from a library's note to wherever its data is. */
    .quad __start_escc_decided - .
    .quad __stop_escc_decided - .
    .hidden __start_escc_decided
    .hidden __stop_escc_decided

    /* Padding, so that there always is such a section. */
    .section escc_decided, "awR", @progbits
    .balign 8
    .quad 0

    .text
    .type decide, @function
decide:
    endbr64
    movq __escc_decide@GOTPCREL(%rip), %rax
    testq %rax, %rax
    je 1f
    jmp *%rax
1:  ret
    .size decide, . - decide
    .weak __escc_decide

    /* Among the first constructors of what is linked; below 100 they are not
     * the program's. */
    .section .init_array.00090, "aw", @init_array
    .balign 8
    .quad decide

    ALL_PROPERTIES
