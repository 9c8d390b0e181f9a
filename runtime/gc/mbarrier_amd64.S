/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mbarrier_amd64.S - __escc_shade_pushed: shade without clobbering.
 *
 * The barrier's slow path is a call that is almost never made.  As an
 * ordinary call it would make every function with a barrier save its
 * caller-saved registers on the hot path; this stub keeps them all instead
 * (only the flags change), so the compiler may go on as if nothing had
 * happened.
 *
 * In: the stored word, pushed before the call; it is popped on return.  The
 * stack may have any alignment; the caller has stepped over its red zone.
 * Vector and x87 registers are kept by not being touched: mbarrier.c is
 * compiled for general registers, and a stop within it goes through a signal,
 * which saves them.
 */
        .text
        .globl  __escc_shade_pushed
        .type   __escc_shade_pushed, @function
        .p2align 4
__escc_shade_pushed:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        andq    $-16, %rsp
        cld
        movq    16(%rbp), %rdi          # above %rbp and the return address
        call    mbarrier_shade
        leaq    -72(%rbp), %rsp
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rax
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        ret     $8
        .cfi_endproc
        .size   __escc_shade_pushed, . - __escc_shade_pushed

        .section .note.GNU-stack, "", @progbits
