/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mthread_amd64.S - capturing the caller's callee-saved registers.
 *
 * A C function cannot do it: its prologue may already have moved a
 * register of the caller to its own frame, which is gone when it returns.
 * These stubs push the registers before anything else and hand them to a
 * C function as an array, with the caller's stack pointer.
 */
        .text

        .macro  capture name, function
        .globl  \name
        .hidden \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
        endbr64
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        movq    %rsp, %rdi              /* registers[6] */
        leaq    56(%rsp), %rsi          /* the caller's stack pointer */
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    \function
        addq    $56, %rsp
        .cfi_adjust_cfa_offset -56
        ret
        .cfi_endproc
        .size   \name, . - \name
        .endm

        /* bool mthread_block_begin(void) */
        capture mthread_block_begin, mthread_block_begin_at
        /* void mhandshake_publish_self(void) */
        capture mhandshake_publish_self, mhandshake_publish_self_at

        .section .note.GNU-stack, "", @progbits
